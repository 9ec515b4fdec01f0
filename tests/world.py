"""A small company with named people, one customer and a stranger to it.

Everything is built by the commands that people use: a fixture that cannot happen cannot be built.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.test import Client

from jiannuo.clocks.models import Beat
from jiannuo.customers import commands as customers
from jiannuo.customers import queries as customer_queries
from jiannuo.customers.commands import LineTerms, Place, Terms
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import contracts, intake, phone
from jiannuo.kernel.moment import held_at, now
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.profile import shipped
from jiannuo.manual.warranty import Term, term
from jiannuo.people import commands as people
from jiannuo.people import factors
from jiannuo.people import queries as people_queries
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff
from jiannuo.web import second_factor

LONG_NAME = "四川省绵阳市涪城区第二中心医院（新院区门诊楼信息中心与弱电间联合运维办公室）"
STAFF = (
    Person("周敏", ("hotline_agent",)),
    Person("李伟", ("engineer",), level="senior", skills=("server", "storage", "network")),
    Person("陈晨", ("engineer",), level="junior", skills=("network",)),
    Person("刘洋", ("duty_manager",)),
    Person("赵刚", ("duty_manager",), deputy_of="刘洋"),
    Person("孙立新", ("subcentre_head",)),
    Person("吴敏芝", ("product_manager",)),
    Person("郑海涛", ("expert",)),
    Person("蒋丽", ("warehouse",)),
    Person("沈浩", ("sales",)),
    Person("罗敏", ("admin",)),
    Person("高远", ("security_admin",)),
    Person("谢静", ("audit_admin",)),
)
#: Who speaks for a project's customer, and as what.
CONTACTS = {
    "邓丽": ("contact",),
    "唐勇": ("technician",),
    "何建": ("maintenance_department",),
    "彭建军": ("person_in_charge",),
    "杨柳": ("department_head",),
    "韩国栋": ("leader",),
}
BRAND, MODEL = "Cixin", "CX-N6800"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with one site, one device in warranty, and who may say what."""

    id: UUID
    serial: str
    contact: Actor
    head: Actor
    contract: UUID
    site: UUID
    people: dict[str, Actor] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """Our people by name, the customer, and another one that is none of his business."""

    customer: Customer
    stranger: Customer

    def actor(self, name: str, of: Customer | None = None) -> Actor:
        """One of ours by name, else a person of the customer."""
        contact = (of or self.customer).people.get(name)
        return contact or people_queries.known_staff(name).actor


def company() -> World:
    """Offices, staff, two customers; at the moment that is held or runs."""
    people.open_office(SYSTEM, "CDO", "成都办事处", 30.6574, 104.0658)
    for person in STAFF:
        people.hire(SYSTEM, person)
    return World(
        _customer(
            "眉山东坡智慧交通指挥中心", "S1", "核心机房", Decimal("68.0"), "CXN6800-2505-0009"
        ),
        _customer(LONG_NAME, "S2", "门诊楼弱电间", None, "CXN3800-2411-0118"),
    )


def _customer(name: str, code: str, room: str, km: Decimal | None, serial: str) -> Customer:
    customer = customers.add_customer(SYSTEM, name)
    site = customers.add_site(SYSTEM, customer, Place(code, room, 31.46, 104.68, km))
    customers.add_contact(SYSTEM, customer, "邓丽", ["contact"], "运维班长", "028-5550-2203")
    heads = ["person_in_charge", "department_head"]
    customers.add_contact(SYSTEM, customer, "彭建军", heads, "技术保障科", "028-5550-2204")
    accepted = now().date() - timedelta(days=200)
    contract = customers.sign_contract(SYSTEM, customer, Terms(f"HT-{code}", accepted, 36))
    equipment.register_device(
        SYSTEM,
        NewUnit(serial, "Cixin", "CX-N6800", "核心交换机"),
        contract=contract,
        site=site,
        term=Term(accepted, 36, date(accepted.year + 3, accepted.month, min(accepted.day, 28))),
    )
    found = _people(customer)
    return Customer(customer, serial, found["邓丽"], found["彭建军"], contract, site, found)


