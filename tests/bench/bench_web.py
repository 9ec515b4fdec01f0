"""What programs and people wait for over HTTP, at a hundred thousand open cases: four web workers,
every request on a connection of its own, beside the raw SQL of the same.

OPEN=2000 in the environment makes a smaller house of it.
"""

from __future__ import annotations

import json
import os
import socket
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from jiannuo.cases import queries as cases
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people import queries as people_queries
from tests.bench.filling import fill
from tests.bench.ground import Ground, RawRow, ground, rows_of_one_case
from tests.serving import pointed_at, served

Row = tuple[str, str, str]
OPEN = int(os.environ.get("OPEN", "100000"))
WORKERS, ROUNDS = 4, 40
RAW_LIST = """
select c.number, u.name, s.name, c.text, c.level, c.kind, c.status, c.next_due_at
from cases_case c left join customers_customer u on u.id = c.customer_id
left join customers_site s on s.id = c.site_id
where not (c.status in ('closed', 'merged', 'cancelled'))
order by c.next_due_at, c.id limit 100
"""


@dataclass(frozen=True)
class Asked:
    """One request, as bytes on the wire but for its idempotency key."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any] | None = None

    def wire(self, port: int) -> bytes:
        said = b"" if self.body is None else json.dumps(self.body, ensure_ascii=False).encode()
        headers = {
            "Host": f"127.0.0.1:{port}",
            "Connection": "close",
            "Content-Length": str(len(said)),
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
            **self.headers,
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + said


def figures() -> Iterator[Row]:
    found = ground()
    began = time.perf_counter()
    fill(found, OPEN)
    yield "open cases", f"{OPEN:,}", f"loaded in {time.perf_counter() - began:.0f} s"
    raw = rows_of_one_case(found)
    asked = _requests(found)
    with served(pointed_at(), "--workers", str(WORKERS)) as web:
        port = web.port
        for _ in range(3 * WORKERS):
            for one in asked:
                _once(one, port)
        yield from _intakes(asked[0], port, raw)
        yield from _reads(asked[1:], port)


def _requests(found: Ground) -> list[Asked]:
    people.open_login(SYSTEM, "bench", people_queries.known_staff("周敏").id, "bench-bench-bench")
    token = people.open_token(SYSTEM, "bench", "bench")
    number = cases.open_cases(SYSTEM, 1)[0].number
    client = Client()
    client.force_login(get_user_model().objects.get(username="bench"))
    page = {"Cookie": "; ".join(f"{m.key}={m.value}" for m in client.cookies.values())}
    program = {"Authorization": f"Bearer {token}"}
    report = {"channel": "monitoring", "kind": "fault", "device": found.device, "text": "告警"}
    return [
        Asked("intake", "POST", "/api/v1/cases", program, report),
        Asked("list, API", "GET", "/api/v1/cases", program),
        Asked(
            "list of a customer, API", "GET", f"/api/v1/cases?customer={found.customer}", program
        ),
        Asked("case, API", "GET", f"/api/v1/cases/{number}", program),
        Asked("timeline, API", "GET", f"/api/v1/cases/{number}/timeline", program),
        Asked("queue, page", "GET", "/", page),
        Asked("case with timeline and clocks, page", "GET", f"/cases/{number}/", page),
    ]


def _intakes(asked: Asked, port: int, raw: list[RawRow]) -> Iterator[Row]:
    for clients, target in ((1, "under 20 ms"), (8, "under 100 ms")):
        took, rate = _driven(clients, lambda: _once(asked, port))
        yield f"intake, {clients} clients", _said(took), f"{target}; {rate:.0f}/s"
    took, rate = _driven(4, lambda: _once(asked, port), rounds=4 * ROUNDS)
    yield "intake, 4 clients", f"{rate:.0f}/s", f"at least 92/s; {_said(took)}"
    for clients in (1, 4):
        took, rate = _raw(raw, clients)
        yield f"raw SQL, the same rows, {clients} clients", _said(took), f"{rate:.0f}/s"


def _reads(asked: list[Asked], port: int) -> Iterator[Row]:
    def listed() -> None:
        with connection.cursor() as cursor:
            cursor.execute(RAW_LIST)
            cursor.fetchall()

    took, _ = _driven(1, listed, local=True)
    yield "raw SQL of the list", _said(took), "100 rows"
    for one in asked:
        took, rate = _driven(1, partial(_once, one, port))
        yield one.name, _said(took), f"p50 under 40, p95 under 150; {rate:.0f}/s"


def _driven(
    clients: int, act: Callable[[], object], rounds: int = ROUNDS, *, local: bool = False
) -> tuple[list[float], float]:
    """Seconds of each, and how many a second there were in all."""

    def one(_: int) -> list[float]:
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            act()
            took.append(time.perf_counter() - began)
        return took

    began = time.perf_counter()
    if local:
        found = [one(0)]
    else:
        with ThreadPoolExecutor(clients) as threads:
            found = list(threads.map(one, range(clients)))
    spent = time.perf_counter() - began
    every = [took for each in found for took in each]
    return every, len(every) / spent


def _said(took: list[float]) -> str:
    ordered = sorted(took)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1]
    return f"{p50 * 1000:.1f} / {p95 * 1000:.1f} ms"


def _once(asked: Asked, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as wire:
        wire.sendall(asked.wire(port))
        answer = b""
        while part := wire.recv(65536):
            answer += part
    if answer[9:12] not in (b"200", b"201"):
        raise AssertionError(f"{asked.name}: {answer[:600].decode(errors='replace')}")


def _raw(rows: list[RawRow], clients: int) -> tuple[list[float], float]:
    """What one intake writes, from as many connections of their own."""

    def one(client: int) -> list[float]:
        took = []
        with psycopg.connect(pointed_at()) as own:
            for n in range(ROUNDS):
                began = time.perf_counter()
                with own.transaction(), own.cursor() as cursor:
                    for row in rows:
                        cursor.execute(
                            row.statement, row.fresh(clients * 10**6 + client * 10**4 + n)
                        )
                took.append(time.perf_counter() - began)
        return took

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        found = [took for each in threads.map(one, range(clients)) for took in each]
    return found, len(found) / (time.perf_counter() - began)
