"""Who is told: from the role a notice names to people, by roster, case and customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.arming import DUE
from jiannuo.clocks.guard import HOUSE
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.kernel.moment import now
from jiannuo.manual import holding
from jiannuo.manual.ladders import DEPUTY
from jiannuo.notices import addressing as outbox
from jiannuo.notices.addressing import Addressed, Waiting
from jiannuo.notices.commands import WARNING, Note, post
from jiannuo.notices.rules import Manners, Person
from jiannuo.notices.sending import ALARMS
from jiannuo.people import queries as people
from jiannuo.people.queries import Standby

#: Nobody: the far end of the self-test.
CANARY = Person(HOUSE, "canary", "canary")
CUSTOMER_ROLES = frozenset({"customer", "contact"})


@transaction.atomic
def address(limit: int = 200) -> int:
    """Name the people behind the notices that wait, the most urgent first; how many there were.

    Who is on duty is asked now, not when the notice was posted: the shift may have changed.
    """
    waiting = outbox.claim(limit)
    if not waiting:
        return 0
    at, round_ = now(), _Round(now())
    found = [Addressed(n, round_.people(n), round_.words(n)) for n in waiting]
    outbox.write(found, Manners.of(customers.base_profile(now())))
    post(alarm for one in found for alarm in _alarms(one, at))
    return len(waiting)


@dataclass
class _Round:
    """What was looked up in one round, each thing once."""

    at: datetime
    lines: dict[tuple[str, str], list[Standby]] = field(default_factory=dict)
    views: dict[UUID, CaseView] = field(default_factory=dict)

    def people(self, notice: Waiting) -> Sequence[Person]:
        if notice.to_person is not None:
            found = people.person(notice.to_person)
            return [_ours(found)] if found else self._customer(notice, notice.to_person)
        if notice.to_role == CANARY.via:
            return [CANARY]
        if notice.to_role in CUSTOMER_ROLES:
            return self._customer(notice)
        if notice.to_role == "assignee":
            return self._assignee(notice)
        return self._of_role(notice, notice.to_role)

    def _of_role(self, notice: Waiting, to: str) -> Sequence[Person]:
        """The first who answers for the role; with ".deputy" the one behind him."""
        role = to.removesuffix(DEPUTY)
        line = self._line(role, self._office(notice))
        place = 1 if to.endswith(DEPUTY) and len(line) > 1 else 0
        return [_ours(one) for one in line[place : place + 1]]

    def _line(self, role: str, office: str) -> list[Standby]:
        if (role, office) not in self.lines:
            self.lines[role, office] = people.standing_by(role, self.at, office or None)
        return self.lines[role, office]

    def _assignee(self, notice: Waiting) -> Sequence[Person]:
        """The engineer of the case; nobody yet: the duty manager."""
        view = self._view(notice)
        name = holding.holder(view.events) if view else ""
        card = people.staff(name) if name else None
        found = people.person(card.id) if card else None
        return [_ours(found)] if found else self._of_role(notice, "duty_manager")

    def _customer(self, notice: Waiting, wanted: UUID | None = None) -> Sequence[Person]:
        """The customer's person: the one named, else who called, else the first contact."""
        view = self._view(notice)
        if view is None or view.card.customer is None:
            return []
        cards = customers.contacts(view.card.customer)
        chosen = (
            next((c for c in cards if wanted is not None and c.id == wanted), None)
            or next((c for c in cards if c.name and c.name == view.card.caller), None)
            or next((c for c in cards if "contact" in c.roles), None)
        )
        if chosen is None:
            return []
        return [Person(chosen.id, chosen.name, "customer", chosen.phone, customer=True)]

    def _view(self, notice: Waiting) -> CaseView | None:
        if notice.subject_kind != "case":
            return None
        if notice.subject not in self.views:
            self.views[notice.subject] = case_queries.view(notice.subject)
        return self.views[notice.subject]

    def _office(self, notice: Waiting) -> str:
        view = self._view(notice)
        return customers.site(view.card.site).office if view and view.card.site else ""

    def words(self, notice: Waiting) -> Mapping[str, Any]:
        """The facts that its text needs; languages and times are put in when it is sent."""
        view = self._view(notice)
        if view is None:
            return {}
        card = view.card
        unit = equipment.find(card.device) if card.device else None
        facts: dict[str, Any] = {
            "case": card.number,
            "customer": card.customer_name,
            "site": card.site_name,
            "device": f"{unit.model} {unit.serial}" if unit else card.device or "",
            "level": view.story.levels.shown or "",
        }
        return facts | self._of_promise(notice)

    def _of_promise(self, notice: Waiting) -> dict[str, Any]:
        if not notice.kind.startswith((WARNING, DUE)):
            return {}
        code = notice.kind.partition(":")[2]
        running = clocks.clocks_of([notice.subject], drill=notice.drill)[notice.subject]
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


def _alarms(one: Addressed, at: datetime) -> Iterable[Note]:
    """Nobody was there, or it fell through to the head: a gap in the roster is an alarm itself
    (T34). Once a role and hour."""
    notice = one.notice
    role = notice.to_role.removesuffix(DEPUTY)
    escalated = any(p.via == "escalation" for p in one.people) and role != "subcentre_head"
    if notice.kind in ALARMS or notice.drill or (one.people and not escalated):
        return
    if notice.to_role.endswith(DEPUTY) or notice.to_role in CUSTOMER_ROLES:
        return
    told = ("admin",) if escalated else ("subcentre_head", "admin")
    for to in told:
        yield Note(
            key=f"nobody:{role}:{at:%Y%m%d%H}:{to}",
            kind="nobody_on_duty",
            subject_kind=notice.subject_kind,
            subject=notice.subject,
            to_role=to,
            payload={"role_code": role, "kind": notice.kind},
            urgency=notice.urgency,
        )
