"""Reads of stock, lots, loaners, replacement and repair orders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.customers import working
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.kernel.money import money
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.clocks import Clock, OrderFacts
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.lots import Taken, lots_left, pieces, use_of_lots
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import COVERED, Verdict
from jiannuo.manual.warranty import entitlement, repaired_until
from jiannuo.manual.workdays import Workdays
from jiannuo.parts.models import Loan, Part, RepairOrder, ReplacementOrder, StockMove

#: What changes how many lie on all shelves together.
STOCK = ("stock_received", "stock_issued", "stock_returned", "stock_counted")


@dataclass(frozen=True, slots=True)
class StockLine:
    """What lies on the shelf; `below` is None for a part without a minimum."""

    part: str
    on_hand: int
    minimum: int | None

    @property
    def below(self) -> bool | None:
        return None if self.minimum is None else self.on_hand < self.minimum


def stock(*, moved_only: bool = False) -> list[StockLine]:
    """Every part with its pieces on hand; `moved_only`: those that ever moved."""
    found = Part.objects.prefetch_related("levels").order_by("name")
    if moved_only:
        found = found.filter(Exists(StockMove.objects.filter(part=OuterRef("pk"))))
    return [_line(part) for part in found]


def _line(part: Part) -> StockLine:
    return StockLine(part.name, sum(lv.on_hand for lv in part.levels.all()), part.minimum)


def spares_for(serials: Iterable[str]) -> list[StockLine]:
    """What lies on the shelf for the models of some devices: an emergency shows it without a
    search (R-4-3)."""
    found = (equipment.find(serial) for serial in serials)
    models = [unit.model for unit in found if unit is not None and unit.model]
    fitting = Part.objects.prefetch_related("levels").filter(fits__overlap=models)
    return [_line(part) for part in fitting.order_by("name")]


@dataclass(frozen=True, slots=True)
class Offer:
    """Where pieces of a part come from, in the order in which they are offered: kept for this
    project, common, kept for others (borrowed with approval). Only `missing` is bought."""

    own: int
    common: int
    others: int
    missing: int


def offer(name: str, contract: UUID | None, qty: int) -> Offer:
    """What the shelf has for a project that needs so many pieces (R-7-2)."""
    row = Part.objects.prefetch_related("levels", "reservations").filter(name=name).first()
    if row is None:
        return Offer(0, 0, 0, qty)
    kept = {r.contract_id: r.qty for r in row.reservations.all()}
    own = kept.pop(contract, 0) if contract is not None else 0
    others = sum(kept.values())
    on_hand = _line(row).on_hand
    return Offer(own, on_hand - own - others, others, max(0, qty - on_hand))


@dataclass(frozen=True, slots=True)
class PartCard:
    id: UUID
    name: str
    minimum: int | None


def part(name: str) -> PartCard | None:
    row = Part.objects.filter(name=name).first()
    return PartCard(row.id, row.name, row.minimum) if row else None


def part_of(part_id: UUID) -> PartCard:
    row = Part.objects.get(pk=part_id)
    return PartCard(row.id, row.name, row.minimum)


def issued_to(part_id: UUID, case: UUID) -> int:
    """Pieces that a case still holds: issued less returned (use is on the case)."""
    rows = StockMove.objects.filter(part_id=part_id, case_id=case)
    return -sum(rows.values_list("qty", flat=True))


def _ledgers(names: Iterable[str]) -> dict[str, list[Event]]:
    """Every movement of some parts, as known today, by the part's name."""
    ids = dict(Part.objects.filter(name__in=set(names)).values_list("id", "name"))
    streams = archive.stream(*ids) if ids else {}
    return {ids[part]: _moving(streams[part]) for part in streams}


def _moving(stream: Iterable[Event]) -> list[Event]:
    """What moved and was not undone."""
    events = standing(stream)
    undone = {e.d["of"] for e in events if e.kind == "stock_undone"}
    return [e for e in events if e.kind in STOCK and e.id not in undone]


def lots_of(name: str) -> list[Taken]:
    """The lots of a part that still lie on our shelves, the one that leaves next first."""
    moves = _ledgers([name]).get(name, [])
    found = lots_left((name, str(event.d.get("case") or ""), event) for event in moves)
    return found.get(name, [])


def on_the_shelf(asked: Iterable[Event]) -> frozenset[str]:
    """Which requests (`part_requested`, by id) the shelf could meet when they were made, by what
    is known today."""
    wanted = list(asked)
    ledgers = _ledgers(event.d["part"] for event in wanted)
    return frozenset(
        event.id
        for event in wanted
        if event.d["part"] in ledgers
        and _on_hand(ledgers[event.d["part"]], event.place) >= event.d["qty"]
    )


