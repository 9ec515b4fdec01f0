"""Sending: a delivery is leased, handed to its channel, and kept as sent only afterwards.

At least once, under one key: whoever dies between the hand-over and the mark is followed by
somebody who hands it over again, and the other side knows the key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiannuo.kernel.moment import held, now
from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice
from jiannuo.notices.rules import INBOX, LEASE, TRIES, again_in, gives_up

#: Kinds that tell of telling itself: their own trouble raises no other.
ALARMS = frozenset({"not_delivered", "nobody_on_duty", "clock_jump", "late_sweep"})

CLAIM = """
update notices_delivery d set tries = d.tries + 1, leased_by = %(by)s,
  next_at = coalesce(%(now)s::timestamptz, statement_timestamp()) + make_interval(secs => %(lease)s)
where d.id in (
  select id from notices_delivery
  where state = 'waiting' and channel = %(channel)s
    and next_at <= coalesce(%(now)s::timestamptz, statement_timestamp())
    and urgency <= %(urgency)s
  order by urgency, next_at, id limit %(limit)s for update skip locked)
returning d.id, d.key, d.bundle, d.person, d.name, d.channel, d.address, d.language, d.urgency,
  d.drill, d.tries, d.held
"""

PARTS = """
select r.bundle, n.kind, n.subject_kind, n.subject, n.to_role, n.payload, n.ack, n.posted_at
from notices_recipient r join notices_notice n on n.id = r.notice_id
where r.bundle = any(%s) and n.state <> 'cancelled' order by n.urgency, n.id
"""


@dataclass(frozen=True, slots=True)
class Part:
    """One notice of a bundle, as it is worded."""

    kind: str
    subject_kind: str
    subject: UUID
    to_role: str
    payload: dict[str, Any]
    ack: bool
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Parcel:
    """A leased delivery with everything it tells. Empty parts: nothing of it stands any more."""

    id: int
    key: str
    bundle: UUID
    person: UUID
    name: str
    channel: str
    address: str
    language: str
    urgency: int
    drill: bool
    tries: int
    held: bool
    parts: list[Part] = field(default_factory=list)


def claim(channel: str, by: str, limit: int = 10, *, urgency: int = 3) -> list[Parcel]:
    """Lease what is to go out by a channel, the most urgent first. The lease is the promise not
    to send it a second time before it runs out. `urgency`: nothing less urgent."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "by": by,
                "now": held(),
                "lease": LEASE.total_seconds(),
                "channel": channel,
                "limit": limit,
                "urgency": urgency,
            },
        )
        parcels = _as_one([Parcel(*row) for row in cursor.fetchall()])
        _fill(cursor, parcels)
    return sorted(parcels, key=lambda parcel: (parcel.urgency, parcel.id))


def _as_one(claimed: Sequence[Parcel]) -> list[Parcel]:
    """Reminders that waited go out as one: whatever else waited for the same person by the same
    channel joins the first of them."""
    found, first = list[Parcel](), dict[tuple[UUID, int, bool], Parcel]()
    for parcel in sorted(claimed, key=lambda one: one.id):
        whose = (parcel.person, parcel.urgency, parcel.drill)
        if parcel.held and whose in first:
            _join(first[whose], [(parcel.id, parcel.bundle)])
            continue
        if parcel.held:
            first[whose] = parcel
            _join(parcel, _waiting_with(parcel))
        found.append(parcel)
    return found


def _waiting_with(parcel: Parcel) -> list[tuple[int, UUID]]:
    others = Delivery.objects.select_for_update(skip_locked=True).filter(
        person=parcel.person,
        channel=parcel.channel,
        held=True,
        state="waiting",
        urgency=parcel.urgency,
        drill=parcel.drill,
        next_at__lte=now(),
    )
    return list(others.exclude(pk=parcel.id).values_list("id", "bundle"))


def _join(parcel: Parcel, others: Sequence[tuple[int, UUID]]) -> None:
    if not others:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "update notices_recipient set bundle = %s where bundle = any(%s) and person = %s",
            [parcel.bundle, [bundle for _, bundle in others], parcel.person],
        )
    Delivery.objects.filter(pk__in=[one for one, _ in others]).update(state="merged")


def _fill(cursor: Any, parcels: Any) -> None:
    by_bundle = {parcel.bundle: parcel for parcel in parcels}
    cursor.execute(PARTS, [list(by_bundle)])
    for bundle, *part in cursor.fetchall():
        kind, subject_kind, subject, role, payload, ack, posted = part
        read = _json(payload)
        by_bundle[bundle].parts.append(Part(kind, subject_kind, subject, role, read, ack, posted))


