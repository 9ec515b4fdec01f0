"""Acknowledging: told is who said that he knows, or answered; what was sent is not told (A22)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from jiannuo.kernel import codes
from jiannuo.kernel.moment import now
from jiannuo.notices import failing
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.models import Delivery, Guess, Heard, Notice, Recipient

CODE_LENGTH = 12
CODE_LIVES = 48  # hours
LONGEST_NAME = 160  # of a report


@dataclass(frozen=True, slots=True)
class Told:
    """A notice that somebody knows of now: what follows from it is the journey's."""

    kind: str
    subject_kind: str
    subject: UUID
    to_role: str
    trigger: int | None
    drill: bool
    urgency: int
    person: UUID
    name: str
    how: str
    at: datetime
    called: bool
    via: str


def code_of(key: str) -> str:
    """The one-time code of a delivery's link: worked out, never stored, the same on each try."""
    digest = salted_hmac("jiannuo.notices.acknowledge", key, algorithm="sha256").digest()
    return "".join(codes.LETTERS[byte % len(codes.LETTERS)] for byte in digest[:CODE_LENGTH])


def by_code(delivery: int, code: str) -> Delivery | None:
    """The delivery whose link this is; None for a wrong code and for one that is too old."""
    row = Delivery.objects.filter(pk=delivery).first()
    if row is None or not codes.same(code_of(row.key), code.strip().upper()):
        return None
    return row if (now() - row.posted_at).total_seconds() < CODE_LIVES * 3600 else None


def subjects(kind: str, bundle: UUID, person: UUID) -> set[UUID]:
    """What of a kind a bundle tells this person of and he does not know yet. Whoever follows an
    acknowledgement up in those holds them before he acknowledges."""
    rows = Recipient.objects.filter(bundle=bundle, person=person, told_at__isnull=True)
    found = rows.filter(notice__subject_kind=kind).values_list("notice__subject", flat=True)
    return set(found)


def sent_as(channel: str, report: Report) -> tuple[UUID, UUID] | None:
    """The bundle and the person of what is reported of; None where that is none of ours."""
    return _reported(channel, report).values_list("bundle", "person").first()


def _reported(channel: str, report: Report) -> QuerySet[Delivery]:
    """By our key, else by the name that the other side gave the message."""
    named = {"key": report.key} if report.key else {"reference": report.of, "reference__gt": ""}
    return Delivery.objects.filter(channel=channel, **named).order_by("id")


def _of(bundle: UUID, person: UUID) -> list[Recipient]:
    """What a bundle tells a person, locked: always before its deliveries."""
    rows = Recipient.objects.select_for_update(of=("self",)).filter(bundle=bundle, person=person)
    return list(rows.select_related("notice").order_by("id"))


@transaction.atomic
def acknowledge(
    bundle: UUID, person: UUID, how: str, answered: datetime | None = None
) -> list[Told]:
    """This person knows everything in the bundle; what is new in that. Said again, it is nothing
    new. What is still on its way to him need not go out any more. `answered`: he said so then."""
    at = answered or now()
    rows = [row for row in _of(bundle, person) if row.told_at is None]
    if not rows:
        return []
    ids = [row.pk for row in rows]
    Recipient.objects.filter(pk__in=ids).update(told_at=at, told_how=how, seen_at=at)
    Notice.objects.filter(pk__in=[r.notice_id for r in rows], told_at__isnull=True).exclude(
        state="cancelled"
    ).update(state="told", told_at=at, told_by=rows[0].name)
    mine = Delivery.objects.filter(bundle=bundle, person=person)
    called = mine.filter(channel="voice", tries__gt=0).exists()
    mine.filter(state="waiting").update(state="cancelled")
    return [_told(row, how, at, called) for row in rows if row.notice.state != "cancelled"]


def _told(row: Recipient, how: str, at: datetime, called: bool) -> Told:
    notice = row.notice
    return Told(
        notice.kind,
        notice.subject_kind,
        notice.subject,
        notice.to_role,
        notice.trigger,
        notice.drill,
        notice.urgency,
        row.person,
        row.name,
        how,
        at,
        called,
        row.via,
    )


