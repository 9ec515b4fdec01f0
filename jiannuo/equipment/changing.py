"""Changes to the installed base: moved, renamed, retired, a board in a slot, warranty anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from jiannuo.customers import queries as customers
from jiannuo.equipment.commands import NewUnit, cover, model_of, refuse_known
from jiannuo.equipment.models import Coverage, InstalledUnit, Placement, Position
from jiannuo.equipment.queries import key_of
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.warranty import Term
from jiannuo.people.permits import require

LONGEST = {"serial": 100, "function": 100, "place": 100, "slot": 40, "model": 100, "brand": 60}


def check(**texts: str) -> None:
    """Raises `Refusal` for a text that is too long for its place."""
    for name, text in texts.items():
        if len(text) > LONGEST[name]:
            raise Refusal(
                "too_long",
                f"「{text[:20]}…」太长，最多 {LONGEST[name]} 个字",
                f"'{text[:20]}…' is too long; {LONGEST[name]} characters at most",
            )


def check_serial(serial: str) -> str:
    """A serial without blanks around it. Raises `Refusal` for one that says nothing."""
    serial = serial.strip()
    check(serial=serial)
    if not key_of(serial) or any(ord(sign) < 32 for sign in serial):
        raise Refusal(
            "bad_serial",
            f"「{serial}」不是序列号：至少要有一个字母或数字",
            f"'{serial}' is no serial: it needs a letter or a digit",
            requirement="R-0-2",
        )
    return serial


def _here(unit: UUID) -> InstalledUnit:
    """A customer's unit that is still in use, held."""
    row = InstalledUnit.objects.select_for_update().get(pk=unit)
    if row.customer_id is None:
        raise Refusal("not_installed", f"{row.serial} 不是客户的设备", f"{row.serial} is ours")
    if row.retired_at is not None:
        raise Refusal(
            "retired",
            f"{row.serial} 已停用，不能再改",
            f"{row.serial} is retired and changes no more",
        )
    return row


@dataclass(frozen=True, slots=True)
class Where:
    site: UUID
    function: str = ""
    place: str = ""


@transaction.atomic
def move(actor: Actor, unit: UUID, where: Where, at: datetime) -> Where | None:
    """To another place of the same customer; where it stood. Raises `Refusal` for the place
    where it stands already, and for a moment before it came there."""
    require(actor, "device_moved")
    check(function=where.function, place=where.place)
    row = _here(unit)
    held = (
        Placement.objects.select_related("position")
        .filter(unit=row, period__endswith__isnull=True)
        .first()
    )
    before = None
    if held is not None:
        stood = held.position
        before = Where(stood.site_id, stood.function, stood.place)
        if before == where:
            raise Refusal("nothing_changed", "它就在那里", "it stands there already")
        if held.period.lower >= at:
            raise Refusal(
                "before_it_came",
                "搬动时间早于它到这里的时间，请核对",
                "it is moved before it came there; check the moment",
            )
        held.period = DateTimeTZRange(held.period.lower, at)
        held.save(update_fields=["period"])
    owner = customers.site(where.site).customer
    position = Position.objects.create(
        site_id=where.site,
        customer_id=owner,
        function=where.function,
        place=where.place,
    )
    Placement.objects.create(
        position=position,
        unit=row,
        customer_id=owner,
        period=DateTimeTZRange(at, None),
        reason="moved",
    )
    ids = [row.id, *children(row.id)]
    InstalledUnit.objects.filter(pk__in=ids).update(site_id=where.site)
    return before


def children(unit: UUID) -> list[UUID]:
    """What sits in it and is in use, at any depth."""
    found: list[UUID] = []
    level = [unit]
    while level:
        rows = InstalledUnit.objects.filter(parent_id__in=level, retired_at__isnull=True)
        level = [row for row in rows.values_list("id", flat=True) if row not in found]
        found += level
    return found


@transaction.atomic
def retire(actor: Actor, unit: UUID, at: datetime) -> None:
    """Out of use with all that sits in it; its history stays (R-2-2)."""
    require(actor, "device_retired")
    row = _here(unit)
    held = Placement.objects.filter(unit=row, period__endswith__isnull=True).first()
    if held is not None and held.period.lower < at:
        held.period = DateTimeTZRange(held.period.lower, at)
        held.save(update_fields=["period"])
    InstalledUnit.objects.filter(pk__in=[row.id, *children(row.id)]).update(retired_at=at)


@transaction.atomic
def rename(actor: Actor, unit: UUID, serial: str) -> str:
    """Its serial as it stands on the thing; the one that was written until now."""
    require(actor, "serial_corrected")
    row = _here(unit)
    was = row.serial
    if serial == was:
        raise Refusal("nothing_changed", "序列号没有改", "the serial is the same")
    if key_of(serial) != key_of(was):
        refuse_known(serial)
    row.serial = serial
    row.save(update_fields=["serial"])
    return was


@transaction.atomic
def seat(actor: Actor, parent: UUID, unit: NewUnit, slot: str, at: datetime) -> UUID:
    """A board that sits in a slot of a device. Raises `Refusal` for a slot that is taken."""
    require(actor, "device_child_added")
    host = _here(parent)
    check(slot=slot, model=unit.model, brand=unit.brand)
    taken = InstalledUnit.objects.filter(parent=host, slot=slot, retired_at__isnull=True).first()
    if taken is not None:
        raise Refusal(
            "slot_taken",
            f"{slot} 已装着 {taken.serial}，换件请在工单里记",
            f"{slot} holds {taken.serial}; a change of parts is noted in a case",
        )
    refuse_known(unit.serial)
    return InstalledUnit.objects.create(
        model=model_of(unit),
        serial=unit.serial,
        role="part",
        customer_id=host.customer_id,
        contract_id=host.contract_id,
        site_id=host.site_id,
        parent=host,
        slot=slot,
        known_at=at,
    ).id


@dataclass(frozen=True, slots=True)
class Spell:
    """A warranty that a contract gives a unit: of the project, or of a line of its own."""

    unit: UUID
    basis: str
    term: Term


def cover_anew(contract: UUID, spells: list[Spell], reason: str) -> int:
    """The spells that a contract gives now; those that say otherwise are void, with the reason.
    How many were written."""
    kept = {
        row.unit_id: row
        for row in Coverage.objects.filter(
            unit__contract_id=contract, basis__in=["acceptance", "line"], void_at__isnull=True
        )
    }
    written = 0
    for spell in spells:
        row = kept.get(spell.unit)
        wanted = (spell.basis, spell.term.start, spell.term.months)
        same = row is not None and (row.basis, row.starts_on, row.months) == wanted
        if same and row is not None and row.period.upper > spell.term.end:
            continue
        if row is not None:
            row.void_at, row.void_reason = now(), reason
            row.save(update_fields=["void_at", "void_reason"])
        cover(spell.unit, spell.basis, spell.term)
        written += 1
    return written


def in_contract(contract: UUID) -> list[tuple[UUID, str]]:
    """Devices that came with a contract, not in place of another: (id, serial)."""
    rows = InstalledUnit.objects.filter(
        contract_id=contract, role="device", replaces__isnull=True
    ).order_by("serial")
    return list(rows.values_list("id", "serial"))
