"""Reads of the outbox: what was posted, to whom it went, who knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Max, Min, Q, When

from jiannuo.notices import set_up
from jiannuo.notices.models import Delivery, Notice, Recipient


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice as it was posted; `about`: what its words need."""

    kind: str
    to_role: str
    state: str
    posted_at: datetime
    about: Mapping[str, Any]
    told_at: datetime | None = None
    told_by: str = ""


def of_subject(subject: UUID) -> list[NoticeLine]:
    rows = Notice.objects.filter(subject=subject).order_by("posted_at", "id")
    return [
        NoticeLine(n.kind, n.to_role, n.state, n.posted_at, n.payload, n.told_at, n.told_by)
        for n in rows
    ]


def waited(key: str, at: datetime) -> timedelta:
    """How long a notice lay, or lies at `at`, before somebody was named for it; nothing where
    there is none."""
    row = Notice.objects.filter(key=key).first()
    if row is None:
        return timedelta()
    end = at if row.state == "waiting" else row.addressed_at or row.posted_at
    return end - row.posted_at


@dataclass(frozen=True, slots=True)
class InboxLine:
    """One notice in somebody's inbox. `bundle` is what he acknowledges."""

    id: int
    bundle: UUID
    kind: str
    subject_kind: str
    subject: UUID
    role: str
    urgency: int
    drill: bool
    ack: bool
    posted_at: datetime
    about: Mapping[str, Any]
    told_at: datetime | None
    seen_at: datetime | None
    cancelled: bool

    @property
    def asks(self) -> bool:
        """Somebody waits for his word."""
        return self.ack and self.told_at is None and not self.cancelled


def inbox(person: UUID, limit: int = 100) -> list[InboxLine]:
    """What he was told: what asks for his word however old, then the newest of the rest."""
    mine = Recipient.objects.filter(person=person).select_related("notice").order_by("-id")
    asking = list(mine.filter(ASKS))
    others = mine.exclude(pk__in=[row.pk for row in asking])[: max(0, limit - len(asking))]
    return [_line(row) for row in (*asking, *others)]


def of_bundle(person: UUID, bundle: UUID) -> list[InboxLine]:
    """What one message told him, in its order."""
    rows = Recipient.objects.filter(person=person, bundle=bundle).select_related("notice")
    return [_line(row) for row in rows.order_by("notice__urgency", "notice_id")]


#: Somebody waits for his word.
ASKS = Q(notice__ack=True, told_at__isnull=True) & ~Q(notice__state="cancelled")


def _line(row: Recipient) -> InboxLine:
    return InboxLine(
        row.pk,
        row.bundle,
        row.notice.kind,
        row.notice.subject_kind,
        row.notice.subject,
        row.notice.to_role,
        row.notice.urgency,
        row.notice.drill,
        row.notice.ack,
        row.notice.posted_at,
        row.notice.payload,
        row.told_at,
        row.seen_at,
        row.notice.state == "cancelled",
    )


@dataclass(frozen=True, slots=True)
class Badge:
    """How many messages he has not seen, and how many things ask for his word: as many cards as
    his inbox shows."""

    unseen: int
    asking: int


def badge(person: UUID) -> Badge:
    mine = Recipient.objects.filter(Q(seen_at__isnull=True) | Q(told_at__isnull=True))
    card = Case(When(notice__subject_kind="case", then="notice__subject"), default="bundle")
    found = mine.filter(person=person).aggregate(
        unseen=Count("bundle", filter=Q(seen_at__isnull=True), distinct=True),
        asking=Count(card, filter=ASKS, distinct=True),
    )
    return Badge(found["unseen"], found["asking"])


def newest() -> int:
    """The number of the newest recipient of any notice."""
    last = Recipient.objects.order_by("-id").values_list("id", flat=True).first()
    return last or 0


def after(number: int, limit: int) -> list[tuple[int, UUID, UUID]]:
    """(number, person, subject of the notice) of the recipients numbered above, the oldest
    first. One with a lower number may still come."""
    rows = Recipient.objects.filter(id__gt=number).order_by("id")
    return list(rows.values_list("id", "person", "notice__subject")[:limit])


@dataclass(frozen=True, slots=True)
class TellingLine:
    """One step of telling: whom, as what, by what, how it went."""

    at: datetime
    kind: str
    role: str
    name: str
    via: str
    channel: str
    state: str
    tries: int
    sent_at: datetime | None
    arrived_at: datetime | None
    answered_at: datetime | None
    told_at: datetime | None
    told_how: str
    trouble: str
    drill: bool


