"""Intake through the full command (permit, event, clocks, audit row, outbox, paper) against
raw SQL that inserts the very same rows, each in its own committed transaction, on one core."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from jiannuo.journey import intake
from jiannuo.manual.actor import Actor
from tests.bench.ground import COUNT, Ground, ground, rows_of_one_case

Row = tuple[str, str, str]


def figures() -> Iterator[Row]:
    found = ground()
    agent = found.agent
    full = _median(lambda n: _report(agent, found, n))
    rows = rows_of_one_case(found)
    raw = _median(lambda n: _insert(rows, n))
    share = 100 * raw / full
    count = sum(len(r.values) for r in rows)
    yield "rows of one intake", str(count), ", ".join(sorted({r.table for r in rows}))
    yield "raw SQL, the same rows", f"{raw * 1000:.2f} ms", f"{1 / raw:.0f}/s"
    yield "the full command", f"{full * 1000:.2f} ms", f"{1 / full:.0f}/s"
    yield "command as a share of raw", f"{share:.0f} %", "at least 25 %"


def _report(agent: Actor, found: Ground, n: int) -> None:
    intake.report(
        agent,
        channel="portal",
        kind="fault",
        device=found.device,
        text=f"bench {n}",
        caller="bench",
    )


def _insert(rows: list[Any], n: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for row in rows:
            cursor.execute(row.statement, row.fresh(n))


def _median(act: Callable[[int], None], rounds: int = 5) -> float:
    """Seconds for one, the median of rounds of COUNT."""
    act(-1)
    each = []
    for lap in range(rounds):
        began = time.perf_counter()
        for n in range(COUNT):
            act(lap * COUNT + n)
        each.append((time.perf_counter() - began) / COUNT)
    return statistics.median(each)
