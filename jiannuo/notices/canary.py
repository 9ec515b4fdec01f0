"""The far end of the canary: it goes out by the loop-back channel, to nobody, and is forgotten.

What is proven is the way of every notice: posted by the sweep, taken up by addressing, then leased,
worded, handed to a channel and kept as sent by the machinery that sends the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.loopback import CHANNEL
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.notices.sending import clock

#: Whom it is for. Nobody has this id, an address, or likings.
NOBODY = UUID("00000000-0000-4000-8000-63616e617279")
KIND = "canary"
LOOPBACK = CHANNEL.code

#: A trigger and its generation: one canary.
Sent = tuple[int, int]


def hand_on(sent: Sequence[Sent]) -> int:
    """Those of them that were addressed are to go out by the loop-back; how many.

    Each in a bundle of its own, under a key of its own: no other canary speaks for it. Twice, or
    in two processes at once, it is the same delivery.
    """
    keys = {_posted_as(one) for one in sent}
    found = Notice.objects.filter(trigger__in=[trigger for trigger, _ in sent], kind=KIND)
    found = found.filter(key__in=keys, state__in=["addressed", "nobody"])
    waiting = list(found.exclude(recipients__person=NOBODY).order_by("id"))
    with transaction.atomic():
        for notice in waiting:
            _hand_on(notice, now())
    return len(waiting)


def _hand_on(notice: Notice, at: datetime) -> None:
    key = _key(notice.key)
    bundle = uuid5(NOBODY, key)
    Recipient.objects.bulk_create(
        [Recipient(notice=notice, person=NOBODY, name=KIND, via=KIND, bundle=bundle)],
        ignore_conflicts=True,
    )
    delivery = Delivery(
        key=key,
        bundle=bundle,
        person=notice.subject,  # the house itself: it has not left since
        name=KIND,
        channel=LOOPBACK,
        next_at=clock(),
        posted_at=at,
    )
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)


def _posted_as(one: Sent) -> str:
    """The key under which the sweep posts it."""
    return f"trigger:{one[0]}:{one[1]}::{KIND}"


def _key(posted: str) -> str:
    return f"{posted}>{LOOPBACK}"


def out_at(sent: Sequence[Sent]) -> datetime | None:
    """When the last of these was handed over; None: none of them yet."""
    keys = [_key(_posted_as(one)) for one in sent]
    rows = Delivery.objects.filter(key__in=keys, state="sent").order_by("-sent_at")
    return rows.values_list("sent_at", flat=True).first()


def forget(triggers: Sequence[int]) -> None:
    """Self-tests are no history."""
    notices = Notice.objects.filter(trigger__in=list(triggers), kind=KIND)
    bundles = list(Recipient.objects.filter(notice__in=notices).values_list("bundle", flat=True))
    Recipient.objects.filter(bundle__in=bundles).delete()
    Delivery.objects.filter(bundle__in=bundles).delete()
    notices.delete()