def _on_hand(moves: Iterable[Event], place: tuple[datetime, int]) -> int:
    before = (e for e in moves if e.place < place)
    return sum(pieces(e) * (-1 if e.kind == "stock_issued" else 1) for e in before)


def lots_used(case: str, used: Sequence[Event], *, average: bool = False) -> dict[str, list[Taken]]:
    """Which lots some uses of parts on one case took (`part_used` of our own), by the event's id.

    What other cases use comes out of what was issued to them and changes nothing here, unless
    they give pieces back: then it decides which ones are left to give.
    """
    rows = [(event.d["part"], case, event) for event in used]
    givers: dict[str, set[str]] = {}
    for name, moves in _ledgers(event.d["part"] for event in used).items():
        rows += [(name, str(event.d.get("case") or ""), event) for event in moves]
        givers[name] = {e.d["case"] for e in moves if e.kind == "stock_returned"} - {case}
    rows += _uses_elsewhere(givers)
    return use_of_lots(rows, average)


def _uses_elsewhere(givers: Mapping[str, set[str]]) -> list[tuple[str, str, Event]]:
    """What was used of each part by those who gave some of it back."""
    ids = cases.ids_of(set().union(*givers.values()))
    if not ids:
        return []
    told: dict[UUID, list[Event]] = {}
    for case, event in archive.of_kinds("case", ["part_used", "correction"], list(ids)):
        told.setdefault(case, []).append(event)
    return [
        (event.d["part"], ids[case], event)
        for case, events in told.items()
        for event in standing(events)
        if event.kind == "part_used"
        and event.d["supplier"] == "vendor"
        and ids[case] in givers.get(event.d["part"], ())
    ]


@dataclass(frozen=True, slots=True)
class LoanLine:
    serial: str
    case: str
    out_at: datetime
    returned: bool


def loans(case: UUID) -> list[LoanLine]:
    rows = Loan.objects.select_related("unit", "case").filter(case_id=case).order_by("id")
    return [
        LoanLine(r.unit.serial, r.case.number, r.period.lower, r.state == "returned") for r in rows
    ]


def free_loaners() -> list[UnitCard]:
    """Loaners that are at no customer's."""
    out = set(Loan.objects.filter(state="out").values_list("unit_id", flat=True))
    return [unit for unit in equipment.loaners() if unit.id not in out]


@dataclass(frozen=True, slots=True)
class AdvanceCard:
    """A replacement order; `delivered_at` and `returned_at` where it got so far."""

    id: UUID
    case: UUID
    mode: str
    item: str
    serial: str
    level: str
    ordered_at: datetime
    delivered_at: datetime | None


def orders_of_serial(serial: str, case: UUID | None = None) -> list[AdvanceCard]:
    rows = ReplacementOrder.objects.filter(faulty_serial=serial).order_by("ordered_at")
    if case is not None:
        rows = rows.filter(case_id=case)
    return [_advance(r) for r in rows]


def advances() -> list[AdvanceCard]:
    rows = ReplacementOrder.objects.filter(mode="advance").order_by("ordered_at")
    return [_advance(r) for r in rows]


def _advance(r: ReplacementOrder) -> AdvanceCard:
    return AdvanceCard(
        r.id, r.case_id, r.mode, r.item, r.faulty_serial, r.level, r.ordered_at, r.delivered_at
    )


def returns_due() -> dict[str, Clock]:
    """The running clocks of faulty parts that have to come back, by serial (R-7.8-I2)."""
    rows = ReplacementOrder.objects.filter(mode="advance", returned_at=None)
    serials = dict(rows.values_list("id", "faulty_serial"))
    found = clocks.clocks_of(list(serials)) if serials else {}
    return {
        serials[order]: clock
        for order, own in found.items()
        for clock in own
        if clock.promise == "part_return" and clock.start is not None and clock.stop is None
    }


def order_facts(order: AdvanceCard, contract: UUID | None) -> OrderFacts:
    """What the clocks of an advance replacement need from its contract."""
    if contract is None:
        return OrderFacts(order.level, workdays=working.house())
    card = customers.contract(contract)
    return OrderFacts(order.level, card.return_days, card.workdays)


@dataclass(frozen=True, slots=True)
class RepairCard:
    """A repair order as it stands. `due_on` counts working days from the day after receipt."""

    id: UUID
    number: str
    serial: str
    case: str | None
    customer: UUID | None
    contract: UUID | None
    free: bool
    received_at: datetime | None
    shipped_at: datetime | None
    workdays: int | None
    due_on: date | None
    profile: Profile

    @property
    def status(self) -> str:
        if self.shipped_at is not None:
            return "shipped"
        return "opened" if self.received_at is None else "received"

    def verdict(self, as_of: datetime) -> Verdict | None:
        """Judged by the day of shipping; running until the due day is over."""
        if self.due_on is None:
            return None
        day = self.profile.local(self.shipped_at or as_of).date()
        if day > self.due_on:
            return Verdict.BREACHED
        return Verdict.RUNNING if self.shipped_at is None else Verdict.MET


