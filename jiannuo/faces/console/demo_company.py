"""The demo company as on day one: offices, people, customers, devices, contracts, store."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from jiannuo.customers import commands as customers
from jiannuo.customers import queries as customer_queries
from jiannuo.equipment import changing as boards
from jiannuo.equipment import commands as equipment
from jiannuo.journey.contracts import watch
from jiannuo.manual import distance as distances
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.profile import shipped
from jiannuo.manual.warranty import add_months, term
from jiannuo.parts import commands as parts
from jiannuo.people import commands as people
from jiannuo.people import queries as staff

DATA = Path(__file__).with_suffix(".toml")
DAY = timedelta(days=1)

#: The customer's people in the order of the data: as what they act.
FLAGS = {
    "contact": ("contact", "technician"),
    "person": ("person_in_charge",),
    "maintenance": ("maintenance_department",),
    "chief": ("department_head",),
    "leader": ("leader",),
}


@dataclass(frozen=True, slots=True)
class Device:
    serial: str
    site: str
    brand: str
    model: str
    category: str
    spec: Mapping[str, Any]
    family: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A site before it is written down: where, and how long an arrival may take (table 2-4)."""

    lat: float
    lon: float
    limit: timedelta


@dataclass
class Client:
    """A customer of the demo; ids are there once its day one has been played."""

    row: Mapping[str, Any]
    spots: Mapping[str, Spot]
    accepted: date
    ends: date
    signed_at: datetime
    devices: list[Device]
    id: UUID | None = None
    contract: UUID | None = None
    sites: dict[str, customer_queries.SiteCard] = field(default_factory=dict)
    people: dict[str, Actor] = field(default_factory=dict)

    @property
    def number(self) -> str:
        return str(self.row["contract"]["number"])

    def entitled(self, day: date, site: str, today: date) -> str:
        """What a report of that day is entitled to, by the data of the demo."""
        if day < self.accepted:
            return "before_acceptance"
        if day <= self.ends:
            return "in_warranty"
        for row in self.row.get("upkeep", ()):
            within = today + row["from"] * DAY <= day <= today + row["to"] * DAY
            if within and row["site"] == site:
                return "maintenance_contract"
        return "post_warranty"


@dataclass
class Company:
    """Everybody and everything that stories may name."""

    zone: ZoneInfo
    today: date
    data: Mapping[str, Any]
    clients: list[Client]
    staff: dict[str, Actor] = field(default_factory=dict)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), self.zone)

    def ago(self, days: int, hour: int = 9) -> datetime:
        return self.at(self.today - days * DAY, hour)

    def of_role(self, role: str) -> list[str]:
        return [row["name"] for row in self.data["person"] if row["role"] == role]


def read() -> Mapping[str, Any]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


def names() -> frozenset[str]:
    """What the customers of the demo are called."""
    return frozenset(str(row["name"]) for row in read()["customer"])


def company(now: datetime, chance: random.Random) -> Company:
    """The demo company around a moment; nothing is written yet."""
    data, zone = read(), shipped().zone
    today = now.astimezone(zone).date()
    made = Company(zone, today, data, [])
    series = _Serials()
    for row in data["customer"]:
        made.clients.append(_client(made, row, chance, series))
    return made


class _Serials:
    """Serials as makers give them: model, year and month, running number."""

    def __init__(self) -> None:
        self.next: dict[str, int] = {}

    def __call__(self, model: str, made_on: date) -> str:
        plain = model.replace("-", "")
        count = self.next[plain] = self.next.get(plain, 0) + 1
        return f"{plain}-{made_on:%y%m}-{count:04}"


def _client(
    made: Company, row: Mapping[str, Any], chance: random.Random, serial: _Serials
) -> Client:
    contract = row["contract"]
    if "ends" in contract:
        accepted = add_months(made.today + contract["ends"] * DAY, -contract["months"])
    else:
        accepted = made.today - contract["accepted"] * DAY
    ends = term(shipped(), accepted, contract["months"]).end
    models = made.data["model"]
    shares = [model["share"] for model in models]
    devices = []
    for place in range(row["devices"]):
        model = chance.choices(models, shares)[0]
        site = row["sites"][place % len(row["sites"])]["code"]
        name = serial(model["model"], accepted - 40 * DAY)
        spec = dict(model["spec"])
        devices.append(
            Device(
                name, site, model["brand"], model["model"], model["category"], spec, model["fault"]
            )
        )
    # A delivery that is not accepted yet was taken on two months ago.
    signed = min(accepted, made.today - 60 * DAY)
    spots = {site["code"]: _spot(made, site) for site in row["sites"]}
    return Client(row, spots, accepted, ends, made.at(signed, 9), devices)


def _spot(made: Company, site: Mapping[str, Any]) -> Spot:
    offices = [distances.Spot(o["code"], o["lat"], o["lon"]) for o in made.data["office"]]
    here = distances.Spot(site["code"], site["lat"], site["lon"])
    km = Decimal(site["contract_km"]) if "contract_km" in site else None
    found = distances.distance(shipped(), here, offices, contract_km=km)
    limit, _ = distances.band_limit(shipped(), found.km)
    return Spot(site["lat"], site["lon"], limit)


# -- writing it down ------------------------------------------------------------------------------

