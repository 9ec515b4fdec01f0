"""What may be chosen in the forms of the stores: cases, places, projects, parts, loaners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard
from jiannuo.faces.desk.acting.lists import People
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.parts.stores import Place, StoreLine
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

MAIN = Text("主库", "Main store")
#: Why bookings are undone, and why a count differs, as it mostly is.
SLIPS = (
    Text("扫错了件", "wrong part scanned"),
    Text("数量错了", "wrong quantity"),
    Text("单号错了", "wrong case"),
    Text("没有拿走", "not taken after all"),
)
GAPS = (
    Text("漏记出库", "an issue was not booked"),
    Text("漏记入库", "a receipt was not booked"),
    Text("放错库位", "lay at another place"),
    Text("损坏报废", "broken and scrapped"),
    Text("原因不明", "unknown"),
)
MOST = 60  # open cases that are proposed


def place_name(reader: Reader, place: Place) -> str:
    return place.name or reader.say(MAIN)


@dataclass(frozen=True)
class StoreLists(People):
    """The lists of one form. `line`: the part it is about, where it is about one; `case`: the
    case, whose customer's people may be named."""

    actor: Actor
    line: StoreLine | None = None
    case: str = ""

    @cached_property
    def contacts(self) -> Sequence[ContactCard]:
        known = cases.ids_of([self.case]) if "\x00" not in self.case else {}
        customer = next((cases.card_of(case).customer for case in known), None)
        return customers.contacts(customer) if customer else ()

    def of(self, kind: str, field: str) -> tuple[Choice, ...]:
        lists: Mapping[str, Callable[[], Iterable[Choice]]] = {
            "location": self._places,
            "from": self._places,
            "to": self._places,
            "case": self._holding if kind == "stock_returned" else self._cases,
            "project": self._projects if kind == "stock_reserved" else self._kept,
            "stock_undone.reason": lambda: self._said(SLIPS),
            "stock_counted.reason": lambda: self._said(GAPS),
            "sn": self._loaners,
        }
        found = lists.get(f"{kind}.{field}") or lists.get(field)
        return tuple(found()) if found and kind not in ELSEWHERE else ()

    def _said(self, texts: Iterable[Text]) -> list[Choice]:
        return [Choice(self.reader.say(text), self.reader.say(text)) for text in texts]

    @cached_property
    def places(self) -> list[Place]:
        return stores.places()

    def _places(self) -> list[Choice]:
        if len(self.places) < 2:
            return []
        return [
            Choice(one.code, place_name(self.reader, one), self._here(one)) for one in self.places
        ]

    def _here(self, place: Place) -> str:
        if self.line is None:
            return ""
        count = self.line.at(place.code).on_hand
        return self.reader.say(Text(f"{count} 件", f"{count}"))

    def _cases(self) -> list[Choice]:
        """Open cases, those that asked for this part first."""
        found = [one for one in cases.open_cases(self.actor, MOST) if not one.drill]
        asked = {
            one.case: one.qty
            for one in stores.asked([one.id for one in found])
            if self.line is not None and one.part == self.line.name
        }
        found.sort(key=lambda one: one.id not in asked)
        return [
            Choice(one.number, one.number, self._wants(one.customer or "", asked.get(one.id)))
            for one in found
        ]

    def _wants(self, customer: str, qty: int | None) -> str:
        if qty is None:
            return customer
        wants = self.reader.say(Text(f"要 {qty} 件", f"wants {qty}"))
        return f"{wants} · {customer}"

    def _holding(self) -> list[Choice]:
        found = stores.held_by_cases(self.line.id) if self.line else []
        return [
            Choice(
                one.case,
                one.case,
                self.reader.say(Text(f"领了 {one.qty} 件 · ", f"holds {one.qty} · "))
                + one.customer,
            )
            for one in found
        ]

    def _projects(self) -> list[Choice]:
        cards = customers.contracts()
        names = customers.names(card.customer for card in cards)
        return [Choice(card.number, card.number, names.get(card.customer, "")) for card in cards]

    def _kept(self) -> list[Choice]:
        found = self.line.reserved if self.line else ()
        return [
            Choice(
                one.project,
                one.project,
                self.reader.say(Text(f"{one.qty} 件 · ", f"{one.qty} · ")) + one.customer,
            )
            for one in found
        ]

    def _loaners(self) -> list[Choice]:
        return [
            Choice(unit.serial, unit.serial, f"{unit.brand} {unit.model}".strip())
            for unit in parts.free_loaners()
        ]


#: Steps whose fields are named like ours and mean something else.
ELSEWHERE = frozenset({"substitute_accepted", "loaner_returned", "loaner_erased"})
