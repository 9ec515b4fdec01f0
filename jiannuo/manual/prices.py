"""What a case costs the customer: one line for each source, each naming its rule (2, 7.4 B 9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jiannuo.kernel.money import ZERO, money, plain
from jiannuo.manual.events import Event
from jiannuo.manual.lots import Taken
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import COVERED
from jiannuo.manual.warranty import Maintenance

FEE = "技术服务费"


@dataclass(frozen=True, slots=True)
class Line:
    """A charge line: yuan, tax included; `rule` is the duty that sets the price."""

    kind: str
    item: str
    qty: Decimal
    unit: Decimal
    rule: str
    lot: str = ""
    source: str = ""

    @property
    def amount(self) -> Decimal:
        return money(self.qty * self.unit)


@dataclass(frozen=True, slots=True)
class Bill:
    """What pricing a case needs.

    `entitlements`: by serial, "" for the case itself; `visits`: for each arrival that began
    a visit, its number under the maintenance contract; `lots`: pieces by part_used event;
    `models`: model by serial; `prices`: contract price by model.
    """

    events: Sequence[Event]
    entitlements: Mapping[str, str]
    excluded: bool = False
    maintenance: Maintenance | None = None
    visits: Mapping[str, int] = field(default_factory=dict)
    lots: Mapping[str, Sequence[Taken]] = field(default_factory=dict)
    models: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)

    def entitled(self, serial: str | None = None) -> str:
        own = self.entitlements[""]
        return self.entitlements.get(serial, own) if serial else own


def charge_lines(profile: Profile, bill: Bill) -> list[Line]:
    """All lines of a case, in order of their events. A whole unit whose model has no contract
    price has none: it must be quoted, not guessed (see `unpriced`)."""
    found: list[Line] = []
    for event in bill.events:
        source = SOURCES.get(event.kind)
        if source is not None:
            found.extend(source(profile, bill, event))
    return found


def _part(profile: Profile, bill: Bill, event: Event) -> list[Line]:
    d, qty = event.d, Decimal(event.d["qty"])
    entitled = bill.entitled(d.get("device"))

    def free(rule: str) -> list[Line]:
        return [Line("part", d["part"], qty, ZERO, rule, source=event.id)]

    if d["supplier"] == "customer":
        return free("R-7.4-B-6")
    if entitled in COVERED and not bill.excluded:
        return free("R-2-7")
    if entitled == "maintenance_contract" and _parts_included(bill):
        return free("R-2-15")
    rule = "R-7.4-B-9" if entitled in COVERED else "R-2-8"
    return [
        Line("part", d["part"], Decimal(t.qty), t.cost, rule, t.lot, event.id)
        for t in bill.lots.get(event.id, ())
    ]


def _parts_included(bill: Bill) -> bool:
    return bill.maintenance is not None and bill.maintenance.parts == "included"


def _device(profile: Profile, bill: Bill, event: Event) -> list[Line]:
    d = event.d
    if bill.entitled(d["old"]) in COVERED and not bill.excluded:
        return [Line("device", d["model"], Decimal(1), ZERO, "R-2-7", source=event.id)]
    price = bill.prices.get(_priced_as(profile, bill, event))
    if price is None:
        return []
    return [Line("device", d["model"], Decimal(1), price, "R-2-13", source=event.id)]


def _priced_as(profile: Profile, bill: Bill, event: Event) -> str:
    """The model by whose contract price a replacement is charged."""
    own_line = profile.value("prices.substitute") == "own_line"
    return str(event.d["model"] if own_line else bill.models[event.d["old"]])


def unpriced(profile: Profile, bill: Bill) -> list[str]:
    """Models that would be charged and have no contract price (R-2-13)."""
    charged = [
        event
        for event in bill.events
        if event.kind == "replaced"
        and (bill.excluded or bill.entitled(event.d["old"]) not in COVERED)
    ]
    models = (_priced_as(profile, bill, event) for event in charged)
    return [model for model in dict.fromkeys(models) if model not in bill.prices]


def _cost(profile: Profile, bill: Bill, event: Event) -> list[Line]:
    d, entitled = event.d, bill.entitled()
    unit, rule = Decimal(d["unit"]), "R-2-15"
    if entitled in COVERED:
        if bill.excluded and d["kind"] == "labour":
            return []  # the technical service fee pays the time
        unit, rule = (unit, "R-7.4-B-9") if bill.excluded else (ZERO, "R-2-4")
    elif entitled == "maintenance_contract":
        unit = ZERO
    return [Line(d["kind"], d["item"], Decimal(d["qty"]), unit, rule, source=event.id)]


def _fee(profile: Profile, bill: Bill, event: Event) -> list[Line]:
    if bill.entitled() not in COVERED or not bill.excluded:
        return []
    d = event.d
    return [Line("fee", FEE, Decimal(d["hours"]), Decimal(d["unit"]), "R-7.4-B-9", source=event.id)]


def _visit(profile: Profile, bill: Bill, event: Event) -> list[Line]:
    contract, nth = bill.maintenance, bill.visits.get(event.id)
    if contract is None or nth is None or nth <= contract.visits_included:
        return []
    unit = Decimal(contract.per_visit)
    return [Line("visit", f"第{nth}次上门", Decimal(1), unit, "R-2-15", source=event.id)]


SOURCES: dict[str, Callable[[Profile, Bill, Event], list[Line]]] = {
    "part_used": _part,
    "replaced": _device,
    "cost_recorded": _cost,
    "fee_set": _fee,
    "arrived": _visit,
}


def total(lines: Sequence[Line]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)


def default_supplier(profile: Profile, entitled: str, contract_says: str) -> str:
    """Who supplies a part when nobody says so (A14): "vendor" or "customer"."""
    if entitled == "maintenance_contract":
        rule = profile.value("parts.under_maintenance")
        return contract_says if rule == "contract" else str(rule)
    return str(profile.value("parts.in_warranty"))


def value_added_price(maker_price: Decimal) -> Decimal:
    """Value-added services: free at the maker is free, else at the maker's price (6)."""
    return money(maker_price)


def line_text(line: Line) -> str:
    return f"{line.item} x {plain(line.qty)} = {line.amount} ({line.rule})"
