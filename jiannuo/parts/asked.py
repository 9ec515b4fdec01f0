"""What cases ask for, and whether it is there: for whoever sends somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from jiannuo.parts.models import StockLevel, StockMove

USABLE = ("new", "refurbished")


@dataclass(frozen=True, slots=True)
class Asked:
    """A part that a case asks for: pieces wanted, issued to it so far, on the shelf."""

    part: str
    wanted: int
    issued: int
    shelf: int


def asked(wanted: Mapping[UUID, Mapping[str, int]]) -> dict[UUID, list[Asked]]:
    """By case. Two questions to the database, however many cases; none where nothing is asked."""
    names = {name for parts in wanted.values() for name in parts}
    if not names:
        return {}
    levels = StockLevel.objects.filter(part__name__in=names, condition__in=USABLE)
    shelf = {
        str(name): int(n) for name, n in levels.values_list("part__name").annotate(n=Sum("on_hand"))
    }
    moved = StockMove.objects.filter(part__name__in=names, case__in=list(wanted))
    issued = {
        (case, name): -n
        for case, name, n in moved.values_list("case_id", "part__name").annotate(n=Sum("qty"))
    }
    return {
        case: [
            Asked(name, qty, issued.get((case, name), 0), shelf.get(name, 0))
            for name, qty in parts.items()
        ]
        for case, parts in wanted.items()
    }
