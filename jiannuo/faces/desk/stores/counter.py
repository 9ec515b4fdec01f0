"""The counter: one scan box, what was scanned, the one thing to do with it, what was booked last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.stores.cards import (
    MODES,
    Cards,
    LoanerView,
    PartView,
    RepairView,
    UnitView,
    counter,
)
from jiannuo.faces.desk.stores.comparing import fitting, original_of
from jiannuo.faces.desk.stores.options import place_name
from jiannuo.faces.desk.stores.scanning import Scan, scanned
from jiannuo.faces.desk.stores.waiting import Waits, waiting
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.parts import machines, stores
from jiannuo.parts.machines import LoanerLine
from jiannuo.parts.stores import Booking
from jiannuo.people.permits import allowed, require
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import LevelBadge, Press, level_badge
from jiannuo.web.reader import Reader

WORDS = {
    "issue": Text("出库", "Issue"),
    "return": Text("归还", "Return"),
    "receive": Text("入库", "Receive"),
    "transfer": Text("调拨", "Transfer"),
    "count": Text("盘点", "Count"),
}
KINDS = {
    "received": Text("入库", "Received"),
    "issued": Text("出库", "Issued"),
    "returned": Text("归还", "Returned"),
    "transferred": Text("调拨", "Transferred"),
    "counted": Text("盘点差异", "Count differed by"),
    "undone": Text("撤销", "Undone"),
}


@dataclass(frozen=True, slots=True)
class Mode:
    key: str
    word: str
    href: str
    on: bool
    number: int


@dataclass(frozen=True, slots=True)
class Line:
    """A last booking; `undo`: where it can be undone, for whoever may."""

    at: str
    what: str
    qty: int
    sub: str
    undo: str
    undone: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A part of the case: asked for or in its hands, with the way to book it."""

    what: str
    note: str
    press: Press


@dataclass(frozen=True, slots=True)
class CaseStrip:
    """The case that things are booked for, until another is scanned."""

    number: str
    href: str
    clear: str
    text: str
    place: str
    holder: str
    level: LevelBadge
    chip: ClockView | None
    todo: tuple[Held, ...]


Card = PartView | LoanerView | UnitView | RepairView


@dataclass(frozen=True, slots=True)
class Counter:
    mode: str
    modes: tuple[Mode, ...]
    scan: str
    place: str
    places: tuple[tuple[str, str], ...]
    at: str
    case: CaseStrip | None
    card: Card | None
    choices: tuple[Press, ...]
    last: tuple[Line, ...]
    waits: tuple[Waits, ...]
    beat: Beat
    ready: bool


def store(actor: Actor, reader: Reader, query: Mapping[str, str]) -> Counter:
    """Raises `Refusal` where he may not see the stores."""
    require(actor, "read_stores")
    heart = beat(reader.at)
    return _Counter(actor, reader, query, heart).page()


