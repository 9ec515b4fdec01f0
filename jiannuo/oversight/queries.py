"""Figures over everything: the promise register, KPIs, late entries. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import Fixed
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.inspections import queries as inspections
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event, standing
from jiannuo.manual.figures import (
    Closed,
    Figure,
    case_figures,
    inspection_figures,
    training_figure,
)
from jiannuo.manual.marks import at_local
from jiannuo.manual.profile import Profile
from jiannuo.parts import queries as parts
from jiannuo.training import queries as training


@dataclass(frozen=True, slots=True)
class LateEntry:
    """Something entered more than the allowed minutes after it happened: 补录 (R-X-3)."""

    subject_kind: str
    subject: UUID
    event: Event
    recorded: datetime
    corrected: bool

    @property
    def lag(self) -> timedelta:
        return self.recorded - self.event.t


def late_entries(profile: Profile) -> list[LateEntry]:
    """Every event that was recorded late; one whose time was corrected counts from the
    correction. What was imported is nobody's late entry."""
    allowed = profile.span("house.late_entry")
    found = []
    for kind, subject, events in archive.entered_late(allowed):
        for event in standing(events):
            recorded = event.corrected_at or event.recorded
            entry = LateEntry(kind, subject, event, recorded, event.corrected_at is not None)
            if entry.lag > allowed:
                found.append(entry)
    return found


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both included."""

    first: date
    last: date


def kpis(
    profile: Profile, period: Period, as_of: datetime, contract: UUID | None = None
) -> dict[str, Figure]:
    """The figures of kpis.md for cases closed in a period; with a contract, its inspections
    and training too.

    Without one, cases that came in from another system are left out: a log knows no visits, no
    parts and only bounds of the contacts, so that they would count as solved from afar and kept.
    The promise register shows them, beside the log's own verdict.
    """
    start = at_local(profile, period.first, timedelta())
    end = at_local(profile, period.last + timedelta(days=1), timedelta())
    window = timedelta(days=profile.value("house.repeat_days"))
    everything: list[Closed] = []
    for found in cases.fixed(Fixed(start, end, window, contract)):
        everything += _closed(found, as_of)
    inside = [c for c in everything if start <= c.resolved_at < end]
    figures = case_figures(inside, [c for c in everything if c.problem], window)
    if contract is not None:
        today = profile.local(as_of).date()
        owed = inspections.owed(contract)
        figures |= inspection_figures([o.status(today) for o in owed])
        customer = customers.contract(contract).customer
        result = training.result(customer, profile.value("house.training_pass_mark"))
        passed, assessed = (result.passed, result.assessed) if result else (0, 0)
        figures["training_pass"] = training_figure(passed, assessed)
    return figures


def _closed(views: Sequence[CaseView], as_of: datetime) -> list[Closed]:
    """Resolved cases as the figures see them; what the events say, not the rows."""
    found = clocks.clocks_of([view.card.id for view in views])
    asked = [event for view in views for event in view.story.log.all("part_requested")]
    filled = parts.on_the_shelf(asked)
    closed = (_one_closed(view, found[view.card.id], filled, as_of) for view in views)
    return [one for one in closed if one is not None]


def _one_closed(
    view: CaseView, found: Sequence[Clock], filled: frozenset[str], as_of: datetime
) -> Closed | None:
    story, log = view.story, view.story.log
    fixed = story.resolution
    if fixed is None or story.reported_at is None:
        return None
    asked, rated = log.all("part_requested"), log.last("rated")
    return Closed(
        case=view.card.number,
        reported_at=story.reported_at,
        resolved_at=fixed.t,
        devices=frozenset(view.card.devices),
        problem=fixed.d.get("problem"),
        verdicts={clock.promise: clock.verdict(as_of) for clock in found},
        visits=len(story.arrivals),
        rating=rated.d["score"] if rated else None,
        parts_asked=len(asked),
        parts_filled=sum(event.id in filled for event in asked),
    )
