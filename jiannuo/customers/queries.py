"""Reads about customers; what was promised to whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.customers.models import (
    Contact,
    Contract,
    Customer,
    PriceLine,
    ServiceProfile,
)
from jiannuo.customers.project import (
    ContractCard,
    LineCard,
    Project,
    newest,
    project,
    projects,
)
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import Spot, band_limit
from jiannuo.manual.profile import Profile

__all__ = ["ContractCard", "LineCard", "Project", "project", "projects"]


def base_profile(at: datetime) -> Profile:
    """The newest profile published at or before a moment; the shipped edition at first."""
    rows = ServiceProfile.objects.filter(published_at__lte=at).order_by("published_at", "version")
    return newest(rows.values_list("version", "published_at", "changes"), at)


def profile_for(contract: UUID | None, at: datetime) -> Profile:
    """What binds a subject taken in at `at`: the newest profile then, with the contract's
    own terms (R-0-1)."""
    return base_profile(at) if contract is None else project(contract).profile_at(at)


def project_profile(contract: UUID | None) -> Profile:
    """The founding profile of a project; without a contract that of the first contract of
    the house, at the latest today's."""
    first = contract or _first_contract()
    return project(first).founding if first else base_profile(now())


def _first_contract() -> UUID | None:
    rows = Contract.objects.order_by("taken_on_at", "id").values_list("id", flat=True)
    return rows.first()


@dataclass(frozen=True, slots=True)
class SiteCard:
    id: UUID
    customer: UUID
    code: str
    name: str
    office: str
    km: Decimal
    method: str
    lat: float | None
    lon: float | None
    customer_name: str
    contract_km: Decimal | None = None
    office_named: str = ""

    @property
    def spot(self) -> Spot | None:
        """Where it lies, where somebody knows."""
        if self.lat is None or self.lon is None:
            return None
        return Spot(self.code, self.lat, self.lon)


# Plain SQL: a site is read at every report.
_SITE = """
select s.id, s.customer_id, s.code, s.name, coalesce(s.office_found_id, ''), coalesce(s.km, 0),
  s.method, s.lat, s.lon, c.name, s.contract_km, coalesce(s.office_id, '')
from customers_site s join customers_customer c on c.id = s.customer_id
"""


def _sites(which: str, *values: Any) -> list[SiteCard]:
    with connection.cursor() as cursor:
        cursor.execute(_SITE + which, values)
        return [SiteCard(*row) for row in cursor.fetchall()]


def site(site_id: UUID) -> SiteCard:
    """Raises LookupError for a site that is not there."""
    found = _sites("where s.id = %s", site_id)
    if not found:
        raise LookupError(f"site {site_id} is not there")
    return found[0]


def sites(customer: UUID) -> list[SiteCard]:
    return _sites("where s.customer_id = %s order by s.code", customer)


def sites_by_id(wanted: Iterable[UUID]) -> dict[UUID, SiteCard]:
    """Those of them that are there, in one question."""
    return {found.id: found for found in _sites("where s.id = any(%s)", list(wanted))}


def sites_of(customers: Iterable[UUID]) -> list[SiteCard]:
    """All sites of some customers, in one question; nothing is asked for none."""
    wanted = list(customers)
    return _sites("where s.customer_id = any(%s) order by s.code", wanted) if wanted else []


def site_of_code(customer: UUID, code: str) -> SiteCard | None:
    found = _sites("where s.customer_id = %s and s.code = %s", customer, code)
    return found[0] if found else None


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
    email: str = ""
    active: bool = True

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.roles, self.id, self.customer)


def contacts(customer: UUID) -> list[ContactCard]:
    """The customer's people; those who left are none."""
    return contacts_of([customer])[customer]


def contacts_of(customers: Iterable[UUID]) -> dict[UUID, list[ContactCard]]:
    """The people of some customers, in one question; every customer has a list."""
    found: dict[UUID, list[ContactCard]] = {customer: [] for customer in customers}
    for r in Contact.objects.filter(customer__in=list(found), active=True).order_by("id"):
        found[r.customer_id].append(
            ContactCard(r.id, r.customer_id, r.name, frozenset(r.roles), r.title, r.phone, r.email)
        )
    return found


def contact_of(person: UUID) -> ContactCard:
    """One of a customer's people, also one who left. Raises LookupError for nobody."""
    r = Contact.objects.filter(pk=person).first()
    if r is None:
        raise LookupError(f"contact {person} is not there")
    return ContactCard(
        r.id, r.customer_id, r.name, frozenset(r.roles), r.title, r.phone, r.email, r.active
    )


def contacts_here(wanted: Iterable[UUID]) -> set[UUID]:
    """Those of them who are a customer's people and have not left."""
    rows = Contact.objects.filter(pk__in=list(wanted), active=True)
    return set(rows.values_list("id", flat=True))


def contact(customer: UUID, name: str) -> ContactCard | None:
    return next((c for c in contacts(customer) if c.name == name), None)


def leaders(customer: UUID) -> frozenset[str]:
    """Names of the customer's main leaders (7.5 B 6)."""
    return frozenset(c.name for c in contacts(customer) if "leader" in c.roles)


def contract(contract_id: UUID) -> ContractCard:
    return project(contract_id).card


def contract_numbered(number: str) -> UUID | None:
    return Contract.objects.filter(number=number).values_list("id", flat=True).first()


def contracts() -> list[ContractCard]:
    rows = Contract.objects.order_by("number").values_list("id", flat=True)
    return [contract(contract_id) for contract_id in rows]


def contract_of(customer: UUID) -> ContractCard | None:
    """The customer's project contract, the newest one."""
    rows = Contract.objects.filter(customer_id=customer).order_by("-id")
    newest_one = rows.values_list("id", flat=True).first()
    return contract(newest_one) if newest_one else None


def prices(contract_id: UUID) -> dict[str, Decimal]:
    """Contract price by model, yuan, tax included (R-2-13)."""
    rows = PriceLine.objects.filter(contract_id=contract_id)
    return {row.model: row.unit for row in rows}


def customer_name(customer: UUID) -> str:
    return Customer.objects.values_list("name", flat=True).get(pk=customer)


def names(wanted: Iterable[UUID]) -> dict[UUID, str]:
    """Those of them that there are; nothing is asked for none."""
    asked = set(wanted)
    found = Customer.objects.filter(pk__in=asked) if asked else Customer.objects.none()
    return dict(found.values_list("id", "name"))


def customers() -> list[tuple[UUID, str]]:
    return list(Customer.objects.order_by("name").values_list("id", "name"))


def contact_here(wanted: UUID) -> ContactCard | None:
    """A customer's person by id; nobody once he has left."""
    r = Contact.objects.filter(pk=wanted, active=True).first()
    if r is None:
        return None
    roles = frozenset(r.roles)
    return ContactCard(r.id, r.customer_id, r.name, roles, r.title, r.phone, r.email)
