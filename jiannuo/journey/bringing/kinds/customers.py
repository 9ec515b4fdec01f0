"""Customers: a name, and the numbers by which they are known when they call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from jiannuo.customers import directory, matching
from jiannuo.customers.matching import key, number_key
from jiannuo.journey import knowing
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.bringing.kinds.whose import CUSTOMER
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text

COLUMNS = (
    Column(
        "called",
        CUSTOMER.head,
        cells.text(200),
        (*CUSTOMER.also, "名称", "name"),
        needed=True,
        example=CUSTOMER.example,
        note=Text("单位全称", "the full name"),
    ),
    Column(
        "phones",
        Text("电话", "Telephones"),
        cells.phones,
        ("联系电话", "总机", "座机", "办公电话", "来电号码", "手机", "phone"),
        several=True,
        example="028-5550 2200、13800001111",
        note=Text(
            "几个号码用顿号隔开；来电时按号码认人",
            "several parted by a comma; callers are known by them",
        ),
    ),
)


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    known = matching.everybody()
    by_name = {key(card.name): card for card in known}
    by_phone = {number_key(phone): card for card in known for phone in card.phones}
    for row in rows:
        row.label = row.given("called")
    doubled(rows, lambda row: key(row.given("called")), "called")
    for row in rows:
        card = by_name.get(key(row.given("called")))
        phones = row.given("phones", [])
        others = [by_phone[k] for k in map(number_key, phones) if k in by_phone]
        other = next((one for one in others if card is None or one.id != card.id), None)
        if not row.good:
            continue
        if other is not None:
            row.refuse(
                "phones",
                f"这个号码已登记为「{other.name}」的；是同一家请改成那个名字，不是请删掉号码",
                f"this number is that of {other.name}; write that name, or delete the number",
            )
        elif card is not None:
            held = {number_key(phone) for phone in card.phones}
            more = [phone for phone in phones if number_key(phone) not in held]
            row.values |= {"id": str(card.id), "phones": more}
            row.compare({"phones": card.phones}, {"phones": [*card.phones, *more]})


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    if "id" not in said:
        done = knowing.add_customer(
            actor, stamp.when(row, "add"), called=said["called"], phones=said.get("phones")
        )
        return [{"step": "customer_added", "id": done.number}]
    card = directory.known(actor, UUID(said["id"]))
    phones = [*card.phones, *(p for p in said["phones"] if p not in card.phones)]
    knowing.change_customer(
        actor, said["id"], stamp.when(row, "change"), called=card.name, phones=phones
    )
    was = {"called": card.name, "phones": list(card.phones)}
    return [{"step": "customer_changed", "id": said["id"], "was": was}]


KIND = Kind(
    "customers",
    Text("客户", "Customers"),
    Text("单位名称和电话", "names and telephones"),
    "customer_added",
    COLUMNS,
    judge,
    write,
)
