"""Kept n of m, from what is counted: by promise and level, month by month, and what was not kept.

By the day of the report ("r"), as the register asks, or by the fix of a case that counts ("c"),
as the KPIs do. What still runs is judged at the moment of asking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from jiannuo.manual.profile import Profile
from jiannuo.oversight import sums
from jiannuo.oversight.slices import Slice

AT = {"r": "reported_at", "c": "counted_at"}
TOTAL = ""

# Whether one that nothing has stopped is late by now.
OVERDUE = """(stopped_at is null and not still and due_at is not null
  and (op = 'lt' and due_at <= %(as_of)s or op = 'le' and due_at < %(as_of)s))"""


@dataclass(frozen=True, slots=True)
class Count:
    """How promises ended. `loaner`: kept by a loaner; `late`: past due and not done yet;
    `net`: of the not kept, those that would be kept without the waits; `raw_*`: how the excused
    went all the same."""

    kept_fully: int = 0
    loaner: int = 0
    past: int = 0
    untold: int = 0
    not_applicable: int = 0
    raw_kept: int = 0
    raw_broken: int = 0
    net: int = 0
    late: int = 0
    running: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Count)))

    @property
    def kept(self) -> int:
        return self.kept_fully + self.loaner

    @property
    def broken(self) -> int:
        return self.past + self.late

    @property
    def due(self) -> int:
        """The denominator: judged; not applicable and running are outside."""
        return self.kept + self.broken


@dataclass(frozen=True, slots=True)
class Register:
    """Counts by promise and level (`TOTAL`: all levels), and of everything."""

    lines: dict[tuple[str, str], Count] = field(default_factory=dict)

    def of(self, promise: str, level: str = TOTAL) -> Count:
        return self.lines.get((promise, level), Count())

    def level(self, level: str, promises: Sequence[str]) -> Count:
        return sum((self.of(promise, level) for promise in promises), Count())

    def all(self, promises: Sequence[str]) -> Count:
        return sum((self.of(promise) for promise in promises), Count())


def register(profile: Profile, wanted: Slice, as_of: datetime, basis: str = "r") -> Register:
    """The register of a slice as of a moment."""
    said = wanted.values(profile) | {"as_of": as_of}
    found: dict[tuple[str, str], Count] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ended(wanted, basis, "promise, level"), said)
        for promise, level, *counts in cursor.fetchall():
            _add(found, promise, level, Count(*map(int, counts)))
        cursor.execute(_OPEN.format(where=wanted.facts(AT[basis])), said)
        for promise, level, late, running in cursor.fetchall():
            _add(found, promise, level, Count(late=late, running=running))
    return Register(found)


def by_month(
    profile: Profile, wanted: Slice, as_of: datetime, basis: str = "r"
) -> dict[tuple[date, str], Count]:
    """Counts by the first day of a month and promise."""
    said = wanted.values(profile) | {"as_of": as_of}
    found: dict[tuple[date, str], Count] = {}
    month = sums.MONTH.format(at=AT[basis])
    key = "month, promise" if wanted.summed else f"{month}, promise"
    with connection.cursor() as cursor:
        cursor.execute(_ended(wanted, basis, key), said)
        for first, promise, *counts in cursor.fetchall():
            found[first, promise] = Count(*map(int, counts))
        cursor.execute(_OPEN_MONTHS.format(month=month, where=wanted.facts(AT[basis])), said)
        for first, promise, late, running in cursor.fetchall():
            key_ = (first, promise)
            found[key_] = found.get(key_, Count()) + Count(late=late, running=running)
    return found


def _add(found: dict[tuple[str, str], Count], promise: str, level: str, more: Count) -> None:
    for key in ((promise, level), (promise, TOTAL)):
        found[key] = found.get(key, Count()) + more


_OPEN = f"""
select promise, level, count(*) filter (where {OVERDUE}), count(*) filter (where not {OVERDUE})
from oversight_promisefact where verdict = 'open' and {{where}} group by 1, 2
"""

_OPEN_MONTHS = f"""
select {{month}}, promise, count(*) filter (where {OVERDUE}), count(*) filter (where not {OVERDUE})
from oversight_promisefact where verdict = 'open' and {{where}} group by 1, 2
"""


def _ended(wanted: Slice, basis: str, by: str) -> str:
    """What has ended, from the sums where they hold it, else from the facts."""
    if wanted.summed:
        return f"""
select {by}, {sums.of_months(sums.PROMISE)} from oversight_promisemonth
where {wanted.months(basis=basis)} group by 1, 2
"""
    return f"""
select {by}, {sums.of_facts(sums.PROMISE)} from oversight_promisefact
where verdict <> 'open' and {wanted.facts(AT[basis])} group by 1, 2
"""


# -- how long it took -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """Of the promises that were stopped and judged: how many, median and 90th percentile of the
    time they took, and the longest by which one was late."""

    measured: int
    median: timedelta | None
    p90: timedelta | None
    worst: timedelta | None


def course(profile: Profile, wanted: Slice, promise: str, basis: str = "r") -> Course:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select count(elapsed), percentile_disc(0.5) within group (order by elapsed),
  percentile_disc(0.9) within group (order by elapsed), max(late)
from oversight_promisefact where promise = %(promise)s and elapsed is not null
  and {wanted.facts(AT[basis])}
""",
            wanted.values(profile) | {"promise": promise},
        )
        return Course(*cursor.fetchone())


def worst(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, timedelta]:
    """By promise, the longest by which one was late or is by now."""
    said: dict[str, Any] = wanted.values(profile) | {"as_of": as_of}
    where = wanted.facts(AT["r"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select promise, max(late) from (
  select promise, late from oversight_promisefact where verdict = 'broken' and {where}
  union all
  select promise, %(as_of)s - due_at from oversight_promisefact
  where verdict = 'open' and {OVERDUE} and {where}) found
group by 1
""",
            said,
        )
        return dict(cursor.fetchall())


def reasons(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, int]:
    """What is recorded beside what was not kept: how often which; "" where nothing is."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
select reason, sum(n)::bigint from (
  select reason, count(*) n from oversight_promisefact
  where verdict = 'broken' and {wanted.facts(AT["r"])} group by 1
  union all
  select 'open', count(*) from oversight_promisefact
  where verdict = 'open' and {OVERDUE} and {wanted.facts(AT["r"])} having count(*) > 0) found
group by 1 order by 2 desc
""",
            wanted.values(profile) | {"as_of": as_of},
        )
        return dict(cursor.fetchall())
