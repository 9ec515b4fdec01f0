"""Reads of the archive: plain values out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.archive.chain import GENESIS, canonical
from jiannuo.archive.commands import chained, link_hash
from jiannuo.archive.models import Call, Event
from jiannuo.manual.catalogue import loaded
from jiannuo.manual.events import By
from jiannuo.manual.events import Event as Happening

_COLUMNS = "id, uid, subject, kind, happened_at, recorded_at, by_name, by_roles, detail"


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


def _events(where: str, values: list[Any]) -> list[tuple[UUID, Happening]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"select {_COLUMNS} from archive_event where {where} order by id",
            values,
        )
        return [(row[2], _happening(row)) for row in cursor.fetchall()]


def _happening(row: Sequence[Any]) -> Happening:
    id_, uid, _, kind, happened, recorded, name, roles, detail = row
    d = detail if isinstance(detail, dict) else json.loads(detail)
    by = By(name, frozenset(roles))
    return Happening(kind, happened, id_, by, loaded(kind, d), recorded, str(uid))


def timeline(subjects: Iterable[UUID]) -> list[Line]:
    """Every event of some subjects, newest first."""
    rows = Event.objects.filter(subject__in=list(subjects)).order_by("-happened_at", "-id")
    return [_line(row) for row in rows]


def everything() -> Iterator[Line]:
    """Every event of every subject, in order of recording."""
    for row in Event.objects.order_by("id").iterator(2000):
        yield _line(row)


def _line(row: Event) -> Line:
    happening = Happening(
        row.kind,
        row.happened_at,
        row.id,
        By(row.by_name, frozenset(row.by_roles)),
        loaded(row.kind, row.detail),
        row.recorded_at,
        str(row.uid),
    )
    return Line(happening, row.subject_kind, row.subject, row.why, row.late)


def written(uid: UUID) -> bool:
    """Was this operation written already?"""
    return Event.objects.filter(uid=uid).exists()


def event_of(uid: UUID) -> Line | None:
    row = Event.objects.filter(uid=uid).first()
    return _line(row) if row else None


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


_SEALED = """
select l.n, l.hash, r.id, r.at, r.by_name, r.action, r.subject_kind, r.subject, r.op, r.payload
from archive_auditlink l join archive_auditrow r on r.id = l.row_id order by l.n
"""


def audit_export() -> Iterator[str]:
    """The sealed chain as lines of JSON, oldest first: all the stand-alone checker needs."""
    with connection.cursor() as cursor:
        cursor.execute(_SEALED)
        while rows := cursor.fetchmany(2000):
            for n, digest, *row in rows:
                yield canonical({**chained(n, row), "hash": digest})


def verify_chain() -> str | None:
    """What is wrong with the chain, or None: every hash follows, no number is missing."""
    before, expected = GENESIS, 1
    with connection.cursor() as cursor:
        cursor.execute(_SEALED)
        while rows := cursor.fetchmany(2000):
            for n, digest, *row in rows:
                if n != expected:
                    return f"link {expected} is missing"
                before = link_hash(before, n, row)
                if digest != before:
                    return f"link {n} does not follow: an audit row was changed"
                expected += 1
    return None


def customer_of(subject: UUID) -> UUID | None:
    """Whose subject it is, by its first event."""
    rows = Event.objects.filter(subject=subject).order_by("id")
    return rows.values_list("customer_id", flat=True).first()
