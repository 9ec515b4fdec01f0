"""A contract: until when it covers, what it says otherwise than the manual, lines, prices, upkeep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.archive import browsing
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.customers.directory import Kept
from jiannuo.customers.queries import ContractCard
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.customers.promised import Promised, overrides
from jiannuo.faces.desk.customers.rows import event_rows, lasts, standing
from jiannuo.faces.desk.showing import shown
from jiannuo.inspections import queries as inspections
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import Maintenance, term
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.components import Press, TimelineRow
from jiannuo.web.covers import Covers, Spell, covers
from jiannuo.web.reader import Reader

ACTIONS = (
    "acceptance_changed",
    "contract_changed",
    "override_set",
    "line_set",
    "price_set",
    "maintenance_signed",
)


@dataclass(frozen=True, slots=True)
class Accepted:
    on: str
    version: int
    reason: str
    now: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    serial: str
    months: int
    accepted: str
    ends: str
    source: str


@dataclass(frozen=True)
class ContractPage:
    card: ContractCard
    owner: str
    state: str
    tone: str
    ends: str
    picture: Covers | None
    accepted: tuple[Accepted, ...]
    promised: tuple[Promised, ...]
    lines: tuple[LineRow, ...]
    kept: Kept
    prices: tuple[tuple[str, str], ...]
    maintenance: tuple[tuple[Maintenance, str], ...]
    devices: int
    owed: tuple[tuple[str, str], ...]
    supply: str
    events: tuple[TimelineRow, ...]
    register: Press | None
    do: dict[str, Press]
    main: str


def contract_page(actor: Actor, reader: Reader, contract: UUID) -> ContractPage:
    require(actor, "read_cases")
    card = directory.contract(actor, contract)
    return _Maker(actor, reader, card, customers.base_profile(reader.at)).page()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    card: ContractCard
    base: Profile

    @property
    def today(self) -> date:
        return self.reader.local(self.reader.at).date()

    def page(self) -> ContractPage:
        card, reader = self.card, self.reader
        profile = self.base.with_changes(card.overrides) if card.overrides else self.base
        end = term(profile, card.accepted_on, card.months, card.workdays).end
        state, tone = standing(card, self.today, end)
        kept = directory.kept(card.id)
        names = {str(one.id): one.name for one in customers.sites(card.customer)}
        lines = browsing.of_subjects([card.id], browsing.Filter(), 20)
        do = self._presses()
        return ContractPage(
            card=card,
            owner=reverse("desk:customer_show", args=[card.customer]),
            state=reader.say(state),
            tone=tone,
            ends=lasts(card, self.today, end).isoformat(),
            picture=self._picture(profile, end),
            accepted=tuple(self._accepted()),
            promised=tuple(overrides(reader, self.base, card.overrides)),
            lines=tuple(self._lines(profile, kept)),
            kept=kept,
            prices=tuple((model, f"{unit:,.2f}") for model, unit in kept.prices),
            maintenance=tuple((one, names.get(one.site, "")) for one in card.maintenance),
            devices=len(equipment.units(card.id)),
            owed=tuple(self._owed()),
            supply=reader.word("word", card.parts_supply),
            events=tuple(event_rows(reader, self.base, lines)),
            register=self._register(),
            do=do,
            main="maintenance_signed" if tone == "warn" and self.today > card.accepted_on else "",
        )

    def _picture(self, profile: Profile, end: date) -> Covers | None:
        card, say = self.card, self.reader.say
        rows = [
            Spell(
                say(Text("项目质保", "Project")),
                say(Text(f"验收起 {card.months} 个月", f"{card.months} months")),
                say(Text(f"到 {end}", f"to {end}")),
                card.accepted_on,
                end,
            )
        ]
        for line in card.lines:
            own = term(profile, line.accepted_on, line.months, card.workdays)
            why = Text(f"设备行 {line.months} 个月", f"line, {line.months} months")
            until = Text(f"到 {own.end}", f"to {own.end}")
            rows.append(Spell(line.serial, say(why), say(until), own.start, own.end))
        for one in card.maintenance:
            label, until = Text("维护合同", "Maintenance"), Text(f"到 {one.end}", f"to {one.end}")
            rows.append(Spell(say(label), one.number, say(until), one.start, one.end))
        return covers(rows[:MOST], self.today, say(Text("今天", "today")))

    def _accepted(self) -> list[Accepted]:
        found = directory.acceptances(self.card.id)
        return [
            Accepted(one.accepted_on.isoformat(), one.version, one.reason, now=n == 0)
            for n, one in enumerate(found)
        ]

    def _lines(self, profile: Profile, kept: Kept) -> list[LineRow]:
        card = self.card
        return [
            LineRow(
                line.serial,
                line.months,
                line.accepted_on.isoformat(),
                term(profile, line.accepted_on, line.months, card.workdays).end.isoformat(),
                kept.sources.get(line.serial, ""),
            )
            for line in card.lines
        ]

    def _owed(self) -> list[tuple[str, str]]:
        """The quarters it still owes, the next first."""
        found = [one for one in inspections.owed(self.card.id) if one.signed is None]
        return [(one.quarter.name, one.quarter.due.isoformat()) for one in found[:3]]

    def _register(self) -> Press | None:
        if voice(self.actor, "device_registered") == NOBODY:
            return None
        href = reverse("desk:device_add_open", args=[self.card.id])
        return Press(self.reader.say(look("device_registered").verb), href, "plus")

    def _presses(self) -> dict[str, Press]:
        return {
            kind: Press(
                self.reader.say(look(kind).verb),
                reverse("desk:contract_open", args=[self.card.id, kind]),
                within=True,
            )
            for kind in ACTIONS
            if voice(self.actor, kind) != NOBODY
        }


MOST = 12  # bars in one picture


@require_GET
def show_contract(request: HttpRequest, contract: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = contract_page(asked.actor, asked.reader, contract)
    return shown(asked, "desk/contract/show.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def open_contract(request: HttpRequest, contract: UUID, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in ACTIONS:
        raise Http404
    require(asked.actor, "read_cases")
    card = directory.contract(asked.actor, contract)
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:contract_open", args=[contract, kind]),
        back=reverse("desk:contract_show", args=[contract]),
        ref=card.number,
        title=card.customer_name,
        options=CustomerLists(asked.reader, card.customer),
        key=str(contract),
        known=_usual(kind, card),
        subject=contract,
    )
    return answer(asked, sheet, kind)


def _usual(kind: str, card: ContractCard) -> dict[str, list[str]]:
    if kind == "acceptance_changed":
        return {"accepted_on": [card.accepted_on.isoformat()]}
    if kind == "contract_changed":
        kept = directory.kept(card.id)
        return {
            "inspection_plan": ["true"] if card.inspection_plan else [],
            "media_retention": ["true"] if kept.media_retention else [],
            "return_days": [str(card.return_days)] if card.return_days is not None else [],
            "parts_supply": [card.parts_supply],
            "holidays": [day.isoformat() for day in kept.holidays],
            "makeup_workdays": [day.isoformat() for day in kept.makeup_workdays],
        }
    return {}
