"""Two hundred open boards over four web workers: how soon each hears of a step, how soon it shows
it, and what the open pages cost.

BOARDS=50 in the environment opens fewer.
"""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import time
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection

from jiannuo.cases import queries as cases
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.models import Staff
from jiannuo.web.reader import millis
from tests.bench.filling import fill
from tests.bench.ground import Ground, ground
from tests.serving import Served, pointed_at, served, signed_in

Row = tuple[str, str, str]
BOARDS = int(os.environ.get("BOARDS", "200"))
WORKERS, OPEN, EACH = 4, 2000, 5
ROUNDS = 15
SPREAD = 0.2  # seconds, as in live.js
PATIENCE = 30.0


@dataclass(eq=False)
class Board:
    """An open queue: its stream, and when it last heard of something."""

    port: int
    cookie: str
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    open: bool = False
    at: float = 0.0

    async def listen(self) -> None:
        reader, _ = await self._ask(
            f"/web/live/?on=queue&on=inbox&since={millis(now()) + 60_000}", "text/event-stream"
        )
        self.open = True
        while line := await reader.readline():
            if line.startswith(b"data: ") and line.strip() != b"data:":
                self.at = time.perf_counter()
                self.heard.set()

    async def _ask(self, path: str, accept: str) -> tuple[StreamReader, StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        lines = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Cookie: {self.cookie}")
        writer.write(
            "\r\n".join((*lines, f"Accept: {accept}", "HX-Request: true", "", "")).encode()
        )
        status = await reader.readline()
        assert b" 200 " in status, status
        return reader, writer

    async def show(self) -> float:
        """As the page does it, from the news to the last byte of what it shows."""
        await asyncio.sleep(random.random() * SPREAD)
        reader, writer = await self._ask("/", "text/html")
        length = 0
        while (line := await reader.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        await reader.readexactly(length)
        writer.close()
        return time.perf_counter()


def figures() -> Iterator[Row]:
    found = ground()
    fill(found, OPEN)
    cookies = _people(found)
    with served(pointed_at(), "--workers", str(WORKERS)) as web:
        yield from asyncio.run(_measured(web, found, cookies))


def _people(found: Ground) -> list[str]:
    """The cookies of as many as sit before so many boards, each in a session of his own."""
    cookies = []
    for n in range(-(-BOARDS // EACH)):
        people.hire(SYSTEM, people.Person(f"坐席{n}", ("hotline_agent",)))
        user = User.objects.create(username=f"bench-{n}")
        Staff.objects.filter(name=f"坐席{n}").update(user=user)
        cookies += [signed_in(user)] * EACH
    return cookies[:BOARDS]


async def _measured(web: Served, found: Ground, cookies: list[str]) -> list[Row]:
    number = await asyncio.to_thread(lambda: cases.open_cases(SYSTEM, 1)[0].number)
    for cookie in cookies[: 4 * WORKERS]:  # each worker has made its first page
        await Board(web.port, cookie).show()
    before = _memory(web)
    boards = [Board(web.port, cookie) for cookie in cookies]
    tasks = [asyncio.create_task(board.listen()) for board in boards]
    while not all(board.open for board in boards):
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    after = _memory(web)
    heard = await _rounds(found, number, boards, look=False)
    spent = _spent(web)
    shown = await _rounds(found, number, boards, look=True)
    spent = _spent(web) - spent
    for task in tasks:
        task.cancel()
    return [
        ("boards", str(len(boards)), f"over {WORKERS} web workers"),
        ("heard of a step", _said(heard), "under 1 s"),
        ("shown", _said(shown), "under 1 s"),
        ("a core's time of showing it, each", f"{spent / len(shown) * 1000:.1f} ms", ""),
        ("memory of the web workers", f"{after:.0f} MB", f"{before:.0f} MB without"),
    ]


async def _rounds(found: Ground, number: str, boards: list[Board], *, look: bool) -> list[float]:
    """Seconds from each of some steps to each board."""
    every: list[float] = []
    for _ in range(ROUNDS):
        done = await asyncio.to_thread(_step, found, number)
        every += await asyncio.gather(*(_one(board, done, look=look) for board in boards))
        await asyncio.sleep(0.3)
    return every


def _step(found: Ground, number: str) -> float:
    """When it was committed."""
    take("noted", found.engineer, number, text="已到现场")
    at = time.perf_counter()
    connection.close()
    return at


async def _one(board: Board, done: float, *, look: bool) -> float:
    await asyncio.wait_for(board.heard.wait(), PATIENCE)
    board.heard.clear()
    return (await board.show() if look else board.at) - done


def _workers(web: Served) -> list[Path]:
    pid = web.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [Path("/proc") / child for child in children]


def _memory(web: Served) -> float:
    """Megabytes of all workers together, what they share counted once."""
    rollups = [(one / "smaps_rollup").read_text() for one in _workers(web)]
    return sum(int(rollup.split("\nPss:")[1].split()[0]) for rollup in rollups) / 1024


def _spent(web: Served) -> float:
    """Seconds of processor time of all workers till now."""
    stats = [(one / "stat").read_text().rsplit(")", 1)[1].split() for one in _workers(web)]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _said(took: list[float]) -> str:
    ordered = sorted(took)
    p95 = ordered[int(len(ordered) * 0.95) - 1]
    median, most = statistics.median(ordered), ordered[-1]
    return f"{median * 1000:.0f} / {p95 * 1000:.0f} / {most * 1000:.0f} ms"
