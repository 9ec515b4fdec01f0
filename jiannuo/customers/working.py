"""The house's calendar: days off and make-up workdays, year by year. What a contract says of a day
itself comes first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jiannuo.customers.models import CalendarYear
from jiannuo.customers.project import of_years
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.workdays import Workdays
from jiannuo.people.permits import require


@dataclass(frozen=True, slots=True)
class Year:
    """A year as it is filled; `text`: what its days were read from."""

    year: int
    holidays: tuple[date, ...]
    makeup: tuple[date, ...]
    text: str
    filled_at: datetime
    by: str


def house() -> Workdays:
    rows = CalendarYear.objects.values_list("holidays", "makeup")
    return of_years(([str(d) for d in off], [str(d) for d in on]) for off, on in rows)


def year(wanted: int) -> Year | None:
    """None for one that nobody filled yet."""
    row = CalendarYear.objects.filter(pk=wanted).first()
    if row is None:
        return None
    return Year(
        row.year, tuple(row.holidays), tuple(row.makeup), row.text, row.filled_at, row.by_name
    )


def years() -> list[int]:
    """Those that are filled."""
    return list(CalendarYear.objects.order_by("year").values_list("year", flat=True))


def set_year(
    actor: Actor,
    wanted: int,
    days: tuple[Iterable[date], Iterable[date]],
    text: str,
    at: datetime,
    today: date,
) -> None:
    """The days off and the make-up workdays of a year, all of them. Raises `Refusal` for a day of
    another year, one that is both, and where a day of a filled year is past."""
    require(actor, "calendar_set")
    off, on = (set(found) for found in days)
    strange = sorted(day for day in off | on if day.year != wanted)
    if strange:
        raise Refusal(
            "other_year",
            f"{strange[0]} 不是 {wanted} 年的日子，请核对",
            f"{strange[0]} is no day of {wanted}; check it",
        )
    if off & on:
        day = min(off & on)
        raise Refusal(
            "off_and_on",
            f"{day} 不能既放假又上班，请只留一处",
            f"{day} cannot be off and a workday; keep it in one of them",
        )
    before = year(wanted)
    if before is not None:
        changed = (off ^ set(before.holidays)) | (on ^ set(before.makeup))
        gone = sorted(day for day in changed if day < today)
        if gone:
            raise Refusal(
                "day_is_past",
                f"{gone[0]} 已经过去，当时按原来的日历算过，不能再改",
                f"{gone[0]} is past; what was counted by it then stays",
            )
    CalendarYear.objects.update_or_create(
        year=wanted,
        defaults={
            "holidays": sorted(off),
            "makeup": sorted(on),
            "text": text,
            "filled_at": at,
            "by_name": actor.name,
        },
    )
