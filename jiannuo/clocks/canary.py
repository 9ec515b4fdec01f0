"""The canary: a hidden test clock that has to come out of the far end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.clocks.guard import HOUSE
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.notices import canary as far_end

CODE = "canary"
AHEAD = timedelta(seconds=2)
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Song:
    """The last canary that came out: when it was armed, fired, delivered."""

    due_at: datetime
    fired_at: datetime | None
    out_at: datetime | None


def send(at: datetime) -> None:
    """Arm one; those of yesterday are forgotten."""
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
    )
    old = Trigger.objects.filter(subject=HOUSE, code=CODE, moment__lt=at - KEPT)
    gone = list(old.values_list("id", flat=True))
    far_end.forget(gone)
    Fired.objects.filter(trigger_id__in=gone).delete()
    old.delete()


def last() -> Song | None:
    """The newest canary that should be out by now; None before the first."""
    row = Trigger.objects.filter(subject=HOUSE, code=CODE).order_by("-moment").first()
    if row is None:
        return None
    fired = Fired.objects.filter(trigger_id=row.pk).first()
    return Song(row.moment, fired.fired_at if fired else None, far_end.out_at(row.pk))


def last_out() -> datetime | None:
    """When a canary last came out of the far end."""
    rows = Trigger.objects.filter(subject=HOUSE, code=CODE).order_by("-moment")[:20]
    return next((out for row in rows if (out := far_end.out_at(row.pk)) is not None), None)
