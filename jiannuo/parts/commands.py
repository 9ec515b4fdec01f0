"""Writes to stock, loaners, replacement and repair orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Sum

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts.models import (
    Loan,
    Part,
    RepairOrder,
    ReplacementOrder,
    Reservation,
    StockLevel,
    StockMove,
)
from jiannuo.people.permits import require

STORE = "main"


def stock_part(
    actor: Actor, name: str, minimum: int | None = None, fits: Sequence[str] | None = None
) -> UUID:
    """Put a part on the list, or change the minimum it must not fall below (R-4-1) and the
    models it fits."""
    require(actor, "stock_received")
    told = {} if fits is None else {"fits": list(fits)}
    row, _ = Part.objects.update_or_create(name=name, defaults={"minimum": minimum, **told})
    return row.id


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


@transaction.atomic
def move(op: UUID, part: UUID, line: Move) -> tuple[int, int]:
    """Add a line: on hand (before, after). Raises `Refusal` where the shelf has less.

    The same operation twice is one line, and answers what it answered.
    """
    if line.qty <= 0:
        raise Refusal("no_quantity", "数量须大于零", "the quantity must be above zero")
    level = _shelf(part)
    qty = -line.qty if line.kind == "issued" else line.qty
    # Behind the lock: whoever sent the same operation a moment before us has written it by now.
    made = StockMove.objects.filter(op=op).first()
    if made is not None:
        return _as_answered(made, part, line.kind, qty)
    before = level.on_hand
    if before + qty < 0:
        raise Refusal(
            "not_in_stock",
            f"库存只有 {before} 件，要 {line.qty} 件；请先入库或减少数量",
            f"only {before} on hand, {line.qty} asked; receive stock first or ask for less",
            requirement="R-4-1",
        )
    if qty < 0:
        _draw(part, line.contract, line.qty, before)
    StockMove.objects.create(
        op=op,
        part_id=part,
        location=STORE,
        qty=qty,
        kind=line.kind,
        lot=line.lot,
        unit_cost=line.cost,
        case_id=line.case,
        happened_at=line.happened_at,
        recorded_at=now(),
    )
    return before, before + qty


def _shelf(part: UUID) -> StockLevel:
    """The level of a part, held: whoever moves or reserves it stands in one queue."""
    StockLevel.objects.get_or_create(part_id=part, location=STORE, condition="new")
    return StockLevel.objects.select_for_update().get(part_id=part, location=STORE, condition="new")


def _draw(part: UUID, contract: UUID | None, qty: int, on_hand: int) -> None:
    """Pieces leave the shelf: the project's own first, then common ones, never another's."""
    kept = dict(Reservation.objects.filter(part_id=part).values_list("contract_id", "qty"))
    own = kept.pop(contract, 0) if contract is not None else 0
    free = on_hand - sum(kept.values())
    if qty > free:
        raise Refusal(
            "kept_for_others",
            f"可用 {free} 件，其余 {on_hand - free} 件为其他项目预留；请值班经理批准借用",
            f"{free} free, {on_hand - free} kept for other projects; ask the duty manager to"
            " approve borrowing them",
            requirement="R-7-2",
        )
    if contract is not None and own:
        row = Reservation.objects.filter(part_id=part, contract_id=contract)
        row.update(qty=own - min(own, qty))


@transaction.atomic
def reserve(part: UUID, contract: UUID, qty: int) -> None:
    """Keep common pieces for a project. Raises `Refusal` where fewer are common."""
    on_hand = _shelf(part).on_hand
    kept = dict(Reservation.objects.filter(part_id=part).values_list("contract_id", "qty"))
    common = on_hand - sum(kept.values())
    if not 0 < qty <= common:
        raise _too_many(f"可预留的有 {common} 件", f"{common} can be kept")
    _keep(part, contract, kept.get(contract, 0) + qty)


@transaction.atomic
def release(part: UUID, contract: UUID, qty: int) -> None:
    """What was kept for a project is common again. Raises `Refusal` where fewer are kept."""
    _shelf(part)
    row = Reservation.objects.filter(part_id=part, contract_id=contract).first()
    own = row.qty if row else 0
    if not 0 < qty <= own:
        raise _too_many(f"为该项目预留的有 {own} 件", f"{own} are kept for the project")
    _keep(part, contract, own - qty)


def _keep(part: UUID, contract: UUID, qty: int) -> None:
    Reservation.objects.update_or_create(part_id=part, contract_id=contract, defaults={"qty": qty})


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
    shelf = StockMove.objects.filter(part_id=part, location=STORE, condition=made.condition)
    before = shelf.filter(pk__lt=made.pk).aggregate(sum=Sum("qty", default=0))["sum"]
    return before, before + qty


def lend(unit: UUID, case: UUID, customer: UUID | None, at: datetime) -> None:
    """A loaner goes out. Raises `Refusal` while it is out already."""
    try:
        with transaction.atomic():
            _queue_for(unit)
            Loan.objects.create(
                unit_id=unit, case_id=case, customer_id=customer, period=DateTimeTZRange(at, None)
            )
    except IntegrityError:
        raise Refusal(
            "loaner_is_out",
            "这台备用机已借出，请换一台或先办归还",
            "this loaner is out already; choose another or take it back first",
            requirement="R-3-3",
        ) from None


def _queue_for(unit: UUID) -> None:
    """One at a time: two that meet in an exclusion constraint wait for each other (deadlock)."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lend {unit}"])


