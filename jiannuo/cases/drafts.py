"""What is typed while somebody speaks (7.1, 7.2): kept with every word, so that a second call, a
closed window or a broken line loses nothing. A draft is nobody's but his who types it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jiannuo.cases.models import Draft
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

#: A draft that nobody went on with for so long is offered no more.
OLD = timedelta(hours=12)
MOST = 20_000  # characters of all that is typed


@dataclass(frozen=True, slots=True)
class DraftCard:
    id: UUID
    started_at: datetime
    kept_at: datetime
    fields: Mapping[str, str]
    done: bool


@transaction.atomic
def keep(actor: Actor, draft: UUID, fields: Mapping[str, str]) -> DraftCard:
    """Keep what is typed so far; the first word begins the draft. One that is a case already, or
    was given up, stays as it is. Raises `Refusal` for another's, and for more than anybody says
    on the telephone."""
    require(actor, "reported")
    if sum(map(len, fields.values())) > MOST:
        raise Refusal(
            "too_much",
            "写得太多，存不下，请分几次写",
            "this is too much to keep; write less at a time",
        )
    at = now()
    row, begun = Draft.objects.select_for_update().get_or_create(
        pk=draft,
        defaults={"staff": _id(actor), "started_at": at, "kept_at": at, "fields": dict(fields)},
    )
    _his(actor, row)
    if not begun and row.case_id is None and row.dropped_at is None:
        row.fields, row.kept_at = dict(fields), at
        row.save(update_fields=["fields", "kept_at"])
    return _card(row)


def drop(actor: Actor, draft: UUID) -> None:
    """Nothing came of it: a wrong number, a call that broke off."""
    row = _mine(actor, draft)
    if row is not None and row.case_id is None:
        row.dropped_at = now()
        row.save(update_fields=["dropped_at"])


def finish(actor: Actor, draft: UUID, case: UUID) -> None:
    """It became this case."""
    row = _mine(actor, draft)
    if row is not None and row.dropped_at is None:
        row.case_id = case
        row.save(update_fields=["case"])


def draft(actor: Actor, wanted: UUID) -> DraftCard | None:
    """Raises `Refusal` for another's."""
    row = _mine(actor, wanted)
    return _card(row) if row is not None else None


def in_hand(actor: Actor) -> list[DraftCard]:
    """His open drafts, the oldest call first."""
    rows = Draft.objects.filter(
        staff=_id(actor), case__isnull=True, dropped_at__isnull=True, kept_at__gt=now() - OLD
    )
    return [_card(row) for row in rows.order_by("started_at", "id")]


def _mine(actor: Actor, wanted: UUID) -> Draft | None:
    row = Draft.objects.filter(pk=wanted).first()
    if row is not None:
        _his(actor, row)
    return row


def _his(actor: Actor, row: Draft) -> None:
    if row.staff != _id(actor):
        raise Refusal("not_yours", "没有这份草稿", "there is no such draft")


def _id(actor: Actor) -> UUID:
    if actor.id is None:
        raise Refusal("nobody", "草稿要有人写", "somebody has to write a draft")
    return actor.id


def _card(row: Draft) -> DraftCard:
    done = row.case_id is not None or row.dropped_at is not None
    return DraftCard(row.id, row.started_at, row.kept_at, row.fields, done)
