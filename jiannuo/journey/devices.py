"""The installed base is kept: registered, moved, boards in their slots, retired (R-0-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.cases import directory as cases
from jiannuo.customers import changing
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContractCard
from jiannuo.equipment import changing as places
from jiannuo.equipment import commands as equipment
from jiannuo.equipment import queries as units
from jiannuo.equipment.changing import Where
from jiannuo.equipment.commands import NewUnit
from jiannuo.equipment.queries import UnitCard
from jiannuo.journey.knowing import again, note, site_of
from jiannuo.journey.step import NOW, Done, When, given, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.warranty import term
from jiannuo.people.permits import require


@transaction.atomic
def register(
    actor: Actor,
    when: When = NOW,
    *,
    contract: UUID,
    site: UUID,
    serial: str,
    brand: str = "",
    model: str = "",
    category: str = "",
    function: str = "",
    place: str = "",
    since: date | None = None,
) -> Done:
    """A device of a contract at one of its customer's sites; its warranty is the contract's, or
    that of its own line."""
    if (done := again(when, "device_registered")) is not None:
        return done
    require(actor, "device_registered")
    card, stands = customers.contract(contract), site_of(site)
    _same_customer(card, stands.customer)
    serial = places.check_serial(serial)
    places.check(function=function, place=place, brand=brand, model=model)
    line = next((ln for ln in card.lines if ln.serial == serial), None)
    start, months = (line.accepted_on, line.months) if line else (card.accepted_on, card.months)
    profile = customers.project_profile(contract)
    unit = equipment.register_device(
        actor,
        NewUnit(serial, brand, model, category, function=function, place=place),
        contract=contract,
        site=site,
        term=term(profile, start, months, card.workdays),
        line=line is not None,
        since=datetime.combine(since, time(), profile.zone) if since else None,
    )
    fields = given(
        serial=serial,
        brand=brand,
        model=model,
        category=category,
        site=stands.name,
        function=function,
        place=place,
    )
    event = note(actor, Subject("device", unit, card.customer), "device_registered", fields, when)
    return outcome(event, when, str(unit))


def _same_customer(card: ContractCard, customer: UUID) -> None:
    if card.customer != customer:
        raise Refusal(
            "not_yours", "这个站点不是合同客户的", "this site is not the contract's customer's"
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pasted list: its number, the serial, what is wrong with it."""

    n: int
    serial: str
    trouble: Refusal | None = None


MOST = 500


def tried(serials: Iterable[str]) -> list[Row]:
    """Each line as it would be registered; nothing is written. Raises `Refusal` for more lines
    than one look takes."""
    lines = [line.strip() for line in serials if line.strip()]
    if len(lines) > MOST:
        raise Refusal(
            "too_many",
            f"一次最多 {MOST} 行，请分几次",
            f"{MOST} lines at once at most; make several lists of it",
        )
    return list(_tried(lines))