def repair(order: UUID) -> RepairCard:
    return _repair(RepairOrder.objects.select_related("case").get(pk=order))


def repair_named(number: str) -> RepairCard | None:
    rows = RepairOrder.objects.select_related("case")
    row = rows.filter(Q(number=number) | Q(alias=number)).order_by("opened_at").last()
    return _repair(row) if row else None


def known_repair(number: str) -> RepairCard:
    found = repair_named(number)
    if found is None:
        raise Refusal(
            "no_repair", f"没有编号为 {number} 的维修单", f"there is no repair order {number}"
        )
    return found


def repairs(case: UUID | None = None) -> list[RepairCard]:
    rows = RepairOrder.objects.select_related("case").order_by("opened_at", "number")
    return [_repair(r) for r in (rows if case is None else rows.filter(case_id=case))]


def open_repairs() -> list[RepairCard]:
    """Those that were received and are not shipped: their days run."""
    rows = RepairOrder.objects.select_related("case").filter(shipped_at=None)
    found = map(_repair, rows.order_by("opened_at", "number"))
    return [card for card in found if card.received_at is not None]


def _repair(row: RepairOrder) -> RepairCard:
    log = Chronicle(standing(archive.stream(row.id)[row.id]))
    received, shipped = log.first("faulty_part_received"), log.last("repair_shipped")
    at = received.t if received else row.opened_at
    profile = customers.profile_for(row.contract_id, at)
    free = _is_free(row, log, profile, at)
    count = due = None
    if received is not None:
        count = int(profile.value("house.repair_workdays." + ("free" if free else "charged")))
        due = _calendar(row.contract_id).after(profile.local(received.t).date(), count)
    return RepairCard(
        row.id,
        row.number,
        row.serial,
        row.case.number if row.case else None,
        row.customer_id,
        row.contract_id,
        free,
        received.t if received else None,
        shipped.t if shipped else None,
        count,
        due,
        profile,
    )


def _calendar(contract: UUID | None) -> Workdays:
    return customers.contract(contract).workdays if contract else working.house()


def _is_free(row: RepairOrder, log: Chronicle, profile: Profile, at: datetime) -> bool:
    """Free by the entitlement of its case (A35), unless an exclusion was found."""
    if log.where("repair_diagnosed", lambda e: str(e.d["cause"]).startswith("EX")):
        return False
    if row.case_id is not None:
        seen = cases.view(row.case_id)
        return seen.entitled() in COVERED and seen.story.excluded is None
    if row.contract_id is None:
        return False
    cover = equipment.cover(row.contract_id, profile)
    day = profile.local(at).date()
    return entitlement(profile, cover, row.serial, "", day) in COVERED


def repairs_of_serial(serial: str) -> list[UUID]:
    """The repair orders of a serial."""
    return list(RepairOrder.objects.filter(serial=serial).values_list("id", flat=True))


def repairs_of(customer: UUID) -> list[datetime]:
    """When each repair order of a customer was opened."""
    rows = RepairOrder.objects.filter(customer_id=customer)
    return list(rows.values_list("opened_at", flat=True))


def replacements_of(customer: UUID) -> list[datetime]:
    """When each replacement for a customer was ordered."""
    rows = ReplacementOrder.objects.filter(customer_id=customer, case__drill=False)
    return list(rows.values_list("ordered_at", flat=True))


def refusal_fee(order: RepairCard) -> Decimal | None:
    """What the customer owes for the diagnosis after he refused the quote, by his contract
    (R-7.7-I3); None while he has not refused."""
    return money(order.profile.value("house.diagnosis_fee")) if _refused(order) else None


def _refused(order: RepairCard) -> bool:
    log = Chronicle(standing(archive.stream(order.id)[order.id]))
    last = log.merged("quote_approved", "quote_refused")
    return bool(last) and last[-1].kind == "quote_refused"


def repaired_warranty(order: RepairCard) -> date | None:
    """Last day of a shipped repair's own warranty (R-7.7-I4); none for what went back unrepaired
    because the quote was refused."""
    if order.shipped_at is None or _refused(order):
        return None
    remaining = None
    if order.contract is not None:
        cover = equipment.cover(order.contract, order.profile)
        remaining = cover.end_of(order.profile, order.serial)
    day = order.profile.local(order.shipped_at).date()
    return repaired_until(order.profile, remaining, day)


def opened_at(order: UUID) -> datetime:
    return RepairOrder.objects.values_list("opened_at", flat=True).get(pk=order)


def quote_approved(order: UUID) -> bool:
    """Did the customer approve a quote on this repair order?"""
    return any(e.kind == "quote_approved" for e in standing(archive.stream(order)[order]))
