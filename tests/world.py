"""A small company with named people, one customer and a stranger to it.

Everything is built by the commands that people use: a fixture that cannot happen cannot be built.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.contrib.auth.models import User

from jiannuo.customers import commands as customers
from jiannuo.customers import queries as customer_queries
from jiannuo.customers.commands import Place, Terms
from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import intake, phone
from jiannuo.kernel.moment import held_at, now
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.warranty import Term
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff

LONG_NAME = "四川省绵阳市涪城区第二中心医院（新院区门诊楼信息中心与弱电间联合运维办公室）"
STAFF = (
    Person("周敏", ("hotline_agent",)),
    Person("李伟", ("engineer",), level="senior"),
    Person("刘洋", ("duty_manager",)),
    Person("孙立新", ("subcentre_head",)),
    Person("罗敏", ("admin",)),
)


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer with one site, one device in warranty, and who may say what."""

    id: UUID
    serial: str
    contact: Actor
    head: Actor


@dataclass(frozen=True, slots=True)
class World:
    """Our people by name, the customer, and another one that is none of his business."""

    customer: Customer
    stranger: Customer

    def actor(self, name: str) -> Actor:
        return people_queries.known_staff(name).actor


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
    found = {c.name: c.actor for c in customer_queries.contacts(customer)}
    return Customer(customer, serial, found["邓丽"], found["彭建军"])


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