def _tried(lines: Sequence[str]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for n, line in enumerate(lines, 1):
        try:
            serial = places.check_serial(line)
        except Refusal as refusal:
            yield Row(n, line, refusal)
            continue
        key = units.key_of(serial)
        if key in seen:
            zh, en = f"与第 {seen[key]} 行重复", f"the same as line {seen[key]}"
            yield Row(n, serial, Refusal("twice", zh, en))
        else:
            yield Row(n, serial, _known(serial))
        seen.setdefault(key, n)


def _known(serial: str) -> Refusal | None:
    found = units.find(serial)
    if found is None:
        return None
    whose = customers.customer_name(found.customer) if found.customer else "—"
    return Refusal(
        "serial_known", f"已在册：{whose}", f"in the register already: {whose}", requirement="R-0-2"
    )


@transaction.atomic
def register_all(
    actor: Actor,
    op: UUID,
    serials: Sequence[str],
    *,
    contract: UUID,
    site: UUID,
    brand: str = "",
    model: str = "",
    category: str = "",
    function: str = "",
    since: date | None = None,
) -> int:
    """A whole list or nothing; how many are new. Sent again it is done once: each line has an
    operation of its own."""
    count = 0
    for serial in serials:
        done = register(
            actor,
            When(op=uuid5(op, units.key_of(serial))),
            contract=contract,
            site=site,
            serial=serial,
            brand=brand,
            model=model,
            category=category,
            function=function,
            since=since,
        )
        count += not done.again
    return count


@transaction.atomic
def add_child(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    serial: str,
    slot: str,
    brand: str = "",
    model: str = "",
    category: str = "",
) -> Done:
    """A board that sits in a slot; a change of boards is noted in a case."""
    if (done := again(when, "device_child_added")) is not None:
        return done
    host = known(ref)
    serial = places.check_serial(serial)
    unit = NewUnit(serial, brand, model or category, category)
    places.seat(actor, host.id, unit, slot.strip(), when.at or now())
    fields = given(
        device=host.serial, serial=serial, slot=slot, brand=brand, model=model, category=category
    )
    event = note(actor, _subject(host), "device_child_added", fields, when)
    return outcome(event, when, ref)


@transaction.atomic
def move(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    site: UUID,
    function: str = "",
    place: str = "",
    reason: str,
) -> Done:
    """To another place of the same customer; where it stood is kept."""
    if (done := again(when, "device_moved")) is not None:
        return done
    card = known(ref)
    stands = site_of(site)
    if stands.customer != card.customer:
        raise Refusal("not_yours", "这个站点不是此客户的", "this site is not this customer's")
    before = places.move(
        actor, card.id, Where(site, function.strip(), place.strip()), when.at or now()
    )
    was = {}
    if before is not None:
        name = customers.site(before.site).name
        was = {"site": name, "function": before.function, "place": before.place}
    fields = given(
        device=card.serial, site=stands.name, function=function, place=place, reason=reason
    )
    event = note(actor, _subject(card), "device_moved", {**fields, "was": was}, when)
    return outcome(event, when, ref)


@transaction.atomic
def retire(actor: Actor, ref: str, when: When = NOW, *, reason: str) -> Done:
    """Out of use: the only way in which our duty to it ends (R-2-2)."""
    if (done := again(when, "device_retired")) is not None:
        return done
    card = known(ref)
    if cases.count_open_of([card.id]):
        raise Refusal(
            "open_case",
            f"{card.serial} 还有没办完的工单，办完再停用",
            f"{card.serial} has an open case; finish it before you retire the device",
            requirement="R-2-2",
        )
    places.retire(actor, card.id, when.at or now())
    fields = {"device": card.serial, "reason": reason}
    return outcome(note(actor, _subject(card), "device_retired", fields, when), when, ref)


@transaction.atomic
def correct_serial(actor: Actor, ref: str, when: When = NOW, *, serial: str, reason: str) -> Done:
    """As it stands on the device. Raises `Refusal` where entries of cases name it by the wrong
    one: those are corrected first."""
    if (done := again(when, "serial_corrected")) is not None:
        return done
    card = known(ref)
    require(actor, "serial_corrected")
    _refuse_named(card)
    serial = places.check_serial(serial)
    was = places.rename(actor, card.id, serial)
    if card.contract is not None:
        changing.rename_line(card.contract, was, serial)
    fields = {"serial": serial, "was": was, "reason": reason}
    return outcome(note(actor, _subject(card), "serial_corrected", fields, when), when, ref)


#: Entries by which a device is found again by what was written, not by what it is.
NAMING = (
    "same_problem_confirmed",
    "replacement_ordered",
    "replacement_issued",
    "replacement_delivered",
    "replaced",
    "part_used",
)


def _refuse_named(card: UnitCard) -> None:
    found = [one.id for one in cases.of_unit(card.id, 500)]
    for _, event in archive.of_kinds("case", NAMING, found):
        values = [v for one in event.d.values() for v in (one if isinstance(one, list) else [one])]
        if card.serial in values:
            raise Refusal(
                "serial_named",
                f"工单里已按 {card.serial} 记过换机或换件，请值班经理先更正那条记录",
                f"a case names {card.serial} in a replacement; have that entry corrected first",
                requirement="R-X-3",
            )


def known(ref: str) -> UnitCard:
    """A device of a customer by its id. Raises `Refusal` ("no_unit")."""
    try:
        card = units.unit(UUID(ref))
    except (LookupError, ValueError):
        raise no_unit(ref) from None
    return card


def no_unit(ref: str) -> Refusal:
    return Refusal("no_unit", f"没有设备 {ref}", f"there is no device {ref}")


def _subject(card: UnitCard) -> Subject:
    return Subject("device", card.id, card.customer)
