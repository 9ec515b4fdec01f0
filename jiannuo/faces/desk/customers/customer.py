"""A customer with all he has: open cases, people, sites, contracts, devices, claims, what
happened. Every section has its one action."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from jiannuo.archive import browsing
from jiannuo.cases import directory as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.queries import OpenCase
from jiannuo.charges import extras
from jiannuo.charges.extras import ExtraCard
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.customers.directory import CustomerCard
from jiannuo.equipment import listing as equipment
from jiannuo.equipment.listing import DeviceRow, Wanted
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.rows import (
    CaseRow,
    ContractRow,
    PersonRow,
    SiteRow,
    case_row,
    contract_row,
    event_rows,
    hotline,
    person_row,
    site_row,
)
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people.permits import require
from jiannuo.web.components import LevelBadge, PageState, Press, TimelineRow, level_badge
from jiannuo.web.reader import Reader

PAGE = 50
DEVICES, EVENTS, OPEN = 8, 8, 20


# -- the list -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListRow:
    href: str
    name: str
    contracts: str
    sites: int
    persons: int
    open: int
    last: str


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[ListRow, ...]
    find: str
    more: str
    add: Press | None
    state: PageState | None


def list_page(actor: Actor, reader: Reader, find: str, after: tuple[str, UUID] | None) -> ListPage:
    """Customers by name, from one on."""
    require(actor, "read_cases")
    found = directory.listed(actor, PAGE + 1, find, after)
    shown = found[:PAGE]
    loads = cases.loads_of(one.id for one in shown)
    rows = tuple(
        ListRow(
            reverse("desk:customer_show", args=[one.id]),
            one.name,
            reader.listed(one.contracts[:2]),
            one.sites,
            one.persons,
            loads[one.id].open,
            reader.ago(last) if (last := loads[one.id].last) else "",
        )
        for one in shown
    )
    more = f"{shown[-1].id}" if len(found) > PAGE else ""
    may = voice(actor, "customer_added") != NOBODY
    add = Press(
        reader.say(look("customer_added").verb), reverse("desk:customer_open"), "plus", True
    )
    return ListPage(rows, find, more, add if may else None, None if rows else _none(reader, find))


def _none(reader: Reader, find: str) -> PageState:
    if find:
        return PageState(
            "empty",
            reader.say(Text(f"没有与「{find}」相符的客户", f"No customer matches '{find}'")),
            reader.say(
                Text(
                    "可按名称、合同编号、联系人或电话查。", "By name, contract, person, telephone."
                )
            ),
            reverse("desk:customer_list"),
            reader.say(Text("看全部客户", "All customers")),
        )
    return PageState(
        "empty",
        reader.say(Text("还没有客户", "No customers yet")),
        reader.say(
            Text(
                "先登记客户，再加联系人、站点和合同。",
                "Register one, then people, sites, contracts.",
            )
        ),
    )


# -- one ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenRow:
    number: str
    href: str
    text: str
    level: LevelBadge
    status: str
    by: str


@dataclass(frozen=True, slots=True)
class DeviceLine:
    href: str
    serial: str
    what: str
    site: str


@dataclass(frozen=True, slots=True)
class Grievance:
    """A claim or a complaint; `waits`: for us."""

    href: str
    number: str
    name: str
    state: str
    waits: bool


@dataclass(frozen=True, slots=True)
class ExtraRow:
    number: str
    what: str
    maker: str
    price: str
    state: str
    presses: tuple[Press, ...]


@dataclass(frozen=True)
class CustomerPage:
    card: CustomerCard
    report: str
    open: tuple[OpenRow, ...]
    past: tuple[CaseRow, ...]
    persons: tuple[PersonRow, ...]
    gone: tuple[PersonRow, ...]
    signers: str
    sites: tuple[SiteRow, ...]
    contracts: tuple[ContractRow, ...]
    devices: tuple[DeviceLine, ...]
    count: int
    all_devices: str
    claims: tuple[Grievance, ...]
    extras: tuple[ExtraRow, ...]
    events: tuple[TimelineRow, ...]
    archive: str
    do: dict[str, Press]


#: What may be begun from here, each in its section.
ACTIONS = (
    "customer_changed",
    "contact_added",
    "site_added",
    "contract_signed",
    "claim_received",
    "complaint_received",
    "extra_ordered",
)


def customer_page(actor: Actor, reader: Reader, customer: UUID) -> CustomerPage:
    require(actor, "read_cases")
    return _Maker(actor, reader, directory.known(actor, customer)).page()


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    card: CustomerCard

    def page(self) -> CustomerPage:
        reader, own = self.reader, self.card.id
        profile = customers.base_profile(reader.at)
        offices = dict(people.named_offices())
        people_here = customers.contacts(own)
        devices = equipment.listed(self.actor, Wanted(customer=own), DEVICES)
        open_ = case_queries.open_of_customer(own, OPEN)
        numbers = {one.number for one in open_}
        past = [one for one in cases.of_customer(own, EVENTS) if one.number not in numbers]
        return CustomerPage(
            card=self.card,
            report=hotline(own),
            open=tuple(self._open(one) for one in open_),
            past=tuple(case_row(reader, one) for one in past[:5]),
            persons=tuple(person_row(reader, one) for one in people_here),
            gone=tuple(person_row(reader, one) for one in directory.gone(own)),
            signers=self._signers(frozenset[str]().union(*(one.roles for one in people_here))),
            sites=tuple(site_row(reader, profile, s, offices) for s in customers.sites(own)),
            contracts=tuple(
                contract_row(reader, self._profile(profile, one.overrides), one)
                for one in directory.contracts_of(own)
            ),
            devices=tuple(self._device(one) for one in devices),
            count=equipment.count_of(own),
            all_devices=f"{reverse('desk:device_list')}?customer={own}",
            claims=tuple(self._claims(own)),
            extras=tuple(self._extra(one) for one in extras.extras(own)),
            events=tuple(
                event_rows(reader, profile, browsing.of_customer(own, browsing.Filter(), EVENTS))
            ),
            archive=reverse("desk:archive_show", args=[own]),
            do=self._presses(),
        )

    def _profile(self, base: Profile, overrides: object) -> Profile:
        return base.with_changes(overrides) if isinstance(overrides, dict) and overrides else base

    def _signers(self, held: frozenset[str]) -> str:
        """Who is missing: nobody can sign the report of a case."""
        if held & {"person_in_charge", "maintenance_department", "department_head"}:
            return ""
        return self.reader.say(
            Text(
                "还没有能签服务报告的人（负责人或主管部门）",
                "Nobody may sign a service report yet: a person in charge or a department",
            )
        )

    def _open(self, one: OpenCase) -> OpenRow:
        return OpenRow(
            one.number,
            reverse("desk:case_show", args=[one.number]),
            one.text,
            level_badge(self.reader, one.level),
            self.reader.word("status", one.status),
            self.reader.by(one.next_due_at) if one.next_due_at else "",
        )

    def _device(self, one: DeviceRow) -> DeviceLine:
        what = " ".join(part for part in (one.brand, one.model, one.category) if part)
        return DeviceLine(
            reverse("desk:device_show", args=[one.id]), one.serial, what, one.site_name
        )

    def _claims(self, own: UUID) -> list[Grievance]:
        claim, say = Text("索赔", "Claim"), self.reader.say
        found = [
            Grievance(
                reverse("desk:claim_show", args=[one.number]),
                one.number,
                say(claim + " · ") + self.reader.word("ground", one.ground),
                self.reader.word("claim", one.status),
                one.status != "decided",
            )
            for one in cases.claims_of(own)
        ]
        complaint = say(Text("投诉", "Complaint"))
        return found + [
            Grievance(
                reverse("desk:complaint_show", args=[one.number]),
                one.number,
                complaint,
                self.reader.word("claim", one.status),
                one.status != "closed",
            )
            for one in cases.complaints_of(own)
        ]

    def _extra(self, one: ExtraCard) -> ExtraRow:
        presses = [self._press(kind, "desk:extra_open", one.number) for kind in OVER]
        return ExtraRow(
            one.number,
            one.what,
            one.maker,
            f"{one.price:,.2f}",
            self.reader.word("extra", one.state),
            tuple(press for press in presses if press) if one.state == "ordered" else (),
        )

    def _presses(self) -> dict[str, Press]:
        found = {
            kind: self._press(kind, "desk:customer_act_open", self.card.id) for kind in ACTIONS
        }
        return {kind: press for kind, press in found.items() if press}

    def _press(self, kind: str, where: str, ref: object) -> Press | None:
        if voice(self.actor, kind) == NOBODY:
            return None
        return Press(
            self.reader.say(look(kind).verb), reverse(where, args=[ref, kind]), within=True
        )


OVER = ("extra_delivered", "extra_cancelled")
