"""The installed base as people look it up: lists by the page, and the history of one device.

Every question begins with who asks (R-X-4).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.customers.directory import escaped
from jiannuo.equipment.models import Coverage, InstalledUnit, Placement, ProductModel, UnitSwap
from jiannuo.equipment.queries import UnitCard, key_of, unit
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DeviceRow:
    id: UUID
    serial: str
    brand: str
    model: str
    category: str
    customer: UUID
    customer_name: str
    contract: UUID | None
    site: UUID | None
    site_name: str
    retired: bool
    parts: int


_PAGE = """
select u.id, u.serial, coalesce(m.brand, ''), coalesce(m.model, ''), coalesce(m.category, ''),
  u.customer_id, c.name, u.contract_id, u.site_id, coalesce(s.name, ''),
  u.retired_at is not null,
  (select count(*) from equipment_installedunit p
    where p.parent_id = u.id and p.retired_at is null)
from equipment_installedunit u
join customers_customer c on c.id = u.customer_id
left join equipment_productmodel m on m.id = u.model_id
left join customers_site s on s.id = u.site_id
where u.role = 'device'
  and (%(mine)s::uuid is null or u.customer_id = %(mine)s)
  and (%(customer)s::uuid is null or u.customer_id = %(customer)s)
  and (%(site)s::uuid is null or u.site_id = %(site)s)
  and (%(serial)s::text is null or (u.serial, u.id) > (%(serial)s, %(id)s::uuid))
  and (%(find)s = '' or (%(key)s <> '' and u.serial_key like %(keyed)s) or m.model ilike %(like)s
    or m.category ilike %(like)s or c.name ilike %(like)s or s.name ilike %(like)s)
  and (%(all)s or u.retired_at is null)
order by u.serial, u.id limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which devices; `find`: a fragment of serial, model, category, customer or site."""

    find: str = ""
    customer: UUID | None = None
    site: UUID | None = None
    retired: bool = False
    after: tuple[str, UUID] | None = None


def listed(actor: Actor, wanted: Wanted, limit: int) -> list[DeviceRow]:
    """By serial, from one on."""
    serial, one = wanted.after or (None, None)
    find = wanted.find.replace("\x00", "")
    values: dict[str, Any] = {
        "mine": actor.customer,
        "customer": wanted.customer,
        "site": wanted.site,
        "serial": serial,
        "id": one,
        "find": find,
        "key": key_of(find),
        "keyed": f"%{escaped(key_of(find))}%",
        "like": f"%{escaped(find)}%",
        "all": wanted.retired,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, values)
        return [DeviceRow(*row) for row in cursor.fetchall()]


def count_of(customer: UUID) -> int:
    """Devices of a customer that are in use."""
    rows = InstalledUnit.objects.filter(customer=customer, role="device", retired_at__isnull=True)
    return rows.count()


def known(actor: Actor, unit_id: UUID) -> UnitCard:
    """Raises `Refusal` ("no_unit") for one that is not there or not his."""
    try:
        card = unit(unit_id)
    except LookupError:
        card = None
    if card is None or actor.customer not in (None, card.customer):
        raise Refusal("no_unit", "没有这台设备", "there is no such device")
    return card


@dataclass(frozen=True, slots=True)
class SpellLine:
    """A warranty: why, from when, how long, the last day covered; `void`: why it is none."""

    basis: str
    starts_on: date
    months: int
    ends_on: date
    void: str
    void_at: datetime | None


def spells_of(unit_id: UUID) -> list[SpellLine]:
    """Every spell, also the void ones, the oldest first."""
    return [
        SpellLine(r.basis, r.starts_on, r.months, r.period.upper - DAY, r.void_reason, r.void_at)
        for r in Coverage.objects.filter(unit=unit_id).order_by("starts_on", "id")
    ]


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a unit stood: from inclusive, to exclusive; None while it stands there."""

    site: UUID
    function: str
    place: str
    start: datetime
    end: datetime | None
    reason: str


