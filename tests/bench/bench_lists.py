"""The list of open cases by time to breach, at ten thousand and at a million cases (the
million by bulk load), against the raw query: 95th percentile of each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from jiannuo.cases import queries as cases
from jiannuo.kernel.moment import now
from tests.bench.ground import Ground, ground

Row = tuple[str, str, str]
SIZES = (10_000, 1_000_000)
PAGE = 100

# One case in twenty is open; the rest is history.
LOAD = """
insert into cases_case (id, number, customer_id, site_id, contract_id, kind, channel, text, caller,
  drill, status, level, profile_version, entitlement, reported_at, next_due_at, next_promise,
  missing)
select gen_random_uuid(), 'B' || n, %(customer)s, null, %(contract)s, 'fault', 'phone',
  '设备告警 ' || n, '', false, case when n %% 20 = 0 then 'confirmed' else 'closed' end, 'L3', 1,
  'in_warranty', now() - n * interval '1 minute',
  case when n %% 20 = 0 then now() + (n %% 7919) * interval '1 minute' end, 'fix_24h', '{}'
from generate_series(%(first)s, %(last)s) n
"""
RAW = """
select c.number, u.name, s.name, c.text, c.level, c.kind, c.status, c.next_due_at,
  c.next_promise, c.drill, c.id
from cases_case c left join customers_customer u on u.id = c.customer_id
left join customers_site s on s.id = c.site_id
where not (c.status in ('closed', 'merged', 'cancelled'))
order by c.next_due_at, c.id limit 100
"""


def figures() -> Iterator[Row]:
    found = ground()
    loaded = 0
    for size in SIZES:
        _load(found, loaded + 1, size)
        loaded = size
        raw = _p95(_raw)
        ours = _p95(lambda: cases.open_cases(found.agent, PAGE))
        page = _p95(lambda: _page(found, now()))
        yield f"raw query, {size:,} cases, p95", f"{raw * 1000:.2f} ms", f"{PAGE} rows"
        yield (
            f"open cases, {size:,} cases, p95",
            f"{ours * 1000:.2f} ms",
            f"{ours / raw:.1f} x raw, under 3",
        )
        yield (
            f"all the page asks, {size:,} cases, p95",
            f"{page * 1000:.2f} ms",
            f"{size // 20:,} of them open",
        )


def _page(found: Ground, at: datetime) -> None:
    """What the queue asks: the worst, what comes, how many there are of each."""
    cases.open_cases(found.agent, 5, late=True, at=at)
    cases.open_cases(found.agent, PAGE, late=False, at=at)
    cases.count_open(found.agent, [at, at + timedelta(minutes=30), at + timedelta(days=1)])


def _load(found: Ground, first: int, last: int) -> None:
    values: dict[str, Any] = {
        "customer": found.customer,
        "contract": found.contract,
        "first": first,
        "last": last,
    }
    with connection.cursor() as cursor:
        cursor.execute(LOAD, values)
        cursor.execute("vacuum analyze cases_case")  # as autovacuum leaves it


def _raw() -> None:
    with connection.cursor() as cursor:
        cursor.execute(RAW)
        cursor.fetchall()


def _p95(act: Callable[[], object], rounds: int = 60) -> float:
    act()
    each = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        each.append(time.perf_counter() - began)
    return sorted(each)[int(rounds * 0.95) - 1]
