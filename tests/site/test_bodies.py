"""A request that brings too much is refused before it fills a disk."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from itertools import repeat

import pytest

from jiannuo.site.bodies import FILES, Bodies
from jiannuo.site.bursts import Message, Receive, Send

BLOCK = b"0" * 100


class Reading:
    """An application that reads until the end and answers; it gives up where nobody is left."""

    def __init__(self) -> None:
        self.read = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.read += len(message["body"])
            if not message["more_body"]:
                break
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"all"})


def ask(
    blocks: Iterator[bytes],
    *,
    announced: str | None = None,
    path: str = "/sign-in/",
    **given: float,
) -> tuple[int, bytes, int]:
    """The status, the answer, and how many bytes the application read."""
    inner, said, pause = Reading(), list[Message](), given.get("pause", 0.0)
    waiting = list(blocks) if announced is None else []

    async def receive() -> Message:
        await asyncio.sleep(pause if len(waiting) > 1 else max(pause, given.get("silence", 0.0)))
        body = waiting.pop(0) if waiting else b""
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        said.append(message)

    headers = [] if announced is None else [(b"content-length", announced.encode())]
    scope = {"type": "http", "path": path, "headers": headers}
    house = Bodies(
        inner, largest=1000, with_files=2000, grace=0.05, room=int(given.get("room", 9000))
    )
    asyncio.run(house(scope, receive, send))
    assert house.held == 0
    return said[0]["status"], said[1]["body"], inner.read


def test_what_fits_is_read_to_its_end() -> None:
    assert ask(repeat(BLOCK, 10)) == (200, b"all", 1000)


@pytest.mark.parametrize("announced", ["1001", "99999999999999999999"])
def test_what_says_that_it_is_too_long_is_not_read(announced: str) -> None:
    status, said, read = ask(iter(()), announced=announced)
    assert (status, read) == (413, 0)
    assert "64 MB" in said.decode()


@pytest.mark.parametrize("announced", ["1000", "-5", "many", ""])
def test_what_announces_less_or_nonsense_is_counted(announced: str) -> None:
    assert ask(iter(()), announced=announced)[0] == 200


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/api/v1/cases/HT/1/files", 2000),
        ("/api/v1/cases/1/steps/noted", 1000),
        ("/api/v1/cases/1/files/x", 1000),
    ],
)
def test_what_never_ends_is_cut_and_answered_and_files_may_be_larger(path: str, most: int) -> None:
    status, said, read = ask(repeat(BLOCK, 5000), path=path)
    assert status == 413
    assert read == most
    assert json.loads(said)["code"] == "too_big"


def test_what_drips_is_cut_and_what_only_waits_for_the_answer_is_not() -> None:
    status, said, _ = ask(repeat(b"0", 5000), pause=0.06)
    assert status == 408
    assert "太慢" in said.decode()
    assert ask(repeat(BLOCK, 1), pause=0.01)[0] == 200


def test_all_of_them_together_have_bounded_room() -> None:
    files = "/cases/2611-00001/log/"
    assert ask(repeat(BLOCK, 8), path=files, room=500)[0] == 503
    assert ask(repeat(BLOCK, 5), path=files, room=500)[0] == 200
    assert ask(repeat(BLOCK, 8), room=500)[0] == 200  # what is small never waits for the large


def test_much_that_came_fast_buys_no_long_silence() -> None:
    """It is waited for by its pace, and never longer than the grace."""
    began = time.monotonic()
    status, _, _ = ask(repeat(BLOCK, 5), pause=0.0, silence=5.0)
    assert status == 408
    assert time.monotonic() - began < 2


def test_paths_of_files_are_those_that_take_them() -> None:
    taking = ("/cases/2611-00001/log/", "/api/v1/cases/2611-00001/files")
    assert all(FILES.fullmatch(path) for path in taking)
    assert not any(FILES.fullmatch(path) for path in ("/sign-in/", "/api/v1/cases", "/hooks/sms"))
