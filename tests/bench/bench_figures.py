"""The pages of figures over two hundred thousand counted cases and a million (by bulk load, 50
months of them): what each takes, 95th percentile and work done; and how fast changes are counted."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from jiannuo.faces.desk.figures.duties import duty_page
from jiannuo.faces.desk.figures.kpis import kpi_page
from jiannuo.faces.desk.figures.lists import miss_list, promise_list
from jiannuo.faces.desk.figures.register import register_page
from jiannuo.faces.desk.wall.board import board
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.oversight import sums, tallying
from jiannuo.oversight.register import house_profile
from jiannuo.web.reader import Reader
from tests.bench.ground import ground

Row = tuple[str, str, str]
SIZES = tuple(int(n) for n in os.environ.get("BENCH_CASES", "200000,1000000").split(","))
MONTHS = 50
CUSTOMERS, MODELS, OFFICES = 400, 60, 8

PEOPLE = """
insert into customers_customer (id, name, phones)
  select gen_random_uuid(), '第' || n || '客户中心', '{}' from generate_series(1, %(customers)s) n;
insert into people_office (code, name, lat, lon)
  select 'O' || n, '办事处' || n, 30, 104 from generate_series(1, %(offices)s) n;
insert into equipment_productmodel (brand, model, category, equivalents)
  select '川芯', 'M-' || n, '', '[]' from generate_series(1, %(models)s) n;
"""

CASES = """
insert into oversight_casefact ("case", customer_id, number, office, level, kinds, imported,
  reported_at, counted_at, seconds, problem, cause, devices, again, visits, asked, filled, rating,
  events, late_events, overrides, astray)
select gen_random_uuid(), (array(select id from customers_customer order by id))[1 + n %% 400],
  'B' || n, 'O' || (1 + n %% 8),
  (array['L1', 'L2', 'L3', 'L3', 'L3', 'L4', 'consult'])[1 + n %% 7],
  array[1 + n %% 60], false, at, at + (n %% 97) * interval '20 minutes', (n %% 97) * 1200,
  'P' || n, case when n %% 3 = 0 then 'quality' else 'use' end, '{}', n %% 29 = 0, n %% 3, n %% 2,
  n %% 2, case when n %% 4 = 0 then 1 + n %% 5 end, 12, n %% 5 / 4, n %% 7 / 6, 0
from (select n, now() - n * %(step)s as at from generate_series(%(first)s, %(last)s) n) x
"""

PROMISES = """
insert into oversight_promisefact (clock, subject_kind, subject, customer_id, promise, office,
  level, kinds, imported, reported_at, counted_at, verdict, raw, net, started_at, due_at,
  stopped_at, op, still, elapsed, late, reason)
select row_number() over () + %(base)s, 'case', f."case", f.customer_id, p.code, f.office, f.level,
  f.kinds, false, f.reported_at, f.counted_at,
  case when h %% 20 = 0 then 'broken' when h %% 31 = 0 then 'na'
    when f.reported_at > now() - interval '2 days' and h %% 3 = 0 then 'open' else 'kept' end,
  '', h %% 100 = 0, f.reported_at, f.reported_at + interval '2 hours',
  case when f.reported_at > now() - interval '2 days' and h %% 3 = 0 then null
    else f.reported_at + interval '1 hour' end, 'lt', false, interval '1 hour',
  case when h %% 20 = 0 then (h %% 500) * interval '1 minute' end,
  (array['', 'waited', 'deviation'])[1 + h %% 3]
from oversight_casefact f
cross join unnest(array['phone_response', 'umbrella_response', 'fix_24h', 'remote_response',
  'onsite_arrival']) p(code)
