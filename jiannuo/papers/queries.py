"""Reads of papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.papers.kinds import KINDS
from jiannuo.papers.models import Paper


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that stands. `n` counts within kind and ref, in order of the facts; `source` is the
    event it was made of, or "once" where a case has only one of its kind."""

    id: UUID
    kind: str
    ref: str
    signed: bool
    n: int | None
    count: int | None
    happened_at: datetime
    made_at: datetime
    source: str = "once"


def papers(subject: UUID | None = None) -> list[PaperLine]:
    """Papers that are not void, oldest fact first."""
    rows = Paper.objects.defer("gathered").filter(void_at__isnull=True)
    if subject is not None:
        rows = rows.filter(subject=subject)
    counted: Counter[tuple[str, str]] = Counter()
    found = []
    for row in rows.order_by("happened_at", "made_at", "id"):
        number = row.n
        if KINDS[row.kind].numbered:
            counted[row.kind, row.ref] += 1
            number = counted[row.kind, row.ref]
        found.append(
            PaperLine(
                row.id,
                row.kind,
                row.ref,
                row.signed,
                number,
                row.count,
                row.happened_at,
                row.made_at,
                row.source,
            )
        )
    return found


def gathered(paper: UUID) -> Mapping[str, Any]:
    """The data a paper was made of, as frozen then."""
    data: Mapping[str, Any] = Paper.objects.values_list("gathered", flat=True).get(pk=paper)
    return data