@dataclass(frozen=True, slots=True)
class Rang:
    """A call that rang and that nobody answered: whom, about what. `via`: how the roster came to
    him for each kind."""

    subject: UUID
    person: UUID
    name: str
    at: datetime
    via: Mapping[str, str]


@transaction.atomic
def hear(channel: str, report: Report) -> tuple[list[Told], Rang | None]:
    """Take in what a gateway reports, once. An answered call and a pressed key are told; a
    message that did not arrive goes another way, and a call that nobody took."""
    row = _reported(channel, report).first()
    if row is None or not _first_time(channel, report):
        return [], None
    parts = _of(row.bundle, row.person)
    row = Delivery.objects.select_for_update().get(pk=row.pk)
    at = _when(row, report)
    # Who knows it already, or is asked no more, is not called again for it.
    wanted = any(part.told_at is None and part.notice.state != "cancelled" for part in parts)
    if report.what in ("answered", "key"):
        Delivery.objects.filter(pk=row.pk).update(answered_at=at, arrived_at=at)
        how = "key" if report.what == "key" else "call"
        return acknowledge(row.bundle, row.person, how, at), None
    if report.what == "delivered":
        Delivery.objects.filter(pk=row.pk, arrived_at__isnull=True).update(arrived_at=at)
    elif report.what == "failed":
        failing.bounced(row, wanted=wanted)
    elif report.what == "unanswered":
        Delivery.objects.filter(pk=row.pk).update(trouble=report.what)
        if wanted:
            failing.unanswered(row)
        via = {part.notice.kind: part.via for part in parts}
        return [], Rang(parts[0].notice.subject, row.person, row.name, at, via) if parts else None
    return [], None


def _first_time(channel: str, report: Report) -> bool:
    """A gateway may name the call, not the report: what happened belongs to the name."""
    name = f"{report.reference or report.key}:{report.what}:{report.digit}"
    if len(name) > LONGEST_NAME:
        name = sha256(name.encode()).hexdigest()
    _, fresh = Heard.objects.get_or_create(
        channel=channel, reference=name, defaults={"heard_at": now()}
    )
    return fresh


def _when(row: Delivery, report: Report) -> datetime:
    """When it happened, as far as that can be: not before it went out, not to come."""
    at = now()
    if report.at is None or not (row.sent_at or row.posted_at) <= report.at <= at:
        return at
    return report.at


def settle_past(before: datetime) -> None:
    """What was told before then was seen long ago: for a past that was not lived here."""
    old = Recipient.objects.filter(notice__posted_at__lt=before)
    old.filter(seen_at__isnull=True).update(seen_at=before)
    told = old.filter(notice__state="addressed")
    Notice.objects.filter(pk__in=told.values("notice")).update(
        state="told", told_at=before, told_by="—"
    )
    old.filter(told_at__isnull=True).update(told_at=before, told_how="past")


def see(person: UUID, recipients: Sequence[int] | None = None) -> int:
    """He opened his inbox: seen, which is not told."""
    mine = Q(person=person, seen_at__isnull=True)
    if recipients is not None:
        mine &= Q(pk__in=list(recipients))
    return Recipient.objects.filter(mine).update(seen_at=now())


GUESSES, GUESSING_REST = 10, 600  # wrong codes, within how many seconds


def may_try(origin: str) -> bool:
    """May a code be tried from there? Not after ten wrong ones within ten minutes."""
    since = now() - timedelta(seconds=GUESSING_REST)
    return Guess.objects.filter(origin=origin, at__gt=since).count() < GUESSES


def guess(origin: str) -> None:
    """A wrong code was tried from there. What is older than it matters is forgotten."""
    at = now()
    Guess.objects.filter(at__lte=at - timedelta(seconds=GUESSING_REST)).delete()
    Guess.objects.create(origin=origin, at=at)
