"""An inspection as its forms need it: who may be chosen, how a step of it is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard, ContractCard
from jiannuo.faces.desk.acting.lists import People
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.faces.desk.acting.standing import Way
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.inspections.sheet import Sheet
from jiannuo.journey import checklist, speaking
from jiannuo.journey.gatekeeper import reason_text
from jiannuo.journey.inspection import log_of
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape, shape

SATURDAY = 5


@dataclass(frozen=True)
class PlanLists(People):
    """The people of a customer, and ours."""

    customer: UUID

    @cached_property
    def contacts(self) -> Sequence[ContactCard]:
        return customers.contacts(self.customer)

    def of(self, kind: str, field: str) -> Sequence[Choice]:
        if field == "engineer":
            return self.colleagues(frozenset({"engineer"}))
        if field in ("agreed_with", "asked_of", "attendees"):
            return tuple(map(self.contact, self.contacts))
        return ()


@dataclass(frozen=True)
class InspectionMatter(Plain):
    """The inspection of a quarter, as far as a step of it is concerned."""

    reader: Reader
    contract: ContractCard
    owed: OwedInspection

    @property
    def quarter(self) -> str:
        return self.owed.quarter.name

    @property
    def ref(self) -> str:
        return f"{self.contract.number} {self.quarter}"

    @property
    def title(self) -> str:
        return self.contract.customer_name

    @property
    def args(self) -> list[Any]:
        return [self.contract.id, self.quarter]

    @property
    def back(self) -> str:
        return reverse("desk:inspection_show", args=self.args)

    @property
    def back_words(self) -> Text:
        return Text("回到这次巡检", "Back to the inspection")

    @cached_property
    def profile(self) -> Profile:
        return customers.project_profile(self.contract.id)

    @cached_property
    def events(self) -> Sequence[Event]:
        return log_of(self.contract.id, self.quarter).events

    @cached_property
    def sheet(self) -> Sheet:
        return checklist.sheet_of(self.contract.id, self.quarter)

    @cached_property
    def options(self) -> PlanLists:
        return PlanLists(self.reader, self.contract.customer)

    def href(self, kind: str) -> str:
        return reverse("desk:inspection_open", args=[*self.args, kind])

    def shape(self, kind: str) -> Shape:
        """The report says what the checklist says: who signs it is asked nothing more."""
        return Shape(kind, {}) if kind == "inspection_signed" else shape(kind)

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        return speaking.of(actor, self.contract.customer, kind, person, heard)

    def ways_out(self, actor: Actor, reasons: Sequence[str]) -> tuple[Way, ...]:
        """What the checklist still lacks, with the first part to go to."""
        say = self.reader.say
        found = []
        for reason in reasons:
            topic = reason.partition(":")[2]
            left = [
                part
                for part in self.sheet.unfinished
                if any(i.topic == topic and i.code not in part.answers for i in part.items)
            ]
            names = self.reader.listed(say(part.name) for part in left[:4])
            more = Text(f" 等 {len(left)} 处", f" and others, {len(left)} in all")
            said = Text(*reason_text(reason)) + Text("：", ": ") + names
            href = self.check_href(left[0].ref) if left else self.back
            text = say(said + more) if len(left) > 4 else say(said)
            found.append(Way(text, say(Text("去检查", "Look")), href))
        return tuple(found)

    def check_href(self, part: str = "") -> str:
        plain = reverse("desk:checklist_open", args=self.args)
        return f"{plain}?part={part}" if part else plain

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        ref: dict[str, Any] = {"contract": self.contract.id}
        if kind == "inspection_signed":
            return checklist.sign_off(actor, self.quarter, when, **ref)
        if kind == "inspection_plan_sent":
            return take(kind, actor, self.year, when, **ref)
        return take(kind, actor, self.quarter, when, **ref, **fields)

    @property
    def year(self) -> str:
        return str(self.owed.quarter.due.year)

    def usual(self, kind: str, name: str) -> list[str]:
        """Dates that suit; who went last time; the topic of the finding."""
        days = suggested(self.reader.today, self.owed)
        found = {
            "inspection_dates_proposed.first": days[0],
            "inspection_dates_proposed.second": days[1],
            "inspection_dates_proposed.third": days[2],
            "inspection_missed.make_up": suggested(self.reader.today, None)[0],
        }.get(f"{kind}.{name}")
        if found is None and (kind, name) == ("inspection_scheduled", "date"):
            offered = [e for e in self.events if e.kind == "inspection_dates_proposed"]
            found = offered[-1].d["first"] if offered else None
        if found is not None:
            return [found.isoformat()]
        if name == "engineer" and kind == "inspection_scheduled":
            return [self.owed.engineer] if self.owed.engineer else self._last_engineer()
        return []

    def _last_engineer(self) -> list[str]:
        named = [o.engineer for o in inspections.owed(self.contract.id) if o.engineer]
        return named[-1:]


def inspection_matter(reader: Reader, contract: UUID, quarter: str) -> InspectionMatter:
    """Raises Http404 for what is not owed."""
    try:
        card = customers.contract(contract)
    except LookupError:
        raise Http404 from None
    owed = inspections.of_quarter(contract, quarter)
    if owed is None:
        raise Http404
    return InspectionMatter(reader, card, owed)


def suggested(
    today: date, owed: OwedInspection | None, near: Sequence[date] = (), n: int = 0
) -> list[date]:
    """Three working days from a week ahead on, before the quarter's last one where that can be;
    a day on which somebody goes that way anyhow comes first. `n`: the place in a list, so that
    not everybody is offered the same days."""
    first, last = today + timedelta(days=7), None
    if owed is not None:
        first = max(first, owed.quarter.start)
        last = owed.quarter.due if owed.quarter.due >= today else None
    if last is not None and first + timedelta(days=4) > last:
        first = max(today + timedelta(days=1), owed.quarter.start) if owed else first
    end = last or first + timedelta(days=35)
    days = [first + timedelta(days=k) for k in range((end - first).days + 1)]
    work = [day for day in days if day.weekday() < SATURDAY][:20] or [end]
    joined = [day for day in sorted(near) if day in days][:1]
    step = max(1, min(4, len(work) // 3))
    picked = [work[(n + k * step) % len(work)] for k in range(3)]
    found = [*joined, *sorted({*picked} - {*joined})][:3]
    return found + [found[-1]] * (3 - len(found))


def may(actor: Actor, kind: str) -> bool:
    return voice(actor, kind) != NOBODY


def verb(reader: Reader, kind: str) -> str:
    return reader.say(look(kind).verb)
