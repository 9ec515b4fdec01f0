"""Whom a notice is for, and the facts that its text needs: looked up for a whole round of notices,
each thing in one question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.cases import rows
from jiannuo.cases.view import CaseCard
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.arming import DUE
from jiannuo.clocks.guard import HOUSE
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard, SiteCard
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import UnitCard
from jiannuo.manual import holding
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import standing
from jiannuo.manual.ladders import DEPUTY
from jiannuo.notices import rules
from jiannuo.notices.addressing import Waiting
from jiannuo.notices.commands import WARNING
from jiannuo.notices.rules import Person
from jiannuo.people import queries as people
from jiannuo.people import reaching
from jiannuo.people.queries import Standby

#: Nobody: the far end of the self-test.
CANARY = Person(HOUSE, "canary", rules.CANARY)
CUSTOMER_ROLES = frozenset({"customer", "contact"})
SYMPTOM = 40  # letters of the fault


@dataclass
class Round:
    """What is known of some notices at a moment."""

    notices: Sequence[Waiting]
    at: datetime
    _lines: dict[tuple[str, str], list[Standby]] = field(default_factory=dict)
    _units: dict[str, UnitCard | None] = field(default_factory=dict)

    def people(self, notice: Waiting) -> Sequence[Person]:
        """Who is to be told; nobody where the one it is for has left."""
        if notice.to_person is not None:
            found = self._named.get(notice.to_person)
            return [_ours(found)] if found else self._customer(notice, notice.to_person)
        if notice.to_role == CANARY.via:
            return [CANARY]
        if notice.to_role in CUSTOMER_ROLES:
            return self._customer(notice)
        if notice.to_role == "assignee":
            return self._assignee(notice)
        return self._of_role(notice, notice.to_role)

    def words(self, notice: Waiting) -> Mapping[str, Any]:
        """The facts that its text needs; languages and times are put in when it is sent."""
        card = self.case(notice)
        if card is None:
            return self._elsewhere(notice)
        unit = self._unit(card.device) if card.device else None
        facts: dict[str, Any] = {
            "case": card.number,
            "customer": card.customer_name,
            "site": card.site_name,
            "device": f"{unit.model} {unit.serial}" if unit else card.device or "",
            "text": _short(card.text),
            "level": card.level or "",
        }
        return facts | self._of_promise(notice)

    def case(self, notice: Waiting) -> CaseCard | None:
        """The case it is about; none where it is about something else, or about nothing."""
        return self._cases.get(notice.subject) if notice.subject_kind == "case" else None

    def _elsewhere(self, notice: Waiting) -> dict[str, Any]:
        """Of a claim, an order, an inspection: whose it is, and the promise."""
        name = self._names.get(notice.customer) if notice.customer else None
        return ({"customer": name} if name else {}) | self._of_promise(notice)

    # -- people -----------------------------------------------------------------------------

    def _of_role(self, notice: Waiting, to: str) -> Sequence[Person]:
        """The first who answers for the role; with ".deputy" the one behind him."""
        role, office = to.removesuffix(DEPUTY), self._office(notice)
        line = self._line(role, office)
        if notice.kind == "not_delivered":
            line = self._others(notice, [*line, *self._line("subcentre_head", office)]) or line
        place = 1 if to.endswith(DEPUTY) and len(line) > 1 else 0
        return [_ours(one) for one in line[place : place + 1]]

    def _others(self, notice: Waiting, line: Sequence[Standby]) -> list[Standby]:
        """Without the one who cannot be reached: of that he would not hear either."""
        return [one for one in line if str(one.id) != notice.payload.get("person_id")]

    def _line(self, role: str, office: str) -> list[Standby]:
        if (role, office) not in self._lines:
            self._lines[role, office] = people.standing_by(role, self.at, office or None)
        return self._lines[role, office]

    def _assignee(self, notice: Waiting) -> Sequence[Person]:
        """The engineer of the case; nobody yet: the duty manager."""
        found = self._engineers.get(notice.subject)
        return [_ours(found)] if found else self._of_role(notice, "duty_manager")

    def _customer(self, notice: Waiting, wanted: UUID | None = None) -> Sequence[Person]:
        """The customer's person: the one named and no other, else who called, else the first
        contact."""
        card = self.case(notice)
        whose = card.customer if card else notice.customer
        cards = self._contacts.get(whose, []) if whose else []
        if wanted is not None:
            chosen = next((c for c in cards if c.id == wanted), None)
        else:
            chosen = next((c for c in cards if card and c.name and c.name == card.caller), None)
            chosen = chosen or next((c for c in cards if "contact" in c.roles), None)
        if chosen is None:
            return []
        return [
            Person(chosen.id, chosen.name, "customer", chosen.phone, chosen.email, customer=True)
        ]

    def _office(self, notice: Waiting) -> str:
        card = self.case(notice)
        site = self._sites.get(card.site) if card and card.site else None
        return site.office if site else ""

    # -- what is looked up, once ------------------------------------------------------------

    @cached_property
    def _cases(self) -> dict[UUID, CaseCard]:
        wanted = {n.subject for n in self.notices if n.subject_kind == "case"}
        found = rows.cards("c.id = any(%(ids)s)", {"ids": list(wanted)}) if wanted else []
        return {card.id: card for card in found}

    @cached_property
    def _sites(self) -> dict[UUID, SiteCard]:
        return customers.sites_by_id({c.site for c in self._cases.values() if c.site})

    @cached_property
    def _contacts(self) -> dict[UUID, list[ContactCard]]:
        wanted = {c.customer for c in self._cases.values() if c.customer}
        elsewhere = [n for n in self.notices if n.customer and self.case(n) is None]
        wanted |= {n.customer for n in elsewhere if n.customer and n.to_role in CUSTOMER_ROLES}
        return customers.contacts_of(wanted)

    @cached_property
    def _names(self) -> dict[UUID, str]:
        elsewhere = {n.customer for n in self.notices if n.customer and self.case(n) is None}
        return customers.names(elsewhere)

    @cached_property
    def _named(self) -> dict[UUID, Standby]:
        return reaching.by_id({n.to_person for n in self.notices if n.to_person})

    @cached_property
    def _engineers(self) -> dict[UUID, Standby]:
        """Who has each case of which the engineer is to be told."""
        wanted = {n.subject for n in self.notices if n.to_role == "assignee" and self.case(n)}
        names = {
            case: holding.holder(standing(told)) for case, told in archive.stream(*wanted).items()
        }
        known = reaching.by_name(set(names.values()) - {""})
        return {case: known[name] for case, name in names.items() if name in known}

    @cached_property
    def _clocks(self) -> dict[tuple[UUID, bool], list[Clock]]:
        asked = [n for n in self.notices if n.kind.startswith((WARNING, DUE))]
        found = {}
        for drill in {n.drill for n in asked}:
            wanted = [n.subject for n in asked if n.drill == drill]
            running = clocks.clocks_of(wanted, drill=drill)
            found.update({(subject, drill): each for subject, each in running.items()})
        return found

    def _unit(self, serial: str) -> UnitCard | None:
        if serial not in self._units:
            self._units[serial] = equipment.find(serial)
        return self._units[serial]

    def _of_promise(self, notice: Waiting) -> dict[str, Any]:
        if not notice.kind.startswith((WARNING, DUE)):
            return {}
        code = notice.kind.partition(":")[2]
        running = self._clocks[notice.subject, notice.drill]
        clock = next((c for c in running if c.promise == code), None)
        if clock is None or clock.due is None or clock.start is None:
            return {"promise": code}
        return {
            "promise": code,
            "due_at": clock.due.isoformat(),
            "started_at": clock.start.isoformat(),
        }


def _ours(found: Standby) -> Person:
    return Person(found.id, found.name, found.via, found.phone, found.email, found.language)


def _short(text: str) -> str:
    """The fault in as many letters as a text message bears."""
    line = " ".join(text.split()).rstrip("。.")
    return line if len(line) <= SYMPTOM else line[: SYMPTOM - 1] + "…"
