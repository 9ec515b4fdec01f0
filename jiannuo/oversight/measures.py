"""The KPIs from what is counted, for any slice: the same figures as `queries.kpis`, which reads
every event and says them for a contract.

Cases count by the local day of their fix. What came in from another system is left out: a log
knows no visits, no parts and only bounds of the contacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from jiannuo.kernel.money import ratio
from jiannuo.manual.figures import Figure, percent
from jiannuo.manual.profile import Profile
from jiannuo.oversight import kept, sums
from jiannuo.oversight.kept import Count, Register
from jiannuo.oversight.slices import Slice

AT = "counted_at"


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over cases that count; `CASE` of `sums.py` says of what."""

    cases: int = 0
    visited: int = 0
    single: int = 0
    first: int = 0
    seconds: int = 0
    again: int = 0
    asked: int = 0
    filled: int = 0
    rated: int = 0
    stars: int = 0
    happy: int = 0
    events: int = 0
    late_events: int = 0
    overrides: int = 0
    astray: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Sums)))


def counted(wanted: Slice) -> Slice:
    """The same slice of what was lived here."""
    return replace(wanted, source="own")


def by_level(profile: Profile, wanted: Slice) -> dict[str, Sums]:
    """The sums of a slice, by level."""
    return _sums(profile, wanted, "level")


def by_month(profile: Profile, wanted: Slice) -> dict[date, Sums]:
    month = "month" if wanted.summed else sums.MONTH.format(at=AT)
    return _sums(profile, wanted, month)


def _sums(profile: Profile, wanted: Slice, by: str) -> dict[Any, Sums]:
    if wanted.summed:
        source = f"{sums.of_months(sums.CASE)} from oversight_casemonth where {wanted.months()}"
    else:
        where = replace(wanted, source="all").facts(AT)
        source = f"{sums.of_facts(sums.CASE)} from oversight_casefact where {where}"
    with connection.cursor() as cursor:
        cursor.execute(f"select {by}, {source} group by 1", wanted.values(profile))
        return {row[0]: Sums(*map(int, row[1:])) for row in cursor.fetchall()}


def total(found: Mapping[str, Sums]) -> Sums:
    return sum(found.values(), Sums())


def of_cases(s: Sums) -> dict[str, Figure]:
    """The figures of cases, by their names in kpis.md."""
    hours = Decimal(s.seconds) / 3600
    return {
        "single_visit": percent(s.single, s.visited),
        "first_time_fix": percent(s.first, s.visited),
        "remote_or_phone_resolution": percent(s.cases - s.visited, s.cases),
        "mttr_hours": Figure(
            hours.quantize(Decimal("0.1"), ROUND_HALF_UP), s.cases, ratio(hours, s.cases)
        ),
        "repeat_30d": percent(s.again, s.cases),
        "parts_fill": percent(s.filled, s.asked),
        "csat_avg": Figure(s.stars, s.rated, ratio(s.stars, s.rated)),
        "csat_happy": percent(s.happy, s.rated),
        "csat_response": percent(s.rated, s.cases),
        "late_entries": percent(s.late_events, s.events),
        "overrides": Figure(s.overrides, s.cases, ratio(s.overrides, s.cases)),
        "astray": Figure(s.astray, s.visited, ratio(s.astray, s.visited, 100)),
    }


#: The compliance figures that have a name of their own in kpis.md.
NAMED = {
    "phone_response": "phone_compliance",
    "remote_response": "remote_compliance",
    "onsite_arrival": "onsite_compliance",
    "fix_24h": "fix24_compliance",
}


def of_promise(count: Count) -> Figure:
    return percent(count.kept, count.due)


def of_promises(profile: Profile, found: Register, level: str = kept.TOTAL) -> dict[str, Figure]:
    """Compliance by promise of a case, the four of kpis.md by their names there, and how many were
    truly fixed within the day."""
    codes = [promise.code for promise in profile.promises_of("case")]
    counts = {code: found.of(code, level) for code in codes}
    figures = {NAMED.get(code, code): of_promise(count) for code, count in counts.items()}
    fix = counts.get("fix_24h", Count())
    return figures | {"fix24_true_fix": percent(fix.kept_fully, fix.due)}


def figures(profile: Profile, wanted: Slice, as_of: datetime) -> dict[str, Figure]:
    """Every figure of the cases of a slice."""
    mine = counted(wanted)
    promises = of_promises(profile, kept.register(profile, mine, as_of, "c"))
    return promises | of_cases(total(by_level(profile, mine)))


def median_fix(profile: Profile, wanted: Slice) -> dict[str, timedelta]:
    """The median time from report to fix, by level and ("") over all."""
    where = replace(wanted, source="all").facts(AT)
    with connection.cursor() as cursor:
        cursor.execute(
            "select coalesce(level, ''), percentile_disc(0.5) within group (order by seconds)"
            f" from oversight_casefact where {where} group by grouping sets ((level), ())",
            wanted.values(profile),
        )
        return {level: timedelta(seconds=s) for level, s in cursor.fetchall() if s is not None}