def loan_in_service(unit: UUID, case: UUID, at: datetime) -> None:
    Loan.objects.filter(unit_id=unit, case_id=case, state="out").update(in_service_at=at)


def take_back(unit: UUID, case: UUID, at: datetime, *, data_erased: bool) -> None:
    loan = Loan.objects.filter(unit_id=unit, case_id=case, state="out").order_by("-id").first()
    if loan is None:
        raise Refusal(
            "no_loan",
            "这台备用机没有借给此单",
            "this loaner was not lent to this case",
            requirement="R-3-3",
        )
    # A period of no length at all has no end, by the database's reckoning.
    end = max(at, loan.period.lower + timedelta.resolution)
    loan.period = DateTimeTZRange(loan.period.lower, end)
    loan.state, loan.data_erased = "returned", data_erased
    loan.save(update_fields=["period", "state", "data_erased"])


@dataclass(frozen=True, slots=True)
class ToReplace:
    """What is to be replaced; `level` is needed in advance mode."""

    mode: str
    item: str
    faulty_serial: str
    level: str
    storage_media: bool


def order_replacement(
    case: UUID, customer: UUID | None, want: ToReplace, at: datetime, profile_version: int
) -> UUID:
    """Open a replacement order. Raises `Refusal` for advance mode without a level (7.8)."""
    if want.mode == "advance" and not want.level:
        raise Refusal(
            "no_level",
            "先行更换须选服务级别（7x24x4 或 5x9xNBD）",
            "an advance replacement needs a level (7x24x4 or 5x9xNBD)",
            requirement="R-7.8-I1",
        )
    row, _ = ReplacementOrder.objects.get_or_create(
        case_id=case,
        faulty_serial=want.faulty_serial,
        mode=want.mode,
        defaults={
            "customer_id": customer,
            "item": want.item,
            "level": want.level,
            "storage_media": want.storage_media,
            "ordered_at": at,
            "profile_version": profile_version,
        },
    )
    return row.id


def note_delivery(order: UUID, at: datetime) -> None:
    ReplacementOrder.objects.filter(pk=order).update(delivered_at=at)


def note_return(order: UUID, at: datetime) -> None:
    ReplacementOrder.objects.filter(pk=order).update(returned_at=at)


@dataclass(frozen=True, slots=True)
class NewRepair:
    """A repair order to open: its number, the serial, the case it came from, if any."""

    number: str
    serial: str
    opened_at: datetime
    case: UUID | None = None
    contract: UUID | None = None
    customer: UUID | None = None


def open_repair(new: NewRepair) -> tuple[UUID, bool]:
    """Open a repair order; (id, opened now). A serial on its way keeps the order it has, and
    a case that had it sent in once does not send it in again by being looked at."""
    orders = RepairOrder.objects.filter(serial=new.serial).order_by("opened_at")
    row = orders.last()
    same_case = new.case is not None and row is not None and row.case_id == new.case
    if row is not None and (row.shipped_at is None or same_case):
        if row.shipped_at is None and new.number not in (row.number, row.alias):
            row.alias = new.number
            row.save(update_fields=["alias"])
        return row.id, False
    taken = RepairOrder.objects.filter(number=new.number).exists()
    row = RepairOrder.objects.create(
        number=f"{new.number}-{orders.count() + 1}" if taken else new.number,
        serial=new.serial,
        case_id=new.case,
        contract_id=new.contract,
        customer_id=new.customer,
        opened_at=new.opened_at,
    )
    return row.id, True


def receive_faulty(order: UUID, at: datetime, profile_version: int, case: UUID | None) -> None:
    row = RepairOrder.objects.select_for_update().get(pk=order)
    row.received_at, row.profile_version = at, profile_version
    row.case_id = row.case_id or case
    row.save(update_fields=["received_at", "profile_version", "case"])


def ship_repair(order: UUID, at: datetime) -> None:
    """Back to the customer. Raises `Refusal` where it was never received."""
    row = RepairOrder.objects.select_for_update().get(pk=order)
    if row.received_at is None:
        raise Refusal(
            "not_received",
            "故障件尚未入库，不能发出",
            "the faulty part was never received",
            requirement="R-7.7-I1",
        )
    row.shipped_at = max(at, row.received_at)
    row.save(update_fields=["shipped_at"])
