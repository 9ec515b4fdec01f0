"""Parts: what lies where, for whom it is kept, what is short and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from jiannuo.faces.desk.stores.cards import counter
from jiannuo.faces.desk.stores.counter import Line, booking_lines
from jiannuo.faces.desk.stores.options import place_name
from jiannuo.manual.actor import Actor
from jiannuo.manual.lots import Taken
from jiannuo.manual.words import Text
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.parts.stores import Held, Kept, OnOrder, StoreLine
from jiannuo.people.permits import allowed
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Spot:
    """A part at one place."""

    code: str
    place: str
    on_hand: int
    kept: int
    minimum: int | None
    short: int


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    name: str
    href: str
    fits: str
    on_hand: int
    free: int
    spots: tuple[Spot, ...]
    kept: tuple[Kept, ...]
    minimum: int | None
    short: int
    order: str
    press: Press | None


@dataclass(frozen=True, slots=True)
class PartList:
    find: str
    short: bool
    rows: tuple[Row, ...]
    lacking: int
    several: bool


@dataclass(frozen=True, slots=True)
class PartPage:
    row: Row
    codes: tuple[str, ...]
    lots: tuple[Taken, ...]
    held: tuple[Held, ...]
    lines: tuple[Line, ...]
    presses: tuple[Press, ...]
    keeper: bool


def part_list(actor: Actor, reader: Reader, find: str, *, short: bool) -> PartList:
    """`short`: only those of which less lies there than has to."""
    found = stores.lines(find)
    lacking = [line for line in found if line.short]
    maker = _Rows(actor, reader, found)
    rows = tuple(map(maker.row, lacking if short else found))
    return PartList(find, short, rows, len(lacking), len(maker.names) > 1)


def part_page(actor: Actor, reader: Reader, part: UUID) -> PartPage | None:
    line = stores.line(part)
    if line is None:
        return None
    return PartPage(
        _Rows(actor, reader, [line]).row(line),
        line.codes,
        tuple(parts.lots_of(line.name)),
        tuple(stores.held_by_cases(part)),
        tuple(booking_lines(actor, reader, stores.bookings(20, part))),
        tuple(_presses(actor, reader, line)),
        allowed(actor, "stock_received"),
    )


class _Rows:
    def __init__(self, actor: Actor, reader: Reader, found: Sequence[StoreLine]) -> None:
        self.actor, self.reader = actor, reader
        self.names = {one.code: place_name(reader, one) for one in stores.places()}
        self.orders: dict[UUID, OnOrder] = stores.on_order([line.id for line in found])

    def row(self, line: StoreLine) -> Row:
        reader, order = self.reader, self.orders.get(line.id)
        spots = tuple(
            Spot(
                s.location,
                self.names.get(s.location, s.location),
                s.on_hand,
                s.kept,
                s.minimum,
                s.short,
            )
            for s in line.shelves
        )
        said = ""
        if order is not None:
            day = f"{order.promised:%m-%d}"
            said = reader.say(Text(f"{day} 到 {order.qty} 件", f"{order.qty} due {day}"))
        return Row(
            line.id,
            line.name,
            reverse("desk:part_show", args=[line.id]),
            reader.listed(line.fits),
            line.on_hand,
            sum(s.free for s in line.shelves),
            spots,
            line.reserved,
            line.at(stores.STORE).minimum,
            line.short,
            said,
            self._mend(line, ordered=order is not None) if line.short else None,
        )

    def _mend(self, line: StoreLine, *, ordered: bool) -> Press | None:
        """What is short comes from another place that has some to spare, else from the maker."""
        say = self.reader.say
        bare = next(s for s in line.shelves if s.short)
        spare = line.elsewhere(bare.location)
        if spare is not None and allowed(self.actor, "stock_transferred"):
            verb = say(Text("调拨", "Transfer"))
            return Press(verb, counter(do="transfer", at=spare.location, scan=line.name))
        if ordered or not allowed(self.actor, "stock_ordered"):
            return None
        return booking("stock_ordered", say(Text("补货", "Order")), line.name, qty=str(line.short))


def booking(kind: str, verb: str, on: str, **usual: str) -> Press:
    said = {"on": on, **usual}
    address = reverse("desk:booking_open", args=[kind])
    return Press(verb, f"{address}?{urlencode(said)}", within=True)


def _presses(actor: Actor, reader: Reader, line: StoreLine) -> list[Press]:
    say = reader.say
    here = reverse("desk:part_show", args=[line.id])
    offered = (
        ("stock_reserved", Text("为项目预留", "Keep for a project")),
        ("stock_released", Text("释放预留", "Let go")),
        ("stock_borrowed", Text("批准借用", "Let borrow")),
        ("stock_ordered", Text("补货", "Order")),
    )
    needs = {"stock_released", "stock_borrowed"}
    return [
        booking(kind, say(words), line.name, then=here)
        for kind, words in offered
        if allowed(actor, kind) and (line.reserved or kind not in needs)
    ]
