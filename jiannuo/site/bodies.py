"""How much one request may bring, and how slowly: nobody fills a disk, or holds one for long."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jiannuo.manual.words import Text
from jiannuo.site.bursts import App, Message, Receive, Send

MB = 1024 * 1024
LARGEST = 3 * MB  # bytes of what a form or a program says
WITH_FILES = 64 * MB  # bytes where files are sent: a few of the largest size that is kept
FILES = re.compile(r"/(api/v1/)?cases/.+/(log/|files)|/import/[a-z]+/")
GRACE = 30.0  # seconds, after which a body must have come at `SLOWEST` at least
SLOWEST = 8 * 1024  # bytes a second
ROOM = 512 * MB  # bytes of all bodies with files that come in at once

TOO_BIG = Text(
    "一次送来的内容太大，没有保存。请退回上一页，分几次传（一次最多 64 MB）。",
    "Too much at a time; nothing was saved. Go back and send it in turns (64 MB at most).",
)
TOO_SLOW = Text("传得太慢，没有保存，请再试。", "It came too slowly; nothing was saved. Try again.")
BUSY = Text("现在太忙，没有保存，请稍后再试。", "Too busy now, nothing was saved; try again soon.")
SAYS = {413: ("too_big", TOO_BIG), 408: ("too_slow", TOO_SLOW), 503: ("busy", BUSY)}


@dataclass
class Bodies:
    """Counts what comes in, also where no length was announced. Above its size it is answered 413,
    below its pace 408, and where all files together are too much 503: in JSON to programs, as
    plain text to browsers."""

    app: App
    largest: int = LARGEST
    with_files: int = WITH_FILES
    grace: float = GRACE
    room: int = ROOM
    held: int = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        limit = self.with_files if FILES.fullmatch(scope["path"]) else self.largest
        if _announced(scope) > limit:
            return await _refuse(scope, send, 413)
        body = _Body(self, receive, limit)
        try:
            await self.app(scope, body.next, body.guarding(send))
        finally:
            self.held -= body.held
        if body.wrong:
            await _refuse(scope, send, body.wrong)


class _Body:
    """One body on its way in. `wrong`: the status it is refused with, or 0."""

    def __init__(self, house: Bodies, receive: Receive, limit: int) -> None:
        self.house, self.receive, self.limit = house, receive, limit
        self.large = limit == house.with_files
        self.began, self.came, self.held = time.monotonic(), 0, 0
        self.whole, self.wrong = False, 0

    async def next(self) -> Message:
        """The next part. After the last one the application only waits for the other side to
        leave, which may take as long as it likes; one that is refused has left."""
        if self.whole:
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), self._patience())
        except TimeoutError:
            self.wrong = 408
            return {"type": "http.disconnect"}
        came = len(message.get("body", b""))
        self.came += came
        self.whole = not message.get("more_body")
        if self.came > self.limit:
            self.wrong = 413
        elif self.large and not self._fits(came):
            self.wrong = 503
        return {"type": "http.disconnect"} if self.wrong else message

    def _patience(self) -> float:
        """Seconds for the next part: by the pace of the whole, and no silence is longer than the
        grace, however much came before it."""
        earned = self.house.grace + self.came / SLOWEST
        left = earned - (time.monotonic() - self.began)
        return min(max(left, 0.0), self.house.grace)

    def _fits(self, came: int) -> bool:
        """Is there room for so much more of what is large? Small ones never wait for it."""
        self.held += came
        self.house.held += came
        return self.house.held <= self.house.room

    def guarding(self, send: Send) -> Callable[[Message], Any]:
        """What the application answers, unless it was cut off."""

        async def unless_wrong(message: Message) -> None:
            if not self.wrong:
                await send(message)

        return unless_wrong


def _announced(scope: Message) -> int:
    said = dict(scope["headers"]).get(b"content-length", b"0")
    return int(said) if said.isdigit() else 0


async def _refuse(scope: Message, send: Send, status: int) -> None:
    code, says = SAYS[status]
    programs = scope["path"].startswith(("/api/", "/hooks/"))
    told = {"code": code, "zh": says.zh, "en": says.en}
    said = json.dumps(told, ensure_ascii=False) if programs else f"{says.zh}\n{says.en}\n"
    kind = b"application/json" if programs else b"text/plain; charset=utf-8"
    headers = [(b"content-type", kind), (b"connection", b"close")]
    if status == 503:
        headers.append((b"retry-after", b"30"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said.encode()})
