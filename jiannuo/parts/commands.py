"""Writes to stock, loaners, replacement and repair orders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.parts.ledger import (
    STORE,
    Counted,
    Move,
    Transfer,
    count,
    expected,
    move,
    not_undone,
    part_named,
    release,
    reserve,
    transfer,
    undo,
)
from jiannuo.parts.models import Loan, Location, Minimum, Part, RepairOrder, ReplacementOrder
from jiannuo.people.permits import require

__all__ = [
    "STORE",
    "Counted",
    "Move",
    "Transfer",
    "count",
    "expected",
    "move",
    "not_undone",
    "part_named",
    "release",
    "reserve",
    "transfer",
    "undo",
]


def stock_part(
    actor: Actor, name: str, minimum: int | None = None, fits: Sequence[str] | None = None
) -> UUID:
    """Put a part on the list, or change the minimum it must not fall below (R-4-1) and the
    models it fits."""
    require(actor, "stock_received")
    told = {} if fits is None else {"fits": list(fits)}
    row, _ = Part.objects.update_or_create(name=name, defaults={"minimum": minimum, **told})
    return row.id


def keep_at_least(actor: Actor, part: UUID, location: str, least: int | None) -> None:
    """What must lie of a part at a place; None takes the minimum away (R-4-1)."""
    require(actor, "stock_received")
    if location == STORE:
        Part.objects.filter(pk=part).update(minimum=least)
    elif least is None:
        Minimum.objects.filter(part_id=part, location=location).delete()
    else:
        said = {"least": least}
        Minimum.objects.update_or_create(part_id=part, location=location, defaults=said)


@transaction.atomic
def learn_code(actor: Actor, part: UUID, code: str) -> None:
    """What a scanner reads on the boxes of a part. Raises `Refusal` where another has it."""
    require(actor, "stock_received")
    code = code.strip()[:60]
    row = Part.objects.select_for_update().get(pk=part)
    taken = Part.objects.filter(codes__contains=[code]).exclude(pk=part).first()
    if not code or taken is not None:
        name = taken.name if taken else ""
        raise Refusal(
            "code_is_taken",
            f"条码 {code} 已是「{name}」的" if taken else "条码不能为空",
            f"code {code} is that of {name} already" if taken else "the code is empty",
        )
    if code not in row.codes:
        row.codes = [*row.codes, code]
        row.save(update_fields=["codes"])


#: A label of a shelf: short, without what a scanner or an address would trip over.
CODE = re.compile(r"[\w\-.·]{1,40}")


def open_location(actor: Actor, code: str, name: str, kind: str, holder: str = "") -> None:
    """A place beside the main store, or the main store's own name. The same code again changes
    it. Raises `Refusal` for a code that no label can bear."""
    require(actor, "stock_received")
    if not CODE.fullmatch(code) or not name.strip() or kind not in ("depot", "branch", "van"):
        raise Refusal(
            "bad_location",
            "库位要有名称和短代号：字母、数字或汉字，不带空格",
            "a place needs a name and a short code: letters and digits without blanks",
        )
    said = {"name": name.strip(), "kind": kind, "holder": holder.strip()}
    Location.objects.update_or_create(code=code, defaults=said)


def lend(unit: UUID, case: UUID, customer: UUID | None, at: datetime) -> None:
    """A loaner goes out. Raises `Refusal` while it is out already."""
    try:
        with transaction.atomic():
            _queue_for(unit)
            _refuse_full(unit)
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


def erased(unit: UUID, case: UUID) -> None:
    """Nothing of the customer's is on it any more. Raises `Refusal` where it did not come back."""
    rows = Loan.objects.filter(unit_id=unit, case_id=case, state="returned")
    if not rows.update(data_erased=True):
        raise _no_loan()


def _no_loan() -> Refusal:
    return Refusal(
        "no_loan",
        "这台备用机没有借给此单",
        "this loaner was not lent to this case",
        requirement="R-3-3",
    )


def _refuse_full(unit: UUID) -> None:
    last = Loan.objects.filter(unit_id=unit).order_by("-id").first()
    if last is not None and last.state == "returned" and last.data_erased is False:
        raise Refusal(
            "data_not_erased",
            "这台备用机上还有上一家客户的数据，请先清除并记下",
            "this loaner still holds the last customer's data; erase it and note it first",
            requirement="R-3-3",
        )


def loan_in_service(unit: UUID, case: UUID, at: datetime) -> None:
    Loan.objects.filter(unit_id=unit, case_id=case, state="out").update(in_service_at=at)


def take_back(unit: UUID, case: UUID, at: datetime, *, data_erased: bool) -> None:
    loan = Loan.objects.filter(unit_id=unit, case_id=case, state="out").order_by("-id").first()
    if loan is None:
        raise _no_loan()
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


def note_turnaround(order: UUID, free: bool, workdays: int | None, due_on: date | None) -> None:
    """What was worked out of a repair order, for lists."""
    RepairOrder.objects.filter(pk=order).update(free=free, workdays=workdays, due_on=due_on)


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
