"""Loaners and replacements: where each is, what is due, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import Offer
from jiannuo.faces.desk.stores.cards import counter
from jiannuo.faces.desk.stores.stock import booking
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.parts import machines
from jiannuo.parts import queries as parts
from jiannuo.parts.machines import LoanerLine, ReplacementLine
from jiannuo.people.permits import allowed
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader

#: The customer's own runs again.
FIXED = ("resolved", "observing", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class LoanerRow:
    serial: str
    model: str
    spec: str
    state: str
    word: str
    where: str
    case: str
    since: str
    press: Press


@dataclass(frozen=True, slots=True)
class LoanerPage:
    rows: tuple[LoanerRow, ...]
    free: int
    due: int


def loaner_page(actor: Actor, reader: Reader) -> LoanerPage:
    found = machines.loaners()
    rows = tuple(_loaner(reader, one) for one in found)
    due = sum(1 for row in rows if row.state in ("due", "full"))
    return LoanerPage(rows, sum(1 for one in found if one.state == "shelf"), due)


WORDS = {
    "out": Text("借出", "out"),
    "due": Text("该收回", "due back"),
    "full": Text("待清除数据", "to be erased"),
    "shelf": Text("在架", "on the shelf"),
}


def _loaner(reader: Reader, one: LoanerLine) -> LoanerRow:
    unit = one.unit
    state = "due" if one.state == "out" and one.case_status in FIXED else one.state
    verbs = {
        "out": Text("收回", "Take back"),
        "due": Text("收回", "Take back"),
        "full": Text("清除数据", "Erase"),
        "shelf": Text("借出", "Lend"),
    }
    mode = "issue" if state == "shelf" else "return"
    told = (f"{reader.word('spec', name)} {value}" for name, value in unit.spec.items())
    return LoanerRow(
        unit.serial,
        f"{unit.brand} {unit.model}".strip(),
        reader.listed(told),
        state,
        reader.say(WORDS[state]),
        one.customer if state != "shelf" else "",
        one.case if state != "shelf" else "",
        reader.clock(one.since) if one.since and state != "shelf" else "",
        Press(reader.say(verbs[state]), counter(do=mode, scan=unit.serial)),
    )


@dataclass(frozen=True, slots=True)
class ReplacementRow:
    """`stage`: ordered, issued, delivered or back; `chip`: the clock of what is due."""

    case: str
    customer: str
    mode: str
    item: str
    old: str
    new: str
    stage: str
    at: str
    chip: ClockView | None
    press: Press | None
    offer: str


@dataclass(frozen=True, slots=True)
class ReplacementPage:
    rows: tuple[ReplacementRow, ...]
    owed: int


STAGES = {
    "ordered": Text("等出库", "to issue"),
    "issued": Text("已出库", "issued"),
    "delivered": Text("已送到，等故障件", "delivered, faulty one due"),
    "done": Text("办完", "done"),
}
TOLD = ("replacement_issued", "replaced", "substitute_accepted", "correction")


def replacement_page(actor: Actor, reader: Reader) -> ReplacementPage:
    found = machines.replacement_lines()
    ids = {number: case for case, number in cases.ids_of({one.case for one in found}).items()}
    told: dict[str, list[Event]] = {number: [] for number in ids}
    names = {case: number for number, case in ids.items()}
    for case, event in archive.of_kinds("case", TOLD, list(names)):
        told[names[case]].append(event)
    offers = equipment.offers(one.serial for one in found)
    maker = _Replacements(actor, reader, parts.returns_due(), offers)
    rows = tuple(maker.row(one, standing(told.get(one.case, []))) for one in found)
    return ReplacementPage(rows, sum(1 for row in rows if row.press is not None))


@dataclass(frozen=True)
class _Replacements:
    actor: Actor
    reader: Reader
    due: dict[str, Clock]
    offers: dict[str, Offer]

    @cached_property
    def _profile(self) -> Profile:
        return customers.base_profile(self.reader.at)

    def row(self, one: ReplacementLine, told: list[Event]) -> ReplacementRow:
        issued = next(
            (e for e in told if e.kind == "replacement_issued" and e.d["old"] == one.serial), None
        )
        placed = any(e.kind == "replaced" and e.d["old"] == one.serial for e in told)
        stage = self._stage(one, issued is not None, placed)
        clock = self.due.get(one.serial)
        return ReplacementRow(
            one.case,
            one.customer,
            self.reader.word("word", one.mode),
            one.item,
            one.serial,
            str(issued.d["serial"]) if issued else "",
            self.reader.say(STAGES[stage]),
            self.reader.clock(one.ordered_at),
            self._chip(clock) if clock is not None and stage == "delivered" else None,
            self._press(one, stage),
            self._offer(one) if stage == "ordered" else "",
        )

    def _stage(self, one: ReplacementLine, issued: bool, placed: bool) -> str:
        if one.mode == "advance" and one.delivered_at is not None:
            return "delivered" if one.serial in self.due else "done"
        if placed or one.delivered_at is not None:
            return "done"
        return "issued" if issued else "ordered"

    def _chip(self, clock: Clock) -> ClockView | None:
        promise = self._profile.by_code.get(clock.promise)
        return view(self.reader, clock, promise, named=False) if promise else None

    def _press(self, one: ReplacementLine, stage: str) -> Press | None:
        say, here = self.reader.say, reverse("desk:replacement_list")
        if stage == "ordered" and allowed(self.actor, "replacement_issued"):
            usual = {"old": one.serial, "then": here, "condition": "new"}
            offer = self.offers.get(one.serial)
            if offer is not None and offer.same is not None:
                usual |= {"brand": offer.same[0], "model": offer.same[1]}
            verb = say(Text("出库新机", "Issue new one"))
            return booking("replacement_issued", verb, one.case, **usual)
        if stage == "issued" and allowed(self.actor, "replacement_delivered"):
            verb = say(Text("送到了", "Delivered"))
            said = {"faulty_serial": one.serial, "then": here}
            return booking("replacement_delivered", verb, one.case, **said)
        if stage == "delivered":
            verb = say(Text("故障件入库", "Book faulty part in"))
            return Press(verb, counter(do="receive", case=one.case, scan=one.serial))
        return None

    def _offer(self, one: ReplacementLine) -> str:
        """What it must be: the same product, or what the catalogue names once it is not made any
        more, which the customer has to accept (R-2-12, R-7.8-I3)."""
        offer = self.offers.get(one.serial)
        if offer is None or offer.same is not None:
            return self.reader.say(Text("全新，同品牌同型号", "new, same brand and model"))
        others = self.reader.listed(f"{s.brand} {s.model}" for s in offer.substitutes)
        why = Text(offer.zh, offer.en)
        return self.reader.say(
            why
            + Text(
                f"；可用替代 {others}，须客户同意",
                f"; substitutes {others}, if the customer agrees",
            )
        )
