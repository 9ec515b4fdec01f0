"""What goes out whole and comes back: loaners, faulty parts, replacements. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.manual.events import Event, standing
from jiannuo.parts.models import Loan, RepairOrder, ReplacementOrder

# -- loaners ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LoanerLine:
    """A loaner of ours. `state`: shelf, out, or full (back with a customer's data on it); `case`
    and `customer`: where it is, or was last; `since`: from when."""

    unit: UnitCard
    state: str
    case: str = ""
    case_status: str = ""
    customer: str = ""
    since: datetime | None = None
    in_service_at: datetime | None = None


def loaners() -> list[LoanerLine]:
    """Every loaner, those that are out first."""
    units = equipment.loaners()
    rows = Loan.objects.filter(unit_id__in=[unit.id for unit in units])
    rows = rows.select_related("case", "customer").order_by("unit_id", "-id").distinct("unit_id")
    last = {row.unit_id: row for row in rows}
    found = [_loaner(unit, last.get(unit.id)) for unit in units]
    return sorted(found, key=lambda one: (ORDER[one.state], one.unit.serial))


ORDER = {"out": 0, "full": 1, "shelf": 2}


def _loaner(unit: UnitCard, loan: Loan | None) -> LoanerLine:
    if loan is None:
        return LoanerLine(unit, "shelf")
    full = loan.state == "returned" and loan.data_erased is False
    state = "out" if loan.state == "out" else "full" if full else "shelf"
    since = loan.period.lower if state == "out" else loan.period.upper
    name = loan.customer.name if loan.customer else ""
    return LoanerLine(
        unit, state, loan.case.number, loan.case.status, name, since, loan.in_service_at
    )


# -- faulty parts -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RepairLine:
    """A repair order in a list, with what happened to it so far."""

    number: str
    serial: str
    case: str
    customer: str
    free: bool | None
    workdays: int | None
    due_on: date | None
    received_at: datetime | None
    shipped_at: datetime | None
    events: tuple[Event, ...]

    def last(self, *kinds: str) -> Event | None:
        return next((e for e in reversed(self.events) if e.kind in kinds), None)


def repair_lines(limit: int = 200) -> list[RepairLine]:
    """Repair orders that are not shipped, what is due first on top; then the last shipped."""
    rows = RepairOrder.objects.select_related("case", "customer")
    here = list(rows.filter(shipped_at=None).order_by("due_on", "opened_at")[:limit])
    gone = list(rows.filter(shipped_at__isnull=False).order_by("-shipped_at")[:20])
    found = [*here, *gone]
    told = archive.stream(*(row.id for row in found)) if found else {}
    return [_repair(row, standing(told[row.id])) for row in found]


def _repair(row: RepairOrder, events: Sequence[Event]) -> RepairLine:
    return RepairLine(
        row.number,
        row.serial,
        row.case.number if row.case else "",
        row.customer.name if row.customer else "",
        row.free,
        row.workdays,
        row.due_on,
        row.received_at,
        row.shipped_at,
        tuple(events),
    )


@dataclass(frozen=True, slots=True)
class ReplacementLine:
    """A replacement order in a list."""

    id: UUID
    case: str
    customer: str
    mode: str
    item: str
    serial: str
    level: str
    storage_media: bool
    ordered_at: datetime
    delivered_at: datetime | None
    returned_at: datetime | None


def replacement_lines(limit: int = 100) -> list[ReplacementLine]:
    """Replacement orders, the newest first; drills left out."""
    rows = ReplacementOrder.objects.filter(case__drill=False).select_related("case", "customer")
    return [
        ReplacementLine(
            r.id,
            r.case.number,
            r.customer.name if r.customer else "",
            r.mode,
            r.item,
            r.faulty_serial,
            r.level,
            r.storage_media,
            r.ordered_at,
            r.delivered_at,
            r.returned_at,
        )
        for r in rows.order_by("-ordered_at")[:limit]
    ]


@dataclass(frozen=True, slots=True)
class Awaited:
    """A faulty part that was taken off and did not come in yet."""

    order: UUID
    number: str
    serial: str
    case: str
    customer: str
    since: datetime


def awaited(limit: int = 50) -> list[Awaited]:
    """Faulty parts that are to be booked in, the oldest first."""
    rows = RepairOrder.objects.filter(received_at=None).select_related("case", "customer")
    return [
        Awaited(
            r.id,
            r.number,
            r.serial,
            r.case.number if r.case else "",
            r.customer.name if r.customer else "",
            r.opened_at,
        )
        for r in rows.order_by("opened_at")[:limit]
    ]
