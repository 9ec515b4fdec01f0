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

    `events`: (part, case, event) of stock_received, stock_issued, stock_returned, stock_counted
    and part_used, in any order; `average`: at the average cost of what was bought so far.
    """
    return _worked_out(events, average)[1]


def lots_left(events: Iterable[tuple[str, str, Event]]) -> dict[str, list[Taken]]:
    """Which lots still lie there after these events, by part, the one that leaves next first."""
    shelves = _worked_out(events, average=False)[0]
    return {part: _joined(shelf.lots) for part, shelf in shelves.items()}


def _worked_out(
    events: Iterable[tuple[str, str, Event]], average: bool
) -> tuple[dict[str, _Shelf], dict[str, list[Taken]]]:
    shelves: dict[str, _Shelf] = defaultdict(_Shelf)
    found: dict[str, list[Taken]] = {}
    for part, case, event in sorted(events, key=lambda x: x[2].place):
        shelf, qty = shelves[part], pieces(event)
        if event.kind == "stock_received":
            cost = Decimal(event.d["cost"])
            shelf.lots.append(Taken(event.d["lot"], qty, cost))
            shelf.bought, shelf.paid = shelf.bought + qty, shelf.paid + cost * qty
        elif event.kind == "stock_issued":
            shelf.out[case].extend(_take(shelf.lots, qty))
        elif event.kind == "stock_returned":
            _give_back(shelf, case, qty)
        elif event.kind == "stock_counted":
            _recount(shelf, qty)
        else:
            taken = _take(shelf.out[case], qty)
            found[event.id] = [_averaged(shelf, taken)] if average and taken else _joined(taken)
    return shelves, found


def _give_back(shelf: _Shelf, case: str, qty: int) -> None:
    pile = shelf.out[case]
    pile.reverse()
    back = _take(pile, qty)
    pile.reverse()
    shelf.lots[:0] = list(reversed(back))


def pieces(event: Event) -> int:
    """How many pieces an event is about; of a count, how many more or fewer there were."""
    if event.kind == "stock_counted":
        return int(event.d["counted"]) - int(event.d["expected"])
    return int(event.d["qty"])


def _recount(shelf: _Shelf, more: int) -> None:
    """What is missing was of the oldest lot; what turned up is like the newest."""
    if more < 0:
        _take(shelf.lots, -more)
    elif more:
        last = shelf.lots[-1] if shelf.lots else Taken("", 0, Decimal(0))
        shelf.lots.append(Taken(last.lot, more, last.cost))


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
