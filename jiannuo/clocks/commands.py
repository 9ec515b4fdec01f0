"""Promises that run: settle what the fold gave, and arm what follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from jiannuo.clocks import arming, writing
from jiannuo.clocks.arming import DUE, Owner, due_trigger, mark_trigger
from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import now
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.clocks import Clock
from jiannuo.manual.ladders import rest_after
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import Profile
from jiannuo.notices.commands import Note, post


def settle(
    owner: Owner,
    profile: Profile,
    clocks: Sequence[Clock],
    marks: Iterable[Mark] = (),
    *,
    fresh: bool = False,
) -> None:
    """Make the stored clocks and triggers of a subject what the fold says they are.

    Runs inside the caller's transaction. `fresh`: the subject was born in it, so nothing is
    stored yet. A trigger whose moment has passed unswept is left alone: it was owed then.
    What is set up is held before it is read: what a sweep fires at this moment has fired, or
    fires only after us (T43). The sweep itself waits for nobody.
    """
    stored = {} if fresh else {row.promise: row for row in Row.objects.filter(subject=owner.id)}
    set_up = [] if fresh else _held(owner.id)
    before = {row.code: row.generation for row in set_up}
    wanted: dict[tuple[str, str], Trigger] = {}
    new: list[Row] = []
    for clock in clocks:
        row = stored.pop(clock.promise, None)
        values = values_of(owner, profile, clock)
        if row is None:
            row = Row(promise=clock.promise, subject=owner.id, **values)
            # One that is back after it was gone: what fired for it then has not fired for it now.
            row.generation = before.get(DUE + clock.promise, 0) + 1
            new.append(row)
        else:
            _update(row, values)
        trigger = due_trigger(owner, profile, row)
        if trigger is not None:
            wanted[trigger.code, trigger.ref] = trigger
    writing.insert(new)
    if stored:
        Row.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    at, late = now(), set[str]()
    for mark in marks:
        trigger = mark_trigger(owner, profile, mark, at)
        wanted[trigger.code, trigger.ref] = trigger
        if mark.late:
            late.add(mark.code)
    arming.arm(set_up, wanted, late, at)


def _held(subject: UUID) -> list[Trigger]:
    """The triggers of a subject, locked in the order of their ids; older generations first."""
    rows = Trigger.objects.select_for_update().filter(subject=subject).order_by("id")
    return sorted(rows, key=lambda row: row.generation)


def values_of(owner: Owner, profile: Profile, clock: Clock) -> dict[str, Any]:
    return {
        "subject_kind": owner.kind,
        "customer_id": owner.customer,
        "drill": owner.drill,
        "started_at": clock.start,
        "due_at": clock.due,
        "op": clock.op,
        "stopped_at": clock.stop,
        "by_loaner": clock.by_loaner,
        "excused": clock.excused,
        "judged_at": clock.judged_at,
        "gross_started_at": clock.gross_start,
        "gross_due_at": clock.gross_due,
        "original_due_at": clock.original_due,
        "original_op": clock.original_op,
        "still_since": clock.still_since,
        "waited": clock.waited,
        "limit": clock.limit,
        "basis": clock.basis,
        "steps": [dumped([step.t, step.level, step.due]) for step in clock.steps],
        "profile_version": profile.version,
    }


def _update(row: Row, values: dict[str, Any]) -> None:
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if not changed:
        return
    if "due_at" in changed or "op" in changed:
        row.generation += 1
        changed.append("generation")
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=changed)


def raise_alert(owner: Owner, profile: Profile, code: str) -> None:
    """An alert tied to an event: raised with its recording, in the same transaction."""
    at = now()
    before = Trigger.objects.filter(subject=owner.id, code=code, ref=owner.ref).count()
    trigger = mark_trigger(owner, profile, Mark(code, at, owner.ref), at)
    trigger.generation, trigger.state = before + 1, "fired"
    trigger.save(force_insert=True)
    Fired.objects.create(
        trigger_id=trigger.pk,
        generation=trigger.generation,
        subject_kind=owner.kind,
        subject=owner.id,
        customer_id=owner.customer,
        code=code,
        ref=owner.ref,
        moment=at,
        fire_at=at,
        fired_at=at,
        by="event",
    )
    post(
        Note(
            key=f"trigger:{trigger.pk}:{trigger.generation}::{role}",
            kind=code,
            subject_kind=owner.kind,
            subject=owner.id,
            to_role=role,
            customer=owner.customer,
            payload={"ref": owner.ref, "moment": at.isoformat()},
            urgency=owner.urgency,
            by=tuple(trigger.by),
            ack=trigger.ack,
            trigger=trigger.pk,
        )
        for role in trigger.tell
    )


def rest(triggers: Iterable[int], hold: timedelta) -> None:
    """Somebody said that he knows: the ladders rest, then go on where the promise still runs.

    Their due moments come all the same: an acknowledgement stops the ladder, not the clock.
    """
    armed = Trigger.objects.filter(pk__in=list(triggers), state="armed")
    for row in armed.select_for_update().order_by("id"):
        clock = Row.objects.filter(
            subject=row.subject, promise=row.code.removeprefix(DUE), due_at__isnull=False
        ).first()
        span = hold
        if clock is not None and clock.started_at is not None and clock.due_at is not None:
            span = rest_after(hold, clock.started_at, clock.due_at)
        arming.postpone(row, now() + span)


def followed(trigger: int) -> bool:
    """The step that follows from what fired is taken, in this transaction; whether it is ours to
    take."""
    rows = Fired.objects.filter(trigger_id=trigger, stage="", outcome="told")
    return bool(rows.update(outcome="acted"))