def _json(value: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = value if isinstance(value, dict) else json.loads(value)
    return loaded


def sent(parcel: Parcel, reference: str = "") -> None:
    """It was handed over: kept as sent, after the fact."""
    Delivery.objects.filter(pk=parcel.id, state="waiting").update(
        state="sent", sent_at=now(), reference=reference[:120], trouble=""
    )


def drop(parcel: Parcel) -> None:
    """Nothing of it stands any more: somebody else was faster, or the promise was kept."""
    Delivery.objects.filter(pk=parcel.id, state="waiting").update(state="cancelled")


def give_back(parcels: Sequence[Parcel]) -> None:
    """Leased and not tried: the next one may at once."""
    Delivery.objects.filter(pk__in=[p.id for p in parcels], state="waiting").update(
        next_at=now(), leased_by=""
    )


def release(by: str) -> int:
    """Whatever a process that ends still holds is free at once."""
    rows = Delivery.objects.filter(leased_by=by, state="waiting", held=False, next_at__gt=now())
    return rows.filter(next_at__lte=now() + LEASE).update(next_at=now(), leased_by="")


@transaction.atomic
def failed(parcel: Parcel, why: NotSent) -> None:
    """It did not go out: again later; after three failures the next channel as well.

    A level one or two is tried for ever and somebody is told that it does not get through. Of the
    others a channel with another behind it gives up then; the last one tries for an hour, since
    most servers that are away come back, and somebody is told when it too gives up.
    """
    row = Delivery.objects.select_for_update().get(pk=parcel.id)
    if row.state != "waiting":
        return
    row.trouble = why.zh[:200]
    spent = row.tries >= TRIES or not why.again
    followed = spent and bool(row.reserve)
    if followed:
        _open_next(row)
    over = not why.again or gives_up(row.tries, row.urgency, followed=followed)
    if over:
        row.state = "failed"
    if spent and not followed and (over or row.urgency <= 2) and not _stands_behind(row):
        _alarm(row)  # once, by its key: a try may be lost to a crash and counts all the same
    row.next_at = now() + again_in(row.tries, row.urgency, why.after)
    row.leased_by = ""
    row.save(update_fields=["state", "next_at", "trouble", "leased_by"])


def _stands_behind(row: Delivery) -> bool:
    """Was the next channel opened already? It speaks for itself."""
    later = Delivery.objects.filter(bundle=row.bundle, person=row.person, pk__gt=row.pk)
    return row.urgency > 1 and later.exclude(channel=INBOX).exists()


def _open_next(row: Delivery) -> None:
    channel, _, address = row.reserve[0].partition("|")
    Delivery.objects.get_or_create(
        key=row.key.rsplit(":", 1)[0] + f":{channel}",
        defaults={
            "bundle": row.bundle,
            "person": row.person,
            "name": row.name,
            "channel": channel,
            "address": address,
            "language": row.language,
            "urgency": row.urgency,
            "drill": row.drill,
            "reserve": row.reserve[1:],
            "next_at": now(),
            "posted_at": row.posted_at,
        },
    )
    row.reserve = []
    row.save(update_fields=["reserve"])


def _alarm(row: Delivery) -> None:
    """Nothing is left that would reach him: the administrator and the duty manager hear."""
    about = Notice.objects.filter(recipients__bundle=row.bundle).order_by("id").first()
    if about is None or about.kind in ALARMS:
        return
    facts = {**about.payload, "person": row.name, "channel": row.channel, "trouble": row.trouble}
    post(
        Note(
            key=f"not_delivered:{row.bundle}:{row.channel}:{role}",
            kind="not_delivered",
            subject_kind=about.subject_kind,
            subject=about.subject,
            to_role=role,
            customer=about.customer_id,
            payload=facts,
            urgency=about.urgency,
            drill=about.drill,
        )
        for role in ("admin", "duty_manager")
    )


def unsent_since(at: datetime) -> int:
    """Deliveries and notices that should be out since then and are not: what the audit asks."""
    overdue = Delivery.objects.filter(state="waiting", next_at__lt=at, posted_at__lt=at, tries=0)
    return overdue.count() + Notice.objects.filter(state="waiting", posted_at__lt=at).count()


def mend_after_jump(at: datetime, most: timedelta) -> int:
    """The clock went back: what was put off by the wrong time need not wait for it again."""
    rows = Delivery.objects.filter(state="waiting", held=False, next_at__gt=at + most)
    return rows.update(next_at=at)
