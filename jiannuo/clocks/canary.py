"""The canary: a hidden test clock that has to come out of the far end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from jiannuo.clocks.guard import HOUSE
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import now
from jiannuo.notices import canary as far_end
from jiannuo.notices.canary import LOOPBACK

CODE = "canary"
AHEAD = timedelta(seconds=2)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Song:
    """The last canary that was armed: when it was due, fired, handed over at the far end."""

    due_at: datetime
    fired_at: datetime | None
    out_at: datetime | None


def send(at: datetime) -> None:
    """Arm one; those of yesterday are forgotten. By the loop-back alone: no person and no group
    is told of it."""
    due = at + AHEAD
    Trigger.objects.create(
        subject_kind="house",
        subject=HOUSE,
        code=CODE,
        ref=f"{due:%m-%d %H:%M:%S.%f}",
        moment=due,
        fire_at=due,
        sweep_at=due,
        tell=["canary"],
        by=[LOOPBACK],
    )
    old = Trigger.objects.filter(subject=HOUSE, code=CODE, moment__lt=at - KEPT)
    gone = list(old.values_list("id", flat=True))
    far_end.forget(gone)
    Fired.objects.filter(trigger_id__in=gone).delete()
    old.delete()


def hand_on() -> int:
    """What was addressed goes on to the loop-back, whose sender is like any channel's."""
    fired = _newest().filter(state="fired", moment__gte=now() - KEPT)
    return far_end.hand_on([_which(row) for row in fired[:20]])


def last() -> Song | None:
    """The newest canary; None before the first."""
    row = _newest().first()
    if row is None:
        return None
    fired = Fired.objects.filter(trigger_id=row.pk).first()
    return Song(row.moment, fired.fired_at if fired else None, far_end.out_at([_which(row)]))


def last_out() -> datetime | None:
    """When a canary last came out of the far end."""
    return far_end.out_at([_which(row) for row in _newest()[:20]])


def _newest() -> QuerySet[Trigger]:
    return Trigger.objects.filter(subject=HOUSE, code=CODE).order_by("-moment")


def _which(row: Trigger) -> tuple[int, int]:
    return row.pk, row.generation
