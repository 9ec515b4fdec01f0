"""Customers, their people, sites and contracts by any fragment: of a name as written or as
spoken, of a number, a code, an address. Best first: what is it, what begins so, what ends so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jiannuo.kernel.grams import Asked
from jiannuo.kernel.pinyin import asked_of_persons
from jiannuo.manual.actor import Actor

#: More candidates than this are not put in order: who types 公司 has not said whom he means.
CANDIDATES = 2000


@dataclass(frozen=True, slots=True)
class CustomerHit:
    id: UUID
    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContactHit:
    id: UUID
    name: str
    title: str
    phone: str
    email: str
    roles: tuple[str, ...]
    customer: UUID
    customer_name: str


@dataclass(frozen=True, slots=True)
class SiteHit:
    id: UUID
    code: str
    name: str
    customer: UUID
    customer_name: str


@dataclass(frozen=True, slots=True)
class ContractHit:
    id: UUID
    number: str
    customer: UUID
    customer_name: str


# `r`: the row; the candidates are bounded before they are put in order. Of the caller's own.
_FIND = """
with candidates as (
  select r.*, {rank} as rank from {table} r where {mine} and {where} limit {most}),
ordered as (select r.*, u.name as customer_name from candidates r
  join customers_customer u on u.id = r.{customer})
select {columns} from ordered r
where %(after)s::uuid is null or (rank, {by}, id) >
  (select rank, {by}, id from ordered where id = %(after)s)
order by rank, {by}, id limit %(limit)s
"""


@dataclass(frozen=True, slots=True)
class _Kind:
    table: str
    columns: str
    by: str = "name"
    text: str = "r.found_by"
    customer: str = "customer_id"
    only: str = "true"


def _rows(
    kind: _Kind, actor: Actor, asked: Asked, limit: int, after: UUID | None
) -> list[tuple[Any, ...]]:
    if not asked:
        return []
    rank, ranked = asked.rank(kind.text)
    where, said = asked.where(kind.text)
    query = _FIND.format(
        table=kind.table,
        columns=kind.columns,
        by=kind.by,
        customer=kind.customer,
        rank=rank,
        where=f"{kind.only} and {where}",
        most=CANDIDATES,
        mine=f"(%(mine)s::uuid is null or r.{kind.customer} = %(mine)s)",
    )
    values = {**ranked, **said, "mine": actor.customer, "after": after, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


_CUSTOMERS = _Kind("customers_customer", "id, name, phones", customer="id")
_CONTACTS = _Kind(
    "customers_contact",
    "id, name, title, phone, email, roles, customer_id, customer_name",
    only="r.active",
)
_SITES = _Kind("customers_site", "id, code, name, customer_id, customer_name")
_CONTRACTS = _Kind(
    "customers_contract",
    "id, number, customer_id, customer_name",
    by="number",
    text="lower(r.number || chr(10) || replace(r.number, '-', ''))",
)


def customers_found(
    actor: Actor, asked: Asked, limit: int, after: UUID | None = None
) -> list[CustomerHit]:
    """Customers by name, as spoken, or by a telephone number of theirs."""
    wanted = asked_of_persons(asked.typed)
    rows = _rows(_CUSTOMERS, actor, wanted, limit, after)
    return [CustomerHit(row[0], row[1], tuple(row[2])) for row in rows]


def contacts_found(
    actor: Actor, asked: Asked, limit: int, after: UUID | None = None
) -> list[ContactHit]:
    """The customers' people who have not left: by name, as spoken, by the number that a caller's
    display shows or its tail, by address or title."""
    rows = _rows(_CONTACTS, actor, asked_of_persons(asked.typed), limit, after)
    return [
        ContactHit(id_, name, title, phone, email, tuple(roles), customer, customer_name)
        for id_, name, title, phone, email, roles, customer, customer_name in rows
    ]


def sites_found(actor: Actor, asked: Asked, limit: int, after: UUID | None = None) -> list[SiteHit]:
    return [SiteHit(*row) for row in _rows(_SITES, actor, asked, limit, after)]


def contracts_found(
    actor: Actor, asked: Asked, limit: int, after: UUID | None = None
) -> list[ContractHit]:
    return [ContractHit(*row) for row in _rows(_CONTRACTS, actor, asked, limit, after)]
