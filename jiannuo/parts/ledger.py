"""The stock ledger: what lies where is the sum of its rows, and rows are only ever added.

Whoever moves, keeps or counts pieces of a part at a place stands in one queue for that shelf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.parts.models import Location, Part, Reservation, StockLevel, StockMove

#: The main store; a place that everybody has.
STORE = "main"


def part_named(name: str) -> UUID:
    """The part of this name; a new name is a new part (save first, complete later)."""
    return Part.objects.get_or_create(name=name)[0].id


@dataclass(frozen=True, slots=True)
class Move:
    """One line of the ledger; `qty` as people say it, the sign follows from `kind`.

    `contract`: the project it is issued for, whose reserved pieces go first.
    """

    kind: str
    qty: int
    happened_at: datetime
    case: UUID | None = None
    contract: UUID | None = None
    lot: str = ""
    cost: Decimal | None = None
    location: str = STORE


@transaction.atomic
def move(op: UUID, part: UUID, line: Move) -> tuple[int, int]:
    """Add a line: on hand (before, after). Raises `Refusal` where the shelf has less.

    The same operation twice is one line, and answers what it answered.
    """
    _something(line.qty)
    level = _shelf(part, line.location)
    qty = -line.qty if line.kind == "issued" else line.qty
    # Behind the lock: whoever sent the same operation a moment before us has written it by now.
    made = StockMove.objects.filter(op=op).first()
    if made is not None:
        return _as_answered(made, part, line.kind, qty)
    before = level.on_hand
    _enough(before, line.qty if qty < 0 else 0)
    drawn = _draw(level, line.contract, line.qty) if qty < 0 else 0
    _write(
        _Row(op, part, line.location, qty, line.kind, line.happened_at),
        lot=line.lot,
        unit_cost=line.cost,
        case_id=line.case,
        contract_id=line.contract if drawn else None,
        drawn=drawn,
    )
    return before, before + qty


@dataclass(frozen=True, slots=True)
class _Row:
    op: UUID
    part: UUID
    location: str
    qty: int
    kind: str
    at: datetime


def _write(row: _Row, **also: Any) -> None:
    StockMove.objects.create(
        op=row.op,
        part_id=row.part,
        location=row.location,
        qty=row.qty,
        kind=row.kind,
        happened_at=row.at,
        recorded_at=now(),
        **also,
    )


def _something(qty: int) -> None:
    if qty <= 0:
        raise Refusal("no_quantity", "数量须大于零", "the quantity must be above zero")


def _enough(on_hand: int, qty: int) -> None:
    if on_hand < qty:
        raise Refusal(
            "not_in_stock",
            f"库存只有 {on_hand} 件，要 {qty} 件；请先入库或减少数量",
            f"only {on_hand} on hand, {qty} asked; receive stock first or ask for less",
            requirement="R-4-1",
        )


def _shelf(part: UUID, location: str = STORE) -> StockLevel:
    """The level of a part at a place, held. Raises `Refusal` for a place nobody opened."""
    if location != STORE and not Location.objects.filter(code=location).exists():
        raise Refusal(
            "no_location",
            f"没有代号为 {location} 的库位，请先建库位",
            f"there is no place {location}; open it first",
        )
    shelf: dict[str, Any] = {"part_id": part, "location": location, "condition": "new"}
    StockLevel.objects.get_or_create(**shelf)
    return StockLevel.objects.select_for_update().get(**shelf)


def _kept(level: StockLevel) -> dict[UUID, int]:
    """What is kept on a shelf, by project."""
    rows = Reservation.objects.filter(part_id=level.part_id, location=level.location)
    return dict(rows.values_list("contract_id", "qty"))


def _draw(level: StockLevel, contract: UUID | None, qty: int) -> int:
    """Pieces leave the shelf: the project's own first, then common ones, never another's. How
    many of them were the project's own."""
    kept = _kept(level)
    own = kept.pop(contract, 0) if contract is not None else 0
    free = level.on_hand - sum(kept.values())
    if qty > free:
        raise Refusal(
            "kept_for_others",
            f"可用 {free} 件，其余 {level.on_hand - free} 件为其他项目预留；请值班经理批准借用",
            f"{free} free, {level.on_hand - free} kept for other projects; ask the duty manager to"
            " approve borrowing them",
            requirement="R-7-2",
        )
    drawn = min(own, qty)
    if contract is not None and drawn:
        _keep(level, contract, own - drawn)
    return drawn


@transaction.atomic
def reserve(part: UUID, contract: UUID, qty: int, location: str = STORE) -> None:
    """Keep common pieces for a project. Raises `Refusal` where fewer are common."""
    level = _shelf(part, location)
    kept = _kept(level)
    common = max(0, level.on_hand - sum(kept.values()))
    if not 0 < qty <= common:
        raise _too_many(f"可预留的有 {common} 件", f"{common} can be kept")
    _keep(level, contract, kept.get(contract, 0) + qty)


@transaction.atomic
def release(part: UUID, contract: UUID, qty: int, location: str = STORE) -> None:
    """What was kept for a project is common again. Raises `Refusal` where fewer are kept."""
    level = _shelf(part, location)
    own = _kept(level).get(contract, 0)
    if not 0 < qty <= own:
        raise _too_many(f"为该项目预留的有 {own} 件", f"{own} are kept for the project")
    _keep(level, contract, own - qty)


