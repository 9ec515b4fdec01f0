"""What waits for the keeper: asked for, needed in time, to be booked in, short. One button each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.stores.cards import counter
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.parts import machines, stores
from jiannuo.parts import queries as parts
from jiannuo.parts.machines import LoanerLine
from jiannuo.parts.stores import StoreLine
from jiannuo.people.permits import allowed
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import LevelBadge, Press, level_badge
from jiannuo.web.reader import Reader

SOON = timedelta(hours=24)
MANY = 300  # open cases that are looked at
SHOWN = 6  # of one kind; the rest is a count


@dataclass(frozen=True, slots=True)
class Wait:
    what: str
    where: str
    press: Press
    chip: ClockView | None = None
    level: LevelBadge | None = None
    number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waits:
    """One kind of what waits; `more`: those that are not shown, `href`: where they are."""

    key: str
    title: str
    count: int
    rows: tuple[Wait, ...]
    more: int
    href: str = ""


def waiting(actor: Actor, reader: Reader, doubt: str) -> list[Waits]:
    """Everything that waits, what runs out first on top; kinds without anything are left out."""
    return [group for group in _Desk(actor, reader, doubt).groups() if group.count]


@dataclass(frozen=True)
class _Desk:
    actor: Actor
    reader: Reader
    doubt: str

    def groups(self) -> Iterator[Waits]:
        say = self.reader.say
        repairs = reverse("desk:repair_list")
        loaners = reverse("desk:loaner_list")
        stock = f"{reverse('desk:part_list')}?only=short"
        yield self._group("parts", say(Text("等着出库", "To issue")), list(self._asked()))
        needed = say(Text("24 小时内要备用机", "Loaners needed within 24 h"))
        yield self._group("loaners", needed, list(self._needed()))
        back = say(Text("备用机该收回", "Loaners to take back"))
        yield self._group("back", back, list(self._back()), loaners)
        faulty = say(Text("故障件等入库", "Faulty parts to book in"))
        yield self._group("faulty", faulty, list(self._faulty()), repairs)
        short = say(Text("低于安全库存", "Below the minimum"))
        yield self._group("short", short, list(self._short()), stock)

    def _group(self, key: str, title: str, rows: list[Wait], href: str = "") -> Waits:
        return Waits(key, title, len(rows), tuple(rows[:SHOWN]), max(0, len(rows) - SHOWN), href)

    # -- cases ------------------------------------------------------------------------------

    @cached_property
    def _open(self) -> dict[UUID, OpenCase]:
        return {c.id: c for c in cases.open_cases(self.actor, MANY) if not c.drill}

    @cached_property
    def _clocks(self) -> dict[UUID, Clock]:
        """The clock of each open case that asked for something and ends first."""
        wanted = {one.case for one in self._requests}
        found = clocks.clocks_of(sorted(wanted, key=str)) if wanted else {}
        return {
            case: clock
            for case, own in found.items()
            for clock in own
            if clock.promise == self._open[case].next_promise
        }

    @cached_property
    def _profile(self) -> Profile:
        return customers.base_profile(self.reader.at)

    @cached_property
    def _requests(self) -> list[stores.Asked]:
        return stores.asked(list(self._open))

    def _chip(self, clock: Clock | None) -> ClockView | None:
        if clock is None:
            return None
        promise = self._profile.by_code.get(clock.promise)
        return view(self.reader, clock, promise, doubt=self.doubt) if promise else None

    def _asked(self) -> Iterator[Wait]:
        """In the order of the cases' promises."""
        lines = stores.lines_named({one.part for one in self._requests})
        order = {case: n for n, case in enumerate(self._open)}
        for one in sorted(self._requests, key=lambda asked: order[asked.case]):
            case, line = self._open[one.case], lines.get(one.part)
            here = line.at(stores.STORE).on_hand if line else 0
            yield Wait(
                what=f"{one.part} × {one.qty}",
                where=f"{case.customer or ''} · {one.by}".strip(" ·"),
                press=self._issue(case, one, line),
                chip=self._chip(self._clocks.get(one.case)),
                level=level_badge(self.reader, case.level),
                number=case.number,
                note=self._has(here, one.qty),
            )

    def _has(self, here: int, qty: int) -> str:
        if here >= qty:
            return self.reader.say(Text(f"在架 {here}", f"{here} on the shelf"))
        return self.reader.say(Text(f"在架只有 {here}", f"only {here} on the shelf"))

    def _issue(self, case: OpenCase, one: stores.Asked, line: StoreLine | None) -> Press:
        say = self.reader.say
        enough = line is not None and line.on_hand >= one.qty
        if enough or not allowed(self.actor, "maker_asked"):
            at = counter(do="issue", case=case.number, scan=one.part)
            return Press(say(Text("出库", "Issue")), at)
        said = {"on": case.number, "part": one.part, "then": counter()}
        address = reverse("desk:booking_open", args=["maker_asked"])
        verb = say(Text("向厂家要", "Ask maker"))
        return Press(verb, f"{address}?{urlencode(said)}", within=True)

    def _needed(self) -> Iterator[Wait]:
        """Faults that will not be fixed in time by the look of it: 24 hours end within a day, and
        no loaner is there (R-3-3)."""
        due = clocks.falling_due("fix_24h", self.reader.at + SOON)
        here = {one.case for one in self._loaners if one.state == "out"}
        for case_id, clock in due.items():
            case = self._open.get(case_id)
            half = clock.start is not None and self.reader.at - clock.start >= SOON / 2
            if case is None or case.number in here or not half or case.status == "resolved":
                continue
            yield Wait(
                what=case.text,
                where=case.customer or "",
                press=Press(
                    self.reader.say(Text("备机", "Choose")),
                    counter(do="issue", case=case.number),
                ),
                chip=self._chip(clock),
                level=level_badge(self.reader, case.level),
                number=case.number,
            )

    # -- things -----------------------------------------------------------------------------

    @cached_property
    def _loaners(self) -> list[LoanerLine]:
        return machines.loaners()

    def _back(self) -> Iterator[Wait]:
        """Lent, and the customer's own runs again; or back, with data on it."""
        say = self.reader.say
        for one in self._loaners:
            fixed = one.state == "out" and one.case_status in ("resolved", "observing", "closed")
            if not fixed and one.state != "full":
                continue
            note = Text("原机已修好", "the original runs again")
            verb = Text("收回", "Take back")
            if one.state == "full":
                note, verb = Text("数据未清除", "data not erased"), Text("清除", "Erase")
            yield Wait(
                what=f"{one.unit.serial} {one.unit.model}",
                where=one.customer,
                press=Press(say(verb), counter(do="return", scan=one.unit.serial)),
                number=one.case,
                note=say(note),
            )

    def _faulty(self) -> Iterator[Wait]:
        due = parts.returns_due()
        for one in machines.awaited():
            yield Wait(
                what=one.serial,
                where=one.customer,
                press=Press(
                    self.reader.say(Text("入库", "Book in")),
                    counter(do="receive", scan=one.serial),
                ),
                chip=self._chip(due.get(one.serial)),
                number=one.case,
                note=self.reader.ago(one.since),
            )

    def _short(self) -> Iterator[Wait]:
        short = [line for line in stores.lines() if line.short]
        ordered = stores.on_order([line.id for line in short])
        for line in short:
            for shelf in line.shelves:
                if shelf.short:
                    yield self._lacking(line, shelf, ordered.get(line.id))

    def _lacking(self, line: StoreLine, shelf: stores.Shelf, order: stores.OnOrder | None) -> Wait:
        """Transfer where another place has some to spare, else ask the maker."""
        say = self.reader.say
        spare = line.elsewhere(shelf.location)
        where = say(
            Text(f"在架 {shelf.on_hand} / {shelf.minimum}", f"{shelf.on_hand} / {shelf.minimum}")
        )
        note = ""
        if order is not None:
            day = f"{order.promised:%m-%d}"
            note = say(Text(f"{day} 到货 {order.qty}", f"{order.qty} due {day}"))
        if spare is not None:
            at = counter(do="transfer", scan=line.name, at=spare.location)
            return Wait(line.name, where, Press(say(Text("调拨", "Transfer")), at), note=note)
        said = {"on": line.name, "qty": str(shelf.short), "then": counter()}
        address = reverse("desk:booking_open", args=["stock_ordered"])
        verb = say(Text("再订", "Order more")) if order else say(Text("补货", "Order"))
        press = Press(verb, f"{address}?{urlencode(said)}", within=True)
        return Wait(line.name, where, press, note=note)
