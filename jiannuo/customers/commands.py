"""Writes about customers: who they are, where, what was promised to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.customers import known_by
from jiannuo.customers.checking import phones_of, roles_of, short
from jiannuo.customers.models import (
    Acceptance,
    Contact,
    Contract,
    ContractLine,
    Customer,
    MaintenanceContract,
    PriceLine,
    ServiceProfile,
    Site,
)
from jiannuo.customers.project import EDITION
from jiannuo.customers.queries import base_profile
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import TENTH, Distance, Spot, distance
from jiannuo.manual.policy import ProfileError, leaves
from jiannuo.manual.profile import shipped
from jiannuo.people import queries as people
from jiannuo.people.commands import ADDRESS
from jiannuo.people.permits import require

#: Earlier than any report.
BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)


def add_customer(actor: Actor, name: str, phones: Sequence[str] = ()) -> UUID:
    require(actor, "set_up")
    name = short("called", name, 200)
    if Customer.objects.filter(name=name).exists():
        raise Refusal(
            "known_customer", f"已登记过客户 {name}", f"there is a customer {name} already"
        )
    known = phones_of(phones)
    found_by = known_by.customer(name, known)
    return Customer.objects.create(name=name, phones=known, found_by=found_by).id


@dataclass(frozen=True, slots=True)
class Place:
    """A site as a set-up list names it; degrees, None while nobody knows; `contract_km` wins over
    the air line."""

    code: str
    name: str
    lat: float | None
    lon: float | None
    contract_km: Decimal | None = None
    office: str = ""


def add_site(actor: Actor, customer: UUID, place: Place, at: datetime | None = None) -> UUID:
    """Add a site; its distance and office are worked out and kept with their method (A5).
    Without a code it takes the next."""
    require(actor, "site_added")
    found = measured(place, at)
    code = short("code", place.code, 40, needed=False) or _next_code(customer)
    if Site.objects.filter(customer_id=customer, code=code).exists():
        raise Refusal(
            "known_site", f"此客户已有编号为 {code} 的站点", f"this customer has a site {code}"
        )
    return Site.objects.create(
        customer_id=customer,
        code=code,
        name=short("called", place.name, 200),
        lat=place.lat,
        lon=place.lon,
        contract_km=place.contract_km,
        office_id=place.office or None,
        office_found_id=found.office or None,
        km=found.km,
        method=found.method,
        found_by=known_by.site(place.name, place.code),
    ).id


#: How a distance was found where nobody knows where the site lies: it counts as next door.
UNKNOWN = "unknown"


def measured(place: Place, at: datetime | None = None) -> Distance:
    """How far a place is and from where, by the profile of a moment. Raises `Refusal` for an
    office that is not there and for kilometres nobody drives."""
    offices = people.offices()
    if not offices:
        raise Refusal("no_office", "请先录入办事处及坐标", "add an office with coordinates first")
    if place.office and place.office not in {office.code for office in offices}:
        raise Refusal(
            "no_such_office", f"没有办事处 {place.office}", f"there is no office {place.office}"
        )
    if place.contract_km is not None and not 0 <= place.contract_km <= FARTHEST:
        raise Refusal(
            "bad_km",
            f"公里数应在 0 到 {FARTHEST} 之间",
            f"the kilometres lie between 0 and {FARTHEST}",
            requirement="R-7.4-C-2",
        )
    profile = base_profile(at or now())
    if place.lat is None or place.lon is None:
        if place.contract_km is None or profile.value("distance.method") != "contract_first":
            return Distance(Decimal("0.0"), place.office, UNKNOWN)
        return Distance(place.contract_km.quantize(TENTH), place.office, "contract")
    return distance(
        profile,
        Spot(place.code, place.lat, place.lon),
        offices,
        named_office=place.office,
        contract_km=place.contract_km,
    )


#: Half way round the earth.
FARTHEST = 20_000


def _next_code(customer: UUID) -> str:
    taken = set(Site.objects.filter(customer_id=customer).values_list("code", flat=True))
    return next(f"S{n}" for n in range(1, len(taken) + 2) if f"S{n}" not in taken)


def add_contact(
    actor: Actor,
    customer: UUID,
    name: str,
    roles: Sequence[str],
    title: str = "",
    phone: str = "",
    email: str = "",
) -> UUID:
    """Add a person of the customer: whoever talks to him as a plain contact, with more that he
    may sign only those who set up (A32). Raises `Refusal` where his address is none."""
    require(actor, "add_contact" if set(roles) == {"contact"} else "set_up")
    name = check_person(customer, name, roles, email)
    return Contact.objects.create(
        customer_id=customer,
        name=name,
        roles=roles_of(roles),
        title=short("title", title, 100, needed=False),
        phone=short("phone", phone, 40, needed=False),
        email=email,
        found_by=known_by.contact(name, phone, email, title),
    ).id


def check_person(
    customer: UUID, name: str, roles: Sequence[str], email: str, but: UUID | None = None
) -> str:
    """His name, tidy. Raises `Refusal` for what cannot be, and for a name that another of the
    customer's people has: his word is entered by his name."""
    roles_of(roles)
    if email and (len(email) > 254 or not ADDRESS.fullmatch(email)):
        raise Refusal(
            "bad_email",
            f"{email[:60]} 不是邮箱地址，应如 dengli@example.com",
            f"{email[:60]} is no e-mail address such as dengli@example.com",
        )
    name = short("called", name, 100)
    others = Contact.objects.filter(customer_id=customer, name=name, active=True)
    if (others.exclude(pk=but) if but else others).exists():
        raise Refusal(
            "known_person",
            f"{name} 已登记过；同名的另一个人请加上科室，如「{name}（信息科）」",
            f"{name} is registered already; add the department to another of that name",
        )
    return name


