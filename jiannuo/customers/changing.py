"""Changes to what was set up: each is compared with what stands, and says what it took away.

What a change says is the whole new state: a text left empty is empty from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiannuo.customers import known_by
from jiannuo.customers.checking import TITLES, phones_of, short
from jiannuo.customers.commands import Place, check_overrides, check_person, measured
from jiannuo.customers.models import (
    Contact,
    Contract,
    ContractLine,
    Customer,
    PriceLine,
    Site,
)
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


def nothing_changed() -> Refusal:
    return Refusal("nothing_changed", "没有改动任何内容", "nothing was changed")


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did: the fields that differ now, and what they were."""

    new: Mapping[str, Any]
    was: Mapping[str, Any]


def _apply(
    row: Any, wanted: Mapping[str, Any], said: Mapping[str, str], found_by: str | None = None
) -> Change:
    """Write the fields that differ; `said`: by which name a field is told; `found_by`: the words
    it is looked for by, where it is."""
    differing = {f: v for f, v in wanted.items() if getattr(row, f) != v}
    if not differing:
        raise nothing_changed()
    was = {said.get(f, f): _plain(getattr(row, f)) for f in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    if found_by is not None:
        row.found_by = found_by
    row.save(update_fields=[*differing, *(["found_by"] if found_by is not None else [])])
    return Change({said.get(f, f): v for f, v in differing.items()}, was)


def _plain(value: Any) -> Any:
    """As an event keeps it."""
    if isinstance(value, Decimal | date):
        return str(value)
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def change_customer(actor: Actor, customer: UUID, name: str, phones: Sequence[str]) -> Change:
    require(actor, "customer_changed")
    row = Customer.objects.select_for_update().get(pk=customer)
    name, known = short("called", name, 200), phones_of(phones)
    wanted = {"name": name, "phones": known}
    return _apply(row, wanted, {"name": "called"}, known_by.customer(name, known))


@dataclass(frozen=True, slots=True)
class Who:
    """A person of a customer as he is known."""

    name: str
    roles: tuple[str, ...]
    title: str = ""
    phone: str = ""
    email: str = ""


def change_person(actor: Actor, person: UUID, who: Who) -> Change:
    """What he may sign is for those who set up; how to reach him anybody may mend (A32)."""
    require(actor, "contact_changed")
    row = Contact.objects.select_for_update().get(pk=person)
    if set(who.roles) != set(row.roles):
        require(actor, "set_up")
    name = check_person(row.customer_id, who.name, who.roles, who.email, but=person)
    title = short("title", who.title, 100, needed=False)
    phone = short("phone", who.phone, 40, needed=False)
    wanted = {
        "name": name,
        "roles": sorted(set(who.roles), key=TITLES.index),
        "title": title,
        "phone": phone,
        "email": who.email,
    }
    row.roles = sorted(set(row.roles), key=TITLES.index)
    found_by = known_by.contact(name, phone, who.email, title)
    return _apply(row, wanted, {"name": "called"}, found_by)


def let_go(actor: Actor, person: UUID) -> None:
    """He signs nothing any more; what he signed stays his."""
    require(actor, "contact_left")
    if not Contact.objects.filter(pk=person, active=True).update(active=False):
        raise Refusal("left_already", "此人已登记离任", "it is noted already that he left")


@dataclass(frozen=True, slots=True)
class Moved:
    """A change of a site, and how far it was until now."""

    change: Change
    km: Decimal | None


def change_site(actor: Actor, site: UUID, place: Place) -> Moved:
    """Where a site lies; its distance is worked out anew with the profile of today (A5)."""
    require(actor, "site_changed")
    row = Site.objects.select_for_update().get(pk=site)
    stood, found = Place(row.code, row.name, row.lat, row.lon), measured(place)
    before = row.km
    row.contract_km = None if row.contract_km is None else row.contract_km.normalize() + 0
    name = short("called", place.name, 200)
    wanted = {
        "name": name,
        "lat": place.lat,
        "lon": place.lon,
        "contract_km": place.contract_km,
        "office_id": place.office or None,
        "office_found_id": found.office or None,
        "km": found.km,
        "method": found.method,
    }
    said = {"name": "called", "office_id": "office"}
    change = _apply(row, wanted, said, known_by.site(name, row.code))
    return Moved(Change(_told(change.new, place), _told(change.was, stood)), before)


def _told(kept: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Coordinates are told together; of what was worked out only the distance."""
    worked_out = {"lat", "lon", "office_found_id", "method"}
    told = {name: value for name, value in kept.items() if name not in worked_out}
    if {"lat", "lon"} & kept.keys():
        known = place.lat is not None and place.lon is not None
        told["geo"] = [place.lat, place.lon] if known else None
    return told


@dataclass(frozen=True, slots=True)
class Agreed:
    """The terms of a contract beside its warranty."""

    inspection_plan: bool
    return_days: int | None
    media_retention: bool
    parts_supply: str
    holidays: tuple[date, ...]
    makeup_workdays: tuple[date, ...]


def change_terms(actor: Actor, contract: UUID, agreed: Agreed) -> Change:
    require(actor, "contract_changed")
    row = Contract.objects.select_for_update().get(pk=contract)
    both = set(agreed.holidays) & set(agreed.makeup_workdays)
    if both:
        day = min(both)
        raise Refusal(
            "holiday_and_workday",
            f"{day} 不能既放假又补班，请只留一处",
            f"{day} cannot be a holiday and a workday; keep it in one of them",
        )
    wanted = {
        "inspection_plan": agreed.inspection_plan,
        "return_days": agreed.return_days,
        "media_retention": agreed.media_retention,
        "parts_supply": agreed.parts_supply,
        "holidays": sorted(set(agreed.holidays)),
        "makeup_workdays": sorted(set(agreed.makeup_workdays)),
    }
    return _apply(row, wanted, {})


def override(actor: Actor, contract: UUID, key: str, value: Any) -> Change:
    """A number of the profile that this contract says otherwise; None: as the profile has it."""
    require(actor, "override_set")
    row = Contract.objects.select_for_update().get(pk=contract)
    wanted = {k: v for k, v in row.overrides.items() if k != key}
    if value is not None:
        wanted[key] = value
    check_overrides(wanted)
    if wanted == row.overrides:
        raise nothing_changed()
    was = row.overrides.get(key)
    row.overrides = wanted
    row.save(update_fields=["overrides"])
    return Change({key: value}, {key: was})


@dataclass(frozen=True, slots=True)
class Line:
    serial: str
    months: int
    accepted_on: date | None = None
    source: str = ""


def set_line(actor: Actor, contract: UUID, line: Line) -> Change:
    """A device line with a term of its own, new or changed (R-2-5)."""
    require(actor, "line_set")
    check_months(line.months, "R-2-5")
    fields = {
        "months": line.months,
        "accepted_on": line.accepted_on,
        "source": short("source", line.source, 200, needed=False),
    }
    row = ContractLine.objects.select_for_update().filter(contract_id=contract, serial=line.serial)
    known = row.first()
    if known is None:
        serial = short("serial", line.serial, 100)
        ContractLine.objects.create(contract_id=contract, serial=serial, **fields)
        return Change(fields, {})
    return _apply(known, fields, {})


def check_months(months: int, duty: str) -> None:
    """Raises `Refusal` for a warranty of no time, or of more than fifty years."""
    if not 1 <= months <= 600:
        raise Refusal(
            "bad_months",
            "质保月数应在 1 到 600 之间",
            "the months of warranty lie between 1 and 600",
            requirement=duty,
        )


def set_price(actor: Actor, contract: UUID, model: str, unit: Decimal) -> Change:
    """The contract's price of a model (R-2-13)."""
    require(actor, "price_set")
    if not 0 <= unit < Decimal(10) ** 12:
        raise Refusal("bad_price", "单价不对", "this is no price", requirement="R-2-13")
    model = short("model", model, 100)
    known = PriceLine.objects.select_for_update().filter(contract_id=contract, model=model).first()
    if known is None:
        PriceLine.objects.create(contract_id=contract, model=model, unit=unit)
        return Change({"unit": unit}, {})
    return _apply(known, {"unit": unit}, {})


def rename_line(contract: UUID, old: str, new: str) -> None:
    """A line follows the serial of its device."""
    ContractLine.objects.filter(contract_id=contract, serial=old).update(serial=new)


def lines_of(contract: UUID, serials: Iterable[str]) -> list[str]:
    """Those of the serials that have a line of their own."""
    rows = ContractLine.objects.filter(contract_id=contract, serial__in=list(serials))
    return list(rows.values_list("serial", flat=True))
