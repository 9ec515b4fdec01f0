"""Persons of the customers, and what each may sign (A32)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.customers.matching import key, number_key
from jiannuo.customers.queries import ContactCard
from jiannuo.journey import knowing
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.bringing.kinds.whose import CUSTOMER, Whose
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.manual.words import Text, word
from jiannuo.people.permits import allowed

ROLES = cells.named(
    {role: word("role", role) for role in CUSTOMER_ROLES},
    普通联系人="contact",
    维护人员="technician",
    运维="technician",
    技术="technician",
    客户负责人="person_in_charge",
    项目负责人="person_in_charge",
    主管部门="maintenance_department",
    部门负责人="department_head",
    领导="leader",
)


def phones(cell: Any) -> str:
    """Several numbers of one person stand in one field."""
    said = "、".join(cells.phones(cell))
    if len(said) > 40:
        raise cells.Wrong("号码太多，请留最常用的两三个", "too many numbers; keep two or three")
    return said


COLUMNS = (
    CUSTOMER,
    Column(
        "called",
        Text("姓名", "Name"),
        cells.text(100),
        ("联系人", "联系人姓名", "客户联系人", "name"),
        needed=True,
        example="邓丽",
    ),
    Column(
        "phone",
        Text("电话", "Telephone"),
        phones,
        ("手机", "手机号", "联系电话", "联系方式", "移动电话", "电话号码", "phone"),
        example="13800001111",
    ),
    Column(
        "title",
        Text("职务或科室", "Position"),
        cells.text(100),
        ("职务", "科室", "部门", "岗位", "职位"),
        example="信息科 运维班长",
    ),
    Column(
        "email",
        Text("邮箱", "E-mail"),
        cells.email,
        ("电子邮箱", "邮件", "email"),
        example="dengli@example.com",
    ),
    Column(
        "roles",
        Text("可以做什么", "May do"),
        cells.some_of(ROLES),
        ("角色", "权限", "身份"),
        example="联系人、负责人",
        note=Text(
            "联系人、技术人员、负责人、维护主管部门、主管部门负责人、主要领导；不填就是联系人",
            "contact, technician, person in charge, maintenance department, department head, leader",
        ),
    ),
)


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    whose = Whose(row.given("customer") for row in rows)
    people = customers.contacts_of(whose.sites)
    for row in rows:
        row.label = row.given("called")
        owner = whose.customer(row) if row.good else None
        if owner is None:
            continue
        row.values["customer"] = str(owner.id)
        roles = set(row.given("roles", []))
        if roles - {"contact"} and not allowed(actor, "set_up"):
            row.refuse(
                "roles",
                "他能签什么由管理员或销售登记；请只写联系人",
                "what he may sign is for the administrator or sales; write contact only",
            )
        else:
            _compare(row, people[owner.id])
    doubled(rows, lambda row: (row.given("customer"), key(row.given("called"))), "called")


def _compare(row: Row, people: Sequence[ContactCard]) -> None:
    name = key(row.given("called"))
    known = next((card for card in people if key(card.name) == name), None)
    number = number_key(row.given("phone"))
    other = next((c for c in people if number and number_key(c.phone) == number), None)
    if known is None and other is not None:
        row.refuse(
            "phone",
            f"这个号码已登记为「{other.name}」的；是同一人请用那个名字，不是请改号码",
            f"this number is that of {other.name}; use that name, or mend the number",
        )
    elif known is not None:
        row.values["id"] = str(known.id)
        row.compare(_stands(known), _wanted(row.values, known))


def _stands(card: ContactCard) -> dict[str, Any]:
    roles = sorted(card.roles)
    return {"phone": card.phone, "title": card.title, "email": card.email, "roles": roles}


def _wanted(said: Mapping[str, Any], card: ContactCard) -> dict[str, Any]:
    told = {name: said[name] for name in ("phone", "title", "email") if said.get(name)}
    if said.get("roles"):
        told["roles"] = sorted(said["roles"])
    return _stands(card) | told


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    if "id" in said:
        card = customers.contact_of(UUID(said["id"]))
        when, told = stamp.when(row, "change"), _wanted(said, card)
        knowing.change_person(actor, said["id"], when, called=card.name, **told)
        was = {"called": card.name, **_stands(card)}
        return [{"step": "contact_changed", "id": said["id"], "was": was}]
    told = {n: said[n] for n in ("called", "phone", "title", "email", "roles") if said.get(n)}
    done = knowing.add_person(
        actor, stamp.when(row, "add"), customer=UUID(said["customer"]), **told
    )
    return [{"step": "contact_added", "id": done.number}]


KIND = Kind(
    "contacts",
    Text("联系人", "Persons"),
    Text("姓名、电话、能签什么", "names, telephones, what each may sign"),
    "contact_added",
    COLUMNS,
    judge,
    write,
)
