"""Reads of field work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from jiannuo.visits.models import Visit
from jiannuo.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class VisitLine:
    engineer: str
    state: str
    sent_at: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    off_fence_m: int | None
    inferred: bool


def of_case(case: UUID) -> list[VisitLine]:
    # The name alone: more of our people a customer's session may not read.
    rows = Visit.objects.filter(case_id=case).annotate(who=F("engineer__name"))
    return [
        VisitLine(
            v.who,
            v.state,
            v.sent_at,
            v.arrived_at,
            v.left_at,
            v.off_fence_m,
            v.inferred,
        )
        for v in rows.order_by("sent_at", "arrived_at", "id")
    ]


def on_site() -> list[tuple[str, UUID]]:
    """(engineer, case) of everybody on site now."""
    rows = Visit.objects.filter(state=VisitState.ON_SITE).select_related("engineer")
    return [(v.engineer.name, v.case_id) for v in rows]
