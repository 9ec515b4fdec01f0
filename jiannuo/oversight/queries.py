"""Figures over everything: the promise register, KPIs, late entries. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.archive.importing import WHY
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.inspections import queries as inspections
from jiannuo.manual.events import Event, standing
from jiannuo.manual.figures import (
    Closed,
    Figure,
    case_figures,
    inspection_figures,
    training_figure,
)
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
    streams: dict[UUID, list[Event]] = {}
    kinds: dict[UUID, str] = {}
    for line in archive.everything():
        if line.why == WHY and not line.late:
            continue
        streams.setdefault(line.subject, []).append(line.happening)
        kinds[line.subject] = line.subject_kind
    allowed = profile.span("house.late_entry")
    found = []
    for subject, events in streams.items():
        for event in standing(events):
            entry = LateEntry(
                kinds[subject],
                subject,
                event,
                event.corrected_at or event.recorded,
                event.corrected_at is not None,
            )
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
    and training too."""
    everything = [c for c in (_closed(v, as_of) for v in _real(contract)) if c is not None]
    inside = [
        c for c in everything if period.first <= profile.local(c.resolved_at).date() <= period.last
    ]
    window = timedelta(days=profile.value("house.repeat_days"))
    figures = case_figures(inside, everything, window)
    if contract is not None:
        today = profile.local(as_of).date()
        owed = inspections.owed(contract)
        figures |= inspection_figures([o.status(today) for o in owed])
        customer = customers.contract(contract).customer
        result = training.result(customer, profile.value("house.training_pass_mark"))
        passed, assessed = (result.passed, result.assessed) if result else (0, 0)
        figures["training_pass"] = training_figure(passed, assessed)
    return figures


def _real(contract: UUID | None) -> list[CaseView]:
    """Fault cases that count: no drill, not merged, not cancelled."""
    return [
        v
        for v in cases.views(drill=False)
        if v.story.kind == "fault"
        and v.card.into is None
        and v.story.cancelled is None
        and (contract is None or v.card.contract == contract)
    ]


def _closed(view: CaseView, as_of: datetime) -> Closed | None:
    story, log = view.story, view.story.log
    fixed = story.resolution
    if fixed is None or story.reported_at is None:
        return None
    asked = log.all("part_requested")
    rated = log.last("rated")
    found = clocks.clocks_of([view.card.id])[view.card.id]
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
        parts_filled=sum(_filled(event) for event in asked),
    )


def _filled(event: Event) -> bool:
    """Was it on the shelf when asked for?"""
    part = parts.part(event.d["part"])
    return part is not None and parts.on_hand_at(part.id, event.place) >= event.d["qty"]


def closed_cases(views: Sequence[CaseView], as_of: datetime) -> list[Closed]:
    return [c for c in (_closed(v, as_of) for v in views) if c is not None]
