"""What may be chosen in the fields of a step: people, devices, parts, plans, as they stand now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.acting.lists import People
from jiannuo.journey import assignment
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import Product
from jiannuo.manual.assignment import Candidate
from jiannuo.manual.words import Text
from jiannuo.parts import queries as parts
from jiannuo.web.forms import Choice

FITTING = 5  # articles that are offered
#: From which list a field is filled, by "kind.field" or else by field; "" where none is.
SOURCES: dict[str, str] = {
    "engineer": "engineers",
    "handover.to": "engineers",
    "members": "staff",
    "person": "staff",
    "owner": "staff",
    "notified.person": "called",
    "notify_attempt.person": "called",
    "accompanied_by": "contacts",
    "present": "leaders",
    "confirmed_with": "contacts",
    "customer_confirmed_by": "contacts",
    "customer_signed_by": "contacts",
    "explained.to": "contacts",
    "report_written.to": "contacts",
    "update_given.to": "contacts",
    "device": "devices",
    "device_added.device": "others",
    "old": "devices",
    "faulty_serial": "devices",
    "version": "plans",
    "plan_submitted.version": "",
    "part": "parts",
    "sn": "loaners",
    "into": "siblings",
    "major_op_done.op": "operations",
    "action_done.action": "actions",
    "article": "articles",
}


@dataclass(frozen=True)
class Options(People):
    """The lists of one case, each asked for once and only where a form needs it."""

    view: CaseView

    def of(self, kind: str, field: str) -> tuple[Choice, ...]:
        source = SOURCES.get(f"{kind}.{field}", SOURCES.get(field))
        if not source:
            return ()
        lists: Mapping[str, Callable[[], Iterable[Choice]]] = {
            "engineers": self.engineers,
            "staff": lambda: map(self.colleague, self.everybody),
            "called": self._called,
            "contacts": lambda: map(self.contact, self.contacts),
            "leaders": self._leaders,
            "devices": self._devices,
            "others": self._others,
            "plans": self._plans,
            "parts": self._parts,
            "loaners": self._loaners,
            "siblings": self._siblings,
            "operations": lambda: self._said("major_op_approved", "op"),
            "actions": lambda: self._said("action_agreed", "action"),
            "articles": self._articles,
        }
        return tuple(lists[source]())

    # -- people -----------------------------------------------------------------------------

    @cached_property
    def contacts(self) -> Sequence[ContactCard]:
        customer = self.view.card.customer
        return customers.contacts(customer) if customer else ()

    def _leaders(self) -> list[Choice]:
        """The leaders first; others who were there can be named as well."""
        found = sorted(self.contacts, key=lambda one: "leader" not in one.roles)
        return [self.contact(one) for one in found]

    def _called(self) -> list[Choice]:
        """Those whom an emergency calls (7.5 B 2)."""
        wanted = ("duty_manager", "subcentre_head", "product_manager")
        found = [one for one in self.everybody if any(one.holds(role) for role in wanted)]
        return [self.colleague(one) for one in found]

    def engineers(self) -> list[Choice]:
        """The best first, then those who are away or were asked already."""
        ranked = assignment.candidates(self.view.card.number)
        first = {one.name: self._able(one) for one in ranked}
        rest = [one for one in self.everybody if "engineer" in one.roles]
        found = [Choice(name, name, note) for name, note in first.items()]
        away = self.reader.say(Text("不在岗或已问过", "away or asked already"))
        return found + [Choice(o.name, o.name, away) for o in rest if o.name not in first]

    def _able(self, one: Candidate) -> str:
        say = self.reader.say
        parts = [self.reader.word("skill", skill) for skill in sorted(one.skills)]
        if one.senior:
            parts.insert(0, say(Text("高级", "senior")))
        duty = Text("值班", "on duty") if one.on_duty else Text("不值班", "off duty")
        load = Text(f"在手 {one.load} 单", f"{one.load} cases")
        return " · ".join([" ".join(parts), say(duty), say(load)])

    # -- things -----------------------------------------------------------------------------

    def _devices(self) -> list[Choice]:
        return [Choice(serial, serial) for serial in self.view.card.devices]

    def _others(self) -> list[Choice]:
        """The other devices of the same contract."""
        contract = self.view.card.contract
        found = equipment.units(contract) if contract else []
        mine = set(self.view.card.devices)
        return [
            Choice(unit.serial, unit.serial, f"{unit.model} {unit.category}".strip())
            for unit in found
            if unit.serial not in mine and not unit.retired
        ]

    def _plans(self) -> list[Choice]:
        """The versions of the plan, the newest first."""
        versions = {event.d["version"] for event in self.view.story.log.all("plan_submitted")}
        return [Choice(str(v), f"v{v}") for v in sorted(versions, reverse=True)]

    def _parts(self) -> list[Choice]:
        """Those that fit the devices first."""
        fitting = {line.part for line in parts.spares_for(self.view.card.devices)}
        lines = sorted(parts.stock(), key=lambda line: (line.part not in fitting, line.part))
        return [
            Choice(line.part, line.part, self.reader.say(on_shelf(line.on_hand))) for line in lines
        ]

    def _loaners(self) -> list[Choice]:
        """What is out on this case, and what could go out."""
        here = [loan for loan in parts.loans(self.view.card.id) if not loan.returned]
        out = self.reader.say(Text("在这里用着", "in use here"))
        free = parts.free_loaners()
        return [
            *(Choice(loan.serial, loan.serial, out) for loan in here),
            *(Choice(unit.serial, unit.serial, f"{unit.brand} {unit.model}") for unit in free),
        ]

    def _articles(self) -> list[Choice]:
        """Those that fit what was reported."""
        card = self.view.card
        unit = equipment.find(card.device) if card.device else None
        product = Product(unit.model, unit.category) if unit else Product()
        found = knowledge.alike(card.text, product, FITTING)
        return [Choice(one.called, one.title, one.number) for one in found]

    def _siblings(self) -> list[Choice]:
        """Open cases of the same customer."""
        card = self.view.card
        found = cases.open_of_customer(card.customer) if card.customer else []
        return [
            Choice(one.number, one.number, one.text) for one in found if one.number != card.number
        ]

    def _said(self, kind: str, field: str) -> list[Choice]:
        found: Sequence[str] = [str(e.d[field]) for e in self.view.story.log.all(kind)]
        return [Choice(one, one) for one in dict.fromkeys(found)]


def on_shelf(count: int) -> Text:
    return Text(f"库存 {count}", f"{count} in stock")