def tellings(subject: UUID) -> list[TellingLine]:
    """Who was told of a subject, by what and when, in order: the proof that somebody was."""
    rows = Recipient.objects.filter(notice__subject=subject).select_related("notice")
    recipients = list(rows.order_by("notice__posted_at", "id"))
    by_bundle: dict[tuple[UUID, UUID], list[Delivery]] = {}
    deliveries = Delivery.objects.filter(bundle__in={r.bundle for r in recipients})
    for one in deliveries.order_by("id"):
        by_bundle.setdefault((one.bundle, one.person), []).append(one)
    return [
        TellingLine(
            row.notice.posted_at,
            row.notice.kind,
            row.notice.to_role,
            row.name,
            row.via,
            one.channel,
            one.state,
            one.tries,
            one.sent_at,
            one.arrived_at,
            one.answered_at,
            row.told_at,
            row.told_how,
            one.trouble,
            row.notice.drill,
        )
        for row in recipients
        for one in by_bundle.get((row.bundle, row.person), [])
    ]


def reached(subject: UUID, kinds: Sequence[str]) -> dict[UUID, str]:
    """Who was sent anything of these kinds about a subject: person and name (T39)."""
    rows = Recipient.objects.filter(notice__subject=subject, notice__kind__in=list(kinds))
    out = Delivery.objects.filter(
        bundle__in=rows.values("bundle"), sent_at__isnull=False
    ).values_list("person", "name")
    return dict(out)


@dataclass(frozen=True, slots=True)
class Health:
    """A channel in the last day: how much went out, how much is stuck, since when and why."""

    channel: str
    sent: int
    waiting: int
    failed: int
    last_sent_at: datetime | None
    oldest_waiting_at: datetime | None
    trouble: str


def health(at: datetime, span: timedelta = timedelta(days=1)) -> dict[str, Health]:
    rows = Delivery.objects.filter(Q(posted_at__gte=at - span) | Q(state="waiting"))
    counted = rows.values("channel").annotate(
        sent=Count("id", filter=Q(state="sent")),
        waiting=Count("id", filter=Q(state="waiting", held=False)),
        failed=Count("id", filter=Q(state="failed")),
        last=Max("sent_at"),
        oldest=Min("posted_at", filter=Q(state="waiting", held=False)),
    )
    stuck = rows.filter(state__in=["waiting", "failed"]).exclude(trouble="").order_by("id")
    troubles = dict(stuck.values_list("channel", "trouble"))
    return {
        row["channel"]: Health(
            row["channel"],
            row["sent"],
            row["waiting"],
            row["failed"],
            row["last"],
            row["oldest"],
            troubles.get(row["channel"], ""),
        )
        for row in counted
    }


def waiting() -> int:
    return Notice.objects.filter(state="waiting").count()


def failing(at: datetime, tries: int) -> tuple[int, datetime | None]:
    """What was tried so often and still waits: how many, and since when the oldest of it."""
    rows = Delivery.objects.filter(state="waiting", tries__gte=tries, posted_at__lt=at)
    found = rows.aggregate(n=Count("id"), oldest=Min("posted_at"))
    return found["n"], found["oldest"]


def oldest_unsent() -> datetime | None:
    """Since when the oldest thing that should be out is waiting; None: nothing is. What waits for
    a channel that is off is another trouble."""
    notice = Notice.objects.filter(state="waiting").aggregate(t=Min("posted_at"))["t"]
    delivery = Delivery.objects.filter(
        state="waiting", held=False, tries=0, channel__in=set_up.ready()
    )
    found = [t for t in (notice, delivery.aggregate(t=Min("posted_at"))["t"]) if t is not None]
    return min(found, default=None)


#: So far back a notice is looked for that shows how its kind reads.
RECENT = 5000


@dataclass(frozen=True, slots=True)
class Sample:
    """A notice as it was posted: what it told, and when."""

    kind: str
    payload: dict[str, Any]
    posted_at: datetime


def newest_of(kind: str) -> Sample | None:
    """The last real one of a kind among the newest."""
    last = Notice.objects.order_by("-id").values_list("id", flat=True).first()
    if last is None:
        return None
    rows = Notice.objects.filter(Q(kind=kind) | Q(kind__startswith=f"{kind}:"), drill=False)
    row = rows.filter(id__gt=last - RECENT).order_by("-id").first()
    return Sample(row.kind, row.payload, row.posted_at) if row else None
