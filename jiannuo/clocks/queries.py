"""Reads of clocks: the stored rows as the manual's own values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jiannuo.clocks.arming import DUE
from jiannuo.clocks.guard import holding
from jiannuo.clocks.models import RUNNING, Fired, Trigger
from jiannuo.clocks.models import Clock as Row
from jiannuo.kernel.moment import now
from jiannuo.manual.clocks import Clock
from jiannuo.manual.levels import Step
from jiannuo.manual.marks import TASK

#: An alert, and a promise that is broken; the rungs of its ladder before and after are none.
RAISED = ("", "due")


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that was raised: what, about what, when; `lateness` is our own."""

    code: str
    ref: str
    moment: datetime
    fired_at: datetime
    subject: UUID


@dataclass(frozen=True, slots=True)
class Armed:
    """The next moments at which something will fire."""

    code: str
    ref: str
    fire_at: datetime


def clocks_of(subjects: Sequence[UUID], *, drill: bool = False) -> dict[UUID, list[Clock]]:
    """The clocks of some subjects as stored, in the order they were made."""
    found: dict[UUID, list[Clock]] = {subject: [] for subject in subjects}
    rows = Row.objects.filter(subject__in=list(subjects), drill=drill).order_by("id")
    for row in rows:
        found[row.subject].append(_clock(row))
    return found


def _clock(row: Row) -> Clock:
    return Clock(
        promise=row.promise,
        start=row.started_at,
        due=row.due_at,
        op=row.op,
        stop=row.stopped_at,
        by_loaner=row.by_loaner,
        excused=row.excused,
        judged_at=row.judged_at,
        gross_start=row.gross_started_at,
        gross_due=row.gross_due_at,
        original_due=row.original_due_at,
        original_op=row.original_op,
        still_since=row.still_since,
        waited=row.waited,
        limit=row.limit,
        basis=row.basis,
        steps=tuple(
            Step(datetime.fromisoformat(t), level, datetime.fromisoformat(due))
            for t, level, due in row.steps
        ),
    )


def falling_due(promise: str, until: datetime) -> dict[UUID, Clock]:
    """The running clocks of one promise that end by then, drills left out, by subject."""
    rows = Row.objects.filter(
        promise=promise, stopped_at=None, excused="", due_at__lte=until, drill=False
    )
    return {row.subject: _clock(row) for row in rows.order_by("due_at", "id")}


def running(promises: Sequence[str], limit: int) -> list[UUID]:
    """Whose promises of these kinds run, the one that ends first on top; no drills."""
    rows = Row.objects.filter(RUNNING, promise__in=list(promises), drill=False)
    found = rows.order_by("due_at", "id").values_list("subject", flat=True)[:limit]
    return list(dict.fromkeys(found))


def alerts(until: datetime | None = None) -> list[Alert]:
    """Alerts that were raised (due moments of promises and house tasks are none), oldest first."""
    rows = Fired.objects.filter(drill=False, stage__in=RAISED)
    rows = rows.exclude(code__startswith=DUE).exclude(code__startswith=TASK)
    rows = rows.order_by("moment", "trigger_id")
    if until is not None:
        rows = rows.filter(moment__lte=until)
    return [Alert(r.code, r.ref, r.moment, r.fired_at, r.subject) for r in rows]


def alerts_of(subject: UUID) -> list[Alert]:
    rows = Fired.objects.filter(subject=subject, stage__in=RAISED)
    rows = rows.order_by("moment", "trigger_id")
    return [Alert(r.code, r.ref, r.moment, r.fired_at, r.subject) for r in rows]


def armed(limit: int = 50) -> list[Armed]:
    rows = Trigger.objects.filter(state="armed").order_by("sweep_at", "id")[:limit]
    return [Armed(r.code, r.ref, r.sweep_at) for r in rows]


def overdue_unswept(at: datetime) -> int:
    """Armed triggers whose moment lies before `at`: what an auditor alarms on."""
    return Trigger.objects.filter(state="armed", sweep_at__lt=at).count()


#: In the order of the index: without it the planner reads the whole table for the first match.
CATCHING_UP = """
select exists (select from (
  select fire_at from clocks_trigger where state = 'armed' and sweep_at <= statement_timestamp()
  order by sweep_at, id limit 5000) now
where fire_at <= statement_timestamp() - make_interval(secs => %s))
"""


def catching_up(behind: timedelta) -> bool:
    """Is there something to fire at once that fell due so long ago, as after an outage? Of a
    ladder one rung fires after the other, each of them late."""
    with connection.cursor() as cursor:
        cursor.execute(CATCHING_UP, [behind.total_seconds()])
        return bool(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that fired and whose step was not taken yet."""

    trigger: int
    subject_kind: str
    subject: UUID
    customer: UUID | None
    ref: str
    moment: datetime


def to_follow(code: str, since: datetime, limit: int = 20) -> list[Waiting]:
    """What fired since then and calls for a step that nobody took yet, oldest first.

    What fired while the clock was in doubt waits until nobody doubts any more, and for its own
    moment where the clock had been ahead: it is looked at again, never forgotten.
    """
    rows = Fired.objects.filter(code=code, stage="", outcome="told", fired_at__gte=since)
    rows = rows.filter(Q(doubt=False) | Q(moment__lte=now()))
    found = list(rows.order_by("fired_at")[:limit])
    if any(row.doubt for row in found) and holding():
        found = [row for row in found if not row.doubt]
    return [
        Waiting(r.trigger_id, r.subject_kind, r.subject, r.customer_id, r.ref, r.moment)
        for r in found
    ]