@dataclass(frozen=True, slots=True)
class LineTerms:
    serial: str
    months: int
    accepted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A project contract. `months` has no default: the manual leaves it blank (A30)."""

    number: str
    accepted_on: date
    months: int | None
    lines: tuple[LineTerms, ...] = ()
    prices: Mapping[str, Decimal] | None = None
    overrides: Mapping[str, Any] | None = None
    inspection_plan: bool = False
    return_days: int | None = None
    media_retention: bool = False
    parts_supply: str = "vendor"
    holidays: tuple[date, ...] = ()
    makeup_workdays: tuple[date, ...] = ()


def sign_contract(actor: Actor, customer: UUID, terms: Terms) -> UUID:
    """Activate a contract. Raises `Refusal` for missing months (R-2-1) or bad overrides."""
    require(actor, "set_up")
    number = short("number", terms.number, 60)
    if Contract.objects.filter(number=number).exists():
        raise Refusal(
            "known_contract", f"合同编号 {number} 已登记", f"contract {number} is taken on already"
        )
    if not terms.months:
        raise Refusal(
            "months_missing",
            "质保月数未填",
            "the months of warranty are missing",
            requirement="R-2-1",
        )
    overrides = dict(terms.overrides or {})
    check_overrides(overrides)
    with transaction.atomic():
        contract = Contract.objects.create(
            customer_id=customer,
            number=number,
            taken_on_at=now(),
            months=terms.months,
            overrides=overrides,
            inspection_plan=terms.inspection_plan,
            return_days=terms.return_days,
            media_retention=terms.media_retention,
            parts_supply=terms.parts_supply,
            holidays=list(terms.holidays),
            makeup_workdays=list(terms.makeup_workdays),
        )
        Acceptance.objects.create(contract=contract, accepted_on=terms.accepted_on)
        ContractLine.objects.bulk_create(
            ContractLine(
                contract=contract, serial=ln.serial, months=ln.months, accepted_on=ln.accepted_on
            )
            for ln in terms.lines
        )
        PriceLine.objects.bulk_create(
            PriceLine(contract=contract, model=model, unit=unit)
            for model, unit in (terms.prices or {}).items()
        )
    return contract.id


def check_overrides(overrides: Mapping[str, Any]) -> None:
    """Raises `Refusal` ("bad_override") naming the key and what may stand there."""
    try:
        base_profile(now()).with_changes(overrides)
    except ProfileError as error:
        raise Refusal(
            "bad_override",
            f"合同条款 {error.key} 不能是 {error.value!r}，可以是：{error.allowed}",
            str(error),
            requirement="R-0-1",
        ) from None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A maintenance contract of one site; both days included."""

    number: str
    site: UUID
    starts_on: date
    ends_on: date
    visits_included: int
    visits_before: int
    per_visit: Decimal
    parts: str


def add_maintenance(actor: Actor, contract: UUID, upkeep: Upkeep) -> UUID:
    require(actor, "set_up")
    return MaintenanceContract.objects.create(
        contract_id=contract,
        number=upkeep.number,
        site_id=upkeep.site,
        starts_on=upkeep.starts_on,
        ends_on=upkeep.ends_on,
        visits_included=upkeep.visits_included,
        visits_before=upkeep.visits_before,
        per_visit=upkeep.per_visit,
        parts=upkeep.parts,
    ).id


def change_acceptance(actor: Actor, contract: UUID, accepted_on: date, reason: str) -> None:
    """A corrected acceptance date is a new version; the old one stays (R-2-3)."""
    require(actor, "set_up")
    with transaction.atomic():
        last = (
            Acceptance.objects.select_for_update()
            .filter(contract_id=contract)
            .order_by("-version")
            .first()
        )
        Acceptance.objects.create(
            contract_id=contract,
            accepted_on=accepted_on,
            version=(last.version if last else 0) + 1,
            reason=reason,
        )


def keep_edition() -> None:
    """Keep the numbers of the edition that this house begins with, once: another release may
    ship others, and no case that is running may notice."""
    ServiceProfile.objects.get_or_create(
        version=EDITION,
        defaults={
            "published_at": BEFORE_ALL,
            "recorded_at": now(),
            "changes": dict(leaves(shipped().policy)),
            "reason": "shipped edition",
        },
    )
