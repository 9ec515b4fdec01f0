"""What every paper of a case is made of, frozen as JSON when the paper is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event
from jiannuo.papers.kind import Due, Ground


def of_event(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "happened_at": event.t.isoformat(),
        "recorded_at": event.recorded.isoformat(),
        "by": event.by.name,
        "roles": sorted(event.by.roles),
        "detail": dumped(event.d),
    }


def of_clock(clock: Clock) -> dict[str, Any]:
    return {
        "promise": clock.promise,
        "start": dumped(clock.start),
        "due": dumped(clock.due),
        "op": clock.op,
        "stop": dumped(clock.stop),
        "basis": clock.basis,
        "excused": clock.excused,
    }


def of_case(ground: Ground, due: Due) -> Mapping[str, Any]:
    """Case, customer, site, devices, level, the fact itself, the clocks as they stood."""
    card = ground.view.card
    return {
        "case": card.number,
        "customer": card.customer_name,
        "site": card.site_name,
        "km": str(card.km) if card.km is not None else None,
        "devices": list(card.devices),
        "text": card.text,
        "level": ground.story.levels.shown,
        "profile": ground.view.profile.version,
        "event": of_event(due.event) if due.event else None,
        "clocks": [of_clock(clock) for clock in ground.clocks],
        "made_for": due.at.isoformat(),
    }


def timeline(ground: Ground, due: Due) -> Mapping[str, Any]:
    """The whole story of the case, oldest first, for reports: what was entered late is marked
    (R-X-3), what a gate let pass is listed (R-X-5), the way there is said (R-7.4-C-2)."""
    profile, card = ground.view.profile, ground.view.card
    allowed = profile.span("house.late_entry")
    rows = [
        {**of_event(e), "late": (e.corrected_at or e.recorded) - e.t > allowed}
        for e in ground.story.log.events
    ]
    site = customers.site(card.site) if card.site else None
    return {
        "timeline": rows,
        "deviations": [dumped(asdict(line)) for line in cases.deviations(card.id)],
        "distance": {"km": str(site.km), "office": site.office, "method": site.method}
        if site and site.km is not None
        else None,
    }
