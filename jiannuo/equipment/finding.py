"""Devices by any fragment of their serial, or by brand, model and type; covered or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.customers import queries as customers
from jiannuo.equipment.queries import covers_of, key_of
from jiannuo.kernel.grams import Asked
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import COVERED
from jiannuo.manual.warranty import entitlement

#: More candidates than this are not put in order.
CANDIDATES = 1000


@dataclass(frozen=True, slots=True)
class DeviceHit:
    """A unit with its place; `entitled`: what a report of this day would be entitled to, "" where
    no contract says; `covered_until`: the last day of warranty."""

    id: UUID
    serial: str
    role: str
    brand: str
    model: str
    category: str
    customer: UUID | None
    customer_name: str
    site: UUID | None
    site_name: str
    retired: bool
    entitled: str = ""
    covered_until: date | None = None

    @property
    def covered(self) -> bool:
        return self.entitled in COVERED


_MODEL = """lower(brand || ' ' || model || ' ' || replace(model, '-', '') || ' ' || category)"""

# A retired unit comes after those that stand; a device before a part before a loaner.
_FIND = """
with candidates as (
  (select id, {rank} as rank from equipment_installedunit
    where {serial} and {mine} limit {most})
  union all
  (select id, 4 from equipment_installedunit
    where model_id = any(array(select id from equipment_productmodel where {model}))
    and {mine} limit {most})),
best as (select id, min(rank) as rank from candidates group by id),
ordered as (
  select u.id, u.serial, u.role, coalesce(m.brand, '') as brand, coalesce(m.model, '') as model,
    coalesce(m.category, '') as category, u.customer_id, coalesce(c.name, '') as customer_name,
    u.site_id, coalesce(s.name, '') as site_name, u.retired_at is not null as retired,
    u.contract_id, (u.retired_at is not null)::int as gone, best.rank as rank
  from best join equipment_installedunit u on u.id = best.id
  left join equipment_productmodel m on m.id = u.model_id
  left join customers_customer c on c.id = u.customer_id
  left join customers_site s on s.id = u.site_id)
select id, serial, role, brand, model, category, customer_id, customer_name, site_id, site_name,
  retired, contract_id
from ordered where %(after)s::uuid is null or (gone, rank, role, serial, id) >
  (select gone, rank, role, serial, id from ordered where id = %(after)s)
order by gone, rank, role, serial, id limit %(limit)s
"""
_MINE = "(%(mine)s::uuid is null or customer_id = %(mine)s)"


def devices_found(
    actor: Actor, asked: Asked, limit: int, at: datetime, after: UUID | None = None
) -> list[DeviceHit]:
    """Devices, parts and loaners, best first, as covered on the local day of a moment."""
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*_question(actor, asked, limit, after))
        rows = cursor.fetchall()
    return _covered(rows, at)


def _question(
    actor: Actor, asked: Asked, limit: int, after: UUID | None
) -> tuple[str, dict[str, Any]]:
    key = key_of(asked.typed)
    serial = Asked(key, ((key,),))
    holds, held = serial.where("serial_key", "s") if key else ("false", {})
    rank, ranked = serial.rank("serial_key") if key else ("9", {})
    model, named = asked.recheck(_MODEL)
    query = _FIND.format(rank=rank, serial=holds, model=model, mine=_MINE, most=CANDIDATES)
    said = {"mine": actor.customer, "after": after, "limit": limit}
    return query, {**held, **ranked, **named, **said}


def _covered(rows: Sequence[tuple[Any, ...]], at: datetime) -> list[DeviceHit]:
    """Three questions, however many devices of however many contracts."""
    projects = customers.projects({row[11] for row in rows if row[11] is not None})
    profiles = {contract: found.profile_at(at) for contract, found in projects.items()}
    covers = covers_of([(found.card, profiles[i]) for i, found in projects.items()])

    def card(row: tuple[Any, ...]) -> DeviceHit:
        *plain, contract = row
        hit = DeviceHit(*plain)
        if contract not in projects:
            return hit
        profile, cover = profiles[contract], covers[contract]
        day = profile.local(at).date()
        entitled = entitlement(profile, cover, hit.serial, str(hit.site), day)
        return replace(hit, entitled=entitled, covered_until=cover.end_of(profile, hit.serial))

    return [card(row) for row in rows]
