"""Reads of the archive: plain values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.archive.chain import COLUMNS, GENESIS, body, canonical, digest, hashed
from jiannuo.archive.importing import WHY
from jiannuo.archive.models import Call, Event, Unsealed
from jiannuo.manual.catalogue import loaded
from jiannuo.manual.events import By
from jiannuo.manual.events import Event as Happening

_EVENT = "id, uid, subject, kind, happened_at, recorded_at, by_name, by_roles, hand, heard, detail"


@dataclass(frozen=True, slots=True)
class Line:
    """One event as the timeline shows it: both times, who, what, 补录."""

    happening: Happening
    subject_kind: str
    subject: UUID
    why: str
    late: bool


def stream(*subjects: UUID) -> dict[UUID, list[Happening]]:
    """All events of some subjects, in order of recording; every subject has a list."""
    found: dict[UUID, list[Happening]] = {subject: [] for subject in subjects}
    for subject, event in _events("subject = any(%s)", [list(subjects)]):
        found[subject].append(event)
    return found


def of_kinds(
    subject_kind: str, kinds: Sequence[str], subjects: Sequence[UUID] | None = None
) -> list[tuple[UUID, Happening]]:
    """(subject, event) of some kinds of event, in order of recording."""
    where, values = "subject_kind = %s and kind = any(%s)", [subject_kind, list(kinds)]
    if subjects is not None:
        return _events(f"{where} and subject = any(%s)", [*values, list(subjects)])
    return _events(where, values)


def told(
    subject_kind: str, kinds: Sequence[str], subjects: Sequence[UUID] | None = None
) -> list[UUID]:
    """The subjects of which one of these events is told, in order."""
    found = Event.objects.filter(subject_kind=subject_kind, kind__in=kinds)
    if subjects is not None:
        found = found.filter(subject__in=list(subjects))
    return list(found.order_by("subject").values_list("subject", flat=True).distinct())


def _events(where: str, values: list[Any]) -> list[tuple[UUID, Happening]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_EVENT} from archive_event where {where} order by id",
            values,
        )
        return [(row[2], _happening(row)) for row in cursor.fetchall()]


def _happening(row: Sequence[Any]) -> Happening:
    id_, uid, _, kind, happened, recorded, name, roles, hand, heard, detail = row
    d = detail if isinstance(detail, dict) else json.loads(detail)
    by = By(name, frozenset(roles), hand, heard)
    return Happening(kind, happened, id_, by, loaded(kind, d), recorded, str(uid))


def timeline(subjects: Iterable[UUID]) -> list[Line]:
    """Every event of some subjects, newest first."""
    rows = Event.objects.filter(subject__in=list(subjects)).order_by("-happened_at", "-id")
    return [line_of(row) for row in rows]


def newest() -> int:
    """The number of the newest event."""
    last = Event.objects.order_by("-id").values_list("id", flat=True).first()
    return last or 0


def after(number: int, limit: int) -> list[tuple[int, str, UUID]]:
    """(number, subject's kind, subject) of the events numbered above, the oldest first. One with
    a lower number may still come: numbers are given before their transaction ends."""
    rows = Event.objects.filter(id__gt=number).order_by("id")
    return list(rows.values_list("id", "subject_kind", "subject")[:limit])


def everything() -> Iterator[Line]:
    """Every event of every subject, in order of recording, read by the page."""
    last = 0
    while page := list(Event.objects.filter(id__gt=last).order_by("id")[:2000]):
        yield from map(line_of, page)
        last = page[-1].id


def imported(subject: UUID) -> frozenset[str]:
    """Which of its events were lived in another system: by id."""
    found = Event.objects.filter(subject=subject, why=WHY, late=False)
    return frozenset(str(uid) for uid in found.values_list("uid", flat=True))


# What was imported is nobody's entry. A correction may make an event late by moving its time.
_LATE = """
with late as (
  select distinct subject from archive_event
  where kind = 'correction' or recorded_at - happened_at > %(allowed)s
    and not (why = %(imported)s and not late))
select e.subject, min(e.subject_kind) from archive_event e join late using (subject)
where not (e.why = %(imported)s and not e.late)
group by e.subject order by min(e.id)
"""


def entered_late(allowed: timedelta) -> Iterator[tuple[str, UUID, list[Happening]]]:
    """(kind, subject, its events) of what may hold a late entry, the first told first; without
    what was imported."""
    values: dict[str, Any] = {"allowed": allowed, "imported": WHY}
    with connection.cursor() as cursor:
        cursor.execute(_LATE, values)
        found = cursor.fetchall()
    for start in range(0, len(found), 200):
        kinds = dict(found[start : start + 200])
        own = "subject = any(%s) and not (why = %s and not late)"
        streams: dict[UUID, list[Happening]] = {subject: [] for subject in kinds}
        for subject, event in _events(own, [list(kinds), WHY]):
            streams[subject].append(event)
        yield from ((kinds[subject], subject, events) for subject, events in streams.items())


def line_of(row: Event) -> Line:
    happening = Happening(
        row.kind,
        row.happened_at,
        row.id,
        By(row.by_name, frozenset(row.by_roles), row.hand, row.heard),
        loaded(row.kind, row.detail),
        row.recorded_at,
        str(row.uid),
    )
    return Line(happening, row.subject_kind, row.subject, row.why, row.late)


def event_of(uid: UUID) -> Line | None:
    """Asked by every step that may have been sent before."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_EVENT}, subject_kind, why, late from archive_event where uid = %s", [uid]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    *event, kind, why, late = row
    return Line(_happening(event), kind, event[2], why, late)


def subjects_of(operations: Iterable[UUID]) -> dict[UUID, UUID]:
    """What each of some operations was about; those that were never written are left out."""
    rows = Event.objects.filter(uid__in=list(operations))
    return dict(rows.values_list("uid", "subject"))


def events_of(uids: Iterable[UUID]) -> dict[UUID, Line]:
    """Some events by their ids."""
    return {row.uid: line_of(row) for row in Event.objects.filter(uid__in=list(uids))}


@dataclass(frozen=True, slots=True)
class CallLine:
    started_at: datetime
    direction: str
    person: str
    agent: str
    answered: bool
    summary: str


def calls(subject: UUID) -> list[CallLine]:
    rows = Call.objects.filter(subject=subject).order_by("started_at", "id")
    return [
        CallLine(c.started_at, c.direction, c.person, c.agent, c.answered, c.summary) for c in rows
    ]


@dataclass(frozen=True, slots=True)
class Link:
    """A sealed audit row: its place, what was done, its hash."""

    n: int
    body: dict[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: note it elsewhere, and no cut or rewriting goes unseen."""

    n: int
    hash: str


def head() -> Head:
    with connection.cursor() as cursor:
        cursor.execute("select n, hash from archive_auditlink order by n desc limit 1")
        return Head(*(cursor.fetchone() or (0, GENESIS)))


def hash_at(n: int) -> str | None:
    """The hash of link `n`; None where the chain is shorter."""
    with connection.cursor() as cursor:
        cursor.execute("select hash from archive_auditlink where n = %s", [n])
        row = cursor.fetchone()
    return row[0] if row else None


def waiting() -> int:
    """How many committed audit rows are not in the chain yet."""
    return Unsealed.objects.count()


@dataclass(frozen=True, slots=True)
class Sealing:
    """The end of the chain: how many audit rows wait for it, since when the oldest of them, how
    long it is, when it was last added to."""

    waiting: int
    waiting_since: datetime | None
    length: int
    sealed_at: datetime | None


def sealing() -> Sealing:
    with connection.cursor() as cursor:
        cursor.execute(
            """select count(*), (select min(r.at) from archive_auditrow r
                where r.id = (select min(row_id) from archive_unsealed)) from archive_unsealed"""
        )
        waiting_, since = cursor.fetchone()
        cursor.execute("select n, sealed_at from archive_auditlink order by n desc limit 1")
        return Sealing(waiting_, since, *(cursor.fetchone() or (0, None)))


# In pages: a result of years does not fit into memory, and a pooler allows no server-side cursor.
_PAGE = f"""
select l.n, l.hash, {COLUMNS} from archive_auditlink l join archive_auditrow r on r.id = l.row_id
where l.n > %s order by l.n limit 2000
"""


def links() -> Iterator[Link]:
    """The chain from its first link on."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_PAGE, [last])
            rows = cursor.fetchall()
            if not rows:
                return
            for n, hash_, *row in rows:
                yield Link(n, body(n, row), hash_)
            last = rows[-1][0]


def audit_export(customer: UUID | None = None) -> Iterator[str]:
    """The sealed chain as lines of JSON, oldest first: all the stand-alone checker needs.

    For one customer the others' links are there without what they say.
    """
    for link in links():
        if customer is None or link.body["customer"] == str(customer):
            yield canonical({**link.body, "hash": link.hash})
        else:
            yield canonical({"n": link.n, "digest": digest(link.body), "hash": link.hash})


def verify_chain() -> str | None:
    """What is wrong with the audit, or None: the chain, its completeness, the events beside it."""
    return _broken_first() or verify_beside()


def verify_beside() -> str | None:
    """What is wrong beside the chain: rows that it lost or left out, events that say otherwise."""
    return _first(_LOST) or _first(_LEFT_OUT) or _first(_CONTRADICTED)


def _broken_first() -> str | None:
    return _first(_LOST) or _broken()


def _broken() -> str | None:
    """Every hash follows, no number is missing."""
    before, expected = GENESIS, 1
    for link in links():
        if link.n != expected:
            return f"link {expected} is missing"
        before = hashed(before, digest(link.body))
        if link.hash != before:
            return f"link {link.n} does not follow: an audit row was changed"
        expected += 1
    return None


_LOST = """
select 'link ' || l.n || ' has lost its audit row' from archive_auditlink l
where not exists (select from archive_auditrow r where r.id = l.row_id) order by l.n limit 1
"""

_LEFT_OUT = """
select 'audit row ' || r.id || ' is neither in the chain nor waiting for it'
from archive_auditrow r
where not exists (select from archive_auditlink l where l.row_id = r.id)
  and not exists (select from archive_unsealed u where u.row_id = r.id)
order by r.id limit 1
"""

# The chain is about audit rows; what people read is the events. Each must say what its row says.
_CONTRADICTED = """
select 'event ' || coalesce(e.uid, r.op) || case
    when e.uid is null then ' was deleted'
    when r.op is null then ' has no audit row'
    else ' is not what was recorded' end
from archive_event e full join archive_auditrow r on r.op = e.uid
where (e.uid, e.kind, e.subject_kind, e.subject, e.customer_id,
       case e.hand when '' then e.by_id else e.hand_id end, coalesce(nullif(e.hand, ''), e.by_name),
       case when e.hand <> '' then
         jsonb_build_object('by', e.by_id, 'name', e.by_name, 'heard', e.heard) end,
       e.recorded_at, e.happened_at, e.why, to_jsonb(e.late), to_jsonb(e.by_roles), e.detail)
  is distinct from
      (r.op, r.action, r.subject_kind, r.subject, r.customer_id, r.by_id, r.by_name,
       r.payload::jsonb -> 'said',
       r.at, (r.payload::jsonb ->> 'happened_at')::timestamptz, r.payload::jsonb ->> 'why',
       r.payload::jsonb -> 'late', r.payload::jsonb -> 'roles', r.payload::jsonb -> 'detail')
order by coalesce(e.id, 0) limit 1
"""


def _first(query: str) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def customer_of(subject: UUID) -> UUID | None:
    """Whose subject it is, by its first event."""
    rows = Event.objects.filter(subject=subject).order_by("id")
    return rows.values_list("customer_id", flat=True).first()
