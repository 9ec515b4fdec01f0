"""Writes to the archive: what happened, calls, the audit chain. Rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiannuo.archive.chain import COLUMNS, GENESIS, body, canonical, digest, hashed
from jiannuo.kernel.grams import folded
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.passages import is_open, passages


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about: a kind and an id, never a row of another room."""

    kind: str
    id: UUID
    customer: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to write. `uid` is the client's operation id."""

    uid: UUID
    kind: str
    happened_at: datetime
    recorded_at: datetime
    detail: Mapping[str, Any]
    why: str = ""
    late: bool = False


# One statement: the event, its audit row and the texts by which it is found stand or fall
# together, in one round trip.
_RECORD = """
with e as (
  insert into archive_event (uid, subject_kind, subject, customer_id, kind, happened_at,
    recorded_at, by_id, by_name, by_roles, hand_id, hand, heard, detail, why, late)
  values (%(uid)s, %(sk)s, %(s)s, %(c)s, %(kind)s, %(at)s, %(rec)s, %(by)s, %(name)s,
    %(roles)s, %(hand_id)s, %(hand)s, %(heard)s, %(detail)s::jsonb, %(why)s, %(late)s)
  on conflict (uid) do nothing returning id),
a as (
  insert into archive_auditrow (at, by_id, by_name, action, subject_kind, subject,
    customer_id, op, payload)
  select %(rec)s, %(wrote)s, %(writer)s, %(kind)s, %(sk)s, %(s)s, %(c)s, %(uid)s, %(payload)s
  from e),
p as (
  insert into archive_passage (event_id, customer_id, at, open, folded)
  select id, %(c)s, %(at)s, %(open)s, %(folded)s from e where %(folded)s <> '')
select id from e
"""


def record(actor: Actor, subject: Subject, entry: Entry) -> int | None:
    """Write an event with its audit row; its number, or None if this uid was written before."""
    detail = json.dumps(dumped(entry.detail), ensure_ascii=False, separators=(",", ":"))
    hand = actor.hand
    said: dict[str, Any] = {
        "detail": json.loads(detail),
        "happened_at": entry.happened_at.isoformat(),
        "late": entry.late,
        "roles": sorted(actor.roles),
        "why": entry.why,
    }
    if hand is not None:  # the audit names who wrote; whose word it was stands beside it
        by = str(actor.id) if actor.id else None
        said["said"] = {"by": by, "name": actor.name, "heard": hand.heard}
    values: dict[str, Any] = {
        "uid": entry.uid,
        "sk": subject.kind,
        "s": subject.id,
        "c": subject.customer,
        "kind": entry.kind,
        "at": entry.happened_at,
        "rec": entry.recorded_at,
        "by": actor.id,
        "name": actor.name,
        "roles": sorted(actor.roles),
        "hand_id": hand.id if hand else None,
        "hand": hand.name if hand else "",
        "heard": hand.heard if hand else "",
        "wrote": hand.id if hand else actor.id,
        "writer": hand.name if hand else actor.name,
        "detail": detail,
        "why": entry.why,
        "late": entry.late,
        "payload": canonical(said),
        "open": is_open(entry.kind, entry.detail),
        "folded": folded([*passages(entry.kind, entry.detail), entry.why]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        row = cursor.fetchone()
    return row[0] if row else None


@dataclass(frozen=True, slots=True)
class Rung:
    """A telephone call: `person` and `number` at the other end, `agent` of ours; `direction` is
    inbound or outbound."""

    direction: str
    person: str
    agent: str
    started_at: datetime
    answered: bool
    summary: str = ""
    number: str = ""


def log_call(subject: Subject, event: int, call: Rung) -> None:
    """A call of the case, in either direction, answered or not (R-7-5). What was said is found
    with its event, where that does not say the same."""
    values: dict[str, Any] = {
        "event": event,
        "s": subject.id,
        "c": subject.customer,
        "direction": call.direction,
        "person": call.person,
        "number": call.number,
        "agent": call.agent,
        "at": call.started_at,
        "answered": call.answered,
        "summary": call.summary,
        "folded": folded([call.summary]),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOG_CALL, values)


_LOG_CALL = """
with c as (
  insert into archive_call (event_id, subject, customer_id, direction, person, number, agent,
    started_at, answered, summary, recording)
  values (%(event)s, %(s)s, %(c)s, %(direction)s, %(person)s, %(number)s, %(agent)s, %(at)s,
    %(answered)s, %(summary)s, ''))
insert into archive_passage (event_id, customer_id, at, open, folded)
select %(event)s, %(c)s, %(at)s, false, %(folded)s where %(folded)s <> ''
on conflict (event_id) do update set folded = archive_passage.folded || E'\\n' || excluded.folded
where strpos(archive_passage.folded, excluded.folded) = 0
"""


# What waits leaves the queue in the statement that reads it; committed rows only, as any read.
_NEXT = f"""
with next as (select row_id from archive_unsealed order by row_id limit %s),
left_queue as (delete from archive_unsealed u using next where u.row_id = next.row_id)
select {COLUMNS} from archive_auditrow r join next on next.row_id = r.id order by r.id
"""


@transaction.atomic
def seal(limit: int = 5000) -> int:
    """Chain what is committed and waits; how many rows were sealed.

    One sealer at a time, by a lock that goes with the transaction; a second one does nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtext('jiannuo seal'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("select n, hash from archive_auditlink order by n desc limit 1")
        n, before = cursor.fetchone() or (0, GENESIS)
        cursor.execute(_NEXT, [limit])
        links = []
        for row in cursor.fetchall():
            n, before = n + 1, hashed(before, digest(body(n + 1, row)))
            links.append((n, row[0], before, now()))
        cursor.executemany(
            "insert into archive_auditlink (n, row_id, hash, sealed_at) values (%s,%s,%s,%s)",
            links,
        )
    return len(links)