def places_of(unit_id: UUID) -> list[Stood]:
    """The newest first."""
    rows = Placement.objects.select_related("position").filter(unit=unit_id).order_by("-period")
    return [
        Stood(
            r.position.site_id,
            r.position.function,
            r.position.place,
            r.period.lower,
            r.period.upper,
            r.reason,
        )
        for r in rows
    ]


@dataclass(frozen=True, slots=True)
class SwapLine:
    removed: UUID
    removed_serial: str
    installed: UUID
    installed_serial: str
    kind: str
    at: datetime


def swaps_of(unit_id: UUID) -> list[SwapLine]:
    """Swaps in which it came or went, the newest first."""
    rows = UnitSwap.objects.select_related("removed", "installed").order_by("-at")
    both = rows.filter(removed=unit_id) | rows.filter(installed=unit_id)
    return [
        SwapLine(r.removed_id, r.removed.serial, r.installed_id, r.installed.serial, r.kind, r.at)
        for r in both
    ]


@dataclass(frozen=True, slots=True)
class Seated:
    """A part in a device: its slot, its serial, the last day of a warranty of its own."""

    id: UUID
    serial: str
    slot: str
    model: str
    category: str
    since: datetime | None
    retired: bool
    ends_on: date | None
    parent: UUID | None


_PARTS = """
with recursive inside as (
  select id, 1 as depth from equipment_installedunit where parent_id = %s
  union select u.id, i.depth + 1 from equipment_installedunit u
    join inside i on u.parent_id = i.id where i.depth < 5)
select u.id, u.serial, u.slot, coalesce(m.model, ''), coalesce(m.category, ''), u.known_at,
  u.retired_at is not null,
  (select max(upper(c.period)) - 1 from equipment_coverage c
    where c.unit_id = u.id and c.void_at is null),
  u.parent_id
from inside i join equipment_installedunit u on u.id = i.id
left join equipment_productmodel m on m.id = u.model_id
order by u.slot = '', u.slot, u.known_at desc nulls last, u.serial
"""


def parts_of(unit_id: UUID) -> list[Seated]:
    """What sits or sat in a device, at any depth; by slot."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, [unit_id])
        return [Seated(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Kin:
    """What a unit hangs on, what it replaced and what replaced it: id and serial."""

    parent: tuple[UUID, str] | None
    replaces: tuple[UUID, str] | None
    replaced_by: tuple[UUID, str] | None
    slot: str
    retired_at: datetime | None


def kin(unit_id: UUID) -> Kin:
    row = InstalledUnit.objects.select_related("parent", "replaces").get(pk=unit_id)
    after = InstalledUnit.objects.filter(replaces=row).first()

    def named(one: InstalledUnit | None) -> tuple[UUID, str] | None:
        return None if one is None else (one.id, one.serial)

    return Kin(named(row.parent), named(row.replaces), named(after), row.slot, row.retired_at)


def models() -> Sequence[tuple[str, str, str]]:
    """(brand, model, category) of everything we know, by model."""
    rows = ProductModel.objects.order_by("model", "brand")
    return list(rows.values_list("brand", "model", "category"))


def by_keys(keys: Collection[str]) -> dict[str, UnitCard]:
    """Units by the key of their serial, in one question; a device before a part before a loaner."""
    rows = InstalledUnit.objects.filter(serial_key__in=list(keys)).select_related("model")
    found: dict[str, UnitCard] = {}
    for row in rows.order_by("-role", "-id"):
        model = row.model
        found[row.serial_key] = UnitCard(
            row.id,
            row.serial,
            row.role,
            model.brand if model else "",
            model.model if model else "",
            model.category if model else "",
            row.spec,
            row.customer_id,
            row.contract_id,
            row.site_id,
            row.retired_at is not None,
            row.known_at,
            row.software,
        )
    return found


def standing(units: Collection[UUID]) -> dict[UUID, tuple[UUID, str, str]]:
    """Where each of them stands now: site, function, place."""
    rows = Placement.objects.filter(unit__in=list(units), period__endswith__isnull=True)
    rows = rows.select_related("position")
    return {
        row.unit_id: (row.position.site_id, row.position.function, row.position.place)
        for row in rows
    }