@dataclass(frozen=True)
class _Counter:
    actor: Actor
    reader: Reader
    query: Mapping[str, str]
    heart: Beat

    @property
    def mode(self) -> str:
        mode = self.query.get("do", "")
        return mode if mode in MODES else "issue"

    def page(self) -> Counter:
        found = scanned(self.actor, self.query.get("scan", ""))
        case = found.case or self._case()
        places = [(one.code, place_name(self.reader, one)) for one in stores.places()]
        at = self._place(found, [code for code, _ in places])
        cards = Cards(self.actor, self.reader, self.mode, case, at)
        card = self._card(cards, found)
        number = case.card.number if case else ""
        scan = "" if found.case or found.place else found.text
        quiet = bool(scan or case)
        doubt = self.heart.doubt(self.reader)
        return Counter(
            mode=self.mode,
            modes=tuple(
                Mode(
                    key,
                    self.reader.say(WORDS[key]),
                    counter(do=key, case=number, at=at, scan=scan),
                    key == self.mode,
                    n,
                )
                for n, key in enumerate(MODES, 1)
            ),
            scan=scan,
            place=dict(places).get(at, ""),
            places=tuple(places) if len(places) > 1 else (),
            at=at,
            case=self._strip(case, doubt) if case else None,
            card=card,
            choices=self._choices(found, number, at),
            last=tuple(self._lines()),
            waits=() if quiet else tuple(waiting(self.actor, self.reader, doubt)),
            beat=self.heart,
            ready=card is None,
        )

    def _case(self) -> CaseView | None:
        try:
            number = self.query.get("case", "").strip()
            return cases.view_for(self.actor, number) if number else None
        except Refusal:
            return None

    def _place(self, found: Scan, known: list[str]) -> str:
        at = found.place.code if found.place else self.query.get("at", "")
        return at if at in known and at != stores.STORE else ""

    # -- what was scanned -------------------------------------------------------------------

    def _card(self, cards: Cards, found: Scan) -> Card | None:
        if found.repair is not None:
            return cards.repair(found.repair)
        if found.unit is not None and found.unit.role == "loaner":
            every = machines.loaners()
            one = next((o for o in every if o.unit.id == found.unit.id), None)
            return cards.loaner(one or LoanerLine(found.unit, "shelf"), every)
        if found.unit is not None:
            owner = found.unit.customer
            return cards.unit(found, customers.customer_name(owner) if owner else "")
        if found.part is not None:
            return cards.part(found.part)
        asked = found.text and not found.case and not found.place and not found.parts
        return cards.unit(found, "") if asked and equipment.key_of(found.text) else None

    def _choices(self, found: Scan, number: str, at: str) -> tuple[Press, ...]:
        if len(found.parts) < 2:
            return ()
        return tuple(
            Press(
                f"{line.name} · {line.on_hand}",
                counter(do=self.mode, case=number, at=at, scan=line.name),
            )
            for line in found.parts
        )

    # -- the case ---------------------------------------------------------------------------

    def _strip(self, case: CaseView, doubt: str) -> CaseStrip:
        reader, card = self.reader, case.card
        return CaseStrip(
            number=card.number,
            href=reverse("desk:case_show", args=[card.number]),
            clear=counter(do=self.mode),
            text=card.text,
            place=" · ".join(part for part in (card.customer_name, card.site_name) if part),
            holder=holding.holder(case.story.log.events),
            level=level_badge(reader, card.level),
            chip=self._chip(case, doubt),
            todo=tuple(self._todo(case)),
        )

    def _chip(self, case: CaseView, doubt: str) -> ClockView | None:
        """Its 24 hours while they run, for they are what the stores can keep; else what is next."""
        own = clocks.clocks_of([case.card.id], drill=case.card.drill)[case.card.id]
        running = {clock.promise: clock for clock in own if clock.stop is None}
        clock = running.get("fix_24h") or running.get(case.card.next_promise)
        promise = case.profile.by_code.get(clock.promise) if clock else None
        if clock is None or promise is None:
            return None
        return view(self.reader, clock, promise, doubt=doubt)

    def _todo(self, case: CaseView) -> list[Held]:
        """What it asked for, what it may give back, which loaner could go."""
        reader, number = self.reader, case.card.number
        found = []
        for one in stores.asked([case.card.id]):
            verb = reader.say(Text(f"出库 {one.qty} 件", f"Issue {one.qty}"))
            at = counter(do="issue", case=number, scan=one.part)
            note = reader.say(Text(f"{one.by} 要", f"asked by {one.by}"))
            found.append(Held(f"{one.part} × {one.qty}", note, Press(verb, at)))
        return found + self._lend(case)

    def _lend(self, case: CaseView) -> list[Held]:
        reader, number = self.reader, case.card.number
        every = machines.loaners()
        here = [one for one in every if one.state == "out" and one.case == number]
        if here:
            one = here[0]
            verb = reader.say(Text("收回", "Take back"))
            at = counter(do="return", case=number, scan=one.unit.serial)
            note = reader.say(Text("在客户处", "at the customer's"))
            return [Held(f"{one.unit.serial} {one.unit.model}", note, Press(verb, at))]
        if case.card.status not in NEEDY or case.card.kind != "fault":
            return []
        free = fitting(original_of(case), every)
        if not free:
            return []
        unit = free[0]
        verb = reader.say(Text("借出备用机", "Lend a loaner"))
        note = reader.say(Text("不低于原机", "no lower standard"))
        press = Press(verb, counter(do="issue", case=number, scan=unit.serial))
        return [Held(f"{unit.serial} {unit.model}", note, press)]

    # -- what was booked --------------------------------------------------------------------

    def _lines(self) -> list[Line]:
        found = stores.bookings(8)
        lines = booking_lines(self.actor, self.reader, found)
        fresh = [one.at > self.reader.at - UNDO for one in found]
        return [
            line if new else replace(line, undo="") for line, new in zip(lines, fresh, strict=True)
        ]


#: How long a booking is undone from the counter; later from the ledger of its part.
UNDO = timedelta(hours=24)
#: While a case is in one of these, a loaner may help.
NEEDY = ("confirmed", "phone", "remote", "onsite", "answered")


def booking_lines(actor: Actor, reader: Reader, found: list[Booking]) -> list[Line]:
    may = allowed(actor, "stock_undone")
    return [_line(reader, one, may=may) for one in found]


def _line(reader: Reader, one: Booking, *, may: bool) -> Line:
    kind = reader.say(KINDS[one.kind])
    if one.told is not None and one.kind == "transferred":
        kind = f"{kind} {one.told.d['from']} → {one.told.d['to']}"
    qty = one.qty if one.kind == "counted" else abs(one.qty)
    sub = " · ".join(part for part in (one.case, one.by, _because(one)) if part)
    said = {"on": one.name, "of": str(one.event), "then": counter()}
    undo = f"{reverse('desk:booking_open', args=['stock_undone'])}?{urlencode(said)}"
    open_ = may and not one.undone and one.kind != "undone"
    return Line(
        reader.clock(one.at), f"{kind} {one.name}", qty, sub, undo if open_ else "", one.undone
    )


def _because(one: Booking) -> str:
    return str(one.told.d.get("reason") or "") if one.told else ""
