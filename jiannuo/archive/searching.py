"""The audit as somebody looks through it: the newest first, page after page, and the check of its
chain in bites that a request can wait for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.archive import queries
from jiannuo.archive.chain import COLUMNS, GENESIS, body, digest, hashed

#: Links checked in one bite: a second or two.
BITE = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; what is empty leaves nothing out. `to` is exclusive."""

    person: str = ""
    action: str = ""
    subject: UUID | None = None
    since: datetime | None = None
    to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One audit row; `n` and `hash` once it is in the chain."""

    id: int
    at: datetime
    by: str
    action: str
    subject_kind: str
    subject: UUID
    roles: tuple[str, ...]
    detail: dict[str, Any]
    n: int | None
    hash: str


def search(asked: Asked, *, before: int | None = None, limit: int = 50) -> list[Found]:
    """The newest rows, or those `before` a row that was shown."""
    wheres, values = _wheres(asked)
    if before is not None:
        wheres.append("r.id < %s")
        values.append(before)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select r.id, r.at, r.by_name, r.action, r.subject_kind, r.subject, r.payload,
                l.n, coalesce(l.hash, '')
            from archive_auditrow r left join archive_auditlink l on l.row_id = r.id
            where {" and ".join(wheres) or "true"} order by r.id desc limit %s""",
            [*values, limit],
        )
        return [_found(row) for row in cursor.fetchall()]


def _wheres(asked: Asked) -> tuple[list[str], list[Any]]:
    said = (
        ("r.by_name = %s", asked.person),
        ("r.action = %s", asked.action),
        ("r.subject = %s", asked.subject),
        ("r.at >= %s", asked.since),
        ("r.at < %s", asked.to),
    )
    given = [(where, value) for where, value in said if value]
    return [where for where, _ in given], [value for _, value in given]


def _found(row: Sequence[Any]) -> Found:
    id_, at, by, action, kind, subject, payload, n, hash_ = row
    said = json.loads(payload)
    roles = tuple(said.get("roles", ()))
    return Found(id_, at, by, action, kind, subject, roles, said.get("detail", {}), n, hash_)


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the chain was checked: up to link `upto` of `length`; `problem`: what is wrong."""

    upto: int
    length: int
    problem: str = ""

    @property
    def done(self) -> bool:
        return bool(self.problem) or self.upto >= self.length


_BITE = f"""
select l.n, l.hash, {COLUMNS} from archive_auditlink l join archive_auditrow r on r.id = l.row_id
where l.n > %s order by l.n limit %s
"""


def check(after: int, length: int, limit: int = BITE) -> Checked:
    """The links behind `after`, which was checked before, up to `length`; with the last bite that
    nothing was left out and that the events still say what their rows say."""
    before = queries.hash_at(after) if after else GENESIS
    if before is None:
        return Checked(after, length, f"link {after} is missing")
    with connection.cursor() as cursor:
        cursor.execute(_BITE, [after, min(limit, length - after)])
        rows = cursor.fetchall()
    upto = after
    for n, hash_, *row in rows:
        before = hashed(before, digest(body(n, row)))
        if n != upto + 1:
            return Checked(upto, length, f"link {upto + 1} is missing")
        if hash_ != before:
            return Checked(upto, length, f"link {n} does not follow: an audit row was changed")
        upto = n
    if upto < length:
        gone = "" if rows else f"link {upto + 1} is missing"
        return Checked(upto, length, gone)
    return Checked(upto, length, queries.verify_beside() or "")
