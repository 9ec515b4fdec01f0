"""Lots: the oldest leaves first, what a case got it uses in that order, and the last out
comes back first. Costs follow the lot (2, R-2-8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from jiannuo.kernel.money import money
from jiannuo.manual.events import Event


@dataclass(frozen=True, slots=True)
class Taken:
    """Pieces of one lot at its unit cost."""

    lot: str
    qty: int
    cost: Decimal


@dataclass(slots=True)
class _Shelf:
    lots: list[Taken] = field(default_factory=list)
    out: dict[str, list[Taken]] = field(default_factory=lambda: defaultdict(list))
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    bought: int = 0
    paid: Decimal = Decimal(0)


def _take(pile: list[Taken], qty: int) -> list[Taken]:
    taken: list[Taken] = []
    while qty and pile:
        head = pile.pop(0)
        part = min(qty, head.qty)
        taken.append(Taken(head.lot, part, head.cost))
        if head.qty > part:
            pile.insert(0, Taken(head.lot, head.qty - part, head.cost))
        qty -= part
    return taken


def use_of_lots(
    events: Iterable[tuple[str, str, Event]], average: bool = False
) -> dict[str, list[Taken]]:
    """Which lots each `part_used` event used, by the event's id.

    `events`: (part, case, event) of stock_received, stock_issued, stock_returned and
    part_used, in any order; `average`: at the average cost of what was bought so far.
    """
    shelves: dict[str, _Shelf] = defaultdict(_Shelf)
    found: dict[str, list[Taken]] = {}
    for part, case, event in sorted(events, key=lambda x: x[2].place):
        shelf, qty = shelves[part], int(event.d["qty"])
        if event.kind == "stock_received":
            cost = Decimal(event.d["cost"])
            shelf.lots.append(Taken(event.d["lot"], qty, cost))
            shelf.bought, shelf.paid = shelf.bought + qty, shelf.paid + cost * qty
        elif event.kind == "stock_issued":
            shelf.out[case].extend(_take(shelf.lots, qty))
        elif event.kind == "stock_returned":
            _give_back(shelf, case, qty)
        else:
            taken = _take(shelf.out[case], qty)
            found[event.id] = [_averaged(shelf, taken)] if average and taken else _joined(taken)
    return found


def _give_back(shelf: _Shelf, case: str, qty: int) -> None:
    pile = shelf.out[case]
    pile.reverse()
    back = _take(pile, qty)
    pile.reverse()
    shelf.lots[:0] = list(reversed(back))


def _averaged(shelf: _Shelf, taken: list[Taken]) -> Taken:
    qty = sum(t.qty for t in taken)
    return Taken("average", qty, money(shelf.paid / shelf.bought))


def _joined(taken: list[Taken]) -> list[Taken]:
    """Neighbouring pieces of one lot are one row."""
    rows: list[Taken] = []
    for piece in taken:
        if rows and (rows[-1].lot, rows[-1].cost) == (piece.lot, piece.cost):
            rows[-1] = Taken(piece.lot, rows[-1].qty + piece.qty, piece.cost)
        else:
            rows.append(piece)
    return rows
