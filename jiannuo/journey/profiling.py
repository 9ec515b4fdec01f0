"""A version of the service profile: written, looked at, handed in, and put in force by somebody
else. It binds what begins afterwards; no version in force is ever altered (R-0-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.customers import publishing, versions
from jiannuo.customers import queries as customers
from jiannuo.customers.versions import DraftCard
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before, written
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.notices.commands import Note, post
from jiannuo.people.permits import require

DUTY = "R-0-1"


@transaction.atomic
def begin(actor: Actor, source: int, when: When = NOW) -> UUID:
    """A draft that says what a version says."""
    require(actor, "profile_drafted")
    before = written(when, "profile_drafted")
    if before is not None:
        return before.subject
    card = versions.begin(source, actor.name, actor.id, now())
    said = {"base": card.base, "changes": dict(card.changes)}
    _told(actor, card.id, "profile_drafted", said, when)
    return card.id


@transaction.atomic
def write(
    actor: Actor, one: UUID, changes: Mapping[str, Any], reason: str, when: When = NOW
) -> DraftCard:
    """What a draft changes, as a whole. Raises `Refusal` naming the key that may not be so."""
    require(actor, "profile_drafted")
    if sent_before(when, "profile_drafted"):
        return versions.draft(one)
    card = versions.write(one, changes, reason, now())
    said = given(base=card.base, changes=dict(card.changes), reason=reason)
    _told(actor, one, "profile_drafted", said, when)
    return card


@transaction.atomic
def offer(actor: Actor, one: UUID, when: When = NOW) -> Done:
    """It is to be looked at by somebody else."""
    require(actor, "profile_offered")
    if sent_before(when, "profile_offered"):
        return outcome(None, when, str(one))
    card = versions.offer(one, now())
    said = {"base": card.base, "changes": dict(card.changes), "reason": card.reason}
    event = _told(actor, one, "profile_offered", said, when)
    _tell(actor, event, card, "profile_offered", card.reason)
    return outcome(event, when, str(one))


@transaction.atomic
def approve(actor: Actor, one: UUID, seen: str, when: When = NOW) -> Done:
    """Somebody else than its writer puts it in force, from now on. `seen`: the mark of the changes
    that he looked at. Raises `Refusal`."""
    require(actor, "profile_approved")
    if sent_before(when, "profile_approved"):
        return outcome(None, when, str(one))
    card = versions.draft(one)
    _may_be_approved(actor, card, seen)
    at, number = now(), versions.next_number()
    versions.end(one, actor.name, at, number)
    said = {
        "version": number,
        "changes": dict(card.changes),
        "reason": card.reason,
        "drafted_by": card.by,
    }
    event = _told(actor, one, "profile_approved", said, when)
    publishing.put_in_force(actor, number, card.changes, card.reason, at)
    _tell(actor, event, card, "profile_approved", card.reason)
    return outcome(event, when, str(number))


def _may_be_approved(actor: Actor, card: DraftCard, seen: str) -> None:
    if card.state != "offered":
        raise Refusal(
            "not_offered",
            "草案还没有提交审批，或已经办结",
            "the draft is not handed in, or has ended",
            requirement=DUTY,
        )
    same = actor.id is not None and actor.id == card.by_id
    if same or actor.name == card.by:
        raise Refusal(
            "own_draft",
            f"这份草案是{card.by}起草的，要由另一个人批准",
            f"{card.by} wrote this draft; somebody else has to approve it",
            requirement=DUTY,
        )
    if seen != mark(card):
        raise Refusal(
            "changed_meanwhile",
            "你看过以后草案又改了，请看过新的差别再批准",
            "the draft was changed since you looked at it; look again, then approve",
            requirement=DUTY,
        )


def mark(card: DraftCard) -> str:
    """Which changes somebody looked at."""
    return json.dumps([card.base, card.changes, card.reason], sort_keys=True, ensure_ascii=False)


@transaction.atomic
def drop(actor: Actor, one: UUID, reason: str, when: When = NOW) -> Done:
    """It comes to nothing; what was written stays to be read."""
    require(actor, "profile_dropped")
    if sent_before(when, "profile_dropped"):
        return outcome(None, when, str(one))
    event = _told(actor, one, "profile_dropped", {"reason": reason}, when)
    card = versions.end(one, actor.name, now())
    _tell(actor, event, card, "profile_dropped", reason)
    return outcome(event, when, str(one))


def _told(actor: Actor, one: UUID, kind: str, fields: dict[str, Any], when: When) -> Event | None:
    at: datetime = now()
    profile = customers.base_profile(at)
    return on_subject(actor, Subject("draft", one), profile, kind, fields, when)


def _tell(actor: Actor, event: Event | None, card: DraftCard, kind: str, note: str) -> None:
    """What is handed in waits for the sub-centre head; the writer hears what came of it."""
    offered = kind == "profile_offered"
    if event is None or (not offered and card.by_id in (None, actor.id)):
        return
    facts = {"person": actor.name, "note": note.rstrip("。.")}
    to = "subcentre_head" if offered else ""
    whom = None if offered else card.by_id
    key = f"{kind}:{event.id}"
    post([Note(key, kind, "draft", card.id, to, payload=facts, to_person=whom)])
