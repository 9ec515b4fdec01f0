"""What lies in the stores on the first day: parts by place and lot, each lot once (4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.customers.matching import key
from jiannuo.journey import stock
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.step import When
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.parts import commands as parts
from jiannuo.parts import stores
from jiannuo.parts.commands import STORE

#: The lot of what lay there before anybody booked, where the list names none.
OPENING = "期初"
COLUMNS = (
    Column(
        "part",
        Text("备件名称", "Part"),
        cells.text(120),
        ("名称", "备件", "物料名称", "品名", "配件名称", "物料", "规格型号", "备件型号"),
        needed=True,
        example="电源模块 PSU-650",
    ),
    Column(
        "qty",
        Text("数量", "Quantity"),
        cells.whole(0, 1_000_000),
        ("库存", "库存数量", "现存量", "结存", "在库数量", "数量(件)"),
        needed=True,
        example="12",
    ),
    Column(
        "cost",
        Text("采购单价", "Unit cost"),
        cells.money,
        ("单价", "成本", "成本价", "进价", "单价(元)", "采购价"),
        needed=True,
        example="860.00",
        note=Text("元；质保外按它收成本价", "yuan; what is charged after warranty"),
    ),
    Column(
        "location",
        Text("库位", "Place"),
        cells.text(60),
        ("仓库", "仓库名称", "库房", "存放地点", "所在仓库"),
        example="主库",
        note=Text("名称或代号；不填就是主库", "name or code; the main store if left blank"),
    ),
    Column(
        "lot",
        Text("批次", "Lot"),
        cells.code(60),
        ("批号", "批次号", "入库单号"),
        example="2026-01",
        note=Text("不填记作「期初」", "the opening stock if left blank"),
    ),
    Column(
        "received_on",
        Text("入库日期", "Received on"),
        cells.day,
        ("入库时间", "到货日期"),
        example="2026-01-05",
    ),
    Column(
        "minimum",
        Text("最低库存", "Minimum"),
        cells.whole(0, 100_000),
        ("安全库存", "最低", "下限"),
        example="2",
        note=Text("低于它就提醒补货", "below it somebody is told"),
    ),
    Column(
        "fits",
        Text("适用型号", "Fits"),
        cells.listed,
        ("适用机型", "适用设备"),
        example="CX-N6800、CX-N3800",
    ),
)


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    places = {"主库": STORE, "总库": STORE, "main": STORE}
    for place in stores.places():
        places |= {key(word): place.code for word in (place.code, place.name) if word}
    names = {row.given("part") for row in rows}
    came, least = stores.received(names), stores.minima(names)
    today = customers.base_profile(now()).local(now()).date()
    for row in rows:
        row.label = row.given("part")
        said = row.given("location")
        row.values["location"] = places.get(key(said), "") if said else STORE
        row.values.setdefault("lot", OPENING)
        if not row.values["location"]:
            row.refuse(
                "location",
                "没有这个库位；请先在库房页开库位，或写主库",
                "there is no such place; open it under Stores first, or write main",
            )
        if date.fromisoformat(row.given("received_on", "2000-01-01")) > today:
            row.refuse("received_on", "入库日期在将来", "it lies in the future")
    doubled(rows, lambda row: (row.label, row.values["location"], row.values["lot"]), "lot")
    for row in rows:
        if row.good:
            _compare(row, came, least)


def _compare(
    row: Row, came: Mapping[tuple[str, str, str], int], least: Mapping[tuple[str, str], int]
) -> None:
    said = row.values
    had = came.get((said["part"], said["location"], said["lot"]))
    if had is not None and had != said["qty"]:
        row.refuse(
            "qty",
            f"批次 {said['lot']} 已入库 {had} 件；数量不对请在库房页盘点",
            f"lot {said['lot']} came in with {had}; count it under Stores where that is wrong",
        )
        return
    minimum = said.get("minimum")
    raised = minimum is not None and least.get((said["part"], said["location"]), 0) != minimum
    said["receive"] = had is None and said["qty"] > 0
    stood = least.get((said["part"], said["location"]))
    row.compare({"minimum": stood}, {"minimum": minimum} if raised else {})
    if said["receive"]:
        row.verdict = "new"
    if raised:
        said["raise"] = True


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    made, name, place = list[Made](), said["part"], said["location"]
    if said["receive"]:
        done = stock.receive(
            actor,
            name,
            _came(said, stamp.when(row, "receive")),
            qty=said["qty"],
            lot=said["lot"],
            cost=said["cost"],
            location=None if place == STORE else place,
        )
        made.append({"step": "stock_received", "id": name, "event": str(done.event)})
    part = parts.part_named(name)
    if said.get("fits"):
        parts.stock_part(actor, name, stores.minimum(part, STORE), said["fits"])
    if said.get("raise"):
        was = stores.minimum(part, place)
        parts.keep_at_least(actor, part, place, said["minimum"] or None)
        made.append({"step": "minimum", "id": str(part), "place": place, "was": was})
    return made


def _came(said: Mapping[str, Any], when: When) -> When:
    """On the day that the list says, at its beginning."""
    if not said.get("received_on"):
        return when
    zone = customers.base_profile(now()).zone
    day = datetime.combine(date.fromisoformat(said["received_on"]), time(), zone)
    return When(min(day, now()), when.why, when.op)


def put_back(actor: Actor, made: Made) -> None:
    """The minimum that stood before."""
    parts.keep_at_least(actor, UUID(made["id"]), made["place"], made["was"])


KIND = Kind(
    "stock",
    Text("库存", "Stock"),
    Text("备件、库位、数量、单价", "parts, places, quantities, costs"),
    "stock_received",
    COLUMNS,
    judge,
    write,
)
