"""Sites: where our equipment stands; how far it is decides when somebody has to be there (A5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.customers.matching import key
from jiannuo.customers.queries import SiteCard
from jiannuo.journey import knowing
from jiannuo.journey.bringing import cells
from jiannuo.journey.bringing.kind import Column, Kind, Made, Row, Stamp, doubled
from jiannuo.journey.bringing.kinds.whose import CUSTOMER, SITE, Whose
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import queries as people

COLUMNS = (
    CUSTOMER,
    Column("called", SITE.head, cells.text(200), SITE.also, needed=True, example=SITE.example),
    Column(
        "code",
        Text("站点编号", "Code"),
        cells.code(40),
        ("编号", "站点代码", "局点编号"),
        example="S1",
        note=Text("不填由系统编", "numbered here if left blank"),
    ),
    Column(
        "lat",
        Text("纬度", "Latitude"),
        cells.degrees(90),
        ("北纬", "lat"),
        example="30.0412",
        note=Text("十进制度；与经度一起填", "decimal degrees, with the longitude"),
    ),
    Column(
        "lon",
        Text("经度", "Longitude"),
        cells.degrees(180),
        ("东经", "lng", "lon"),
        example="103.8318",
    ),
    Column(
        "contract_km",
        Text("合同公里数", "Contract km"),
        cells.kilometres,
        ("公里数", "距离", "里程", "距离(km)"),
        example="68",
        note=Text("合同写明的路程；优先于坐标", "as the contract has it; wins over coordinates"),
    ),
    Column(
        "office",
        Text("办事处", "Office"),
        cells.text(100),
        ("服务办事处", "所属办事处", "归属办事处"),
        example="成都办事处",
        note=Text("名称或代号；不填取最近的", "name or code; the nearest if left blank"),
    ),
)


def judge(actor: Actor, rows: Sequence[Row]) -> None:
    whose = Whose(row.given("customer") for row in rows)
    offices = {key(word): code for code, name in people.named_offices() for word in (code, name)}
    for row in rows:
        row.label = row.given("called")
        owner = whose.customer(row) if row.good else None
        if owner is None:
            continue
        row.values["customer"] = str(owner.id)
        _office(row, offices)
        if ("lat" in row.values) != ("lon" in row.values):
            row.refuse("lat", "经度和纬度要一起填", "latitude and longitude come together")
        if row.good:
            _compare(row, whose.sites[owner.id])
    doubled(rows, lambda row: (row.given("customer"), key(row.given("called"))), "called")


def _office(row: Row, offices: Mapping[str, str]) -> None:
    said = row.given("office")
    if not offices:
        row.refuse("office", "请先在「开张」里录入办事处", "enter an office under Set-up first")
    elif said and key(said) not in offices:
        row.refuse("office", "没有这个办事处", "there is no such office")
    elif said:
        row.values["office"] = offices[key(said)]


def _compare(row: Row, sites: Sequence[SiteCard]) -> None:
    code, name = row.given("code"), key(row.given("called"))
    named = next((site for site in sites if key(site.name) == name), None)
    coded = next((site for site in sites if code and site.code == code), None)
    if coded is not None and coded is not named:
        row.refuse(
            "code",
            f"编号 {code} 已是站点「{coded.name}」的",
            f"code {code} is that of the site {coded.name}",
        )
    elif named is not None:
        row.values["id"] = str(named.id)
        row.compare(_stands(named), _wanted(row.values, named))


def _stands(card: SiteCard) -> dict[str, Any]:
    geo = None if card.lat is None or card.lon is None else [card.lat, card.lon]
    km = None if card.contract_km is None else f"{card.contract_km:.1f}"
    return {"called": card.name, "geo": geo, "contract_km": km, "office": card.office_named}


def _wanted(said: Mapping[str, Any], card: SiteCard) -> dict[str, Any]:
    """What a list leaves blank stays as it is."""
    stands = _stands(card)
    told = {name: said[name] for name in ("contract_km", "office") if name in said}
    if "lat" in said:
        told["geo"] = [said["lat"], said["lon"]]
    return stands | told


def write(actor: Actor, said: Mapping[str, Any], stamp: Stamp, row: int) -> list[Made]:
    if "id" in said:
        card = customers.site(UUID(said["id"]))
        when, told = stamp.when(row, "change"), stepped(_wanted(said, card))
        knowing.change_site(actor, said["id"], when, **told, reason=when.why)
        return [{"step": "site_changed", "id": said["id"], "was": _stands(card)}]
    geo = [said["lat"], said["lon"]] if "lat" in said else None
    done = knowing.add_site(
        actor,
        stamp.when(row, "add"),
        customer=UUID(said["customer"]),
        called=said["called"],
        geo=geo,
        contract_km=_km(said.get("contract_km")),
        office=said.get("office", ""),
        code=said.get("code", ""),
    )
    return [{"step": "site_added", "id": done.number}]


def stepped(told: Mapping[str, Any]) -> dict[str, Any]:
    """As the step takes it."""
    return {**told, "contract_km": _km(told["contract_km"])}


def _km(said: str | None) -> Decimal | None:
    return None if said is None else Decimal(said)


KIND = Kind(
    "sites",
    Text("站点", "Sites"),
    Text("机房、坐标、里程", "rooms, coordinates, distances"),
    "site_added",
    COLUMNS,
    judge,
    write,
)
