"""The sweep: what falls due fires once, with its notices, whoever looks, however late."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from jiannuo.kernel.moment import held
from jiannuo.notices.commands import OUTBOX

#: Rows that a poll may have missed because their transaction was still under way lie within this
#: of the newest moment it looked at; older ones wait for the full sweep.
MARGIN = timedelta(seconds=10)
FULL_EVERY = 30.0  # seconds between two full sweeps


def me() -> str:
    """This process, as fired rows, leases and beats name it."""
    return f"{os.uname().nodename}:{os.getpid()}"[:60]


# The update goes to its rows by an array of their ids: as a join it would, by what the planner
# happens to know of the table, read all of it for a large bite. The rows are locked, so what it
# sees of each is what was selected.
#
# One statement: due rows -> the next rung or the end -> fired rows -> outbox. The predicate uses
# the statement's time, not the wall clock read anew for each row (that costs a full scan), and a
# lower bound, so that a poll need not step over what fired before it and is not yet vacuumed.
#
# A rung behind which another is due as well is recorded as late and not told; the due moment
# itself always is. Where somebody said that he knows, the next rung waits for his time to run
# out, and never past the due moment.
FIRE = f"""
with due as materialized (
  select t.id, t.generation, t.stage, t.subject_kind, t.subject, t.customer_id, t.code, t.ref,
    t.urgency, t.drill, t.moment, t.fire_at, t.sweep_at, t.tell, t.by, t.ack, t.rest -> 0 as next,
    t.stage <> 'due' and (t.rest -> 0 ->> 'fire_at')::timestamptz <= {{now}} as late
  from clocks_trigger t
  where t.state = 'armed' and t.sweep_at <= {{now}} and t.sweep_at >= %(low)s::timestamptz
  order by {{order}} limit %(limit)s for update skip locked),
u as (
  update clocks_trigger t set
    done = t.done || t.stage,
    state = case when (t.rest -> 0) is null then 'fired' else 'armed' end,
    stage = coalesce((t.rest -> 0) ->> 'stage', t.stage),
    moment = coalesce(((t.rest -> 0) ->> 'moment')::timestamptz, t.moment),
    fire_at = coalesce(((t.rest -> 0) ->> 'fire_at')::timestamptz, t.fire_at),
    sweep_at = case when (t.rest -> 0) is null then t.sweep_at else greatest(
      ((t.rest -> 0) ->> 'fire_at')::timestamptz, {{now}},
      case when t.rests_until is not null and (t.rest -> 0) ->> 'stage' <> 'due' then least(
        t.rests_until, (select (s ->> 'fire_at')::timestamptz
          from jsonb_array_elements(t.rest) s where s ->> 'stage' = 'due')) end) end,
    tell = case when (t.rest -> 0) is null then t.tell
      else array(select jsonb_array_elements_text((t.rest -> 0) -> 'tell')) end,
    by = case when (t.rest -> 0) is null then t.by
      else array(select jsonb_array_elements_text((t.rest -> 0) -> 'by')) end,
    ack = coalesce(((t.rest -> 0) ->> 'ack')::boolean, t.ack),
    rest = t.rest - 0
  where t.id = any (array(select id from due)) returning t.id),
f as (
  insert into clocks_fired (trigger_id, generation, stage, subject_kind, subject, customer_id,
    code, ref, drill, moment, fire_at, fired_at, outcome, doubt, by)
  select id, generation, stage, subject_kind, subject, customer_id, code, ref, drill, moment,
    sweep_at, {{now}}, case when late then 'late' else 'told' end, %(doubt)s, %(by)s from due
  on conflict do nothing),
o as (
  {OUTBOX}
  select 'trigger:' || due.id || ':' || due.generation || ':' || due.stage || ':' || role,
    case when due.stage in ('', 'due') then due.code
      else replace(due.code, 'due:', 'warn:') end,
    due.subject_kind, due.subject, due.customer_id, role, due.urgency, due.drill, due.by, due.ack,
    due.id, jsonb_build_object('ref', due.ref, 'moment', due.moment, 'stage', due.stage,
      'fire_at', due.fire_at, 'doubt', %(doubt)s),
    'waiting', {{now}}, ''
  from due cross join unnest(due.tell) as role
  where due.late is not true
  on conflict (key) do nothing)
select due.code, due.stage, due.ref, due.subject_kind, due.subject, due.customer_id, due.moment,
  due.drill, due.fire_at
from due order by due.moment, due.id
"""

#: The poll walks the index. After an outage the worst levels come first, then the oldest.
NOW = "coalesce(%(now)s::timestamptz, statement_timestamp())"
POLL = FIRE.format(now=NOW, order="t.sweep_at, t.id")
BACKLOG = FIRE.format(now=NOW, order="t.urgency, t.sweep_at, t.id")


#: Is there anything to fire? Planned in no time, where the whole statement takes a millisecond.
ANYTHING = f"""
select exists (select from clocks_trigger where state = 'armed' and sweep_at <= {NOW}
  and sweep_at >= %(low)s::timestamptz)
"""


@dataclass(frozen=True, slots=True)
class Fell:
    """What a sweep fired: for the steps that follow from an alert."""

    code: str
    stage: str
    ref: str
    subject_kind: str
    subject: UUID
    customer: UUID | None
    moment: datetime
    drill: bool
    fire_at: datetime


def anything(since: datetime | None = None) -> bool:
    """Is anything due? What a poll asks first."""
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING, {"now": held(), "low": since or "-infinity"})
        return bool(cursor.fetchone()[0])


def sweep(
    limit: int = 500,
    *,
    since: datetime | None = None,
    worst_first: bool = False,
    doubt: bool = False,
) -> list[Fell]:
    """Fire what has fallen due, each rung once, with its notices; what fired, oldest first.

    Safe in any number of processes, twice, or late: the recorded moment is the due one, whenever
    somebody got to fire it (R-X-2). `since`: look no further back. `doubt`: the server's clock
    has just jumped, and what fires now is marked.
    """
    given = {
        "now": held(),
        "low": since or "-infinity",
        "limit": limit,
        "by": me(),
        "doubt": doubt,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BACKLOG if worst_first else POLL, given)
        return [Fell(*row) for row in cursor.fetchall()]


@dataclass
class Bound:
    """From which moment a poll has to look: what lies before it was swept.

    A process keeps its own. Every half minute it looks from the beginning, for what was armed in
    the past or left by somebody who died.
    """

    low: datetime | None = None
    full_at: float = field(default=-FULL_EVERY)

    def since(self) -> datetime | None:
        if time.monotonic() - self.full_at >= FULL_EVERY:
            return None
        return self.low

    def swept(self, since: datetime | None, at: datetime, *, whole: bool) -> None:
        """A poll looked at everything due at `at` (`whole`: and took it all)."""
        if not whole:
            return
        if since is None:
            self.full_at = time.monotonic()
        self.low = at - MARGIN
