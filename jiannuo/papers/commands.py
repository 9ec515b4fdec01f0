"""Papers come to be, get signed, become void. Their data is frozen when they are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.kernel.moment import now
from jiannuo.manual.catalogue import dumped
from jiannuo.papers.gathering import of_case
from jiannuo.papers.kind import Due, Ground, PaperKind
from jiannuo.papers.kinds import KINDS
from jiannuo.papers.models import Paper

CASE_KINDS = tuple(kind for kind in KINDS.values() if kind.find is not None)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A paper of a case as it is stored."""

    id: UUID
    kind: str
    source: str
    signed: bool
    count: int | None
    happened_at: datetime
    void_at: datetime | None


def sync(ground: Ground, *, fresh: bool = False) -> None:
    """Make the papers of a case what its events say: new ones are made with their data,
    those that no longer apply are void, signatures and counts follow.

    `fresh`: the case was born in this transaction, nothing is stored yet.
    """
    stored = {} if fresh else _stored(ground.view.card.id)
    new = []
    for kind in CASE_KINDS:
        if not _applies(kind, ground):
            continue
        for due in kind.find(ground) if kind.find else ():
            kept = stored.pop((kind.code, due.source), None)
            if kept is None:
                new.append(_paper(kind, ground, due))
            else:
                _follow(kept, due)
    if new:
        Paper.objects.bulk_create(new)
    left = [p.id for p in stored.values() if p.void_at is None and _derived(p.kind, ground)]
    if left:
        Paper.objects.filter(pk__in=left).update(void_at=now())


_STORED = """
select id, kind, source, signed, count, happened_at, void_at from papers_paper where subject = %s
"""


def _stored(case: UUID) -> dict[tuple[str, str], _Kept]:
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [case])
        kept = [_Kept(*row) for row in cursor.fetchall()]
    return {(paper.kind, paper.source): paper for paper in kept}


def _applies(kind: PaperKind, ground: Ground) -> bool:
    """A drill leaves its record only; a merged loser its register and merge record."""
    if ground.story.drill:
        return kind.drill
    return not kind.drill and (kind.loser or not ground.story.merged)


def _derived(kind: str, ground: Ground) -> bool:
    if ground.story.merged and not KINDS[kind].loser:
        return True
    return KINDS[kind].find is not None


def _paper(kind: PaperKind, ground: Ground, due: Due) -> Paper:
    card = ground.view.card
    return Paper(
        kind=kind.code,
        subject_kind="case",
        subject=card.id,
        customer_id=card.customer,
        ref=card.number,
        source=due.source,
        n=due.n,
        count=due.count,
        signed=due.signed,
        gathered={**of_case(ground, due), **kind.gather(ground, due)},
        happened_at=due.at,
        made_at=now(),
    )


def _follow(kept: _Kept, due: Due) -> None:
    said = {"signed": due.signed, "count": due.count, "happened_at": due.at, "void_at": None}
    if any(getattr(kept, name) != value for name, value in said.items()):
        Paper.objects.filter(pk=kept.id).update(**said)


@dataclass(frozen=True, slots=True)
class About:
    """What a paper is about when it is no case: kind, id, and what people call it."""

    kind: str
    id: UUID
    ref: str
    customer: UUID | None = None


def make(
    code: str,
    about: About,
    at: datetime,
    gathered: Mapping[str, Any],
    *,
    source: str = "once",
    signed: bool = False,
    count: int | None = None,
) -> None:
    """A paper made by the command that made its fact; made again, only the count follows."""
    row, created = Paper.objects.get_or_create(
        subject=about.id,
        kind=KINDS[code].code,
        source=source,
        defaults={
            "subject_kind": about.kind,
            "customer_id": about.customer,
            "ref": about.ref,
            "signed": signed,
            "count": count,
            "gathered": dumped(dict(gathered)),
            "happened_at": at,
            "made_at": now(),
        },
    )
    if not created and (row.count, row.signed) != (count, signed or row.signed):
        row.count, row.signed = count, signed or row.signed
        row.save(update_fields=["count", "signed"])


def void(subjects: Sequence[UUID], source: str) -> None:
    """What one booking put on paper, once that booking was undone."""
    rows = Paper.objects.filter(subject__in=subjects, source=source, void_at=None)
    rows.update(void_at=now())


def has(code: str, subject: UUID) -> bool:
    """Was this paper made for the subject?"""
    return Paper.objects.filter(subject=subject, kind=code).exists()
