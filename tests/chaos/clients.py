"""Programs that use the interface as programs should: an id for each request, kept before it is
sent, and the same request again until there is an answer."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from jiannuo.kernel.moment import now

PATIENCE = 8.0  # seconds for one answer
BETWEEN = 0.3  # seconds between two tries
HANGS_UP, DOUBLES = 0.04, 0.03  # shares of requests that lose their answer, that come twice at once
CLEAN = 503


@dataclass
class Asked:
    """One request. `status` 0: nobody ever answered. `numbers`: what its answers called the case."""

    key: str
    path: str
    body: dict[str, Any]
    tries: int = 0
    status: int = 0
    code: str = ""
    numbers: set[str] = field(default_factory=set)
    answered_at: datetime | None = None

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300

    @property
    def step(self) -> str:
        return "reported" if self.path == "/api/v1/cases" else self.path.rsplit("/", 1)[1]

    @property
    def number(self) -> str:
        return next(iter(self.numbers), "")


class Book:
    """The clients' log: what was asked, before it was; what was answered, after it was."""

    def __init__(self, path: Path) -> None:
        self._file, self._lock = path.open("a", encoding="utf-8"), threading.Lock()
        self.asked: list[Asked] = []
        self.statuses: Counter[int] = Counter()
        self.unclean: list[str] = []

    def open(self, one: Asked) -> None:
        with self._lock:
            self.asked.append(one)
            self._write({"key": one.key, "path": one.path, "body": one.body})

    def close(self, one: Asked) -> None:
        with self._lock:
            self._write({"key": one.key, "status": one.status, "tries": one.tries})

    def answered(self, path: str, status: int, headers: dict[str, str], body: bytes) -> None:
        """2xx, 3xx and 4xx are answers; so is a 503 that says when to come again. All else is a fault."""
        with self._lock:
            self.statuses[status] += 1
            clean = status == CLEAN and ("retry-after" in headers or path == "/healthz")
            if status >= 500 and not clean:
                self.unclean.append(f"{status} to {path}: {body[:300].decode(errors='replace')}")

    def _write(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def acknowledged(self, step: str) -> list[Asked]:
        return [one for one in self.asked if one.acknowledged and one.step == step]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Caller:
    """One client. `over`: nothing is tried again."""

    def __init__(
        self, ports: Sequence[int], book: Book, rnd: Random, over: threading.Event
    ) -> None:
        self.ports, self.book, self.rnd, self.over = tuple(ports), book, rnd, over

    def take(self, token: str, path: str, **body: Any) -> Asked:
        """A step, until it is answered."""
        one = Asked(str(UUID(int=self.rnd.getrandbits(128), version=4)), path, body)
        self.book.open(one)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": one.key,
        }
        raw = json.dumps(body).encode()
        if self.rnd.random() < DOUBLES:
            threading.Thread(target=self._once, args=(one, headers, raw), daemon=True).start()
        while not self.over.is_set():
            one.tries += 1
            hung_up = one.tries == 1 and self.rnd.random() < HANGS_UP
            answer = self._once(one, headers, raw, listens=not hung_up)
            if answer is not None and answer.status != CLEAN and answer.status < 600:
                one.status, one.answered_at = answer.status, now()
                one.code = str(answer.json().get("code", ""))
                break
            self.over.wait(BETWEEN)
        self.book.close(one)
        return one

    def _once(
        self, one: Asked, headers: dict[str, str], raw: bytes, *, listens: bool = True
    ) -> Answer | None:
        answer = self.send("POST", one.path, raw, headers, listens=listens)
        if answer is not None and answer.status < 300 and one.step == "reported":
            one.numbers.add(str(answer.json().get("number")))
        return answer

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        *,
        listens: bool = True,
    ) -> Answer | None:
        """One try at one of the servers; None where no whole answer came."""
        port = self.rnd.choice(self.ports)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            if not listens:
                time.sleep(0.02)
                return None
            reply = connection.getresponse()
            found = Answer(reply.status, _joined(reply.getheaders()), reply.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        self.book.answered(path, found.status, found.headers, found.body)
        return found


def _joined(headers: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found
