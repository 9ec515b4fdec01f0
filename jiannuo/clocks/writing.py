"""New rows of this room in one statement a table. A step writes some two hundred values here; to
hand them over one by one through the ORM took longer than to store them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db import connection, models
from psycopg.types.json import Jsonb

from jiannuo.clocks.models import Clock, Trigger


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, bool], ...]:
    """Each column that a new row gives, and whether it holds JSON."""
    fields = model._meta.concrete_fields
    return tuple((f.attname, isinstance(f, models.JSONField)) for f in fields if not f.primary_key)


def insert(rows: Sequence[Clock] | Sequence[Trigger], *, once: bool = False) -> None:
    """`once`: what is there already stays as it is. The rows are not told their ids."""
    if not rows:
        return
    model = type(rows[0])
    names = ", ".join(f'"{name}"' for name, _ in _columns(model))
    one = "(" + ", ".join(["%s"] * len(_columns(model))) + ")"
    statement = (
        f"insert into {model._meta.db_table} ({names}) values {', '.join([one] * len(rows))}"
        f"{' on conflict do nothing' if once else ''}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in _values(row)])


def _values(row: Clock | Trigger) -> Iterator[Any]:
    for name, is_json in _columns(type(row)):
        value = getattr(row, name)
        yield Jsonb(value) if is_json else value
