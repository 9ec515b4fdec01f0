"""Promises that run: settle what the fold gave, sweep what falls due."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiannuo.clocks.models import Clock as Row
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held, now
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.clocks import Clock
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import Profile
from jiannuo.notices.commands import OUTBOX, Note, post

SECOND = timedelta(seconds=1)
DUE = "due:"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose promises: a kind and an id, and what people call it."""

    kind: str
    id: UUID
    ref: str
    customer: UUID | None = None
    drill: bool = False


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
    """
    stored = {} if fresh else {row.promise: row for row in Row.objects.filter(subject=owner.id)}
    set_up = [] if fresh else list(Trigger.objects.filter(subject=owner.id).order_by("generation"))
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
        trigger = due_trigger(owner, row)
        if trigger is not None:
            wanted[trigger.code, trigger.ref] = trigger
    if new:
        Row.objects.bulk_create(new)
    if stored:
        Row.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    at, late = now(), set[str]()
    for mark in marks:
        trigger = mark_trigger(owner, profile, mark, at)
        wanted[trigger.code, trigger.ref] = trigger
        if mark.late:
            late.add(mark.code)
    _arm(set_up, wanted, late, at)


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


def due_trigger(owner: Owner, row: Row) -> Trigger | None:
    """A clock wakes the sweep at the first second that is too late, unless it stopped in time:
    a breach that is known before anybody looked is told all the same. A drill wakes nobody."""
    if row.due_at is None or row.excused or row.still_since or owner.drill:
        return None
    if row.stopped_at is not None and _in_time(row.op, row.due_at, row.stopped_at):
        return None
    return Trigger(
        subject_kind=owner.kind,
        subject=owner.id,
        customer_id=owner.customer,
        code=DUE + row.promise,
        ref=owner.ref,
        generation=row.generation,
        to_role="duty_manager",
        moment=row.due_at,
        fire_at=row.due_at if row.op == "lt" else row.due_at + SECOND,
    )


def _in_time(op: str, due: datetime, stop: datetime) -> bool:
    return stop < due if op == "lt" else stop <= due


def mark_trigger(owner: Owner, profile: Profile, mark: Mark, at: datetime) -> Trigger:
    moment = max(mark.at, at) if mark.late else mark.at
    alert = profile.alerts.get(mark.code)
    return Trigger(
        subject_kind=owner.kind,
        subject=owner.id,
        customer_id=owner.customer,
        code=mark.code,
        ref=mark.ref,
        to_role=alert.tell[0] if alert else "duty_manager",
        moment=moment,
        fire_at=moment,
    )


def _arm(
    stored: Sequence[Trigger],
    wanted: dict[tuple[str, str], Trigger],
    late: set[str],
    at: datetime,
) -> None:
    """`stored`: what is set up already, by generation."""
    latest = {(row.code, row.ref): row for row in stored}
    new = []
    for key, trigger in wanted.items():
        row = latest.get(key)
        if row is None or row.generation < trigger.generation:
            if trigger.fire_at >= at or trigger.code.startswith(DUE):
                new.append(trigger)
        elif trigger.code.startswith(DUE):
            _revive(row, trigger)
        else:
            _rearm(row, trigger, at, keep=trigger.code in late)
    for row in stored:
        if row.state == "armed" and _gone(row, wanted) and not _missed(row, at):
            _set(row, "dropped")
    if new:
        Trigger.objects.bulk_create(new, ignore_conflicts=True)


def _gone(row: Trigger, wanted: dict[tuple[str, str], Trigger]) -> bool:
    """No longer owed, or owed at another moment (a newer generation)."""
    owed = wanted.get((row.code, row.ref))
    return owed is None or (row.code.startswith(DUE) and owed.generation > row.generation)


def _revive(row: Trigger, trigger: Trigger) -> None:
    """A clock that runs again at the same due moment wakes the sweep again."""
    if row.state == "dropped":
        _set(row, "armed", trigger)


def _missed(row: Trigger, at: datetime) -> bool:
    """An alert whose moment has passed unswept was owed then and will be raised; a due moment
    that has moved was not."""
    return row.fire_at < at and not row.code.startswith(DUE)


def _rearm(row: Trigger, trigger: Trigger, at: datetime, *, keep: bool) -> None:
    if row.state == "fired" or _missed(row, at):
        return
    if keep and row.state == "armed" and row.moment <= trigger.moment:
        return  # raised at the recording that first made it known
    if trigger.fire_at >= at:
        if row.state != "armed" or row.fire_at != trigger.fire_at:
            _set(row, "armed", trigger)
    elif row.state == "armed":
        _set(row, "dropped")


def _set(row: Trigger, state: str, like: Trigger | None = None) -> None:
    row.state = state
    fields = ["state"]
    if like is not None:
        row.moment, row.fire_at = like.moment, like.fire_at
        fields += ["moment", "fire_at"]
    row.save(update_fields=fields)


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
        fired_at=at,
        by="event",
    )
    post(
        [
            Note(
                key=f"trigger:{trigger.pk}:{trigger.generation}",
                kind=code,
                subject_kind=owner.kind,
                subject=owner.id,
                to_role=trigger.to_role,
                customer=owner.customer,
                payload={"ref": owner.ref, "moment": at.isoformat()},
            )
        ]
    )


# One statement: due rows -> fired -> fired rows -> outbox. The predicate uses the
# statement's time, not the wall clock read anew for each row (that costs a full scan).
_SWEEP = f"""
with due as (
  select id from clocks_trigger
  where state = 'armed' and fire_at <= coalesce(%(now)s, statement_timestamp())
  order by fire_at, id limit %(limit)s for update skip locked),
u as (
  update clocks_trigger t set state = 'fired' from due where t.id = due.id
  returning t.id, t.generation, t.subject_kind, t.subject, t.customer_id, t.code, t.ref,
    t.moment, t.to_role),
f as (
  insert into clocks_fired (trigger_id, generation, subject_kind, subject, customer_id, code,
    ref, moment, fired_at, by)
  select id, generation, subject_kind, subject, customer_id, code, ref, moment,
    coalesce(%(now)s, statement_timestamp()), %(by)s from u
  on conflict do nothing returning trigger_id, generation),
o as (
  {OUTBOX}
  select 'trigger:' || u.id || ':' || u.generation, u.code, u.subject_kind, u.subject,
    u.customer_id, u.to_role, 'inbox', jsonb_build_object('ref', u.ref, 'moment', u.moment),
    'waiting', coalesce(%(now)s, statement_timestamp()), ''
  from u join f on f.trigger_id = u.id and f.generation = u.generation
  on conflict (key) do nothing)
select u.code, u.ref, u.subject_kind, u.subject, u.customer_id, u.moment
from u join f on f.trigger_id = u.id and f.generation = u.generation order by u.moment, u.id
"""


@dataclass(frozen=True, slots=True)
class Fell:
    """What a sweep fired: for the steps that follow from an alert."""

    code: str
    ref: str
    subject_kind: str
    subject: UUID
    customer: UUID | None
    moment: datetime


def sweep(limit: int = 500) -> list[Fell]:
    """Fire what has fallen due, each once, with its notice; what fired, oldest first.

    Safe in any number of processes, twice, or late: the recorded moment is the due one, whenever
    somebody got to fire it (R-X-2).
    """
    me = f"{os.uname().nodename}:{os.getpid()}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"now": held(), "limit": limit, "by": me[:60]})
        return [Fell(*row) for row in cursor.fetchall()]
