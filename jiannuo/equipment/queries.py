"""Reads of the installed base, and what covers it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.customers import queries as customers
from jiannuo.equipment.models import Coverage, InstalledUnit, ProductModel
from jiannuo.manual.actor import Actor
from jiannuo.manual.gates import Unit
from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import COVERED
from jiannuo.manual.warranty import Cover, Term, entitlement, term

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UnitCard:
    """A unit with a serial: where it is, whose, and what it can do."""

    id: UUID
    serial: str
    role: str
    brand: str
    model: str
    category: str
    spec: Mapping[str, Any]
    customer: UUID | None
    contract: UUID | None
    site: UUID | None
    retired: bool
    known_at: datetime | None
    software: str = ""

    @property
    def standard(self) -> Unit:
        return Unit(self.brand, self.model, self.spec)


@dataclass(frozen=True, slots=True)
class Substitute:
    brand: str
    model: str
    note: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What may replace a unit: the same product while it is made, else only what is marked
    equivalent, with the reason to print (R-2-12)."""

    same: tuple[str, str] | None
    substitutes: tuple[Substitute, ...]
    zh: str = ""
    en: str = ""


def offer(serial: str) -> Offer | None:
    """What to offer in place of a unit; None for one whose model nobody knows."""
    key = key_of(serial)
    row = InstalledUnit.objects.select_related("model").filter(serial_key=key).first()
    if row is None or row.model is None:
        return None
    return _offer(row.model)


def offers(serials: Iterable[str]) -> dict[str, Offer]:
    """The same for many units at once, by the serials as they were given."""
    keys = {key_of(serial): serial for serial in serials}
    rows = InstalledUnit.objects.select_related("model").filter(serial_key__in=list(keys))
    return {keys[row.serial_key]: _offer(row.model) for row in rows if row.model is not None}


def _offer(model: ProductModel) -> Offer:
    if model.discontinued_on is None:
        return Offer((model.brand, model.model), ())
    return Offer(
        None,
        tuple(Substitute(e["brand"], e["model"], e["note"]) for e in model.equivalents),
        f"{model.brand} {model.model} 已于 {model.discontinued_on} 停产",
        f"{model.brand} {model.model} was discontinued on {model.discontinued_on}",
    )


def key_of(serial: str) -> str:
    """The same key the database keeps: letters and digits, upper case, full-width folded."""
    return re.sub(r"[\s\-_./]+", "", unicodedata.normalize("NFKC", serial).upper())


# Plain SQL: a unit is read at every report.
_UNIT = """
select u.id, u.serial, u.role, coalesce(m.brand, ''), coalesce(m.model, ''),
  coalesce(m.category, ''), u.spec, u.customer_id, u.contract_id, u.site_id,
  u.retired_at is not null, u.known_at, u.software
from equipment_installedunit u left join equipment_productmodel m on m.id = u.model_id
"""


def _units(which: str, *values: Any) -> list[UnitCard]:
    with connection.cursor() as cursor:
        cursor.execute(_UNIT + which, values)
        return [_card(row) for row in cursor.fetchall()]


def _card(row: tuple[Any, ...]) -> UnitCard:
    values = list(row)
    values[6] = json.loads(values[6])
    return UnitCard(*values)


def find(serial: str) -> UnitCard | None:
    """The unit of a serial however it was typed; a device before a part before a loaner."""
    found = _units("where u.serial_key = %s order by u.role, u.id limit 1", key_of(serial))
    return found[0] if found else None


def beginning(actor: Actor, serial: str, limit: int) -> list[UnitCard]:
    """Units whose serial begins so, however it was typed, of those an actor may see."""
    key = re.sub(r"([\\%_])", r"\\\1", key_of(serial))
    return _units(
        "where u.serial_key like %s and (%s::uuid is null or u.customer_id = %s)"
        " order by u.serial_key, u.id limit %s",
        f"{key}%",
        actor.customer,
        actor.customer,
        limit,
    )


