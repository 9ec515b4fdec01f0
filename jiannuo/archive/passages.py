"""The texts of the archive: read out of its events once, found again by any fragment.

New events bring their texts with them. What an older release recorded, and everything after a
rebuild was asked for, is read in the background, the newest first, some thousand at a time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiannuo.archive.importing import WHY
from jiannuo.archive.models import Unread
from jiannuo.archive.newest import Kept, newest
from jiannuo.kernel.grams import Asked, folded
from jiannuo.manual.passages import is_open, passages

PASSAGES = Kept("archive_passage", "event_id", "at", "folded")


@dataclass(frozen=True, slots=True)
class TextHit:
    """An event that holds what was asked for; `parts`: its texts as they were written, what was
    said on the telephone last."""

    id: int
    uid: UUID
    subject_kind: str
    subject: UUID
    kind: str
    at: datetime
    by: str
    parts: tuple[str, ...]


def texts(
    asked: Asked, limit: int, *, customer: UUID | None = None, after: int | None = None
) -> list[TextHit]:
    """What holds every word, newest first; `customer`: only what his people may read, `after`:
    what follows that event. Nothing is asked for nothing."""
    where, said = "true", dict[str, Any]()
    if customer is not None:
        where, said = "customer_id = %(customer)s and open", {"customer": customer}
    ids = newest(PASSAGES, asked, limit, where, said, after)
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [ids])
        rows = {row[0]: row for row in cursor.fetchall()}
    return [_hit(rows[i]) for i in ids]


_EVENTS = """
select e.id, e.uid, e.subject_kind, e.subject, e.kind, e.happened_at, e.by_name, e.detail, e.why,
  array(select c.summary from archive_call c where c.event_id = e.id)
from archive_event e where e.id = any(%s)
"""


def _hit(row: Sequence[Any]) -> TextHit:
    id_, uid, subject_kind, subject, kind, at, by, detail, why, said = row
    found = detail if isinstance(detail, dict) else json.loads(detail)
    parts = (*passages(kind, found), why, *said)
    return TextHit(id_, uid, subject_kind, subject, kind, at, by, tuple(filter(None, parts)))


# -- reading what is not read yet -----------------------------------------------------------------


def unread() -> tuple[int, int]:
    """(events whose texts are not read yet, of how many when that began), by their numbers;
    nought at rest."""
    row = Unread.objects.values_list("below", "top").first()
    return (row[0] - 1, row[1]) if row and row[0] > 1 else (0, 0)


@transaction.atomic
def read_on(limit: int = 2000) -> int:
    """Read the texts of some events more, the newest first; how many events that were. One
    reader at a time; a second one does nothing."""
    row = Unread.objects.select_for_update(skip_locked=True).filter(below__gt=0).first()
    if row is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, {"below": row.below, "limit": limit})
        events = cursor.fetchall()
        cursor.execute(_KEEP, [json.dumps([_passage(event) for event in events])])
    row.below = events[-1][0] if len(events) == limit else 0
    row.save(update_fields=["below"])
    return len(events)


_NEXT = """
select e.id, e.customer_id, e.happened_at, e.kind, e.detail, e.why,
  array(select c.summary from archive_call c where c.event_id = e.id)
from archive_event e where e.id < %(below)s order by e.id desc limit %(limit)s
"""
_KEEP = """
insert into archive_passage (event_id, customer_id, at, open, folded)
select event_id, customer_id, at, open, folded from jsonb_to_recordset(%s::jsonb)
  as t (event_id bigint, customer_id uuid, at timestamptz, open boolean, folded text)
where folded <> ''
on conflict (event_id) do update set folded = excluded.folded, open = excluded.open
where (archive_passage.folded, archive_passage.open) <> (excluded.folded, excluded.open)
"""


def _passage(event: Sequence[Any]) -> dict[str, Any]:
    id_, customer, at, kind, detail, why, said = event
    found = detail if isinstance(detail, dict) else json.loads(detail)
    parts = [*passages(kind, found), "" if why == WHY else why, *said]
    return {
        "event_id": id_,
        "customer_id": customer and str(customer),
        "at": at.isoformat(),
        "open": is_open(kind, found),
        "folded": folded(parts),
    }


def read_anew() -> int:
    """Have all texts read once more, beside the work that goes on; how many events there are."""
    with connection.cursor() as cursor:
        cursor.execute(ANEW)
        cursor.execute("select top from archive_unread")
        return int(cursor.fetchone()[0])


#: Also what a migration runs whose release cuts or keeps texts otherwise.
ANEW = """
insert into archive_unread (id, below, top)
select 1, coalesce(max(id) + 1, 0), coalesce(max(id), 0) from archive_event
on conflict (id) do update set below = excluded.below, top = excluded.top
"""


def tidy() -> None:
    """Bring what was written lately into the index: reports do not wait for that, and a search
    does not read it twice."""
    with connection.cursor() as cursor:
        cursor.execute("select gin_clean_pending_list('archive_passage_grams')")
