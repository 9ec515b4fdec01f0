"""What the counter shows of a thing that was scanned, with the one step that is mostly next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode
from uuid import uuid4

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.stores.booking import Maker, Quick
from jiannuo.faces.desk.stores.comparing import Comparison, compared, original_of
from jiannuo.faces.desk.stores.options import StoreLists, place_name
from jiannuo.faces.desk.stores.scanning import Scan
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.parts import machines, stores
from jiannuo.parts import queries as parts
from jiannuo.parts.machines import LoanerLine
from jiannuo.parts.queries import RepairCard
from jiannuo.parts.stores import StoreLine
from jiannuo.people.permits import allowed
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader

#: The modes of the counter, with the step each takes of a part.
MODES = {
    "issue": "stock_issued",
    "return": "stock_returned",
    "receive": "stock_received",
    "transfer": "stock_transferred",
    "count": "stock_counted",
}


def counter(**query: str) -> str:
    """The counter with what is set there: mode, case, scan."""
    said = {name: value for name, value in query.items() if value}
    address = reverse("desk:store_show")
    return f"{address}?{urlencode(said)}" if said else address


@dataclass(frozen=True, slots=True)
class PartView:
    template: ClassVar[str] = "desk/stores/_part.html"

    name: str
    href: str
    fits: str
    on_hand: int
    free: int
    kept: int
    minimum: int | None
    short: int
    place: str
    others: tuple[tuple[str, int], ...]
    order: str
    quick: Quick | None
    refused: str


@dataclass(frozen=True, slots=True)
class LoanerView:
    template: ClassVar[str] = "desk/stores/_loaner.html"

    serial: str
    model: str
    state: str
    where: str
    case: str
    case_href: str
    since: str
    comparison: Comparison | None
    quick: Quick | None
    swap: Press | None
    order: Press | None
    call: tuple[str, str] | None
    candidates: tuple[Press, ...]
    note: str


@dataclass(frozen=True, slots=True)
class UnitView:
    template: ClassVar[str] = "desk/stores/_unit.html"

    serial: str
    known: bool
    what: str
    customer: str
    quick: Quick | None
    new_part: Press | None
    learn: bool
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RepairView:
    template: ClassVar[str] = "desk/stores/_order.html"

    number: str
    serial: str
    state: str
    due: str
    late: bool
    href: str
    label: str
    quick: Quick | None
    note: str


@dataclass(frozen=True)
class Cards:
    """`mode`: what is being done; `case`: for which case, where one was scanned before."""

    actor: Actor
    reader: Reader
    mode: str
    case: CaseView | None
    place: str

    @property
    def number(self) -> str:
        return self.case.card.number if self.case else ""

    def _maker(self, on: str, lists: StoreLists, known: Mapping[str, str]) -> Maker:
        back = counter(do=self.mode, case=self.number, at=self.place)
        return Maker(self.actor, self.reader, lists, on, back, known)

    # -- a part -----------------------------------------------------------------------------

    def part(self, line: StoreLine) -> PartView:
        reader, place = self.reader, self.place or stores.STORE
        here = line.at(place)
        lists = StoreLists(reader, self.actor, line=line, case=self.number)
        names = {one.code: place_name(reader, one) for one in lists.places}
        order = stores.on_order([line.id]).get(line.id)
        kind = MODES[self.mode]
        return PartView(
            name=line.name,
            href=reverse("desk:part_show", args=[line.id]),
            fits=reader.listed(line.fits),
            on_hand=here.on_hand,
            free=here.free,
            kept=here.kept,
            minimum=here.minimum,
            short=here.short,
            place=names.get(place, place) if len(names) > 1 else "",
            others=tuple(
                (names.get(s.location, s.location), s.on_hand)
                for s in line.shelves
                if s.location != place and s.on_hand
            ),
            order=self._ordered(order) if order else "",
            quick=self._of_part(kind, line, lists),
            refused="" if allowed(self.actor, kind) else reader.word("role", "warehouse"),
        )

    def _ordered(self, order: stores.OnOrder) -> str:
        day = f"{order.promised:%m-%d}"
        return self.reader.say(
            Text(
                f"{order.maker} {order.qty} 件，{day} 到", f"{order.qty} from {order.maker}, {day}"
            )
        )

    def _of_part(self, kind: str, line: StoreLine, lists: StoreLists) -> Quick | None:
        place = self.place or stores.STORE
        if kind == "stock_transferred" and len(lists.places) < 2:
            return None
        known: dict[str, str] = {}
        if self.number and kind in ("stock_issued", "stock_returned"):
            known["case"] = self.number
        if kind == "stock_counted":
            last = stores.last_moves([line.id], place).get(line.id)
            known["seen"] = str(last) if last is not None else ""
        usual = {"qty": "1", "location": place, "from": place}
        if kind == "stock_received":
            usual |= self._last_lot(line)
        if kind in ("stock_issued", "stock_returned") and not self.number:
            usual["case"] = self._likely(kind, line, lists)
        if kind == "stock_issued":
            usual["qty"] = str(self._wanted(line))
        words = self._for_case(kind)
        return self._maker(line.name, lists, known).quick(kind, usual, words=words)

    def _for_case(self, kind: str) -> Text | None:
        if not self.number or kind not in ("stock_issued", "stock_returned"):
            return None
        if kind == "stock_issued":
            return Text(f"出库到 {self.number}", f"Issue to {self.number}")
        return Text(f"从 {self.number} 归还", f"Return from {self.number}")

    def _wanted(self, line: StoreLine) -> int:
        if self.case is None:
            return 1
        asked = stores.asked([self.case.card.id])
        return next((one.qty for one in asked if one.part == line.name), 1)

    def _likely(self, kind: str, line: StoreLine, lists: StoreLists) -> str:
        if kind == "stock_returned":
            held = stores.held_by_cases(line.id)
            return held[0].case if held else ""
        first = next(iter(lists.of(kind, "case")), None)
        wants = self.reader.say(Text("要 ", "wants "))
        return first.value if first and first.note.startswith(wants) else ""

    def _last_lot(self, line: StoreLine) -> dict[str, str]:
        lots = parts.lots_of(line.name)
        return {"cost": str(lots[-1].cost)} if lots else {}

    # -- a loaner ---------------------------------------------------------------------------

    def loaner(self, one: LoanerLine, every: list[LoanerLine]) -> LoanerView:
        reader, unit = self.reader, one.unit
        original = original_of(self.case) if self.case else None
        beside = (
            compared(reader, original, unit, every)
            if original is not None and one.state != "out"
            else None
        )
        lends = one.state == "shelf" and self.case is not None and not (beside and beside.below)
        other = beside.other if beside else None
        return LoanerView(
            serial=unit.serial,
            model=f"{unit.brand} {unit.model}".strip(),
            state=one.state,
            where=one.customer,
            case=one.case,
            case_href=reverse("desk:case_show", args=[one.case]) if one.case else "",
            since=reader.clock(one.since) if one.since else "",
            comparison=beside,
            quick=self._of_loaner(one, lends=lends),
            swap=self._swap(other.serial) if other else None,
            order=self._advance() if beside and beside.below and not other else None,
            call=None,
            candidates=(),
            note=self._unspecified(original),
        )

    def _unspecified(self, original: object) -> str:
        spec = getattr(original, "spec", None)
        if original is None or spec:
            return ""
        return self.reader.say(
            Text(
                "客户原机没有登记参数，请按型号核对",
                "nothing is registered of the original's specification; compare the models",
            )
        )

    def _of_loaner(self, one: LoanerLine, *, lends: bool) -> Quick | None:
        serial = one.unit.serial
        lists = StoreLists(self.reader, self.actor, case=one.case)
        if one.state == "out":
            return self._maker(one.case, lists, {"sn": serial}).quick("loaner_returned")
        if one.state == "full":
            words = Text("数据已清除", "Data erased")
            return self._maker(one.case, lists, {"sn": serial}).quick("loaner_erased", words=words)
        if not lends:
            return None
        words = Text(f"借给 {self.number}", f"Lend to {self.number}")
        return self._maker(self.number, lists, {"sn": serial}).quick("loaner_issued", words=words)

    def _swap(self, serial: str) -> Press:
        verb = self.reader.say(Text(f"改借 {serial}", f"Lend {serial} instead"))
        return Press(verb, counter(do=self.mode, case=self.number, scan=serial))

    def _advance(self) -> Press:
        said = {"on": self.number, "mode": "advance", "then": counter(case=self.number)}
        address = reverse("desk:booking_open", args=["replacement_ordered"])
        verb = self.reader.say(Text("改为先行更换", "Replace in advance"))
        return Press(verb, f"{address}?{urlencode(said)}", within=True)

    # -- a faulty part ----------------------------------------------------------------------

    def unit(self, scan: Scan, customer: str) -> UnitView:
        """A serial that is a device's, a fitted part's or nobody's: mostly a faulty part."""
        reader, unit = self.reader, scan.unit
        serial = unit.serial if unit else scan.text
        number = self._number(serial)
        lists = StoreLists(reader, self.actor, case=self.number)
        known = {"serial": serial} | ({"case": self.number} if self.number else {})
        known["customer"] = ""
        usual = {"case": self._of_serial(serial)}
        quick = self._maker(number, lists, known).quick("faulty_part_received", usual)
        return UnitView(
            serial=serial,
            known=unit is not None,
            what=f"{unit.brand} {unit.model} {unit.category}".strip() if unit else "",
            customer=customer,
            quick=quick,
            new_part=None if unit else self._new_part(serial),
            learn=unit is None and allowed(self.actor, "stock_received"),
            parts=tuple((str(one.id), one.name) for one in stores.lines()) if not unit else (),
        )

    def _number(self, serial: str) -> str:
        """The order that waits for it, else a number of its own."""
        waiting = next((one for one in machines.awaited() if one.serial == serial), None)
        if waiting is not None:
            return waiting.number
        return f"RMA-{self.reader.local(self.reader.at):%y%m%d}-{uuid4().hex[:4].upper()}"

    def _of_serial(self, serial: str) -> str:
        found = cases.of_serial(self.actor, serial)
        return found[0].number if found else ""

    def _new_part(self, text: str) -> Press | None:
        if not allowed(self.actor, "stock_received"):
            return None
        address = reverse("desk:booking_open", args=["stock_received"])
        verb = self.reader.say(Text(f"新备件「{text}」入库", f"Receive a new part {text}"))
        said = urlencode({"on": text, "then": counter(do="receive", scan=text)})
        return Press(verb, f"{address}?{said}", within=True)

    # -- a repair order ---------------------------------------------------------------------

    def repair(self, order: RepairCard) -> RepairView:
        reader = self.reader
        kind = NEXT[order.status]
        lists = StoreLists(reader, self.actor, case=order.case or "")
        known = {"serial": order.serial, "customer": "", "case": order.case or ""}
        address = reverse("desk:repair_show", args=[order.number])
        quick = self._maker(order.number, lists, known).quick(kind) if kind else None
        waits = order.status == "received" and not order.free
        return RepairView(
            number=order.number,
            serial=order.serial,
            state=reader.say(STATES[order.status]),
            due=f"{order.due_on:%m-%d}" if order.due_on else "",
            late=order.due_on is not None
            and order.shipped_at is None
            and reader.local(reader.at).date() > order.due_on,
            href=address,
            label=f"{reverse('desk:label_show')}?repair={order.number}",
            quick=quick,
            note=reader.say(CHARGED) if waits else "",
        )


CHARGED = Text("不在免费范围：客户同意报价后才修", "not free: repaired once a quote is accepted")
NEXT = {"opened": "faulty_part_received", "received": "repair_shipped", "shipped": ""}
STATES = {
    "opened": Text("等收回", "to come in"),
    "received": Text("在修", "in repair"),
    "shipped": Text("已寄出", "shipped"),
}
