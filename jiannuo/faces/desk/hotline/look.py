"""What stands beside the form while somebody speaks: who he is, covered or not, what runs from
now on, what is known of the device, who could take it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContactCard
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.queries import LookedUp, UnitCard
from jiannuo.faces.desk.hotline.typed import Typed
from jiannuo.journey import assignment, intake
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import Product
from jiannuo.manual.actor import Actor
from jiannuo.manual.assignment import Candidate
from jiannuo.manual.clocks import Clock, fold_story
from jiannuo.manual.words import Text
from jiannuo.web.components import LevelBadge, level_badge
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

FEW = 3  # engineers shown as buttons, and articles
KNOWN = 5
DAY = timedelta(days=1)
#: The section of the manual that says what is covered, during the warranty and after it.
WARRANTY = "2"


@dataclass(frozen=True, slots=True)
class Coming:
    """A promise that would run from now on."""

    name: str
    clause: str
    by: str
    house: bool


@dataclass(frozen=True, slots=True)
class Near:
    """A case that may be the same one."""

    number: str
    text: str
    at: str
    href: str
    status: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Covered or not, in one line, with the clause."""

    word: str
    covered: bool
    detail: str
    clause: str


@dataclass(frozen=True, slots=True)
class Known:
    """An article that fits what he says. `called`: as it is sent; `steps`: what to tell him."""

    called: str
    title: str
    steps: str
    href: str


@dataclass(frozen=True, slots=True)
class Look:
    """Everything beside the form. `say`: what the caller may be told already."""

    level: LevelBadge
    code: str
    verdict: Verdict | None
    unknown: str
    promises: tuple[Coming, ...]
    same: tuple[Near, ...]
    others: tuple[Near, ...]
    engineers: tuple[Choice, ...]
    rights: tuple[str, ...]
    devices: tuple[Choice, ...]
    sites: tuple[Choice, ...]
    contacts: tuple[Choice, ...]
    customer: str
    outage: str
    emergency: bool
    kept: str
    say: str
    articles: tuple[Known, ...]


