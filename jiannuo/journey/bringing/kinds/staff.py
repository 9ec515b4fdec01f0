"""Our own people: roles, telephones, offices. Logins are opened on the page of accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from jiannuo.customers.matching import key
from jiannuo.journey import accounts as journey
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.manual.words import Text, word
from jiannuo.people import accounts, commands
from jiannuo.people import queries as people
from jiannuo.people.accounts import Account
from jiannuo.people.commands import Person

ROLES = cells.named(
    {role: word("role", role) for role in VENDOR_ROLES},
    坐席="hotline_agent",
    热线="hotline_agent",
    客服="hotline_agent",
    工程师="engineer",
    技术支持="engineer",
    值班长="duty_manager",
    仓管="warehouse",
    仓库管理员="warehouse",
    库房="warehouse",
    讲师="trainer",
    商务="sales",
    系统管理员="admin",
)
LEVELS = {
    "高级": "senior",
    "资深": "senior",
    "senior": "senior",
    "初级": "junior",
    "普通": "junior",
    "junior": "junior",
}
COLUMNS = (
    Column(
        "name",
        Text("姓名", "Name"),
        cells.text(100),
        ("人员", "员工姓名", "员工"),
        needed=True,
        example="李伟",
    ),
    Column(
        "roles",
        Text("岗位", "Roles"),
        cells.some_of(ROLES),
        ("角色", "职务", "岗位名称"),
        needed=True,
        example="维护工程师",
        note=Text(
            "、".join(word("role", r).zh for r in VENDOR_ROLES),
            ", ".join(word("role", r).en for r in VENDOR_ROLES),
        ),
    ),
    Column(
        "phone",
        Text("手机", "Telephone"),
        cells.phone,
        ("手机号", "电话", "联系电话", "手机号码", "移动电话"),
        example="13800001111",
        note=Text("没有号码的人系统叫不到", "who has none cannot be called"),
    ),
    Column(
        "email",
        Text("邮箱", "E-mail"),
        cells.email,
        ("电子邮箱", "邮件"),
        example="liwei@example.com",
    ),
    Column(
        "office",
        Text("办事处", "Office"),
        cells.text(100),
        ("所属办事处", "驻地"),
        example="成都办事处",
    ),
    Column(
        "level", Text("级别", "Level"), cells.one_of(LEVELS), ("技术级别", "等级"), example="高级"
    ),
    Column(
        "skills", Text("技能", "Skills"), cells.listed, ("专业", "专长"), example="network、server"
    ),
    Column(
        "deputy_of", Text("代理谁", "Deputy of"), cells.text(100), ("代理", "替班"), example="刘洋"
    ),
)
FIELDS = ("phone", "email", "office", "level", "deputy_of")


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    known = {key(one.name): one for one in accounts.everybody() if one.active}
    offices = {key(w): code for code, name in people.named_offices() for w in (code, name)}
    names = set(known) | {key(row.given("name")) for row in rows}
    for row in rows:
        row.label = row.given("name")
        if row.good:
            _check(row, offices, names)
    doubled(rows, lambda row: key(row.label), "name")
    for row in rows:
        one = known.get(key(row.label))
        if row.good and one is not None:
            row.values["id"] = str(one.id)
            row.compare(asdict(_stands(one)), asdict(_person(row.values, one)))


def _check(row: Row, offices: Mapping[str, str], names: set[str]) -> None:
    said = row.given("office")
    if said and key(said) not in offices:
        row.refuse(
            "office", "没有这个办事处，请先录入办事处", "there is no such office; enter it first"
        )
    elif said:
        row.values["office"] = offices[key(said)]
    chief = row.given("deputy_of")
    if chief and (key(chief) not in names or key(chief) == key(row.label)):
        row.refuse("deputy_of", "没有这个人", "there is nobody of this name")
    try:
        commands.one_administrator(row.given("roles", []))
    except Refusal as refusal:
        row.refuse("roles", refusal.zh, refusal.en)


def _stands(one: Account) -> Person:
    return Person(
        one.name,
        tuple(sorted(one.roles)),
        one.level,
        tuple(one.skills),
        one.phone,
        one.deputy_of,
        one.office,
        one.email,
        one.language,
    )


def _person(said: Mapping[str, Any], one: Account | None = None) -> Person:
    """What a list leaves blank stays as it is."""
    told: dict[str, Any] = {name: said[name] for name in FIELDS if said.get(name)}
    told["roles"] = tuple(sorted(said["roles"]))
    if said.get("skills"):
        told["skills"] = tuple(said["skills"])
    return replace(_stands(one) if one else Person(said["name"], ()), **told)


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    if "id" not in said:
        lent = journey.add(actor, _person(said), when=stamp.when(row, "add"))
        return [{"step": "person_added", "id": str(lent.staff)}]
    one = accounts.account(UUID(said["id"]))
    journey.change(actor, one.id, _person(said, one), stamp.when(row, "change"))
    return [{"step": "person_changed", "id": said["id"], "was": asdict(_stands(one))}]


def put_back(actor: Actor, made: Made, stamp: Stamp, row: int) -> None:
    """As he was known before."""
    was: dict[str, Any] = {
        n: tuple(v) if isinstance(v, list) else v for n, v in made["was"].items()
    }
    journey.change(actor, UUID(made["id"]), Person(**was), stamp.undoing(row, "change"))


KIND = Kind(
    "staff",
    Text("人员", "People"),
    Text("姓名、岗位、手机、办事处", "names, roles, telephones, offices"),
    "person_added",
    COLUMNS,
    judge,
    write,
)