cross join lateral (select abs(hashtext(f."case"::text || p.code)) as h) x
where f.number = any(select 'B' || n from generate_series(%(first)s, %(last)s) n)
"""


def figures() -> Iterator[Row]:
    found = ground()
    with connection.cursor() as cursor:
        values = {"customers": CUSTOMERS, "offices": OFFICES, "models": MODELS}
        cursor.execute(PEOPLE, values)
        cursor.execute("delete from oversight_stale")
    loaded = 0
    for size in SIZES:
        _load(loaded + 1, size, timedelta(days=30 * MONTHS) / size)
        loaded = size
        yield from _pages(found.agent, size)
    yield _counting()


def _pages(agent: Actor, size: int) -> Iterator[Row]:
    profile = house_profile(now())
    month = {"p": f"{now():%Y-%m}"}
    with connection.cursor() as cursor:
        cursor.execute("select name from customers_customer order by id limit 1")
        customer = cursor.fetchone()[0]

    def reader() -> Reader:
        return Reader("zh", profile.zone, now())

    def at(**more: str) -> dict[str, str]:
        return {**month, **more}

    asked: dict[str, Callable[[], object]] = {
        "register, a month": lambda: register_page(agent, reader(), at()),
        "register, a quarter": lambda: register_page(agent, reader(), {}),
        "register, an office and a level": lambda: register_page(
            agent, reader(), at(office="O1", level="L3")
        ),
        "register, a customer": lambda: register_page(agent, reader(), at(customer=customer)),
        "register, a customer and a model": lambda: register_page(
            agent, reader(), at(customer=customer, model="1")
        ),
        "KPIs, a month": lambda: kpi_page(agent, reader(), at()),
        "KPIs, a model": lambda: kpi_page(agent, reader(), at(model="1")),
        "not kept, a month, first page": lambda: miss_list(agent, reader(), at()),
        "rows of a promise, a month": lambda: promise_list(
            agent, reader(), at(part="due"), "fix_24h"
        ),
        "other duties, a month": lambda: duty_page(agent, reader(), at()),
        "wall": lambda: board(agent, reader()),
    }
    for what, ask in asked.items():
        clock, worked = _took(ask)
        yield f"{what}, {size:,} cases", f"{clock:.0f} ms", f"{worked:.0f} ms of work, 150"


def _took(ask: Callable[[], object], times: int = 15) -> tuple[float, float]:
    """Milliseconds: the 95th percentile by the clock, and the median of what the two processes
    worked, which says the same on a busy machine."""
    ask()
    clock, worked = [], []
    for _ in range(times):
        began, cpu = time.perf_counter(), _worked()
        ask()
        clock.append((time.perf_counter() - began) * 1000)
        worked.append((_worked() - cpu) * 1000)
    return sorted(clock)[int(0.95 * times) - 1], sorted(worked)[times // 2]


def _worked() -> float:
    """Seconds that this process and the database's behind our connection have computed."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        path = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not path.exists():  # a server elsewhere
        return time.process_time()
    fields = path.read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _load(first: int, last: int, step: timedelta) -> None:
    bite = 50_000
    for start in range(first, last + 1, bite):
        said: dict[str, Any] = {
            "first": start,
            "last": min(last, start + bite - 1),
            "step": step,
            "base": start * 10,
            "zone": house_profile(now()).timezone,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CASES, said)
            cursor.execute(PROMISES, said)
            cursor.execute(
                'select "case" from oversight_casefact'
                " where number = any(select 'B' || n from generate_series(%(first)s, %(last)s) n)",
                said,
            )
            sums.put(cursor, {**said, "ids": [row[0] for row in cursor.fetchall()]}, 1)
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze")


def _counting() -> Row:
    """Subjects that are gone: taken out of facts and sums, beside all that history."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into oversight_stale (subject_kind, subject)"
            " select 'case', \"case\" from oversight_casefact order by reported_at desc limit 500"
        )
    began = time.perf_counter()
    done = tallying.refresh_all()
    took = (time.perf_counter() - began) * 1000
    return "counting what changed", f"{took / max(1, done):.1f} ms", f"a case, of {done}"
