"""Working days: Monday to Friday that is no holiday, plus make-up days (调休)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Workdays:
    """A calendar of exceptions to the working week."""

    holidays: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()

    def but(self, own: Workdays) -> Workdays:
        """These days, but for what another calendar says of one of them itself."""
        return Workdays(
            (self.holidays - own.makeup) | own.holidays,
            (self.makeup - own.holidays) | own.makeup,
        )

    def is_workday(self, day: date) -> bool:
        if day in self.makeup:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`, which itself is not counted.

        Raises ValueError where a year of days holds no working day: a calendar that is never
        open must be mended, not looped over.
        """
        left, at, idle = count, day, 0
        while left:
            at += DAY
            if self.is_workday(at):
                left, idle = left - 1, 0
            else:
                idle += 1
                if idle > 366:
                    raise ValueError(f"no working day in the year after {day}")
        return at

    def next_day_at(self, local: datetime, of_day: timedelta) -> datetime:
        """A time of day on the next working day after a local moment; same zone."""
        day = self.after(local.date(), 1)
        midnight = datetime(day.year, day.month, day.day, tzinfo=local.tzinfo)
        return midnight + of_day
