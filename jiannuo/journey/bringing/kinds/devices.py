"""Devices with their serials: under which contract, at which site (R-0-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.customers.queries import SiteCard
from jiannuo.equipment import listing
from jiannuo.equipment.queries import UnitCard, key_of
from jiannuo.journey import devices
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.bringing.kinds.whose import CONTRACT, CUSTOMER, SITE, Whose
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text

COLUMNS = (
    Column(
        "serial",
        Text("序列号", "Serial"),
        cells.code(100),
        (
            "SN",
            "S/N",
            "SN号",
            "机身号",
            "设备序列号",
            "产品序列号",
            "出厂编号",
            "条码",
            "serial number",
        ),
        needed=True,
        example="CXN6800-2505-0009",
        note=Text("设成文本，免得 Excel 吃掉位数", "format it as text, or Excel eats its digits"),
    ),
    CUSTOMER,
    SITE,
    CONTRACT,
    Column(
        "brand",
        Text("品牌", "Brand"),
        cells.text(60),
        ("厂家", "厂商", "生产厂家", "制造商"),
        example="Cixin",
    ),
    Column(
        "model",
        Text("型号", "Model"),
        cells.text(100),
        ("规格型号", "设备型号", "产品型号", "型号规格"),
        example="CX-N6800",
    ),
    Column(
        "category",
        Text("类别", "Category"),
        cells.text(60),
        ("设备类型", "设备名称", "类型", "产品类别", "名称"),
        example="核心交换机",
    ),
    Column(
        "function",
        Text("用途", "Serves as"),
        cells.text(100),
        ("功能", "设备用途"),
        example="核心交换机 A",
    ),
    Column(
        "place",
        Text("机柜位置", "Place"),
        cells.text(100),
        ("机柜", "位置", "U位", "安装机柜"),
        example="A03 机柜 20U",
    ),
    Column(
        "since",
        Text("启用日期", "In use since"),
        cells.day,
        ("安装日期", "投运日期", "上线日期", "到货日期", "开通日期"),
        example="2026-01-05",
    ),
)


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    whose = Whose(row.given("customer") for row in rows)
    known = listing.by_keys({key_of(row.given("serial")) for row in rows})
    stands = listing.standing([unit.id for unit in known.values()])
    for row in rows:
        row.label = row.given("serial")
        if row.good and not key_of(row.given("serial")):
            row.refuse("serial", "至少要有一个字母或数字", "it needs a letter or a digit")
    doubled(rows, lambda row: key_of(row.given("serial")), "serial")
    for row in rows:
        owner = whose.customer(row) if row.good else None
        if owner is None:
            continue
        site, contract = whose.site(row, owner), whose.contract(row, owner)
        if site is None or contract is None:
            continue
        row.values |= {"site": str(site.id), "contract": str(contract.contract)}
        unit = known.get(key_of(row.values["serial"]))
        if unit is not None and _his(row, unit, owner.id):
            _compare(row, unit, stands.get(unit.id), site)


def _his(row: Row, unit: UnitCard, owner: UUID) -> bool:
    """Refused where the serial is another's, or says another model."""
    if unit.customer != owner:
        whose = customers.customer_name(unit.customer) if unit.customer else "我方备用机"
        row.refuse("serial", f"已在册：{whose}", f"in the register already: {whose}")
    elif unit.retired:
        row.refuse(
            "serial", "这台已停用，不能再登记", "it is retired and cannot be registered again"
        )
    elif unit.role != "device":
        row.refuse(
            "serial", "这个序列号是一块板件，不是设备", "this serial is a board's, no device's"
        )
    elif row.given("model") and unit.model and row.values["model"] != unit.model:
        row.refuse("model", f"登记的型号是 {unit.model}", f"its model is {unit.model} here")
    return row.good


def _compare(
    row: Row, unit: UnitCard, stands: tuple[UUID, str, str] | None, site: SiteCard
) -> None:
    """Where it stands and where the list has it; what the list leaves blank stays."""
    row.values["id"] = str(unit.id)
    here, function, place = stands or (unit.site, "", "")
    told = {"function": row.given("function") or function, "place": row.given("place") or place}
    row.compare(
        {"site": site.name if here == site.id else "…", "function": function, "place": place},
        {"site": site.name, **told},
    )
    row.values |= told


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    if "id" in said:
        return [_move(actor, said, stamp, row)]
    told = {
        name: said[name]
        for name in ("brand", "model", "category", "function", "place")
        if said.get(name)
    }
    since = said.get("since")
    done = devices.register(
        actor,
        stamp.when(row, "add"),
        contract=UUID(said["contract"]),
        site=UUID(said["site"]),
        serial=said["serial"],
        since=date.fromisoformat(since) if since else None,
        **told,
    )
    return [{"step": "device_registered", "id": done.number}]


def _move(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> Made:
    unit = UUID(said["id"])
    site, function, place = listing.standing([unit])[unit]
    when = stamp.when(row, "move")
    where = {"site": UUID(said["site"]), "function": said["function"], "place": said["place"]}
    devices.move(actor, said["id"], when, **where, reason=when.why)
    was = {"site": str(site), "function": function, "place": place}
    return {"step": "device_moved", "id": said["id"], "was": was}


KIND = Kind(
    "devices",
    Text("设备", "Devices"),
    Text("序列号、型号、在哪个站点、属哪份合同", "serials, models, sites and contracts"),
    "device_registered",
    COLUMNS,
    judge,
    write,
)
