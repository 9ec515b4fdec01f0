"""The promise register: kept, broken, not applicable, running, per promise and level; for
imported cases beside the verdict of the log they came from. One statement, whatever the size.

It reads the tables of several rooms in SQL, which only this room may: it changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from jiannuo.customers import queries as customers
from jiannuo.manual.profile import Profile

SOURCES = ("all", "own", "imported")
TOTAL = ""


@dataclass(frozen=True, slots=True)
class Against:
    """Our verdict against the log's own: how often which pair; the rest was not judged by both."""

    kept_made: int = 0
    kept_missed: int = 0
    broken_made: int = 0
    broken_missed: int = 0

    @property
    def both(self) -> int:
        return self.kept_made + self.kept_missed + self.broken_made + self.broken_missed


@dataclass(frozen=True, slots=True)
class Line:
    """One promise at one level ("" for all levels together).

    `untold`: over the limit at the latest possible moment, the true one is not known; it is
    neither kept nor broken. `measured`: how many stops `median` and `p90` are made of.
    `made` of `told`: what the log says itself. `waited`, `net_kept`: of the broken that the log
    calls made, how many had a wait in them, and would be kept without it.
    """

    promise: str
    level: str
    kept: int
    broken: int
    untold: int
    not_applicable: int
    running: int
    measured: int
    median: timedelta | None
    p90: timedelta | None
    told: int
    made: int
    against: Against
    waited: int
    net_kept: int

    @property
    def judged(self) -> int:
        return self.kept + self.broken


#: As `manual.clocks.Clock.verdict` judges a stored clock; a test compares the two.
VERDICT = """
case
  when k.excused <> '' then 'not_applicable'
  when k.stopped_at is null and (k.still_since is not null or k.due_at is null) then 'running'
  when k.due_at is null then 'running'
  when k.op = 'lt' and coalesce(k.stopped_at, %(as_of)s) >= k.due_at
    or k.op = 'le' and coalesce(k.stopped_at, %(as_of)s) > k.due_at then 'broken'
  when k.stopped_at is null then 'running'
  else 'kept'
end
"""

_SCOPE = """
not k.drill
and (%(source)s = 'all' or (c.imported_from is not null) = (%(source)s = 'imported'))
and (%(first)s::timestamptz is null or coalesce(c.reported_at, k.started_at) >= %(first)s)
and (%(end)s::timestamptz is null or coalesce(c.reported_at, k.started_at) < %(end)s)
"""

_LINES = f"""
with mark as (
  select distinct on (subject) subject, detail ->> 'contact' as contact,
    (detail ->> 'made_sla')::boolean as made
  from archive_event where subject_kind = 'case' and kind = 'imported'
  order by subject, id desc),
judged as (
  select k.promise, coalesce(c.level, 'unknown') as level, {VERDICT} as verdict, k.waited, k.limit,
    greatest(k.stopped_at - k.started_at, interval '0') as elapsed, m.made,
    coalesce(m.contact = 'bound' and k.promise = any(%(contacts)s), false) as bound
  from clocks_clock k left join cases_case c on c.id = k.subject left join mark m on m.subject = c.id
  where {_SCOPE}),
told as (
  select *, verdict = 'broken' and bound as untold, verdict = 'kept' as kept,
    verdict = 'broken' and not bound as broken,
    verdict in ('kept', 'broken') and not bound and elapsed is not null as measured
  from judged)
select promise, coalesce(level, ''),
  count(*) filter (where kept),
  count(*) filter (where broken),
  count(*) filter (where untold),
  count(*) filter (where verdict = 'not_applicable'),
  count(*) filter (where verdict = 'running'),
  count(*) filter (where measured),
  percentile_disc(0.5) within group (order by elapsed) filter (where measured),
  percentile_disc(0.9) within group (order by elapsed) filter (where measured),
  count(*) filter (where made is not null),
  count(*) filter (where made),
  count(*) filter (where kept and made),
  count(*) filter (where kept and not made),
  count(*) filter (where broken and made),
  count(*) filter (where broken and not made),
  count(*) filter (where broken and made and waited > interval '0'),
  count(*) filter (where broken and made and waited > interval '0' and elapsed - waited <= "limit")
from told group by grouping sets ((promise, level), (promise))
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Local days of the report, both included; None: open at that end."""

    first: date | None = None
    last: date | None = None


def lines(
    profile: Profile, as_of: datetime, span: Span = Span(), source: str = "all"
) -> list[Line]:
    """The register as of a moment, in the order of the manual's promises, worst level first."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, _values(profile, as_of, span, source))
        found = [_line(row) for row in cursor.fetchall()]
    order = {promise.code: at for at, promise in enumerate(profile.promises)}
    return sorted(
        found, key=lambda ln: (order.get(ln.promise, len(order)), ln.level == TOTAL, ln.level)
    )


def _values(profile: Profile, as_of: datetime, span: Span, source: str) -> dict[str, Any]:
    return {
        "as_of": as_of,
        "source": source,
        "first": _midnight(profile, span.first),
        "end": _midnight(profile, span.last and span.last + timedelta(days=1)),
        "contacts": [promise.code for promise in profile.promises if promise.stops == "contact"],
    }


def _midnight(profile: Profile, day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), profile.zone)


def _line(row: Sequence[Any]) -> Line:
    *counts, kept_made, kept_missed, broken_made, broken_missed, waited, net_kept = row
    against = Against(kept_made, kept_missed, broken_made, broken_missed)
    values: list[Any] = [*counts, against, waited, net_kept]
    return Line(*values)


def house_profile(as_of: datetime) -> Profile:
    """The names and the zone of a report that covers many contracts."""
    return customers.base_profile(as_of)
