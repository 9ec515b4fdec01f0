"""Bursts of call-backs wait in line, so that people's pages keep their share of the server.

A gateway that comes back reports everything it held at once. Each request would take a thread
and wait for a connection of the pool; here most of them wait before either.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from jiannuo.manual.words import Text

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

PATIENCE = 5.0  # seconds for a body to arrive
LARGEST = 64 * 1024  # bytes; what is longer is cut there, and refused for its length behind


@dataclass
class Bursts:
    """Of the requests below `path`, `at_once` are worked on and `waiting` wait for their turn;
    any more are answered 503 with Retry-After: gateways report again. A turn is taken only when
    the whole report is here (408: it never came), so that nobody holds one by being slow."""

    app: App
    path: str
    at_once: int
    waiting: int
    patience: float = PATIENCE
    _turn: asyncio.Semaphore = field(init=False)
    _inside: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.at_once)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.path):
            return await self.app(scope, receive, send)
        try:
            body = await asyncio.wait_for(_whole(receive), self.patience)
        except TimeoutError:
            return await _refuse(send, 408, "too_slow", SLOW)
        if self._inside >= self.at_once + self.waiting:
            return await _refuse(send, 503, "busy", BUSY)
        self._inside += 1
        try:
            async with self._turn:
                await self.app(scope, _again(body, receive), send)
        finally:
            self._inside -= 1


async def _whole(receive: Receive) -> bytes:
    body = b""
    while len(body) <= LARGEST:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The body once more, for whoever asks first; then whatever comes."""
    left = [body]

    async def told() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return told


BUSY = Text("现在太忙，请稍后再报。", "Too busy now; report it again.")
SLOW = Text("等了 5 秒，没有收到完整的内容。", "The whole report did not arrive within 5 s.")


async def _refuse(send: Send, status: int, code: str, says: Text) -> None:
    said = json.dumps({"code": code, "zh": says.zh, "en": says.en}, ensure_ascii=False)
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})
