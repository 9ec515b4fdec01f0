"""Whom we serve, as people look them up: lists by the page, a customer with all he has.

Every question begins with who asks: a customer's person sees his own organisation (R-X-4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from jiannuo.customers import queries
from jiannuo.customers.models import Acceptance, Contact, Contract, Customer, PriceLine, Site
from jiannuo.customers.project import ContractCard, project
from jiannuo.customers.queries import ContactCard, SiteCard
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor

_MINE = "(%(mine)s::uuid is null or c.id = %(mine)s)"
_PAGE = f"""
select c.id, c.name, c.phones,
  (select count(*) from customers_site s where s.customer_id = c.id),
  (select count(*) from customers_contact p where p.customer_id = c.id and p.active),
  (select array_agg(k.number order by k.id desc) from customers_contract k
    where k.customer_id = c.id)
from customers_customer c
where {_MINE}
  and (%(name)s::text is null or (c.name, c.id) > (%(name)s, %(id)s::uuid))
  and (%(find)s = '' or c.name ilike %(like)s
    or exists (select from customers_contract k
      where k.customer_id = c.id and k.number ilike %(like)s)
    or exists (select from customers_contact p where p.customer_id = c.id and p.active
      and (p.name ilike %(like)s or p.phone like %(like)s)))
order by c.name, c.id limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class CustomerRow:
    id: UUID
    name: str
    phones: tuple[str, ...]
    sites: int
    persons: int
    contracts: tuple[str, ...]


def listed(
    actor: Actor, limit: int, find: str = "", after: tuple[str, UUID] | None = None
) -> list[CustomerRow]:
    """By name, from one on; `find`: a fragment of his name, a contract, a person, a number."""
    name, one = after or (None, None)
    find = find.replace("\x00", "")
    values: dict[str, Any] = {
        "mine": actor.customer,
        "name": name,
        "id": one,
        "find": find,
        "like": f"%{escaped(find)}%",
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PAGE, values)
        return [
            CustomerRow(id_, name, tuple(phones), sites, persons, tuple(numbers or ()))
            for id_, name, phones, sites, persons, numbers in cursor.fetchall()
        ]


def escaped(text: str) -> str:
    """A fragment as LIKE takes it literally; what no text can hold is left out."""
    plain = text.replace("\x00", "")
    return plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@dataclass(frozen=True, slots=True)
class CustomerCard:
    id: UUID
    name: str
    phones: tuple[str, ...]


def known(actor: Actor, customer: UUID) -> CustomerCard:
    """Raises `Refusal` ("no_customer") for one that is not there or not his."""
    row = Customer.objects.filter(pk=customer).first()
    if row is None or actor.customer not in (None, row.id):
        raise Refusal("no_customer", "没有这个客户", "there is no such customer")
    return CustomerCard(row.id, row.name, tuple(row.phones))


def person(actor: Actor, person_id: UUID) -> ContactCard:
    """Raises `Refusal` ("no_person")."""
    if not _mine(actor, Contact.objects.filter(pk=person_id)).exists():
        raise Refusal("no_person", "没有这个人", "there is no such person")
    return queries.contact_of(person_id)


def site(actor: Actor, site_id: UUID) -> SiteCard:
    """Raises `Refusal` ("no_site")."""
    if not _mine(actor, Site.objects.filter(pk=site_id)).exists():
        raise Refusal("no_site", "没有这个站点", "there is no such site")
    return queries.site(site_id)


def contract(actor: Actor, contract_id: UUID) -> ContractCard:
    """Raises `Refusal` ("no_contract")."""
    if not _mine(actor, Contract.objects.filter(pk=contract_id)).exists():
        raise Refusal("no_contract", "没有这份合同", "there is no such contract")
    return project(contract_id).card


def _mine(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if actor.customer is None else rows.filter(customer_id=actor.customer)


def gone(customer: UUID) -> list[ContactCard]:
    """The customer's people who left."""
    rows = Contact.objects.filter(customer_id=customer, active=False).order_by("id")
    return [
        ContactCard(r.id, customer, r.name, frozenset(r.roles), r.title, r.phone, r.email, False)
        for r in rows
    ]


def contracts_of(customer: UUID) -> list[ContractCard]:
    """Of a customer, the newest first."""
    rows = Contract.objects.filter(customer_id=customer, acceptances__isnull=False).order_by("-id")
    return [project(one).card for one in rows.distinct().values_list("id", flat=True)]


@dataclass(frozen=True, slots=True)
class AcceptanceLine:
    version: int
    accepted_on: date
    reason: str


def acceptances(contract_id: UUID) -> list[AcceptanceLine]:
    """Every version of the acceptance, the newest first."""
    rows = Acceptance.objects.filter(contract_id=contract_id).order_by("-version")
    return [AcceptanceLine(r.version, r.accepted_on, r.reason) for r in rows]


@dataclass(frozen=True, slots=True)
class Kept:
    """The rest of what a contract holds."""

    media_retention: bool
    holidays: tuple[date, ...]
    makeup_workdays: tuple[date, ...]
    sources: dict[str, str]
    prices: Sequence[tuple[str, Decimal]]


def kept(contract_id: UUID) -> Kept:
    row = Contract.objects.prefetch_related("lines").get(pk=contract_id)
    prices = PriceLine.objects.filter(contract_id=contract_id).order_by("model")
    return Kept(
        row.media_retention,
        tuple(sorted(row.holidays)),
        tuple(sorted(row.makeup_workdays)),
        {line.serial: line.source for line in row.lines.all()},
        [(price.model, price.unit) for price in prices],
    )
