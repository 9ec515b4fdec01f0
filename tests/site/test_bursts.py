"""A burst of call-backs waits in line and leaves pages alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from jiannuo.site.bursts import Bursts, Message, Receive, Send


@dataclass
class Slow:
    """An application that counts how many requests are inside at once, by path."""

    inside: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        path = scope["path"]
        self.inside[path] = self.inside.get(path, 0) + 1
        self.most[path] = max(self.most.get(path, 0), self.inside[path])
        await asyncio.sleep(0.01)
        self.inside[path] -= 1
        if scope["path"] == "/hooks/broken":
            raise ValueError("a report nobody understands")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def ask(app: Bursts, path: str) -> int:
    """The status it is answered with; 0: the application broke off. `slow`: the body of the
    request never ends."""
    found: list[int] = []

    async def send(message: Message) -> None:
        found.extend([message["status"]] if "status" in message else [])

    async def receive() -> Message:
        if path.endswith("slow"):
            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"", "more_body": False}

    try:
        await app({"type": "http", "path": path}, receive, send)
    except ValueError:
        return 0
    return found[0]


def bursts(app: Bursts, *following: list[str]) -> list[list[int]]:
    """The answers to bursts that follow each other, each to its end."""

    async def run() -> list[list[int]]:
        return [await asyncio.gather(*(ask(app, path) for path in paths)) for paths in following]

    return asyncio.run(run())


def bounded(waiting: int) -> tuple[Bursts, Slow]:
    slow = Slow()
    return Bursts(slow, "/hooks/", at_once=3, waiting=waiting, patience=0.1), slow


def test_reports_wait_in_line_and_pages_do_not() -> None:
    app, slow = bounded(50)
    assert bursts(app, ["/hooks/sms"] * 30 + ["/cases/"] * 30) == [[200] * 60]
    assert slow.most == {"/hooks/sms": 3, "/cases/": 30}


def test_what_is_beyond_the_line_is_to_be_reported_again() -> None:
    app, _ = bounded(5)
    first, later = bursts(app, ["/hooks/sms"] * 20, ["/hooks/sms"])
    assert sorted(first) == [200] * 8 + [503] * 12
    assert later == [200]


def test_a_report_that_breaks_keeps_no_place_in_the_line() -> None:
    app, _ = bounded(5)
    assert bursts(app, ["/hooks/broken"] * 8, ["/hooks/sms"] * 8) == [[0] * 8, [200] * 8]


def test_nobody_keeps_the_others_waiting_by_never_ending() -> None:
    app, _ = bounded(5)
    (found,) = bursts(app, ["/hooks/slow"] * 30 + ["/hooks/sms"] * 5)
    assert found == [408] * 30 + [200] * 5


def test_the_application_reads_the_whole_body() -> None:
    parts = [b"half", b" and half"]
    found: list[bytes] = []

    async def reading(scope: Message, receive: Receive, send: Send) -> None:
        message = await receive()
        found.append(message["body"])
        assert message["more_body"] is False

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    app = Bursts(reading, "/hooks/", at_once=1, waiting=1)
    asyncio.run(app({"type": "http", "path": "/hooks/sms"}, receive, send))
    assert found == [b"half and half"]
