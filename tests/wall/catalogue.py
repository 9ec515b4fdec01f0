"""What the database itself says of its tables: whose rows they hold, and what the portal may."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from jiannuo.kernel.wall import PORTAL

ROOT = "customers_customer"

_TABLES = """
select c.relname, c.relrowsecurity,
  exists (select from pg_policy p where p.polrelid = c.oid),
  exists (select from pg_attribute a
    where a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped),
  array(select p from unnest(array['select', 'insert', 'update', 'delete', 'truncate',
      'references', 'trigger']) p where has_table_privilege(%s, c.oid, p)),
  array(select p || ' of ' || a.attname
    from pg_attribute a, unnest(array['select', 'insert', 'update', 'references']) p
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      and has_column_privilege(%s, c.oid, a.attnum, p)
      and not has_table_privilege(%s, c.oid, p))
from pg_class c where c.relnamespace = current_schema::regnamespace
  and c.relkind in ('r', 'p', 'v', 'm', 'f')
order by c.relname
"""

_LINKS = """
select k.conrelid::regclass::text, a.attname, k.confrelid::regclass::text, f.attname
from pg_constraint k
join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
join pg_attribute f on f.attrelid = k.confrelid and f.attnum = k.confkey[1]
where k.contype = 'f' and k.connamespace = current_schema::regnamespace
order by 1, 2
"""

Link = tuple[str, str, str]


@dataclass(frozen=True)
class Table:
    """`whose`: SQL for the customer of its row `t`, "" where no way leads to one."""

    name: str
    walled: bool
    policy: bool
    may: frozenset[str]
    columns: frozenset[str]
    whose: str


def tables() -> dict[str, Table]:
    """Every table (view, ...) of the product, by name."""
    links: dict[str, list[Link]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [PORTAL] * 3)
        rows = cursor.fetchall()
        cursor.execute(_LINKS)
        for child, *link in cursor.fetchall():
            links.setdefault(child, []).append((link[0], link[1], link[2]))
    own = {name: "customer_id" for name, _, _, owns, *_ in rows if owns} | {ROOT: "id"}
    return {
        name: Table(
            name, walled, policy, frozenset(may), frozenset(columns), _whose(name, "t", own, links)
        )
        for name, walled, policy, _, may, columns in rows
    }


def _whose(table: str, alias: str, own: dict[str, str], links: dict[str, list[Link]]) -> str:
    """Its own column, else the customer of the row that its foreign key names, and so on."""
    if table in own:
        return f"{alias}.{own[table]}"
    for column, parent, key in links.get(table, ()):
        further = {child: found for child, found in links.items() if child != table}
        whose = _whose(parent, f"{alias}p", own, further)
        if whose:
            on = f"{alias}p.{key} = {alias}.{column}"
            return f"(select {whose} from {parent} {alias}p where {on})"
    return ""
