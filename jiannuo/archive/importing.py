"""Histories from elsewhere, many events in one statement. An imported event happened when its
log says and is recorded now; its reason says so, and it is no late entry of anybody's (补录)."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.archive.chain import canonical
from jiannuo.archive.commands import Entry, Subject
from jiannuo.archive.models import Event
from jiannuo.kernel.grams import folded
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.passages import is_open, passages

#: The reason of every imported event: by it audits and figures know one.
WHY = "导入"


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a history: who did it, to what, what."""

    by: Actor
    subject: Subject
    entry: Entry


# As `commands.record`, for thousands: each event with its audit row and its texts, in the order given. One
# document instead of thirteen arrays: that is three times faster to hand over.
_RECORD_ALL = """
with told as (
  select * from jsonb_to_recordset(%(told)s::jsonb) as t (place int, uid uuid, subject_kind text,
    subject uuid, customer_id uuid, kind text, happened_at timestamptz, recorded_at timestamptz,
    by_id uuid, by_name text, by_roles text[], detail jsonb, payload text, open boolean,
    folded text)),
e as (
  insert into archive_event (uid, subject_kind, subject, customer_id, kind, happened_at,
    recorded_at, by_id, by_name, by_roles, detail, why, late)
  select uid, subject_kind, subject, customer_id, kind, happened_at, recorded_at, by_id,
    by_name, by_roles, detail, %(why)s, false from told order by place
  on conflict (uid) do nothing returning id, uid),
a as (
  insert into archive_auditrow (at, by_id, by_name, action, subject_kind, subject,
    customer_id, op, payload)
  select recorded_at, by_id, by_name, kind, subject_kind, subject, customer_id, uid, payload
  from told join e using (uid) order by place),
p as (
  insert into archive_passage (event_id, customer_id, at, open, folded)
  select id, customer_id, happened_at, open, folded from told join e using (uid)
  where folded <> '')
select count(*) from e
"""


def record_all(told: Sequence[Told]) -> int:
    """Write events with their audit rows; how many were new."""
    if not told:
        return 0
    rows = json.dumps([_row(place, one) for place, one in enumerate(told)], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(_RECORD_ALL, {"told": rows, "why": WHY})
        return int(cursor.fetchone()[0])


def _row(place: int, told: Told) -> dict[str, Any]:
    subject, entry, by = told.subject, told.entry, told.by
    detail = dumped(entry.detail)
    payload = {
        "detail": detail,
        "happened_at": entry.happened_at.isoformat(),
        "late": False,
        "roles": sorted(by.roles),
        "why": WHY,
    }
    return {
        "place": place,
        "uid": str(entry.uid),
        "subject_kind": subject.kind,
        "subject": str(subject.id),
        "customer_id": subject.customer and str(subject.customer),
        "kind": entry.kind,
        "happened_at": entry.happened_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "by_id": by.id and str(by.id),
        "by_name": by.name,
        "by_roles": sorted(by.roles),
        "detail": detail,
        "payload": canonical(payload),
        "open": is_open(entry.kind, entry.detail),
        "folded": folded(passages(entry.kind, entry.detail)),
    }


def known(subjects: Collection[UUID]) -> dict[UUID, dict[UUID, str]]:
    """The imported events of some subjects: uid and kind, by subject."""
    rows = Event.objects.filter(subject__in=list(subjects), why=WHY, late=False).order_by("id")
    found: dict[UUID, dict[UUID, str]] = {}
    for subject, uid, kind in rows.values_list("subject", "uid", "kind"):
        found.setdefault(subject, {})[uid] = kind
    return found
