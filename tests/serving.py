"""The web server as the product runs it, and pages that listen to its streams."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from psycopg.conninfo import make_conninfo


@dataclass
class Served:
    """A running web server. `url`: where; `log`: what it said."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> float:
        """Tell it to end; the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)
        return time.monotonic() - began


def pointed_at() -> str:
    """How to connect to the database that Django is pointed at now."""
    found = connection.settings_dict
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    said = {name: str(found[key]) for name, key in parts.items() if found[key]}
    return make_conninfo(**said, port=found["PORT"])


@contextmanager
def served(database_url: str, *more: str, log: Path | None = None) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = (
        *(sys.executable, "-m", "uvicorn", "jiannuo.site.asgi:application", "--port", str(port)),
        *("--lifespan", "off", "--no-access-log", "--log-level", "warning", *more),
    )
    env = {**os.environ, "DATABASE_URL": database_url, "JIANNUO_POOL": "11"}
    heard = log.open("wb") if log else None
    running = Served(port, subprocess.Popen(command, env=env, stderr=heard), log)
    try:
        until(lambda: _answers(running))
        yield running
    finally:
        running.process.terminate()
        running.process.wait()
        if heard:
            heard.close()


def _answers(running: Served) -> bool:
    assert running.process.poll() is None, "the web server ended"
    try:
        with urllib.request.urlopen(f"{running.url}/healthz", timeout=5) as page:
            return bool(page.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def until(there: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def signed_in(user: User) -> str:
    """The cookie of a new session of his."""
    client = Client()
    client.force_login(user)
    return "; ".join(f"{one.key}={one.value}" for one in client.cookies.values())


@dataclass
class Listener:
    """An open page, as far as its stream is concerned. `heard`: (when, which topics) of each news;
    `ended`: the server ended it in order."""

    status: int
    heard: list[tuple[float, set[str]]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    ended: bool = False
    over: bool = False

    def names(self) -> set[str]:
        return set().union(*(names for _, names in self.heard))

    def listen(self, answer: HTTPResponse) -> None:
        try:
            for raw in answer:
                line = raw.decode().rstrip("\n")
                self.lines.append(line)
                if line.startswith("data: ") and line != "data: ":
                    self.heard.append((time.monotonic(), set(line[6:].split())))
            self.ended = True
        except (OSError, HTTPException, ValueError):
            pass  # broken off
        finally:
            self.over = True


@contextmanager
def listening(server: Served, cookie: str, *on: str, **more: str | int) -> Iterator[Listener]:
    """A page that listens from now on. `since`: how old it is, in milliseconds since 1970."""
    wire = HTTPConnection("127.0.0.1", server.port, timeout=30)
    query = urlencode([*(("on", one) for one in on), *more.items()])
    headers = {"Accept": "text/event-stream", **({"Cookie": cookie} if cookie else {})}
    wire.request("GET", f"/web/live/?{query}", headers=headers)
    answer = wire.getresponse()
    page = Listener(answer.status)
    line = wire.sock
    thread = threading.Thread(target=page.listen, args=[answer], daemon=True)
    if answer.status == 200:
        thread.start()
        until(lambda: page.lines)
    try:
        yield page
    finally:
        if line is not None:
            line.shutdown(socket.SHUT_RDWR)
        if answer.status == 200:
            thread.join(10)
        wire.close()
