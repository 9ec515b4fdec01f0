"""Reads about customers; what was promised to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiannuo.customers.models import (
    Acceptance,
    Contact,
    Contract,
    Customer,
    PriceLine,
    ServiceProfile,
    Site,
)
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import band_limit
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.warranty import Maintenance
from jiannuo.manual.workdays import Workdays


def base_profile(at: datetime) -> Profile:
    """The newest profile published at or before a moment; the shipped edition at first."""
    profile = shipped()
    rows = ServiceProfile.objects.filter(published_at__lte=at).order_by("published_at", "version")
    for version, changes in rows.values_list("version", "changes"):
        profile = profile.with_changes(changes, version)
    return profile


def profile_for(contract: UUID | None, at: datetime) -> Profile:
    """What binds a subject taken in at `at`: the newest profile then, with the contract's
    own terms (R-0-1)."""
    overrides: dict[str, Any] | None = None
    if contract is not None:
        found = Contract.objects.filter(pk=contract).values_list("overrides", flat=True)
        overrides = found.first()
    return with_overrides(base_profile(at), overrides)


def project_profile(contract: UUID | None) -> Profile:
    """What binds rules that belong to no single subject (lead times of alerts, window of
    recurrence, room limits, pass mark): the profile of the day the contract was taken on.

    Without a contract: that of the first contract of the house, at the latest today's.
    """
    rows = Contract.objects.order_by("taken_on_at")
    rows = rows if contract is None else rows.filter(pk=contract)
    taken_on = rows.values_list("taken_on_at", flat=True).first()
    return profile_for(contract, taken_on or now())


def with_overrides(profile: Profile, overrides: Mapping[str, Any] | None) -> Profile:
    return profile.with_changes(overrides) if overrides else profile


@dataclass(frozen=True, slots=True)
class SiteCard:
    id: UUID
    customer: UUID
    code: str
    name: str
    office: str
    km: Decimal
    method: str
    lat: float
    lon: float


def _site(row: Site) -> SiteCard:
    office = row.office_found_id or ""
    km = row.km if row.km is not None else Decimal(0)
    return SiteCard(
        row.id, row.customer_id, row.code, row.name, office, km, row.method, row.lat, row.lon
    )


def site(site_id: UUID) -> SiteCard:
    return _site(Site.objects.get(pk=site_id))


def sites(customer: UUID) -> list[SiteCard]:
    return [_site(row) for row in Site.objects.filter(customer_id=customer).order_by("code")]


def site_of_code(customer: UUID, code: str) -> SiteCard | None:
    row = Site.objects.filter(customer_id=customer, code=code).first()
    return _site(row) if row else None


@dataclass(frozen=True, slots=True)
class Reach:
    """A site with its office, distance and arrival limit."""

    site: str
    office: str
    km: Decimal
    limit: timedelta
    band: str


def reach(card: SiteCard, profile: Profile) -> Reach:
    limit, band = band_limit(profile, card.km)
    return Reach(card.code, card.office, card.km, limit, band)


@dataclass(frozen=True, slots=True)
class ContactCard:
    id: UUID
    customer: UUID
    name: str
    roles: frozenset[str]
    title: str
    phone: str

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.roles, self.id, self.customer)


def contacts(customer: UUID) -> list[ContactCard]:
    rows = Contact.objects.filter(customer_id=customer).order_by("id")
    return [
        ContactCard(r.id, r.customer_id, r.name, frozenset(r.roles), r.title, r.phone) for r in rows
    ]


def contact(customer: UUID, name: str) -> ContactCard | None:
    return next((c for c in contacts(customer) if c.name == name), None)


def leaders(customer: UUID) -> frozenset[str]:
    """Names of the customer's main leaders (7.5 B 6)."""
    return frozenset(c.name for c in contacts(customer) if "leader" in c.roles)


@dataclass(frozen=True, slots=True)
class LineCard:
    """A device line with its own term; `accepted_on` is the project's where it has none."""

    serial: str
    months: int
    accepted_on: date


@dataclass(frozen=True, slots=True)
class ContractCard:
    id: UUID
    customer: UUID
    customer_name: str
    number: str
    accepted_on: date
    months: int
    overrides: Mapping[str, Any]
    inspection_plan: bool
    return_days: int | None
    parts_supply: str
    workdays: Workdays
    lines: tuple[LineCard, ...]
    maintenance: tuple[Maintenance, ...]


def contract(contract_id: UUID) -> ContractCard:
    return _contract(Contract.objects.select_related("customer").get(pk=contract_id))


def contracts() -> list[ContractCard]:
    return [_contract(r) for r in Contract.objects.select_related("customer").order_by("number")]


def contract_of(customer: UUID) -> ContractCard | None:
    """The customer's project contract, the newest one."""
    row = (
        Contract.objects.select_related("customer")
        .filter(customer_id=customer)
        .order_by("-id")
        .first()
    )
    return _contract(row) if row else None


def _contract(row: Contract) -> ContractCard:
    accepted = Acceptance.objects.filter(contract=row).order_by("-version").first()
    if accepted is None:
        raise LookupError(f"contract {row.number} was never accepted")
    return ContractCard(
        row.id,
        row.customer_id,
        row.customer.name,
        row.number,
        accepted.accepted_on,
        row.months,
        row.overrides,
        row.inspection_plan,
        row.return_days,
        row.parts_supply,
        Workdays(frozenset(row.holidays), frozenset(row.makeup_workdays)),
        tuple(
            LineCard(ln.serial, ln.months, ln.accepted_on or accepted.accepted_on)
            for ln in row.lines.order_by("id")
        ),
        tuple(
            Maintenance(
                m.number,
                str(m.site_id),
                m.starts_on,
                m.ends_on,
                m.visits_included,
                m.visits_before,
                str(m.per_visit),
                m.parts,
            )
            for m in row.maintenance.order_by("id")
        ),
    )


def prices(contract_id: UUID) -> dict[str, Decimal]:
    """Contract price by model, yuan, tax included (R-2-13)."""
    rows = PriceLine.objects.filter(contract_id=contract_id)
    return {row.model: row.unit for row in rows}


def customer_name(customer: UUID) -> str:
    return Customer.objects.values_list("name", flat=True).get(pk=customer)


def customers() -> list[tuple[UUID, str]]:
    return list(Customer.objects.order_by("name").values_list("id", "name"))
