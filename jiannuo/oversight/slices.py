"""Which part of everything is asked for: days, office, customer, model, level, where it came from.

Whole months of at most one office, customer or model are answered from their sums; anything else
from the facts. Both count the same, so a page never says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import add_months

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slice:
    """Local days, both included, None: open at that end. Empty text and None: not restricted.
    `source`: "all", "own" or "imported"."""

    first: date | None = None
    last: date | None = None
    office: str = ""
    customer: UUID | None = None
    model: int | None = None
    level: str = ""
    source: str = "all"

    @property
    def scope(self) -> str | None:
        """The name under which its months are summed; None where it is none of those."""
        names = [f"o:{self.office}"] if self.office else []
        names += [f"c:{self.customer}"] if self.customer else []
        names += [f"m:{self.model}"] if self.model else []
        return None if len(names) > 1 else "".join(names)

    @property
    def whole(self) -> bool:
        """Does it begin and end with a month?"""
        begins = self.first is None or self.first.day == 1
        return begins and (self.last is None or (self.last + DAY).day == 1)

    @property
    def summed(self) -> bool:
        return self.whole and self.scope is not None

    @property
    def before(self) -> Slice | None:
        """The period before of the same length; months stay months. None for an open one."""
        if self.first is None or self.last is None:
            return None
        end = self.first - DAY
        if self.whole:
            after = self.last + DAY
            months = (after.year - self.first.year) * 12 + after.month - self.first.month
            return replace(self, first=add_months(self.first, -months), last=end)
        return replace(self, first=self.first - (self.last - self.first) - DAY, last=end)

    def year_to(self, months: int = 12) -> Slice:
        """The months up to the one in which it ends."""
        end = self.last or self.first or date.max.replace(day=1)
        after = add_months(end.replace(day=1), 1)
        return replace(self, first=add_months(after, -months), last=after - DAY)

    def values(self, profile: Profile) -> dict[str, Any]:
        """What its SQL names."""
        after = self.last and self.last + DAY
        return {
            "first": self.first,
            "after": after,
            "start": _midnight(profile, self.first),
            "end": _midnight(profile, after),
            "zone": profile.timezone,
            "office": self.office,
            "customer": self.customer,
            "model": self.model,
            "level": self.level,
            "scope": self.scope,
            "source": self.source,
        }

    def months(self, *, basis: str = "") -> str:
        """The condition on a sum. `basis`: of a promise's month, "r" or "c"."""
        tests = ["scope = %(scope)s"]
        tests += [f"basis = '{basis}'"] if basis else []
        tests += ["month >= %(first)s"] if self.first else []
        tests += ["month < %(after)s"] if self.last else []
        tests += ["level = %(level)s"] if self.level else []
        if basis and self.source != "all":
            tests.append("imported = (%(source)s = 'imported')")
        return " and ".join(tests)

    def facts(self, at: str, of: str = "") -> str:
        """The condition on a fact, by the column that dates it; `of`: the row's name, "f."."""
        tests = [f"{of}{at} >= %(start)s" if self.first else f"{of}{at} is not null"]
        tests += [f"{of}{at} < %(end)s"] if self.last else []
        tests += [f"{of}office = %(office)s"] if self.office else []
        tests += [f"{of}customer_id = %(customer)s"] if self.customer else []
        tests += [f"%(model)s = any({of}kinds)"] if self.model else []
        tests += [f"{of}level = %(level)s"] if self.level else []
        if self.source != "all":
            tests.append(f"{of}imported = (%(source)s = 'imported')")
        return " and ".join(tests)


def _midnight(profile: Profile, day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), profile.zone)


def month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, add_months(first, 1) - DAY


def quarter(day: date) -> tuple[date, date]:
    first = date(day.year, day.month - (day.month - 1) % 3, 1)
    return first, add_months(first, 3) - DAY


def year(day: date) -> tuple[date, date]:
    return date(day.year, 1, 1), date(day.year, 12, 31)
