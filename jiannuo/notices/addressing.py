"""Addressing: from a role to people, and by which channels. Nothing leaves the house here."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min

from jiannuo.kernel.ids import new_id
from jiannuo.notices import rules, set_up
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.notices.rules import INBOX, Liking, Manners, Person, Ways
from jiannuo.notices.sending import clock

HOUR = timedelta(hours=1)
LONGEST_KEY = 160  # of a notice, with the person and the channel still to come

#: One message: to whom, about what, how urgent, in earnest or as a drill.
Bundle = tuple[UUID, UUID, int, bool]

# Subjects that wait, the most urgent first, which nobody else addresses at this moment. The list
# is made before anything is locked, so that no more is locked than is taken; after an outage it
# is the beginning of a long one.
SUBJECTS = """
with waiting as materialized (
  select subject, min(urgency) as urgency, min(id) as id from (
    select subject, urgency, id from notices_notice where state = 'waiting'
      and posted_at <= coalesce(%(before)s::timestamptz, 'infinity')
    order by urgency, id limit 5000) first
  group by subject order by 2, 3)
select subject from waiting
where pg_try_advisory_xact_lock(hashtextextended('notices ' || subject, 0)) limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that nobody was named for yet."""

    id: int
    key: str
    kind: str
    subject_kind: str
    subject: UUID
    customer: UUID | None
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


#: A notice, and one who is told of it, with why it is he.
Meant = tuple[Addressed, Person]


def claim(limit: int = 100, before: datetime | None = None) -> list[Waiting]:
    """The notices of so many subjects, the most urgent first; held until the caller's transaction
    ends. All that waits of a subject is taken together, by one process: what one person hears of
    it is one message (T40). `before`: only subjects of which something waits since then."""
    with connection.cursor() as cursor:
        cursor.execute(SUBJECTS, {"limit": limit, "before": before})
        subjects = [subject for (subject,) in cursor.fetchall()]
    rows = Notice.objects.filter(state="waiting", subject__in=subjects).order_by("urgency", "id")
    return [
        Waiting(
            n.id,
            n.key,
            n.kind,
            n.subject_kind,
            n.subject,
            n.customer_id,
            n.to_role,
            n.to_person,
            n.urgency,
            n.drill,
            tuple(n.by),
            n.ack,
            n.payload,
            n.posted_at,
        )
        for n in (rows.select_for_update(skip_locked=True) if subjects else ())
    ]


def write(
    found: Sequence[Addressed], manners: Manners, at: datetime
) -> list[tuple[Addressed, Person]]:
    """Keep who is told of what, one bundle a person and subject, and what has to go out. Gives
    back to whom nothing leads out of the house."""
    everybody = {person.id: person for one in found for person in one.people}
    hall = _Hall(at, manners, set_up.ready(), set_up.likings(everybody), _this_hour(everybody, at))
    earlier = _earlier(found, at - manners.again_after, at)
    bundles = defaultdict[Bundle, list[Meant]](list)
    kept = _Kept()
    for one in found:
        notice = one.notice
        for person in one.people:
            same = earlier.get((person.id, _said(notice.kind, notice.subject, _facts(one))))
            if same is not None and _may_join(notice):
                kept.tell([(one, person)], same)  # he was told just now
            else:
                whose = (person.id, notice.subject, notice.urgency, notice.drill)
                bundles[whose].append((one, person))
    for parts in _digested(bundles, manners):
        kept.send(parts, hall)
    Recipient.objects.bulk_create(kept.recipients, ignore_conflicts=True)
    Delivery.objects.bulk_create(kept.deliveries, ignore_conflicts=True)
    _mark(found, {row.notice_id for row in kept.recipients}, at)
    return kept.cut_off


def set_aside(notice: Waiting, trouble: str, at: datetime) -> None:
    """It cannot be addressed: nobody is told, and it holds up no other."""
    Notice.objects.filter(pk=notice.id).update(
        state="nobody", addressed_at=at, payload={**notice.payload, "trouble": trouble}
    )


def take_back(person: UUID) -> int:
    """Nothing more goes out to this person: what was on its way to him and was for a role waits
    to be addressed anew; how many notices."""
    mine = Delivery.objects.filter(person=person, state="waiting")
    bundles = list(mine.values_list("bundle", flat=True))
    # Before their notices and deliveries, as whoever acknowledges takes them.
    held = Recipient.objects.select_for_update().filter(person=person, bundle__in=bundles)
    list(held.order_by("id").values_list("id"))
    rows = Notice.objects.filter(
        recipients__person=person, recipients__bundle__in=bundles, state="addressed"
    )
    unheard = list(rows.values_list("id", flat=True))
    Notice.objects.filter(pk__in=unheard, to_role="").update(state="nobody")
    again = Notice.objects.filter(pk__in=unheard).exclude(to_role="")
    count = again.update(state="waiting", to_person=None)
    mine.filter(bundle__in=bundles).update(state="cancelled")
    return count


@dataclass(frozen=True, slots=True)
class _Hall:
    """What holds for everybody in one round. `sent`: messages to each in the last hour, and when
    the first of them came."""

    at: datetime
    manners: Manners
    ready: Mapping[str, str]
    likings: Mapping[UUID, Liking]
    sent: dict[UUID, tuple[int, datetime]]


@dataclass
class _Kept:
    """What one round writes. `cut_off`: to whom nothing leads out of the house."""

    recipients: list[Recipient] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    cut_off: list[tuple[Addressed, Person]] = field(default_factory=list)

    def tell(self, parts: Sequence[Meant], bundle: UUID) -> None:
        self.recipients += (
            Recipient(
                notice_id=part.notice.id,
                person=person.id,
                name=person.name,
                via=person.via,
                bundle=bundle,
            )
            for part, person in parts
        )

    def send(self, parts: Sequence[Meant], hall: _Hall) -> None:
        """One message; where he has not even an inbox nobody is told."""
        first, person = parts[0]
        liking = hall.likings.get(person.id, rules.NO_LIKING)
        urgency = first.notice.urgency
        by = _ways_named(parts, rules.wanted(urgency, hall.manners))
        ways = rules.ways(person, urgency, by, hall.ready, hall.manners, liking)
        if all(channel == INBOX for channel, _ in ways.now):
            self.cut_off += parts
        if ways.now:
            bundle = new_id()
            self.tell(parts, bundle)
            release = _release(parts, liking, hall)
            self.deliveries += _deliveries(first.notice, person, bundle, ways, hall.at, release)


def _ways_named(parts: Sequence[Meant], usual: tuple[str, ...]) -> tuple[str, ...]:
    """By what one message goes that says several things: by whatever any of them asks for, and
    who names nothing asks for the usual."""
    if not any(part.notice.by for part, _ in parts):
        return ()
    return tuple(dict.fromkeys(way for part, _ in parts for way in part.notice.by or usual))


def _facts(one: Addressed) -> dict[str, Any]:
    return {**one.notice.payload, **one.words}


def _mark(found: Sequence[Addressed], told: set[int], at: datetime) -> None:
    rows = [
        Notice(
            pk=one.notice.id,
            state="addressed" if one.notice.id in told else "nobody",
            addressed_at=at,
            payload=_facts(one),
        )
        for one in found
    ]
    Notice.objects.bulk_update(rows, ["state", "addressed_at", "payload"])


def _may_join(notice: Waiting) -> bool:
    """May it be left at what he was told before? A reminder for which nobody waits."""
    return rules.reminds(notice.kind, notice.urgency) and not (notice.ack or notice.drill)


def _said(kind: str, subject: UUID, facts: Mapping[str, Any]) -> str:
    """What a notice says: the same of two that say the same."""
    return json.dumps([kind, str(subject), facts], sort_keys=True)


def _earlier(
    found: Sequence[Addressed], since: datetime, at: datetime
) -> dict[tuple[UUID, str], UUID]:
    """What somebody was told lately, in words that went out of the house or still will: the
    bundle by person and what it says."""
    subjects = {one.notice.subject for one in found if _may_join(one.notice)}
    if not subjects:
        return {}
    out = Delivery.objects.filter(
        posted_at__gte=since, posted_at__lte=at, state__in=["waiting", "sent"]
    )
    rows = Recipient.objects.filter(
        notice__subject__in=subjects,
        notice__drill=False,
        bundle__in=out.exclude(channel=INBOX).values("bundle"),
    ).exclude(notice__state="cancelled")
    return {
        (row.person, _said(row.notice.kind, row.notice.subject, row.notice.payload)): row.bundle
        for row in rows.select_related("notice")
    }


def _this_hour(people: Iterable[UUID], at: datetime) -> dict[UUID, tuple[int, datetime]]:
    """How many messages each got in the last hour, and when the first of them came."""
    rows = Delivery.objects.filter(
        person__in=list(people), posted_at__range=(at - HOUR, at), urgency=3, held=False
    ).exclude(channel=INBOX)
    counted = rows.values_list("person").annotate(n=Count("id"), first=Min("posted_at"))
    return {person: (n, first) for person, n, first in counted}


def _digested(bundles: Mapping[Bundle, list[Meant]], manners: Manners) -> Iterable[list[Meant]]:
    """Each bundle; where one person would get more at once than the house allows, they go out as
    one list, of level two as a few that name everything. What is about level one stands alone,
    and a drill never goes with what is in earnest."""
    many = defaultdict[tuple[UUID, bool], list[tuple[int, list[Meant]]]](list)
    for (person, _, urgency, drill), parts in bundles.items():
        if urgency == 1:
            yield parts
        else:
            many[person, drill].append((urgency, parts))
    for each in many.values():
        if len(each) <= manners.digest_over:
            yield from (parts for _, parts in each)
            continue
        urgent = [parts for urgency, parts in each if urgency == 2]
        calm = [parts for urgency, parts in each if urgency > 2]
        for start in range(0, len(urgent), rules.LISTED):
            yield list(chain.from_iterable(urgent[start : start + rules.LISTED]))
        if calm:
            yield list(chain.from_iterable(calm))


def _key(notice: Waiting) -> str:
    """Gateways get the key in a header: short, and nothing but plain characters."""
    plain = notice.key.isascii() and notice.key.isprintable() and len(notice.key) <= LONGEST_KEY
    return notice.key if plain else f"notice:{notice.id}"


def _deliveries(
    first: Waiting, person: Person, bundle: UUID, ways: Ways, at: datetime, release: datetime
) -> Iterable[Delivery]:
    reserve = [f"{channel}|{address}" for channel, address in ways.reserve]
    for channel, address in ways.now:
        own = channel == INBOX
        yield Delivery(
            key=f"{_key(first)}>{person.id.hex[-12:]}:{channel}",
            bundle=bundle,
            person=person.id,
            name=person.name,
            channel=channel,
            address=address,
            language=person.language,
            urgency=first.urgency,
            drill=first.drill,
            reserve=[] if own else reserve,
            held=not own and release > at,
            # By the clock of the moment it is written: one that jumped meanwhile holds nothing up.
            next_at=release if release > at else clock(),
            posted_at=at,
            state="sent" if own else "waiting",
            sent_at=at if own else None,
        )


def _release(parts: Sequence[Meant], liking: Liking, hall: _Hall) -> datetime:
    """When it may go out: reminders wait for the morning, and for their hour where there were
    many."""
    if not all(rules.reminds(part.notice.kind, part.notice.urgency) for part, _ in parts):
        return hall.at
    person = parts[0][1]
    count, first = hall.sent.get(person.id, (0, hall.at))
    hall.sent[person.id] = (count + 1, first)
    when = hall.at
    if not any(how.via in rules.ON_DUTY for _, how in parts):
        when = rules.wakes_at(hall.at, hall.manners, liking)
    return max(when, first + HOUR) if count >= hall.manners.most_an_hour else when