def look(actor: Actor, reader: Reader, said: Typed, began: datetime, kept: datetime | None) -> Look:
    """`began`: since when he speaks, or when the message came in."""
    return _Maker(actor, reader, said, began).look(kept)


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    said: Typed
    began: datetime

    def look(self, kept: datetime | None) -> Look:
        reader, said = self.reader, self.said
        view = self._imagined()
        unit = equipment.find(said.said("device")) if said.said("device") else None
        if unit is not None and said.customer not in (None, unit.customer):
            unit = None
        customer = said.customer or (unit.customer if unit else None)
        contacts = customers.contacts(customer) if customer else []
        return Look(
            level=level_badge(reader, said.level or None, long=True),
            code=said.level,
            verdict=self._verdict(unit, view),
            unknown=said.said("device") if unit is None else "",
            promises=tuple(self._promises(view)),
            same=tuple(self._same(unit)),
            others=tuple(self._others(customer, unit)),
            engineers=self._engineers(view) if said.level in LEVELS else (),
            rights=tuple(self._rights(contacts)),
            devices=self._devices(view, customer),
            sites=self._sites(customer),
            contacts=tuple(Choice(c.name, c.name, c.phone) for c in contacts),
            customer=customers.customer_name(customer) if customer else "",
            outage=self._outage(),
            emergency=said.level == "L1" or said.said("safety") == "yes",
            kept=reader.exact(kept) if kept else "",
            say=self._say(view),
            articles=tuple(self._articles(unit)),
        )

    def _imagined(self) -> CaseView:
        return intake.imagined(self.said.report, self.said.level, self.began, self.reader.at)

    def _articles(self, unit: UnitCard | None) -> Iterator[Known]:
        product = Product(unit.model, unit.category) if unit else Product()
        for one in knowledge.alike(self.said.said("text"), product, FEW):
            href = reverse("desk:article_show", args=[one.number])
            yield Known(one.called, one.title, one.steps, href)

    # -- covered or not ---------------------------------------------------------------------

    def _verdict(self, unit: UnitCard | None, view: CaseView) -> Verdict | None:
        reader = self.reader
        if unit is None:
            return None
        found = equipment.looked_up(unit.serial, self.began)
        entitled = view.entitled()
        return Verdict(
            reader.word("entitlement", entitled),
            entitled in ("in_warranty", "before_acceptance", "maintenance_contract"),
            self._detail(found) if found else "",
            reader.clause(WARRANTY),
        )

    def _detail(self, found: LookedUp) -> str:
        parts = [f"{found.brand} {found.model}".strip(), found.site, found.contract]
        if found.covered_until:
            until = f"{found.covered_until:%Y-%m-%d}"
            parts.append(self.reader.say(Text(f"到 {until}", f"until {until}")))
        return " · ".join(part for part in parts if part)

    # -- what would run ---------------------------------------------------------------------

    def _promises(self, view: CaseView) -> Iterator[Coming]:
        if not self.said.level:
            return
        for clock in sorted(fold_story(view.story), key=_due):
            promise = view.profile.by_code[clock.promise]
            if clock.due is None or clock.excused or promise.emergency:
                continue
            yield Coming(
                self.reader.say(Text(promise.zh, promise.en)),
                self.reader.clause(promise.clause),
                self.reader.by(clock.due),
                promise.house,
            )

    def _say(self, view: CaseView) -> str:
        """What the caller may be told already; the number comes with the confirmation."""
        if not self.said.level:
            return ""
        phone = next((c for c in fold_story(view.story) if c.promise == "phone_response"), None)
        if phone is None or phone.due is None:
            return ""
        by = self.reader.clock(phone.due)
        return self.reader.say(
            Text(f"维护工程师会在 {by} 前给您打电话。", f"An engineer will call you by {by}.")
        )

    # -- the same fault twice ---------------------------------------------------------------

    def _same(self, unit: UnitCard | None) -> Iterator[Near]:
        """Open cases of this device, and those of it since yesterday."""
        if unit is None:
            return
        for card in cases.of_serial(self.actor, unit.serial)[:KNOWN]:
            if card.status not in OVER or card.reported_at > self.reader.at - DAY:
                yield self._near(card.number, card.text, card.reported_at, card.status)

    def _others(self, customer: object, unit: UnitCard | None) -> Iterator[Near]:
        if customer is None or self.said.customer is None:
            return
        known = {near.number for near in self._same(unit)}
        for case in cases.open_of_customer(self.said.customer, KNOWN):
            if case.number not in known:
                yield self._near(case.number, case.text, None, case.status)

    def _near(self, number: str, text: str, at: datetime | None, status: str) -> Near:
        return Near(
            number,
            text or self.reader.say(Text("没有写明故障", "no text")),
            self.reader.clock(at) if at else "",
            reverse("desk:case_show", args=[number]),
            self.reader.word("status", status),
        )

    # -- who --------------------------------------------------------------------------------

    def _engineers(self, view: CaseView) -> tuple[Choice, ...]:
        return tuple(
            Choice(one.name, one.name, self._able(one)) for one in assignment.ranked(view)[:FEW]
        )

    def _able(self, one: Candidate) -> str:
        say = self.reader.say
        skills = " ".join(self.reader.word("skill", skill) for skill in sorted(one.skills))
        duty = Text("值班", "on duty") if one.on_duty else Text("不值班", "off duty")
        load = (
            Text("空闲", "free")
            if not one.load
            else Text(f"在手 {one.load} 单", f"{one.load} cases")
        )
        return " · ".join(part for part in (skills, say(duty), say(load)) if part)

    def _rights(self, contacts: list[ContactCard]) -> Iterator[str]:
        """What the caller may decide, so that nobody asks him for what is not his to give."""
        name = self.said.said("caller")
        found = next((c for c in contacts if c.name == name), None)
        if found is None:
            return
        for role in sorted(found.roles):
            yield self.reader.word("role", role)
        if "department_head" not in found.roles:
            yield self.reader.say(Text("不可批准重大操作", "may not approve major operations"))

    def _devices(self, view: CaseView, customer: object) -> tuple[Choice, ...]:
        if customer is None or view.card.contract is None:
            return ()
        found = equipment.units(view.card.contract)
        return tuple(
            Choice(u.serial, u.serial, f"{u.model} {u.category}".strip())
            for u in found
            if not u.retired
        )

    def _sites(self, customer: object) -> tuple[Choice, ...]:
        found = customers.sites(self.said.customer) if self.said.customer else []
        return tuple(Choice(s.code, s.name, f"{s.km} km") for s in found) if customer else ()

    def _outage(self) -> str:
        """How long it has been down."""
        since = self.said.outage_started
        if since is None:
            return ""
        minutes = int((self.reader.at - since).total_seconds()) // 60
        return self.reader.say(Text(f"已 {minutes} 分钟", f"{minutes} min so far"))


OVER = ("closed", "merged", "cancelled")
LEVELS = ("L1", "L2", "L3", "L4")


def _due(clock: Clock) -> tuple[bool, float]:
    return clock.due is None, clock.due.timestamp() if clock.due else 0.0
