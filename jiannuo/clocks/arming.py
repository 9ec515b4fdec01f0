"""Arming: which moment of a subject wakes the sweep next, and whom it will tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.clocks import writing
from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Trigger
from jiannuo.manual import ladders
from jiannuo.manual.ladders import Stage
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import Profile
from jiannuo.notices.commands import cancel_warnings

DUE = "due:"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose promises: a kind and an id, and what people call it. `urgency` 1 and 2 are fault
    levels one and two, told at any hour and first."""

    kind: str
    id: UUID
    ref: str
    customer: UUID | None = None
    drill: bool = False
    urgency: int = 3


def due_trigger(owner: Owner, profile: Profile, row: Row) -> Trigger | None:
    """A clock wakes the sweep at each rung of its ladder, and at the first second that is too
    late unless it stopped in time: a breach that is known before anybody looked is told all the
    same. Of a drill only the emergency plan wakes anybody."""
    if row.due_at is None or row.started_at is None or row.excused or row.still_since:
        return None
    if row.stopped_at is not None and _in_time(row.op, row.due_at, row.stopped_at):
        return None
    promise = profile.by_code.get(row.promise)
    if owner.drill and not (promise and promise.emergency):
        return None
    stages = ladders.stages(
        profile.ladder(promise.ladder if promise else ""),
        row.started_at,
        row.due_at,
        row.op,
        running=row.stopped_at is None,
    )
    trigger = _trigger(owner, DUE + row.promise, owner.ref, stages[0].moment)
    trigger.generation = row.generation
    _stand_at(trigger, stages)
    return trigger


def mark_trigger(owner: Owner, profile: Profile, mark: Mark, at: datetime) -> Trigger:
    moment = max(mark.at, at) if mark.late else mark.at
    trigger = _trigger(owner, mark.code, mark.ref, moment)
    alert = profile.alerts.get(mark.code)
    trigger.tell, trigger.ack = list(mark.tell) or trigger.tell, mark.ack
    trigger.by = list(mark.by)
    if alert is not None:
        trigger.tell, trigger.by, trigger.ack = list(alert.tell), list(alert.by), alert.ack
    return trigger


def _trigger(owner: Owner, code: str, ref: str, moment: datetime) -> Trigger:
    return Trigger(
        subject_kind=owner.kind,
        subject=owner.id,
        customer_id=owner.customer,
        code=code,
        ref=ref,
        urgency=owner.urgency,
        drill=owner.drill,
        moment=moment,
        fire_at=moment,
        sweep_at=moment,
        tell=["duty_manager"],
    )


def _in_time(op: str, due: datetime, stop: datetime) -> bool:
    return stop < due if op == "lt" else stop <= due


def _stand_at(trigger: Trigger, stages: Sequence[Stage]) -> None:
    first, *rest = stages
    trigger.stage, trigger.moment = first.label, first.moment
    trigger.fire_at = trigger.sweep_at = first.fire_at
    trigger.tell, trigger.by, trigger.ack = list(first.tell), list(first.by), first.ack
    trigger.rest = [_kept(stage) for stage in rest]


def _kept(stage: Stage) -> dict[str, Any]:
    return {
        "stage": stage.label,
        "moment": stage.moment.isoformat(),
        "fire_at": stage.fire_at.isoformat(),
        "tell": list(stage.tell),
        "by": list(stage.by),
        "ack": stage.ack,
    }


def _stages(trigger: Trigger) -> list[Stage]:
    """The stage a trigger stands at and those behind it."""
    first = Stage(
        trigger.stage,
        trigger.moment,
        trigger.fire_at,
        tuple(trigger.tell),
        tuple(trigger.by),
        trigger.ack,
    )
    return [first, *(_read(kept) for kept in trigger.rest)]


def _read(kept: dict[str, Any]) -> Stage:
    return Stage(
        kept["stage"],
        datetime.fromisoformat(kept["moment"]),
        datetime.fromisoformat(kept["fire_at"]),
        tuple(kept["tell"]),
        tuple(kept["by"]),
        kept["ack"],
    )


def skip(trigger: Trigger, at: datetime) -> None:
    """What lies behind `at` is kept as done without ever firing; what lies ahead stands."""
    if not trigger.code.startswith(DUE):
        trigger.state = "armed" if trigger.fire_at > at else "fired"
        return
    stages = _stages(trigger)
    ahead = [stage for stage in stages if stage.fire_at > at]
    trigger.done = [*trigger.done, *(s.label for s in stages if s not in ahead)]
    trigger.state = "armed" if ahead else "fired"
    if ahead:
        _stand_at(trigger, ahead)


