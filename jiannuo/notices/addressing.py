"""Addressing: from a role to people, and by which channels. Nothing leaves the house here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.notices import rules, set_up
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.notices.rules import INBOX, Liking, Manners, Person

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that nobody was named for yet."""

    id: int
    key: str
    kind: str
    subject_kind: str
    subject: UUID
    to_role: str
    to_person: UUID | None
    urgency: int
    drill: bool
    by: tuple[str, ...]
    ack: bool
    payload: Mapping[str, Any]
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice, whom it is for, and the words its text needs."""

    notice: Waiting
    people: Sequence[Person]
    words: Mapping[str, Any]


def claim(limit: int = 200) -> list[Waiting]:
    """Notices to address, the most urgent first; held until the caller's transaction ends."""
    rows = Notice.objects.filter(state="waiting").order_by("urgency", "id")
    return [
        Waiting(
            n.id,
            n.key,
            n.kind,
            n.subject_kind,
            n.subject,
            n.to_role,
            n.to_person,
            n.urgency,
            n.drill,
            tuple(n.by),
            n.ack,
            n.payload,
            n.posted_at,
        )
        for n in rows.select_for_update(skip_locked=True)[:limit]
    ]


def write(found: Iterable[Addressed], manners: Manners) -> None:
    """Keep who is told of what, one bundle a person and subject, and what has to go out."""
    at, bundles = now(), defaultdict[tuple[UUID, UUID, int], list[Addressed]](list)
    everybody: dict[UUID, Person] = {}
    told = list(found)
    earlier = _earlier(told, at - manners.again_after)
    _mark(told, at)
    for one in told:
        for person in one.people:
            everybody.setdefault(person.id, person)
            same = earlier.get((person.id, one.notice.subject, one.notice.kind))
            if same is not None and one.notice.urgency > 2 and not one.notice.ack:
                _keep([one], person, same)  # he was told just now
            else:
                bundles[person.id, one.notice.subject, one.notice.urgency].append(one)
    hall = _Hall(at, manners, set_up.ready(), set_up.likings(everybody), _this_hour(everybody, at))
    deliveries = [
        delivery
        for person, parts in _digested(bundles, everybody, manners)
        for delivery in _deliveries(parts, person, hall)
    ]
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)


@dataclass(frozen=True, slots=True)
class _Hall:
    """What holds for everybody in one round. `sent`: messages to each in the last hour, and when
    the first of them came."""

    at: datetime
    manners: Manners
    ready: Mapping[str, str]
    likings: Mapping[UUID, Liking]
    sent: dict[UUID, tuple[int, datetime]]


def _mark(told: Sequence[Addressed], at: datetime) -> None:
    rows = [
        Notice(
            pk=one.notice.id,
            state="addressed" if one.people else "nobody",
            addressed_at=at,
            payload={**one.notice.payload, **one.words},
        )
        for one in told
    ]
    Notice.objects.bulk_update(rows, ["state", "addressed_at", "payload"])


def _earlier(told: Sequence[Addressed], since: datetime) -> dict[tuple[UUID, UUID, str], UUID]:
    """What somebody was told of lately: the bundle by person, subject and kind."""
    lately = Delivery.objects.filter(posted_at__gte=since).values("bundle")
    rows = Recipient.objects.filter(
        notice__subject__in={one.notice.subject for one in told}, bundle__in=lately
    )
    return {
        (person, subject, kind): bundle
        for person, subject, kind, bundle in rows.values_list(
            "person", "notice__subject", "notice__kind", "bundle"
        )
    }


def _this_hour(people: Iterable[UUID], at: datetime) -> dict[UUID, tuple[int, datetime]]:
    """How many messages each got in the last hour, and when the first of them came."""
    rows = Delivery.objects.filter(
        person__in=list(people), posted_at__gt=at - HOUR, urgency=3, held=False
    ).exclude(channel=INBOX)
    counted = rows.values_list("person").annotate(n=Count("id"), first=Min("posted_at"))
    return {person: (n, first) for person, n, first in counted}


def _digested(
    bundles: Mapping[tuple[UUID, UUID, int], list[Addressed]],
    people: Mapping[UUID, Person],
    manners: Manners,
) -> Iterable[tuple[Person, list[Addressed]]]:
    """Each bundle with its person; more than the house allows at once go out as one."""
    by_person = defaultdict[UUID, list[list[Addressed]]](list)
    for (person, _, _), parts in bundles.items():
        by_person[person].append(parts)
    for person, each in by_person.items():
        calm = [parts for parts in each if parts[0].notice.urgency > 2]
        urgent = [parts for parts in each if parts[0].notice.urgency <= 2]
        if len(calm) > manners.digest_over:
            calm = [[part for parts in calm for part in parts]]
        for parts in (*urgent, *calm):
            yield people[person], parts


def _deliveries(parts: list[Addressed], person: Person, hall: _Hall) -> Iterable[Delivery]:
    bundle, first = new_id(), parts[0].notice
    _keep(parts, person, bundle)
    by = tuple(dict.fromkeys(channel for part in parts for channel in part.notice.by))
    liking = hall.likings.get(person.id, rules.NO_LIKING)
    found = rules.ways(person, first.urgency, by, hall.ready, hall.manners, liking)
    release = _release(parts, person, liking, hall)
    reserve = [f"{channel}|{address}" for channel, address in found.reserve]
    for channel, address in found.now:
        own = channel == INBOX
        yield Delivery(
            key=f"{first.key}>{person.id.hex[-12:]}:{channel}",
            bundle=bundle,
            person=person.id,
            name=person.name,
            channel=channel,
            address=address,
            language=person.language,
            urgency=first.urgency,
            drill=first.drill,
            reserve=[] if own else reserve,
            held=not own and release > hall.at,
            next_at=hall.at if own else release,
            posted_at=hall.at,
            state="sent" if own else "waiting",
            sent_at=hall.at if own else None,
        )


def _keep(parts: Sequence[Addressed], person: Person, bundle: UUID) -> None:
    Recipient.objects.bulk_create(
        (
            Recipient(
                notice_id=part.notice.id,
                person=person.id,
                name=person.name,
                via=person.via,
                bundle=bundle,
            )
            for part in parts
        ),
        ignore_conflicts=True,
    )


def _release(parts: Sequence[Addressed], person: Person, liking: Liking, hall: _Hall) -> datetime:
    """When it may go out: reminders wait for the morning, and for their hour where there were
    many."""
    if not all(rules.reminds(part.notice.kind, part.notice.urgency) for part in parts):
        return hall.at
    count, first = hall.sent.get(person.id, (0, hall.at))
    hall.sent[person.id] = (count + 1, first)
    when = hall.at
    if person.via not in rules.ON_DUTY:
        when = rules.wakes_at(hall.at, hall.manners, liking)
    return max(when, first + HOUR) if count >= hall.manners.most_an_hour else when
