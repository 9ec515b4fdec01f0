"""The figures of kpis.md, each with its denominator: never a rate without its n."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from jiannuo.kernel.money import ratio
from jiannuo.manual.vocabulary import JUDGED, KEPT, Verdict


@dataclass(frozen=True, slots=True)
class Closed:
    """A fault case resolved in the period, as the figures see it."""

    case: str
    reported_at: datetime
    resolved_at: datetime
    devices: frozenset[str]
    problem: str | None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    visits: int = 0
    rating: int | None = None
    parts_asked: int = 0
    parts_filled: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """`num` of `den` (or sum and n) and the value as text, None over nothing."""

    num: int | Decimal
    den: int
    value: str | None


def percent(num: int, den: int) -> Figure:
    return Figure(num, den, ratio(num, den, 100))


def kept(cases: Sequence[Closed], promise: str, good: Iterable[Verdict] = KEPT) -> Figure:
    """Kept n of m: promises that were judged; not applicable and running are outside."""
    verdicts = [c.verdicts[promise] for c in cases if promise in c.verdicts]
    judged = [v for v in verdicts if v in JUDGED]
    return percent(sum(v in set(good) for v in judged), len(judged))


def repeated(case: Closed, others: Iterable[Closed], window: timedelta) -> bool:
    """Reported again, same device and same problem, within the window after the fix."""
    return case.problem is not None and any(
        other.case != case.case
        and other.problem == case.problem
        and bool(other.devices & case.devices)
        and timedelta() < other.reported_at - case.resolved_at <= window
        for other in others
    )


def case_figures(
    cases: Sequence[Closed], everything: Sequence[Closed], window: timedelta
) -> dict[str, Figure]:
    """The figures of cases closed in a period; `everything`: all cases, for repeats."""
    visited = [c for c in cases if c.visits]
    alike: dict[str | None, list[Closed]] = {}
    for case in everything:
        alike.setdefault(case.problem, []).append(case)
    again = {c.case for c in cases if repeated(c, alike.get(c.problem, ()), window)}
    single = [c for c in visited if c.visits == 1]
    hours = sum((_hours(c.resolved_at - c.reported_at) for c in cases), Decimal(0))
    rated = [c.rating for c in cases if c.rating is not None]
    n = len(cases)
    return {
        "phone_compliance": kept(cases, "phone_response"),
        "remote_compliance": kept(cases, "remote_response"),
        "onsite_compliance": kept(cases, "onsite_arrival"),
        "fix24_compliance": kept(cases, "fix_24h"),
        "fix24_true_fix": kept(cases, "fix_24h", (Verdict.MET,)),
        "single_visit": percent(len(single), len(visited)),
        "first_time_fix": percent(sum(c.case not in again for c in single), len(visited)),
        "remote_or_phone_resolution": percent(n - len(visited), n),
        "mttr_hours": Figure(hours.quantize(Decimal("0.1"), ROUND_HALF_UP), n, ratio(hours, n)),
        "repeat_30d": percent(len(again), n),
        "parts_fill": percent(
            sum(c.parts_filled for c in cases), sum(c.parts_asked for c in cases)
        ),
        "csat_avg": Figure(sum(rated), len(rated), ratio(sum(rated), len(rated))),
        "csat_response": percent(len(rated), n),
    }


def _hours(span: timedelta) -> Decimal:
    return Decimal(int(span.total_seconds())) / 3600


def inspection_figures(statuses: Sequence[str]) -> dict[str, Figure]:
    due = [s for s in statuses if s in ("on_time", "late", "overdue")]
    return {
        "inspection_on_time": percent(due.count("on_time"), len(due)),
        "inspection_done": percent(len(due) - due.count("overdue"), len(due)),
    }


def training_figure(passed: int, assessed: int) -> Figure:
    return percent(passed, assessed)