def arm(
    stored: Sequence[Trigger],
    wanted: dict[tuple[str, str], Trigger],
    late: set[str],
    at: datetime,
) -> None:
    """Make what is set up what is wanted. `stored`: what is set up already, by generation.

    A trigger whose moment has passed unswept is left alone: it was owed then.
    """
    latest = {(row.code, row.ref): row for row in stored}
    new = []
    for key, trigger in wanted.items():
        row = latest.get(key)
        if row is None or row.generation < trigger.generation:
            if trigger.code.startswith(DUE):
                new += _succeeding(row, trigger, at)
            elif trigger.fire_at >= at:
                new.append(trigger)
        elif trigger.code.startswith(DUE):
            _climb(row, trigger, at)
        else:
            _rearm(row, trigger, at, keep=trigger.code in late)
    _drop([row for row in stored if row.state == "armed" and _gone(row, wanted, at)])
    _call_back([row.pk for row in stored if _over(row, wanted)])
    writing.insert(new, once=True)


def _drop(rows: Sequence[Trigger]) -> None:
    for row in rows:
        _set(row, "dropped")


def _over(row: Trigger, wanted: dict[tuple[str, str], Trigger]) -> bool:
    """Did its rungs tell of a promise that runs no more, or of a due moment that has moved?"""
    if not row.done or not row.code.startswith(DUE):
        return False
    owed = wanted.get((row.code, row.ref))
    if owed is None or owed.generation > row.generation:
        return True
    return all(stage.firm for stage in _stages(owed))  # too late, and done all the same


def _call_back(ladders_over: Sequence[int]) -> None:
    """Calls that ask for what is done by now go out no more; that it was broken is told."""
    if ladders_over:
        cancel_warnings(ladders_over)


def _succeeding(old: Trigger | None, trigger: Trigger, at: datetime) -> list[Trigger]:
    """A clock's new due moment. Warnings that came before the old one and lie behind us are not
    given again (T42); others that lie behind us are: the highest of them is told (R11)."""
    done = set(old.done) if old is not None else set()
    ahead = [s for s in _stages(trigger) if s.firm or s.fire_at > at or s.label not in done]
    trigger.done = [s.label for s in _stages(trigger) if s not in ahead]
    _stand_at(trigger, ahead)
    trigger.sweep_at = max(trigger.fire_at, at)
    return [trigger]


def _climb(row: Trigger, trigger: Trigger, at: datetime) -> None:
    """The same clock once more: what came already does not come again, what comes next may have
    changed, and a clock that runs again wakes the sweep again."""
    ahead = [stage for stage in _stages(trigger) if stage.label not in row.done]
    if not ahead:
        if row.state == "armed":  # it ran again and is over again: no rung is left to climb
            _set(row, "fired")
        return
    if row.state == "armed" and _stages(row) == ahead and row.urgency == trigger.urgency:
        return
    row.state, row.urgency = "armed", trigger.urgency
    resting = row.rests_until
    _stand_at(row, ahead)
    row.sweep_at = max(row.fire_at, at)
    if resting is not None:
        _wait(row, resting)
    row.save()


def postpone(row: Trigger, until: datetime) -> None:
    """Let a ladder rest until then. Nothing that is firm waits for it."""
    row.rests_until = until
    _wait(row, until)
    row.save(update_fields=["rests_until", "sweep_at"])


def _wait(row: Trigger, until: datetime) -> None:
    firm = next((stage.fire_at for stage in _stages(row) if stage.firm), None)
    if row.stage != ladders.DUE:
        latest = until if firm is None else min(until, firm)
        row.sweep_at = max(row.fire_at, latest)


def _gone(row: Trigger, wanted: dict[tuple[str, str], Trigger], at: datetime) -> bool:
    """No longer owed, or owed at another moment (a newer generation). An alert whose moment has
    passed unswept was owed then and will be raised; a due moment that has moved was not."""
    owed = wanted.get((row.code, row.ref))
    if row.code.startswith(DUE):
        return owed is None or owed.generation > row.generation
    return owed is None and not _missed(row, at)


def _missed(row: Trigger, at: datetime) -> bool:
    return row.fire_at < at


def _rearm(row: Trigger, trigger: Trigger, at: datetime, *, keep: bool) -> None:
    if row.state == "fired" or _missed(row, at):
        return
    if keep and row.state == "armed" and row.moment <= trigger.moment:
        _become(row, trigger, TOLD)  # raised at the recording that first made it known
    elif trigger.fire_at >= at:
        _become(row, trigger, (*TOLD, *WHEN))
    elif row.state == "armed":
        _set(row, "dropped")


#: Whom an alert tells and how, which may change while it waits; and when.
TOLD = ("urgency", "tell", "by", "ack")
WHEN = ("state", "moment", "fire_at", "sweep_at")


def _become(row: Trigger, like: Trigger, names: Sequence[str]) -> None:
    changed = [name for name in names if getattr(row, name) != getattr(like, name)]
    for name in changed:
        setattr(row, name, getattr(like, name))
    if changed:
        row.save(update_fields=changed)


def _set(row: Trigger, state: str) -> None:
    row.state = state
    row.save(update_fields=["state"])
