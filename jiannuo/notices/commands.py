"""Posting: what must be told, in the transaction of the fact. Sending is the worker's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jiannuo.kernel.moment import now
from jiannuo.notices.models import Notice

#: For rooms that post set-based, inside their own statement (the sweep).
OUTBOX = (
    "insert into notices_notice (key, kind, subject_kind, subject, customer_id, to_role,"
    " channel, payload, state, posted_at, acknowledged_by)"
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell a role about a subject. `key` makes it once."""

    key: str
    kind: str
    subject_kind: str
    subject: UUID
    to_role: str
    customer: UUID | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


def post(notes: Iterable[Note]) -> None:
    """Write notices; those whose key is there already are the same notice."""
    at = now()
    rows = [
        Notice(
            key=note.key,
            kind=note.kind,
            subject_kind=note.subject_kind,
            subject=note.subject,
            customer_id=note.customer,
            to_role=note.to_role,
            payload=dict(note.payload),
            posted_at=at,
        )
        for note in notes
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)
