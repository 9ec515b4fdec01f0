"""How a fault that is fixed went, as its events tell: what no row of another room says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.parts import queries as parts


def courses(ids: Sequence[UUID], profile: Profile) -> list[dict[str, Any]]:
    """The course of each of some cases that counts, by the names of the columns of `CaseFact`."""
    views = cases.fixed_among(ids)
    asked = [event for view in views for event in view.story.log.all("part_requested")]
    filled = parts.on_the_shelf(asked) if asked else frozenset[str]()
    allowed = profile.span("house.late_entry")
    found = (_course(view, filled, allowed) for view in views)
    return [course for course in found if course is not None]


def _course(view: CaseView, filled: frozenset[str], allowed: timedelta) -> dict[str, Any] | None:
    story, log = view.story, view.story.log
    fixed, reported = story.resolution, story.reported_at
    if fixed is None or reported is None:
        return None
    asked, rated = log.all("part_requested"), log.last("rated")
    told = standing(view.events)
    return {
        "id": str(view.card.id),
        "counted_at": fixed.t.isoformat(),
        "seconds": int((fixed.t - reported).total_seconds()),
        "problem": fixed.d.get("problem") or "",
        "cause": fixed.d.get("cause") or "",
        "devices": list(view.card.devices),
        "visits": len(story.arrivals),
        "asked": len(asked),
        "filled": sum(event.id in filled for event in asked),
        "rating": rated.d["score"] if rated else None,
        "events": len(told),
        "late_events": sum(_lag(event) > allowed for event in told),
    }


def _lag(event: Event) -> timedelta:
    """How long after it happened it was written down; after its correction, where it had one."""
    return (event.corrected_at or event.recorded) - event.t
