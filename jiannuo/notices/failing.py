"""What did not go out, or did not arrive: again, by the next channel, or an alarm."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice
from jiannuo.notices.rules import INBOX, TRIES, again_in, gives_up
from jiannuo.notices.sending import ALARMS, Parcel, clock

#: So long a level one or two waits because the other side asked for it, in seconds; for longer
#: the next channel is taken at once.
TOO_LONG = 60.0
OFF = NotSent("渠道已停用", "the channel was turned off", again=False)
UNDELIVERED = NotSent("回执：没有送达", "reported as not delivered", again=False)


@transaction.atomic
def failed(parcel: Parcel, why: NotSent) -> None:
    """It did not go out: again later; after three failures the next channel as well.

    A level one or two is tried for ever, whatever the other side says, and somebody is told that
    it does not get through: of level one at once, of level two when no other way is left. Of the
    others a channel with another behind it gives up then; the last one tries for an hour, since
    most servers that are away come back, and somebody is told when it too gives up.
    """
    row = Delivery.objects.select_for_update().get(pk=parcel.id)
    if row.state != "waiting" or row.tries != parcel.tries:
        return
    late = row.urgency <= 2 and (why.after or 0.0) > TOO_LONG
    spent = row.tries >= TRIES or not why.again or late
    followed = spent and _go_on(row)
    over = gives_up(row.tries, row.urgency, followed=followed) or (
        row.urgency > 2 and not why.again
    )
    unheard = over or row.urgency <= 2
    if spent and unheard and (not followed or row.urgency == 1):
        _alarm(row, why)  # once, by its key: a try may be lost to a crash and counts all the same
    Delivery.objects.filter(pk=row.pk).update(
        state="failed" if over else "waiting",
        trouble=why.zh[:200],
        next_at=clock() + again_in(row.tries, row.urgency, why.after),
        leased_by="",
    )


@transaction.atomic
def bounced(row: Delivery, *, wanted: bool) -> None:
    """It went out and, as its gateway reports, did not arrive: the next channel, or an alarm, as
    long as he is still to be told."""
    Delivery.objects.filter(pk=row.pk, state="sent").update(state="failed", trouble=UNDELIVERED.zh)
    if wanted and not _go_on(row):
        _alarm(row, UNDELIVERED)


@transaction.atomic
def unanswered(row: Delivery) -> None:
    """He did not take the call: by the next channel, where there is one."""
    _go_on(row)


@transaction.atomic
def reroute(ready: Collection[str]) -> int:
    """What waits for a channel that is off goes by the next one; how many did. Where none is
    left a level one or two is an alarm; all of that waits until the channel is on again."""
    idle = Delivery.objects.select_for_update(skip_locked=True).filter(state="waiting")
    leased = Q(leased_by__gt="", next_at__gt=clock())
    stuck = idle.exclude(channel__in=ready).exclude(leased).order_by("urgency", "id")
    moved = 0
    # What can go on first: what cannot would stand in its way for ever.
    for row in [*stuck.exclude(reserve=[])[:MOST], *stuck.filter(reserve=[])[:MOST]]:
        if _go_on(row):
            Delivery.objects.filter(pk=row.pk).update(state="failed", trouble=OFF.zh)
            moved += 1
        elif row.urgency <= 2 and not _otherwise(row, ready):
            _alarm(row, OFF)
    return moved


MOST = 500  # at a time


def _go_on(row: Delivery) -> bool:
    """Open the next channel; False where none stands behind this one. One that was opened before
    speaks for itself."""
    if not row.reserve:
        later = Delivery.objects.filter(bundle=row.bundle, person=row.person, pk__gt=row.pk)
        return later.exclude(channel=INBOX).exists() if row.urgency > 1 else False
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
            "next_at": clock(),
            "posted_at": row.posted_at,
        },
    )
    Delivery.objects.filter(pk=row.pk).update(reserve=[])
    return True


def _otherwise(row: Delivery, ready: Collection[str]) -> bool:
    """Does it reach him, or try to, by another channel as well?"""
    others = Delivery.objects.filter(bundle=row.bundle, person=row.person, channel__in=ready)
    return others.exclude(channel=INBOX).filter(state__in=["waiting", "sent"]).exists()


def _alarm(row: Delivery, why: NotSent) -> None:
    """Nothing is left that would reach him: the administrator and the duty manager hear, or who
    stands behind them where it is one of these; of each thing that the message was about."""
    told = Notice.objects.filter(recipients__bundle=row.bundle).exclude(kind__in=ALARMS)
    first = {about.subject: about for about in told.order_by("-id")}
    who = {"person": row.name, "person_id": str(row.person)}
    facts = {**who, "channel": row.channel, "trouble": why.zh}
    post(
        Note(
            key=f"not_delivered:{row.bundle}:{about.subject}:{role}",
            kind="not_delivered",
            subject_kind=about.subject_kind,
            subject=about.subject,
            to_role=role,
            customer=about.customer_id,
            payload={**about.payload, **facts},
            urgency=about.urgency,
            drill=about.drill,
        )
        for about in reversed(first.values())
        for role in ("admin", "duty_manager")
    )
