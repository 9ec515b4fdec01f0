"""How late promises fire: a million pending clocks, five hundred falling due each second, two to
eight workers; a backlog of a hundred thousand; a poll that finds nothing while a report's
transaction is open; the same work as scheduled jobs of Procrastinate beside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg.conninfo import make_conninfo

from jiannuo.clocks.guard import database_time
from jiannuo.clocks.sweeping import MARGIN, POLL
from jiannuo.journey.reminders import fire_due

Row = tuple[str, str, str]
PENDING, RATE, SECONDS, BACKLOG = 1_000_000, 500, 12, 100_000
WORKERS = (2, 4, 8)
PEERS = 100_000  # pending jobs that Procrastinate gets: a tenth
JOBS = Path(__file__).parent / "procrastinate_jobs.py"

ARM = """
insert into clocks_trigger (subject_kind, subject, code, ref, generation, urgency, drill, stage,
  moment, fire_at, sweep_at, tell, by, ack, rest, done, state)
select 'case', gen_random_uuid(), %(code)s, '', 1, 3, false, 'due', at, at, at,
  '{duty_manager}', '{}', false, '[]', '{}', 'armed'
from (select {moment} as at from generate_series(1, %(n)s) n) m
"""
LATE = """
select count(*), percentile_disc(array[.5, .99, 1]) within group (order by late), min(late)
from (select 1000 * extract(epoch from fired_at - fire_at) as late from clocks_fired
  where code = %s) f
"""


def figures() -> Iterator[Row]:
    _arm("pending", PENDING, "now() + interval '1 hour' + n % 5000 * interval '10 minutes'")
    _vacuum()
    with _report_open():
        for workers in WORKERS:
            yield _steady(workers)
        yield _drain()
        yield from _empty()
    yield from _peers()


def _arm(code: str, count: int, moment: str) -> None:
    with connection.cursor() as cursor:
        statement = ARM.replace("{moment}", moment.replace("%", "%%"))
        cursor.execute(statement, {"code": code, "n": count})


def _vacuum() -> None:
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze clocks_trigger")


@contextmanager
def _report_open() -> Iterator[None]:
    """A report that reads for minutes: nothing that dies meanwhile can be cleared away."""
    with psycopg.connect(_dsn()) as reading:
        reading.execute("set transaction isolation level repeatable read")
        reading.execute("select count(*) from clocks_fired")
        yield


def _dsn() -> str:
    found = connection.settings_dict
    return make_conninfo(
        dbname=found["NAME"],
        user=found["USER"],
        password=found["PASSWORD"],
        host=found["HOST"],
        port=found["PORT"],
    )


@contextmanager
def _sweepers(count: int) -> Iterator[None]:
    """Workers as the product runs them, each a process."""
    command = [sys.executable, "-m", "jiannuo.site.cli", "worker", "--only", "sweep", "--quiet"]
    env = {**os.environ, "DATABASE_URL": _dsn()}
    running = [subprocess.Popen(command, env=env) for _ in range(count)]
    try:
        _wait_for_beats(count)
        yield
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def _wait_for_beats(count: int) -> None:
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "select count(*) from clocks_beat where beat_at > clock_timestamp() - interval '4 s'"
            )
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.1)


def _steady(workers: int) -> Row:
    code, count = f"due:steady{workers}", RATE * SECONDS
    with _sweepers(workers):
        _arm(code, count, f"now() + interval '2 s' + n * interval '{1000 / RATE} ms'")
        _until_fired(code, count)
    found, (p50, p99, most), least = _late(code)
    early, doubled = int(least < 0), _doubled(code)
    said = f"p50_ms={p50:.0f} p99_ms={p99:.0f} max_ms={most:.0f} early={early} doubled={doubled}"
    return (
        f"lateness workers={workers}",
        said,
        f"{found} fired, {PENDING:,} pending, {RATE}/s; p99 under 250, max under 1000",
    )


def _until_fired(code: str, count: int) -> float:
    began = time.monotonic()
    with connection.cursor() as cursor:
        while time.monotonic() - began < 120:
            cursor.execute("select count(*) from clocks_fired where code = %s", [code])
            if cursor.fetchone()[0] >= count:
                break
            time.sleep(0.1)
    return time.monotonic() - began


def _late(code: str) -> tuple[int, tuple[float, float, float], float]:
    with connection.cursor() as cursor:
        cursor.execute(LATE, [code])
        count, late, least = cursor.fetchone()
    p50, p99, most = (float(value) for value in late)
    return count, (p50, p99, most), float(least)


def _doubled(code: str) -> int:
    """Notices of one fired row that are there twice, and fired rows of one trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) - count(distinct trigger_id) from clocks_fired where code = %s", [code]
        )
        fired = int(cursor.fetchone()[0])
        cursor.execute(
            "select count(*) - count(distinct trigger) from notices_notice where kind = %s", [code]
        )
        return fired + int(cursor.fetchone()[0])


def _drain() -> Row:
    code = "due:backlog"
    _arm(code, BACKLOG, "now() - interval '1 hour' - n * interval '1 ms'")
    with _sweepers(2):
        took = _until_fired(code, BACKLOG)
    with connection.cursor() as cursor:
        cursor.execute(
            "select extract(epoch from max(fired_at) - min(fired_at)) from clocks_fired"
            " where code = %s",
            [code],
        )
        spread = float(cursor.fetchone()[0])
    per_second = BACKLOG / max(spread, 0.001)
    return (
        "drain",
        f"seconds={spread:.1f} per_s={per_second:.0f} doubled={_doubled(code)}",
        f"{BACKLOG:,} overdue with their notices, 2 workers; under 10 s ({took:.1f} s watched)",
    )


def _empty() -> Iterator[Row]:
    since = database_time() - MARGIN
    time.sleep(1)
    bounded = _median(lambda: fire_due(since=since))
    whole = _median(fire_due)
    yield (
        "empty poll",
        f"bounded_ms={bounded:.2f} full_ms={whole:.2f}",
        f"{PENDING:,} pending, a report's transaction open; bounded under 1 ms",
    )
    plan = _plan(since)
    yield ("sweep plan", plan, "Index Cond on sweep_at")


def _median(poll: Any) -> float:
    took = []
    for _ in range(60):
        began = time.perf_counter()
        poll()
        took.append(1000 * (time.perf_counter() - began))
    return sorted(took)[len(took) // 2]


def _plan(since: Any) -> str:
    """Which index the sweep walks, and by what; raises where it is none."""
    with connection.cursor() as cursor:
        given = {"now": None, "low": since, "limit": 500, "by": "bench", "doubt": False}
        cursor.execute("explain " + POLL, given)
        lines = [line for (line,) in cursor.fetchall()]
    place = next(n for n, line in enumerate(lines) if "clocks_trigger_armed" in line)
    condition = lines[place + 1].strip()
    if not condition.startswith("Index Cond:") or "sweep_at" not in condition:
        raise AssertionError("the sweep does not go by its index:\n" + "\n".join(lines))
    return "index=clocks_trigger_armed"


def _peers() -> Iterator[Row]:
    answer = subprocess.run(
        [sys.executable, str(JOBS), _dsn(), str(PEERS), str(RATE), str(SECONDS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if answer.returncode:
        yield ("procrastinate", "failed", answer.stderr.strip().splitlines()[-1][:80])
        return
    found = json.loads(answer.stdout.strip().splitlines()[-1])
    said = " ".join(f"{key}={value}" for key, value in found.items())
    yield ("procrastinate", said, f"its scheduled jobs, {PEERS:,} pending, polled each 200 ms")
