"""Posting: what must be told, in the transaction of the fact. Telling is the worker's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q

from jiannuo.kernel.moment import now
from jiannuo.notices.models import Delivery, Notice, Recipient

#: For rooms that post set-based, inside their own statement (the sweep).
OUTBOX = (
    "insert into notices_notice (key, kind, subject_kind, subject, customer_id, to_role,"
    " urgency, drill, by, ack, trigger, payload, state, posted_at, told_by)"
)

WARNING = "warn:"


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell a role, or one person, about a subject. `key` makes it once.

    `urgency`: 1 and 2 are fault levels one and two. `by`: channels in their order instead of the
    house's usual ones. `ack`: somebody has to say that he knows. `trigger`: of which ladder.
    """

    key: str
    kind: str
    subject_kind: str
    subject: UUID
    to_role: str
    customer: UUID | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    urgency: int = 3
    drill: bool = False
    by: tuple[str, ...] = ()
    ack: bool = False
    trigger: int | None = None
    to_person: UUID | None = None


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
            to_person=note.to_person,
            urgency=note.urgency,
            drill=note.drill,
            by=list(note.by),
            ack=note.ack,
            trigger=note.trigger,
            payload=dict(note.payload),
            posted_at=at,
        )
        for note in notes
    ]
    if rows:
        Notice.objects.bulk_create(rows, ignore_conflicts=True)


def cancel_warnings(triggers: Sequence[int]) -> None:
    """Warnings of ladders that no longer stand need not be told any more; a broken promise and
    an alert are told all the same."""
    _cancel(Q(trigger__in=list(triggers), kind__startswith=WARNING))


def cancel_of(subject: UUID, kinds: Sequence[str]) -> None:
    """What nobody was told yet about a subject need not be told any more (T39)."""
    _cancel(Q(subject=subject, kind__in=list(kinds)))


def _cancel(which: Q) -> None:
    rows = Notice.objects.filter(which, state__in=["waiting", "addressed"])
    gone = list(rows.values_list("id", flat=True))
    if not gone:
        return
    Notice.objects.filter(id__in=gone).update(state="cancelled")
    bundles = set(Recipient.objects.filter(notice__in=gone).values_list("bundle", flat=True))
    live = Recipient.objects.filter(bundle__in=bundles).exclude(notice__state="cancelled")
    bundles -= set(live.values_list("bundle", flat=True))
    if bundles:
        Delivery.objects.filter(bundle__in=bundles, state="waiting").update(state="cancelled")
