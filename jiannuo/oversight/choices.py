"""What the figures can be restricted to: offices, customers, models, by the names people use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

LISTED = 300  # more names than these no field offers; they are typed


@dataclass(frozen=True, slots=True)
class Choices:
    offices: tuple[tuple[str, str], ...]
    customers: tuple[str, ...]
    models: tuple[tuple[int, str], ...]


def choices() -> Choices:
    """In the order of their names. Only models of which a device stands somewhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
select 1, code, name from people_office
union all (select 2, '', name from customers_customer order by name limit %s)
union all select 3, m.id::text, m.brand || ' ' || m.model from equipment_productmodel m
  where exists (select from equipment_installedunit n where n.model_id = m.id and n.role = 'device')
order by 1, 3
""",
            [LISTED],
        )
        rows = cursor.fetchall()
    return Choices(
        tuple((code, name) for kind, code, name in rows if kind == 1),
        tuple(name for kind, _, name in rows if kind == 2),
        tuple((int(code), name) for kind, code, name in rows if kind == 3),
    )


def customers_like(name: str) -> list[tuple[UUID, str]]:
    """The customer of this name; else those in whose name it stands, three at most."""
    found: list[tuple[UUID, str]] = _rows(
        "select id, name from customers_customer where name = %s order by id limit 1", name
    )
    return found or _rows(
        "select id, name from customers_customer where position(lower(%s) in lower(name)) > 0"
        " order by name limit 3",
        name,
    )


def _rows(query: str, value: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        found: list[Any] = cursor.fetchall()
        return found