Deed = tuple[datetime, Callable[[], None]]


def beginnings(made: Company) -> Iterator[Deed]:
    """What is set up, each at its moment."""
    first = min(client.signed_at for client in made.clients) - DAY
    yield first, partial(_open, made)
    for client in made.clients:
        yield client.signed_at, partial(_sign, made, client)


def _open(made: Company) -> None:
    for row in made.data["office"]:
        people.open_office(SYSTEM, row["code"], row["name"], row["lat"], row["lon"])
    for row in made.data["person"]:
        given = (row["name"], (row["role"],), row.get("level", ""), tuple(row.get("skills", ())))
        reach = {"phone": row["phone"], "email": row["email"]}
        people.hire(SYSTEM, people.Person(*given, deputy_of=row.get("deputy_of", ""), **reach))
    made.staff.update((card.name, card.actor) for card in staff.everybody())
    models = {row["model"]: row for row in made.data["model"]}
    for row in made.data["loaner"]:
        model = models[row["model"]]
        equipment.register_loaner(
            SYSTEM,
            equipment.NewUnit(
                row["serial"], model["brand"], row["model"], model["category"], model["spec"]
            ),
        )
    for row in made.data["spare"]:
        parts.stock_part(SYSTEM, row["part"], row["minimum"])


def _sign(made: Company, client: Client) -> None:
    """The contract is taken on: customer, people, sites, devices, reminders."""
    row = client.row
    client.id = customers.add_customer(SYSTEM, row["name"])
    _introduce(client)
    terms = row["contract"]
    client.contract = customers.sign_contract(
        SYSTEM,
        client.id,
        customers.Terms(
            number=terms["number"],
            accepted_on=client.accepted,
            months=terms["months"],
            prices={model["model"]: Decimal(model["price"]) for model in made.data["model"]},
            overrides=terms.get("overrides"),
            inspection_plan=terms.get("inspection_plan", False),
        ),
    )
    _place(client)
    for upkeep in row.get("upkeep", ()):
        _maintain(made, client, upkeep)
    _install(client)
    watch(client.contract)


def _introduce(client: Client) -> None:
    """One person may hold several flags (A32)."""
    if client.id is None:
        return
    roles: dict[str, list[str]] = {}
    for flag, name in zip(FLAGS, client.row["contacts"], strict=True):
        roles.setdefault(name, []).extend(FLAGS[flag])
    for place, (name, held) in enumerate(roles.items(), 1):
        phone = _phone(client.row["area"], int(client.number[-3:]), place)
        customers.add_contact(SYSTEM, client.id, name, held, phone=phone)
    known = {card.name: card.actor for card in customer_queries.contacts(client.id)}
    client.people = {
        flag: known[name] for flag, name in zip(FLAGS, client.row["contacts"], strict=True)
    }


def _phone(area: str, customer: int, place: int) -> str:
    """Eight digits where the city has them, else seven; the first is one that no number has."""
    digits = f"{6200 + 37 * customer}{place:02}"
    long = area in ("023", "027", "028", "029", "0851", "0871")
    return f"{area}-0{'5' if long else ''}{digits}"


def _place(client: Client) -> None:
    if client.id is None:
        return
    for row in client.row["sites"]:
        km = Decimal(row["contract_km"]) if "contract_km" in row else None
        place = customers.Place(row["code"], row["name"], row["lat"], row["lon"], km)
        customers.add_site(SYSTEM, client.id, place)
    client.sites = {card.code: card for card in customer_queries.sites(client.id)}


def _maintain(made: Company, client: Client, row: Mapping[str, Any]) -> None:
    if client.contract is None:
        return
    customers.add_maintenance(
        SYSTEM,
        client.contract,
        customers.Upkeep(
            row["number"],
            client.sites[row["site"]].id,
            made.today + row["from"] * DAY,
            made.today + row["to"] * DAY,
            row["visits_included"],
            row["visits_before"],
            Decimal(row["per_visit"]),
            row["parts"],
        ),
    )


def _install(client: Client) -> None:
    if client.contract is None:
        return
    spell = term(shipped(), client.accepted, client.row["contract"]["months"])
    empty = True  # the first big switch shows what sits in it
    for device in client.devices:
        unit = equipment.register_device(
            SYSTEM,
            equipment.NewUnit(
                device.serial, device.brand, device.model, device.category, device.spec
            ),
            contract=client.contract,
            site=client.sites[device.site].id,
            term=spell,
        )
        if empty and device.model == BIG:
            _seat(client, device, unit)
            empty = False


#: A chassis and its boards: slot, what it is, how its serial begins.
BIG = "CX-N6800"
BOARDS = (
    ("主控 A", "主控板", "MPU"),
    ("主控 B", "主控板", "MPU"),
    ("电源 1", "电源模块", "PSU"),
    ("电源 2", "电源模块", "PSU"),
    ("风扇框", "风扇框", "FAN"),
)


def _seat(client: Client, device: Device, unit: UUID) -> None:
    tail = device.serial.partition("-")[2]
    for n, (slot, what, series) in enumerate(BOARDS, 1):
        board = equipment.NewUnit(f"{series}-{tail}-{n}", device.brand, f"{BIG} {series}", what)
        boards.seat(SYSTEM, unit, board, slot, client.signed_at)
