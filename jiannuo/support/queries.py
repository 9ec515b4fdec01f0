"""Reads of support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.support.models import Emergency


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """An emergency and whom to call first as duty manager, on what was known then."""

    case: UUID
    drill: bool
    declared_at: datetime
    withdrawn_at: datetime | None
    on_duty: str
    on_duty_via: str
    team: tuple[str, ...]
    expert_group: tuple[str, ...]


def emergencies() -> list[EmergencyCard]:
    return [_card(row) for row in Emergency.objects.order_by("declared_at", "id")]


def emergency(case: UUID) -> EmergencyCard | None:
    row = Emergency.objects.filter(case_id=case).first()
    return _card(row) if row else None


def _card(row: Emergency) -> EmergencyCard:
    return EmergencyCard(
        row.case_id,
        row.drill,
        row.declared_at,
        row.withdrawn_at,
        row.on_duty,
        row.on_duty_via,
        tuple(row.team),
        tuple(row.expert_group),
    )
