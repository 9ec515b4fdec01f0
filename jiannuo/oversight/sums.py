"""The sums by month: what is added up, once for the facts and once for their sums.

Each is the same word over a fact (`count(*) filter ...`) and over a month (`sum(...)`), so that a
figure does not depend on which of the two answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

#: Of a promise: the condition under which a fact counts.
PROMISE = {
    "kept": "verdict = 'kept'",
    "loaner": "verdict = 'loaner'",
    "broken": "verdict = 'broken'",
    "untold": "verdict = 'untold'",
    "na": "verdict = 'na'",
    "raw_kept": "raw = 'kept'",
    "raw_broken": "raw = 'broken'",
    "net_kept": "net",
}

#: Of a case that counts: what is summed.
CASE = {
    "cases": "1",
    "visited": "(visits > 0)::int",
    "single": "(visits = 1)::int",
    "first": "(visits = 1 and not again)::int",
    "seconds": "seconds",
    "again": "again::int",
    "asked": "asked",
    "filled": "filled",
    "rated": "(rating is not null)::int",
    "stars": "coalesce(rating, 0)",
    "happy": "coalesce((rating >= 4)::int, 0)",
    "events": "events",
    "late_events": "late_events",
    "overrides": "overrides",
    "astray": "astray",
}

#: The three things by which a month is summed beside "all".
_SCOPES = """
cross join lateral (select '' as scope
  union all select 'o:' || f.office where f.office <> ''
  union all select 'c:' || f.customer_id where f.customer_id is not null
  union all select 'm:' || kind from unnest(f.kinds) kind) s
"""

MONTH = "date_trunc('month', {at} at time zone %(zone)s)::date"


def _columns(names: Mapping[str, str], prefix: str = "") -> str:
    return ", ".join(f"{prefix}{name}" for name in names)


def _added(table: str, names: Mapping[str, str]) -> str:
    return ", ".join(f"{name} = {table}.{name} + excluded.{name}" for name in names)


def of_facts(names: Mapping[str, str]) -> str:
    if names is PROMISE:
        return ", ".join(f"count(*) filter (where {test})" for test in names.values())
    return ", ".join(f"coalesce(sum({what}), 0)" for what in names.values())


def of_months(names: Mapping[str, str]) -> str:
    return ", ".join(f"coalesce(sum({name}), 0)" for name in names)


def _signed(names: Mapping[str, str]) -> str:
    if names is PROMISE:
        return ", ".join(f"%(sign)s * count(*) filter (where {t})" for t in names.values())
    return ", ".join(f"%(sign)s * sum({what})" for what in names.values())


_PROMISE_MONTHS = f"""
insert into oversight_promisemonth
  (basis, scope, month, level, imported, promise, {_columns(PROMISE)})
select basis, scope, {MONTH.format(at="at")}, level, imported, promise, {_signed(PROMISE)}
from oversight_promisefact f {_SCOPES}
cross join lateral (values ('r', f.reported_at), ('c', f.counted_at)) b (basis, at)
where f.subject = any(%(ids)s) and verdict <> 'open' and at is not null
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6
on conflict (basis, scope, month, level, imported, promise)
do update set {_added("oversight_promisemonth", PROMISE)}
"""

_CASE_MONTHS = f"""
insert into oversight_casemonth (scope, month, level, {_columns(CASE)})
select scope, {MONTH.format(at="counted_at")}, level, {_signed(CASE)}
from oversight_casefact f {_SCOPES}
where f."case" = any(%(ids)s) and counted_at is not null
group by 1, 2, 3
order by 1, 2, 3
on conflict (scope, month, level) do update set {_added("oversight_casemonth", CASE)}
"""


def put(cursor: CursorWrapper, said: Mapping[str, Any], sign: int) -> None:
    """Add the facts of some subjects to the months, or (-1) take them out."""
    values = {**said, "sign": sign}
    cursor.execute(_PROMISE_MONTHS, values)
    cursor.execute(_CASE_MONTHS, values)
