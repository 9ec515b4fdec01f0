"""Reads of the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.notices.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it was posted; `about`: what its words need."""

    kind: str
    to_role: str
    state: str
    posted_at: datetime
    about: Mapping[str, Any]


def of_subject(subject: UUID) -> list[NoticeLine]:
    rows = Notice.objects.filter(subject=subject).order_by("posted_at", "id")
    return [NoticeLine(n.kind, n.to_role, n.state, n.posted_at, n.payload) for n in rows]


def waiting() -> int:
    return Notice.objects.filter(state="waiting").count()