def _keep(level: StockLevel, contract: UUID, qty: int) -> None:
    Reservation.objects.update_or_create(
        part_id=level.part_id,
        contract_id=contract,
        location=level.location,
        defaults={"qty": qty},
    )


def _too_many(zh: str, en: str) -> Refusal:
    return Refusal(
        "wrong_quantity",
        f"{zh}，请填 1 到此数",
        f"{en}; say a number from 1 to that",
        requirement="R-7-2",
    )


def _as_answered(made: StockMove, part: UUID, kind: str, qty: int) -> tuple[int, int]:
    if (made.part_id, made.kind, made.qty) != (part, kind, qty):
        raise Refusal(
            "used_operation",
            "此操作号已用于另一笔出入库，请重新操作",
            "this operation was another move already; begin anew",
        )
    shelf = StockMove.objects.filter(part_id=part, location=made.location, condition=made.condition)
    before = shelf.filter(pk__lt=made.pk).aggregate(sum=Sum("qty", default=0))["sum"]
    return before, before + qty


# -- from place to place ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transfer:
    qty: int
    source: str
    target: str
    happened_at: datetime


@transaction.atomic
def transfer(op: UUID, part: UUID, way: Transfer) -> tuple[int, int]:
    """Common pieces go to another place: on hand where they left, (before, after). Raises
    `Refusal` where fewer are common there."""
    _something(way.qty)
    if way.source == way.target:
        raise Refusal(
            "same_place", "调出和调入是同一个库位，请改一个", "both places are the same; change one"
        )
    # In one order for all, or two that move towards each other would wait for each other.
    levels = {place: _shelf(part, place) for place in sorted((way.source, way.target))}
    level = levels[way.source]
    made = StockMove.objects.filter(op=op, line=0).first()
    if made is not None:
        return _as_answered(made, part, "transferred", -way.qty)
    _enough(level.on_hand, way.qty)
    _draw(level, None, way.qty)
    _write(_Row(op, part, way.source, -way.qty, "transferred", way.happened_at))
    _write(_Row(op, part, way.target, way.qty, "transferred", way.happened_at), line=1)
    return level.on_hand, level.on_hand - way.qty


# -- what was counted -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counted:
    """`seen`: the last row of the shelf's ledger that the counter knew of; None for none."""

    qty: int
    location: str
    seen: int | None
    because: str = field(default="")


def expected(part: UUID, said: Counted) -> int:
    """What the ledger has, held till the end of the transaction. Raises `Refusal` where the count
    differs and pieces were moved since the counter looked, or nobody says why it differs."""
    level = _shelf(part, said.location)
    if level.on_hand == said.qty:
        return level.on_hand
    last = last_moves([part], said.location).get(part)
    if last != said.seen:
        raise Refusal(
            "moved_meanwhile",
            f"清点期间这里有人出入库，现在账上 {level.on_hand} 件；请再数一次",
            f"pieces were moved here meanwhile, the books say {level.on_hand} now; count again",
            requirement="R-4-1",
        )
    if not said.because.strip():
        raise Refusal(
            "difference_without_reason",
            f"账上 {level.on_hand} 件，数到 {said.qty} 件；请写明差异原因",
            f"{level.on_hand} by the books, {said.qty} counted; say why they differ",
            requirement="R-4-1",
        )
    return level.on_hand


def count(op: UUID, part: UUID, said: Counted, found: int, at: datetime) -> None:
    """The difference to what the ledger had (`found`) becomes a row of it."""
    if said.qty != found:
        _write(_Row(op, part, said.location, said.qty - found, "counted", at))


def last_moves(parts: list[UUID], location: str) -> dict[UUID, int]:
    """The last row of each part's ledger at a place; parts that never moved there are left out."""
    rows = StockMove.objects.filter(part_id__in=parts, location=location)
    newest = rows.order_by("part_id", "-id").distinct("part_id")
    return dict(newest.values_list("part_id", "id"))


# -- what was booked by mistake ---------------------------------------------------------------


def not_undone(of: UUID) -> None:
    """Raises `Refusal` where an operation was moved back before."""
    if StockMove.objects.filter(undoes__op=of).exists():
        raise Refusal("undone_already", "这一笔已经撤销过了", "this booking was undone already")


@transaction.atomic
def undo(op: UUID, part: UUID, of: UUID, at: datetime) -> int:
    """The opposite of what an operation moved: how many pieces. Raises `Refusal` where nothing was
    moved, it was undone before, or its pieces are not there any more."""
    rows = list(StockMove.objects.filter(op=of, part_id=part).order_by("line"))
    if not rows:
        raise Refusal(
            "nothing_moved",
            "这一笔没有动库存，不用撤销",
            "nothing was moved; there is nothing to undo",
        )
    levels: Mapping[str, StockLevel] = {
        place: _shelf(part, place) for place in sorted({row.location for row in rows})
    }
    not_undone(of)
    for row in rows:
        level = levels[row.location]
        if row.qty > 0:
            _enough(level.on_hand, row.qty)
            _draw(level, None, row.qty)
        _write(
            _Row(op, part, row.location, -row.qty, "undone", at),
            line=row.line,
            case_id=row.case_id,
            undoes=row,
        )
        if row.drawn and row.contract_id is not None:
            _keep(level, row.contract_id, _kept(level).get(row.contract_id, 0) + row.drawn)
    return abs(rows[0].qty)
