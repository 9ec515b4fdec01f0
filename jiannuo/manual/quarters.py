"""Quarterly inspections: which quarters a contract owes and when each is due (1, A15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import add_months

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Quarter:
    """One owed inspection: its name ("2026Q3"), first day and due day (both included)."""

    name: str
    start: date
    due: date


def quarters(profile: Profile, acceptance: date, end: date) -> list[Quarter]:
    """From the first full quarter after acceptance to the one in which the warranty ends,
    that one cut at the warranty's end."""
    if profile.value("inspection.quarter") == "contract":
        return _contract_quarters(acceptance, end)
    first = add_months(_quarter_start(acceptance), 3)
    found = []
    for n in range(400):
        start = add_months(first, 3 * n)
        if start > end:
            break
        last = add_months(start, 3) - DAY
        name = f"{start.year}Q{(start.month + 2) // 3}"
        found.append(Quarter(name, start, min(last, end)))
    return found


def proposed(profile: Profile, acceptance: date, end: date, until: date) -> list[Quarter]:
    """What goes on after the warranty (R-2-14): the quarters behind its end up to a day, offered
    until a maintenance contract takes them over."""
    owed = {quarter.name for quarter in quarters(profile, acceptance, end)}
    return [q for q in quarters(profile, acceptance, until) if q.name not in owed]


def _contract_quarters(acceptance: date, end: date) -> list[Quarter]:
    """Quarters counted from acceptance: anchor + 3n months, never stepped from the last."""
    found = []
    for n in range(400):
        start = add_months(acceptance, 3 * n) + DAY
        if start > end:
            break
        found.append(Quarter(f"C{n + 1:02}", start, min(add_months(acceptance, 3 * n + 3), end)))
    return found


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def quarter_status(quarter: Quarter, signed: date | None, today: date) -> str:
    """planned, open, overdue, on_time or late, judged on local days."""
    if signed is not None:
        return "on_time" if signed <= quarter.due else "late"
    if quarter.due < today:
        return "overdue"
    return "open" if quarter.start <= today else "planned"


def too_close(profile: Profile, signed: Sequence[date]) -> list[date]:
    """The inspections that follow the one before them by less than the days of A15."""
    gap = timedelta(days=profile.value("inspection.gap_days"))
    days = sorted(signed)
    return [later for earlier, later in pairwise(days) if later - earlier < gap]
