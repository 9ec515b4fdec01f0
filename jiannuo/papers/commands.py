"""Papers come to be, get signed, become void. Their data is frozen when they are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.kernel.moment import now
from jiannuo.manual.catalogue import dumped
from jiannuo.papers.gathering import of_case
from jiannuo.papers.kind import Due, Ground, PaperKind
from jiannuo.papers.kinds import KINDS
from jiannuo.papers.models import Paper

CASE_KINDS = tuple(kind for kind in KINDS.values() if kind.find is not None)


def sync(ground: Ground, *, fresh: bool = False) -> None:
    """Make the papers of a case what its events say: new ones are made with their data,
    those that no longer apply are void, signatures and counts follow.

    `fresh`: the case was born in this transaction, nothing is stored yet.
    """
    case = ground.view.card
    rows = [] if fresh else list(Paper.objects.defer("gathered").filter(subject=case.id))
    stored = {(r.kind, r.source): r for r in rows}
    new = []
    for kind in CASE_KINDS:
        if not _applies(kind, ground):
            continue
        for due in kind.find(ground) if kind.find else ():
            row = stored.pop((kind.code, due.source), None)
            if row is None:
                new.append(_paper(kind, ground, due))
            else:
                _follow(row, due)
    Paper.objects.bulk_create(new)
    left = [r.pk for r in stored.values() if r.void_at is None and _derived(r, ground)]
    if left:
        Paper.objects.filter(pk__in=left).update(void_at=now())


def _applies(kind: PaperKind, ground: Ground) -> bool:
    """A drill leaves its record only; a merged loser its register and merge record."""
    if ground.story.drill:
        return kind.drill
    return not kind.drill and (kind.loser or not ground.story.merged)


def _derived(row: Paper, ground: Ground) -> bool:
    if ground.story.merged and not KINDS[row.kind].loser:
        return True
    return KINDS[row.kind].find is not None


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


def _follow(row: Paper, due: Due) -> None:
    new = (due.signed, due.count, due.at, None)
    if (row.signed, row.count, row.happened_at, row.void_at) == new:
        return
    row.signed, row.count, row.happened_at, row.void_at = new
    row.save(update_fields=["signed", "count", "happened_at", "void_at"])


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


def has(code: str, subject: UUID) -> bool:
    """Was this paper made for the subject?"""
    return Paper.objects.filter(subject=subject, kind=code).exists()
