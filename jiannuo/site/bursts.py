"""Bursts of call-backs wait in line, so that people's pages keep their share of the server.

A gateway that comes back reports everything it held at once. Each request would take a thread
and wait for a connection of the pool; here most of them wait before either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[..., Awaitable[None]]

TOLD = (
    '{"code": "busy", "zh": "现在太忙，请稍后再报", "en": "too busy now, report it again"}'.encode()
)


@dataclass
class Bursts:
    """Of the requests below `path`, `at_once` are worked on and `waiting` wait for their turn;
    any more are answered 503 with Retry-After: gateways report again."""

    app: App
    path: str
    at_once: int
    waiting: int
    _turn: asyncio.Semaphore = field(init=False)
    _inside: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._turn = asyncio.Semaphore(self.at_once)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self.path):
            return await self.app(scope, receive, send)
        if self._inside >= self.at_once + self.waiting:
            return await _refuse(send)
        self._inside += 1
        try:
            async with self._turn:
                await self.app(scope, receive, send)
        finally:
            self._inside -= 1


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"retry-after", b"5")]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": TOLD})