def _people(customer: UUID) -> dict[str, Actor]:
    return {c.name: c.actor for c in customer_queries.contacts(customer)}


def project(
    number: str = "HT-P",
    *,
    accepted: date = date(2025, 6, 1),
    months: int = 36,
    lines: Sequence[LineTerms] = (),
    devices: Sequence[NewUnit] = (NewUnit("SN-1", BRAND, MODEL, "核心交换机"),),
    km: str | None = "40.0",
    place: tuple[float, float] = (30.98, 103.65),
    **terms: Any,
) -> Customer:
    """A customer with a contract of its own, forty kilometres away, at the moment that is held.

    `terms` go to the contract (prices, overrides, inspection_plan ...).
    """
    customer = customers.add_customer(SYSTEM, f"都江堰灌区信息中心 {number}")
    spot = Place("S1", "机房", *place, Decimal(km) if km else None)
    site = customers.add_site(SYSTEM, customer, spot)
    for name, roles in CONTACTS.items():
        customers.add_contact(SYSTEM, customer, name, roles)
    said = Terms(number, accepted, months, lines=tuple(lines), **terms)
    contract = customers.sign_contract(SYSTEM, customer, said)
    own = {line.serial: line for line in lines}
    for unit in devices:
        line = own.get(unit.serial)
        start = (line.accepted_on if line else None) or accepted
        equipment.register_device(
            SYSTEM,
            unit,
            contract=contract,
            site=site,
            term=term(shipped(), start, line.months if line else months),
            line=line is not None,
        )
    contracts.watch(contract)
    found = _people(customer)
    first = devices[0].serial if devices else ""
    return Customer(customer, first, found["邓丽"], found["杨柳"], contract, site, found)


def reported(
    world: World,
    at: datetime,
    text: str = "核心交换机一块主控板告警，另一块温度高",
    *,
    of: Customer | None = None,
    kind: str = "fault",
    channel: str = "phone",
) -> str:
    """A report at a moment: the number of its case."""
    customer = of or world.customer
    with held_at(at):
        done = intake.report(
            world.actor("周敏"),
            channel=channel,
            kind=kind,
            device=customer.serial,
            text=text,
            caller="邓丽",
        )
    return done.number


def confirmed(world: World, number: str, at: datetime, level: str = "L2") -> str:
    with held_at(at):
        intake.confirm(world.actor("周敏"), number, level=level)
    return number


def contacted(world: World, number: str, at: datetime) -> str:
    with held_at(at):
        phone.in_contact(world.actor("李伟"), number, call="outbound", result="已指导切换备板")
    return number


def login(name: str) -> User:
    """A login for one of our people; its password is its name twice."""
    user = User.objects.create_user(name, password=name * 2)
    Staff.objects.filter(name=name).update(user=user)
    return user


#: What the authenticator app of an administrator of the tests holds.
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_app(name: str) -> User:
    """A login of one who has an authenticator app; `code` is what it shows."""
    user = User.objects.filter(username=name).first() or login(name)
    factors.give_app(SYSTEM, name, SECRET)
    return user


def code(at: datetime | None = None) -> str:
    return factors.code_of(SECRET, at or now())


def enter(client: Client, user: User) -> Client:
    """Signed in, with a second factor shown."""
    client.force_login(user)
    session = client.session
    session[second_factor.PASSED] = now().isoformat()
    session.save()
    return client


def clocks_kept(until: datetime) -> None:
    """Some worker sweeps, and has till then: a page need not say that nobody does."""
    signs = {"began_at": until, "beat_at": until, "well_at": until}
    Beat.objects.update_or_create(loop="sweep", worker="test", defaults=signs)