def find_all(serials: Iterable[str]) -> dict[str, UnitCard]:
    """Units by the serial as it is written, in one question; nothing is asked for none."""
    wanted = list(serials)
    found = _units("where u.serial = any(%s) order by u.role desc", wanted) if wanted else []
    return {unit.serial: unit for unit in found}


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What intake shows of a serial: where it stands, under which contract, covered or not."""

    serial: str
    brand: str
    model: str
    site: str
    contract: str
    covered_until: date | None
    covered: bool


def looked_up(serial: str, at: datetime) -> LookedUp | None:
    """The one device of a serial, however it was typed or scanned, as on the local day of a
    moment; None for a serial that nobody has registered (R-0-2)."""
    found = find(serial)
    if found is None:
        return None
    site = customers.site(found.site).name if found.site else ""
    card = (found.serial, found.brand, found.model, site)
    if found.contract is None:
        return LookedUp(*card, "", None, False)
    project = customers.project(found.contract)
    profile = project.profile_at(at)
    covers = cover_of(project.card, profile)
    day = profile.local(at).date()
    covered = entitlement(profile, covers, found.serial, str(found.site), day) in COVERED
    end = covers.end_of(profile, found.serial)
    return LookedUp(*card, project.card.number, end, covered)


def unit(unit_id: UUID) -> UnitCard:
    """Raises LookupError for a unit that is not there."""
    found = _units("where u.id = %s", unit_id)
    if not found:
        raise LookupError(f"unit {unit_id} is not there")
    return found[0]


def units(contract: UUID, role: str = "device") -> list[UnitCard]:
    return _units("where u.contract_id = %s and u.role = %s order by u.serial", contract, role)


def loaners() -> list[UnitCard]:
    """Every loaner of ours that is still in use, by serial."""
    return _units("where u.role = 'loaner' and u.retired_at is null order by u.serial")


def cover(contract: UUID, profile: Profile) -> Cover:
    """Everything that decides coverage under a contract, as it stands now."""
    return cover_of(customers.contract(contract), profile)


def cover_of(card: customers.ContractCard, profile: Profile) -> Cover:
    """The same, of a contract read before."""
    return covers_of([(card, profile)])[card.id]


def covers_of(
    wanted: Sequence[tuple[customers.ContractCard, Profile]],
) -> dict[UUID, Cover]:
    """The same of some contracts, each under its profile, in one question; none for none."""
    replaced: dict[UUID, list[tuple[Any, ...]]] = {}
    if wanted:
        with connection.cursor() as cursor:
            cursor.execute(_REPLACED, [[card.id for card, _ in wanted]])
            for contract, *row in cursor.fetchall():
                replaced.setdefault(contract, []).append(tuple(row))
    return {card.id: _cover(card, profile, replaced.get(card.id, ())) for card, profile in wanted}


def _cover(
    card: customers.ContractCard, profile: Profile, replaced: Sequence[tuple[Any, ...]]
) -> Cover:
    renewed: dict[str, Term] = {}
    origin: dict[str, str] = {}
    for serial, old, starts_on, months, upper in replaced:
        origin[serial] = old
        if starts_on is not None:
            renewed[serial] = Term(starts_on, months, upper - DAY)
    return Cover(
        project=term(profile, card.accepted_on, card.months, card.workdays),
        lines={
            ln.serial: term(profile, ln.accepted_on, ln.months, card.workdays) for ln in card.lines
        },
        renewed=renewed,
        origin=origin,
        maintenance=card.maintenance,
    )


# Units that replaced others, with the warranty that began with it in a covered case.
_REPLACED = """
select n.contract_id, n.serial, o.serial, c.starts_on, c.months, upper(c.period)
from equipment_installedunit n join equipment_installedunit o on o.id = n.replaces_id
left join equipment_coverage c
  on c.unit_id = n.id and c.basis = 'replacement' and c.void_at is null
where n.contract_id = any(%s)
"""


def _term(row: Coverage) -> Term:
    return Term(row.starts_on, row.months, row.period.upper - DAY)


@dataclass(frozen=True, slots=True)
class WarrantyRow:
    """One warranty: of a project, a line, a fitted part, a replacement."""

    ref: str
    term: Term


def warranties(contract: UUID, profile: Profile) -> list[WarrantyRow]:
    """Project, own lines, parts fitted and units replaced in covered cases."""
    found = cover(contract, profile)
    rows = [WarrantyRow(customers.contract(contract).number, found.project)]
    rows += [WarrantyRow(serial, line) for serial, line in found.lines.items()]
    spells = Coverage.objects.select_related("unit").filter(
        unit__contract_id=contract,
        basis__in=["fitted", "replacement"],
        void_at__isnull=True,
    )
    return rows + [WarrantyRow(c.unit.serial, _term(c)) for c in spells.order_by("id")]


def spells(source: UUID) -> list[tuple[str, Term]]:
    """(serial, term) of the coverage that one event began and nothing voided."""
    rows = Coverage.objects.select_related("unit").filter(source=source, void_at__isnull=True)
    return [(c.unit.serial, _term(c)) for c in rows.order_by("id")]
