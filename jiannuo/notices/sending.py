"""Sending: a delivery is leased, handed to its channel, and kept as sent only afterwards.

At least once, under one key: whoever dies between the hand-over and the mark is followed by
somebody who hands it over again, and the other side knows the key.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import DateTimeField, Func, Q, QuerySet

from jiannuo.kernel.moment import held
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.notices.rules import LEASE, MANY_TRIES

#: Kinds that tell of telling itself: their own trouble raises no other.
ALARMS = frozenset({"not_delivered", "nobody_on_duty", "clock_jump", "late_sweep"})

#: The longest that anything waits by itself: what is new, what is of level one or two, what the
#: other side wants to have later, each with a minute for clocks that are a little apart; and what
#: waits for a morning.
MOST_NEW, MOST_URGENT, MOST = timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=61)
MOST_HELD = timedelta(hours=25)

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


def clock() -> Any:
    """Now, by the database's clock, which every worker shares; the held moment in rehearsals."""
    return held() or Func(function="statement_timestamp", output_field=DateTimeField())


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
        if parcel.held and whose in first and _join(first[whose], [(parcel.id, parcel.bundle)]):
            continue
        if parcel.held and whose not in first:
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
        next_at__lte=clock(),
    )
    return list(others.exclude(pk=parcel.id).values_list("id", "bundle"))


def _join(parcel: Parcel, others: Sequence[tuple[int, UUID]]) -> list[int]:
    """What of the others now goes out with this parcel; a bundle that somebody holds, since he
    acknowledges it in this moment, stays by itself."""
    free = set(
        Recipient.objects.select_for_update(skip_locked=True)
        .filter(bundle__in=[bundle for _, bundle in others], person=parcel.person)
        .values_list("id", "bundle")
    )
    whole = Counter(bundle for _, bundle in free)
    of = Recipient.objects.filter(bundle__in=list(whole), person=parcel.person)
    held = Counter(of.values_list("bundle", flat=True))
    joined = [(one, bundle) for one, bundle in others if 0 < held[bundle] == whole[bundle]]
    Recipient.objects.filter(
        bundle__in=[bundle for _, bundle in joined], person=parcel.person
    ).update(bundle=parcel.bundle)
    Delivery.objects.filter(pk__in=[one for one, _ in joined]).update(state="merged")
    return [one for one, _ in joined]


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


def again(parcel: Parcel) -> Parcel | None:
    """The parcel as it stands right before it goes out: None where somebody else was faster, or
    nothing of it is asked any more."""
    if not _mine(parcel).exists():
        return None
    fresh = replace(parcel, parts=[])
    with connection.cursor() as cursor:
        _fill(cursor, [fresh])
    return fresh


def _mine(parcel: Parcel) -> QuerySet[Delivery]:
    """The row while the lease is still this one's: every claim counts a try."""
    return Delivery.objects.filter(pk=parcel.id, state="waiting", tries=parcel.tries)


def sent(parcel: Parcel, reference: str = "") -> None:
    """It was handed over: kept as sent, after the fact. What was cancelled in between went out
    all the same, and the row says so."""
    rows = Delivery.objects.filter(pk=parcel.id)
    facts = {"sent_at": clock(), "reference": reference[:120], "trouble": ""}
    if not rows.filter(state="waiting").update(state="sent", **facts):
        rows.filter(state="cancelled").update(**facts)


def drop(parcel: Parcel) -> None:
    """Nothing of it stands any more: somebody else was faster, or the promise was kept."""
    _mine(parcel).update(state="cancelled")


def give_back(parcels: Sequence[Parcel]) -> None:
    """Leased and not tried: the next one may at once."""
    for parcel in parcels:
        _mine(parcel).update(next_at=clock(), leased_by="")


def release(by: str) -> int:
    """Whatever a process that ends still holds is free at once."""
    rows = Delivery.objects.filter(leased_by=by, state="waiting", next_at__gt=clock())
    return rows.filter(next_at__lte=clock() + LEASE).update(next_at=clock(), leased_by="")


def unsent_since(at: datetime, ready: Collection[str]) -> int:
    """Deliveries by channels that are on, and notices, that should have gone out by then: what
    the audit asks. What is leased is being tried."""
    overdue = Delivery.objects.filter(
        state="waiting", channel__in=ready, next_at__lt=at, posted_at__lt=at
    )
    return overdue.count() + Notice.objects.filter(state="waiting", posted_at__lt=at).count()


def mend(at: datetime) -> int:
    """What waits longer than any rule lets it goes out at once; how many. It was put off by a clock
    that has gone back since, perhaps by somebody who was at it while the clock was mended."""
    fresh = Q(tries=0, next_at__gt=at + MOST_NEW)
    urgent = Q(urgency__lte=2, tries__lte=MANY_TRIES, next_at__gt=at + MOST_URGENT)
    calm = fresh | urgent | Q(next_at__gt=at + MOST)
    rows = Delivery.objects.filter(state="waiting")
    overdue = Q(held=False) & calm | Q(held=True, next_at__gt=at + MOST_HELD)
    return rows.filter(overdue).update(next_at=at, leased_by="")
