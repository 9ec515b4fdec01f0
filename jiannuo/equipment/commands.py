"""Writes to the installed base: register, place, fit, swap, cover."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange

from jiannuo.customers import queries as customers
from jiannuo.equipment.models import (
    Coverage,
    InstalledUnit,
    Placement,
    Position,
    ProductModel,
    UnitSwap,
)
from jiannuo.equipment.queries import find
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.warranty import Term
from jiannuo.people.permits import require

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as a register or a delivery note names it; `function` and `place`: as what it
    serves, and where in the room it stands."""

    serial: str
    brand: str = ""
    model: str = ""
    category: str = ""
    spec: Mapping[str, Any] | None = None
    function: str = ""
    place: str = ""


def model_of(unit: NewUnit) -> ProductModel | None:
    if not unit.model:
        return None
    return ProductModel.objects.get_or_create(
        brand=unit.brand, model=unit.model, defaults={"category": unit.category}
    )[0]


def refuse_known(serial: str, duty: str = "R-0-2") -> None:
    if find(serial) is not None:
        raise Refusal(
            "serial_known",
            f"序列号 {serial} 已在册",
            f"serial {serial} is in the register already",
            requirement=duty,
        )


def register_device(
    actor: Actor,
    unit: NewUnit,
    *,
    contract: UUID,
    site: UUID,
    term: Term,
    line: bool = False,
    since: datetime | None = None,
) -> UUID:
    """A customer's device with its place and its warranty, copied from the contract."""
    require(actor, "set_up")
    refuse_known(unit.serial)
    with transaction.atomic():
        owner = customers.contract(contract).customer
        row = InstalledUnit.objects.create(
            model=model_of(unit),
            serial=unit.serial,
            role="device",
            customer_id=owner,
            contract_id=contract,
            site_id=site,
            spec=dict(unit.spec or {}),
        )
        position = Position.objects.create(
            site_id=site,
            customer_id=owner,
            function=unit.function or unit.category or unit.model,
            place=unit.place,
        )
        Placement.objects.create(
            position=position,
            unit=row,
            customer_id=owner,
            period=DateTimeTZRange(since or now(), None),
        )
        cover(row.id, "line" if line else "acceptance", term)
    return row.id


def register_loaner(actor: Actor, unit: NewUnit) -> UUID:
    require(actor, "set_up")
    refuse_known(unit.serial)
    return InstalledUnit.objects.create(
        model=model_of(unit), serial=unit.serial, role="loaner", spec=dict(unit.spec or {})
    ).id


def cover(unit: UUID, basis: str, term: Term, source: UUID | None = None) -> None:
    """Write a spell of warranty; it never overlaps another of the same unit."""
    row = InstalledUnit.objects.only("customer_id").get(pk=unit)
    Coverage.objects.create(
        unit_id=unit,
        customer_id=row.customer_id,
        basis=basis,
        starts_on=term.start,
        months=term.months,
        period=DateRange(term.start, term.end + DAY),
        source=source,
    )


def void_coverage(source: UUID, reason: str) -> None:
    """A spell that a correction took the ground from: kept, marked void."""
    Coverage.objects.filter(source=source, void_at__isnull=True).update(
        void_at=now(), void_reason=reason
    )


@dataclass(frozen=True, slots=True)
class Host:
    """Where a part went in: a device, or a site whose device nobody named yet."""

    device: UUID | None
    customer: UUID | None
    contract: UUID | None
    site: UUID | None


def fit_part(serial: str, host: Host, at: datetime) -> UUID:
    """A serial part fitted. Raises `Refusal` where the serial sits elsewhere."""
    known = find(serial)
    if known is not None:
        raise Refusal(
            "serial_known",
            f"序列号 {serial} 已装在别处",
            f"serial {serial} is fitted elsewhere already",
            requirement="R-0-2",
        )
    return InstalledUnit.objects.create(
        serial=serial,
        role="part",
        customer_id=host.customer,
        contract_id=host.contract,
        site_id=host.site,
        parent_id=host.device,
        known_at=at,
    ).id


def swap(op: UUID, old: UUID, unit: NewUnit, at: datetime) -> UUID:
    """Replace a device for good: the new one takes its place, the old one its leave.

    Compares before it swaps: a unit that was removed already is refused, not removed twice; and
    what comes is new, so its serial stands nowhere yet.
    """
    with transaction.atomic():
        out = InstalledUnit.objects.select_for_update().get(pk=old)
        if out.customer_id is None:
            raise Refusal("not_installed", f"{out.serial} 不是客户的设备", f"{out.serial} is ours")
        if out.retired_at is not None:
            raise Refusal(
                "already_replaced",
                f"{out.serial} 已被换下",
                f"{out.serial} has been replaced already",
                requirement="R-2-6",
            )
        refuse_known(unit.serial, "R-2-9")
        row = InstalledUnit.objects.create(
            model=model_of(unit),
            serial=unit.serial,
            role="device",
            customer_id=out.customer_id,
            contract_id=out.contract_id,
            site_id=out.site_id,
            replaces=out,
            spec=out.spec,
            known_at=at,
        )
        out.retired_at = at
        out.save(update_fields=["retired_at"])
        position = _hand_over_place(out, row, out.customer_id, at)
        UnitSwap.objects.create(
            op=op,
            customer_id=out.customer_id,
            position=position,
            removed=out,
            installed=row,
            kind="permanent",
            at=at,
        )
    return row.id


def _hand_over_place(
    out: InstalledUnit, into: InstalledUnit, customer: UUID, at: datetime
) -> Position | None:
    held = Placement.objects.filter(unit=out, period__endswith__isnull=True).first()
    if held is None or held.period.lower >= at:
        return held.position if held else None
    held.period = DateTimeTZRange(held.period.lower, at)
    held.save(update_fields=["period"])
    Placement.objects.create(
        position=held.position,
        unit=into,
        customer_id=customer,
        period=DateTimeTZRange(at, None),
        reason="replacement",
    )
    return held.position


def note_software(serial: str, version: str) -> None:
    """The version found at an inspection; the register follows (R-1-3)."""
    InstalledUnit.objects.filter(serial=serial).update(software=version)


def discontinue(actor: Actor, brand: str, model: str, on: date) -> None:
    """The maker makes it no more: from then on substitutes are offered (R-2-12)."""
    require(actor, "set_up")
    ProductModel.objects.update_or_create(
        brand=brand, model=model, defaults={"discontinued_on": on}
    )


def name_equivalent(actor: Actor, old: tuple[str, str], new: tuple[str, str], note: str) -> None:
    """Say that one model (brand, model) may stand in for another, and why."""
    require(actor, "set_up")
    row, _ = ProductModel.objects.get_or_create(brand=old[0], model=old[1])
    others = [e for e in row.equivalents if (e["brand"], e["model"]) != new]
    row.equivalents = [*others, {"brand": new[0], "model": new[1], "note": note}]
    row.save(update_fields=["equivalents"])
