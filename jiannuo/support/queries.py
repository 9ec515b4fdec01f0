"""Reads of support."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.support.models import Consent, Emergency, RemoteSession


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
    commander: str = ""


def emergencies() -> list[EmergencyCard]:
    return [_card(row) for row in Emergency.objects.order_by("declared_at", "id")]


def emergency(case: UUID) -> EmergencyCard | None:
    row = Emergency.objects.filter(case_id=case).first()
    return _card(row) if row else None


def standing(limit: int) -> list[UUID]:
    """Cases whose emergency was not withdrawn, the newest first."""
    rows = Emergency.objects.filter(withdrawn_at__isnull=True).order_by("-declared_at", "-id")
    return list(rows.values_list("case_id", flat=True)[:limit])


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A remote session that runs though the consent behind it has ended."""

    case: UUID
    engineer: str
    began_at: datetime
    until: datetime


def past_consent(at: datetime) -> list[OpenSession]:
    """Sessions that must be closed: the newest consent of their case ended before `at`
    (R-7.3-B-2b)."""
    found = []
    for row in RemoteSession.objects.filter(began_at__lte=at, ended_at__isnull=True).order_by("id"):
        said = Consent.objects.filter(case_id=row.case_id, at__lte=at).order_by("at", "id").last()
        if said is not None and said.until is not None and said.until < at:
            found.append(OpenSession(row.case_id, row.by_name, row.began_at, said.until))
    return found


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
        row.commander,
    )
