"""Many open cases at once: one that was reported and confirmed, copied row by row in SQL with ids
and moments of its own, over a week that ends now."""

from __future__ import annotations

from typing import Any

from django.db import connection

from jiannuo.cases import queries as cases
from jiannuo.journey import intake
from tests.bench.ground import SUBJECT, TABLES, Ground, another

MINUTES = 7 * 24 * 60

_COLUMNS = """
select column_name, data_type, (
  select count(*) from pg_index i join pg_attribute a on a.attrelid = i.indrelid
  and a.attnum = any(i.indkey) where i.indrelid = %(table)s::regclass and i.indisunique
  and a.attname = column_name) > 0
from information_schema.columns where table_name = %(table)s and is_generated = 'NEVER'
and column_name <> 'xid' and not (column_name = 'id' and is_identity = 'YES')
"""


def fill(found: Ground, count: int, customers: int = 20) -> None:
    """So many open cases more, of some customers, each with its events, clocks, triggers, papers
    and audit rows."""
    grounds = [found, *(another(n + 2) for n in range(customers - 1))]
    each = count // customers
    for n, one in enumerate(grounds):
        _copy(one, n * each + 1, (n + 1) * each)
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"vacuum analyze {table}")  # as autovacuum leaves them


def _copy(ground: Ground, first: int, last: int) -> None:
    done = intake.report(
        ground.agent, channel="portal", kind="fault", device=ground.device, text="x", caller="y"
    )
    intake.confirm(ground.agent, done.number, level="L3")
    said: dict[str, Any] = {"case": cases.card(done.number).id, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        for table in TABLES:
            cursor.execute(_statement(table), said)
        cursor.execute("set session_replication_role = default")


def _statement(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, {"table": table})
        columns = cursor.fetchall()
    key = SUBJECT.get(table, "subject")
    names = ", ".join(f'"{name}"' for name, *_ in columns)
    values = ", ".join(_value(key, *column) for column in columns)
    return (
        f"insert into {table} ({names}) select {values} from {table} t,"
        f" generate_series(%(first)s::int, %(last)s::int) copies(copy) where t.{key} = %(case)s"
    )


def _value(key: str, name: str, kind: str, unique: bool) -> str:
    """The column of a copy: the case's own id, a fresh one, a moment of its own, or the same."""
    if name == key:
        return "('01900000-0000-7000-8000-' || lpad(to_hex(copy), 12, '0'))::uuid"
    if kind == "uuid" and (name in ("id", "uid", "op")):
        return "gen_random_uuid()"
    if kind == "timestamp with time zone":
        return f"t.\"{name}\" - (copy %% {MINUTES}) * interval '1 minute'"
    if unique and kind in ("character varying", "text") and name in ("number", "key"):
        return f"t.\"{name}\" || '-' || copy"
    return f't."{name}"'
