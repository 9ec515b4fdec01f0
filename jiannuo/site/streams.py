"""Streams of news (text/event-stream), outside of Django: its request ends when the door has let
somebody in, so that an open page costs neither a thread nor a connection to the database."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING

from jiannuo.site.bursts import App, Message, Receive, Send
from jiannuo.web.live.ticket import TICKET, Ticket

if TYPE_CHECKING:
    from jiannuo.web.live.hub import Hub, Stream

HEARTBEAT = 15.0  # seconds; less than proxies wait, and the page hears that we are alive
#: Milliseconds until a page comes again, each at a time of its own: a server that was started anew
#: is not met by all at once.
AGAIN = (1000, 4000)
ENDINGS = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Streams:
    """Hands every request on. Where one at `path` was let in, what it is to hear is sent until the
    page goes, its session ends or the server stops."""

    app: App
    path: str
    hub: Hub
    heartbeat: float = HEARTBEAT
    _hears_the_end: bool = False

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != self.path:
            return await self.app(scope, receive, send)
        ticket, answer = Ticket(), list[Message]()

        async def keep(message: Message) -> None:
            answer.append(message)

        await self.app({**scope, TICKET: ticket}, receive, keep)
        if ticket.stream is None:
            for message in answer:
                await send(message)
        elif answer:
            await send({**answer[0], "headers": _without_length(answer[0])})
            await self._stream(ticket.stream, receive, send)

    async def _stream(self, stream: Stream, receive: Receive, send: Send) -> None:
        self._hear_the_end()
        gone = asyncio.create_task(_until_gone(stream, receive))
        self.hub.join(stream)
        try:
            await send(_body(f"retry: {random.randint(*AGAIN)}\n\n"))
            while not stream.over:
                said = await stream.next(self.heartbeat)
                await send(_body(_event(said, self.hub.looked or stream.since)))
            if stream.one_too_many:  # it does not come again at once, or it would never end
                await send(_body("event: enough\ndata:\n\n"))
            await send({"type": "http.response.body"})
        finally:
            self.hub.leave(stream)
            gone.cancel()

    def _hear_the_end(self) -> None:
        """A server that is told to stop waits for its answers to end, and these never do by
        themselves."""
        if self._hears_the_end or threading.current_thread() is not threading.main_thread():
            return
        self._hears_the_end = True
        loop = asyncio.get_running_loop()
        for ending in ENDINGS:
            before = signal.getsignal(ending)

            def end(number: int, frame: FrameType | None, before: object = before) -> None:
                loop.call_soon_threadsafe(self.hub.close)
                if callable(before):
                    before(number, frame)

            if callable(before):
                signal.signal(ending, end)


def _without_length(start: Message) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]


def _event(said: list[str], told: int) -> str:
    """Named topics, or only that we are alive. Its id is the moment up to which all was told: what
    the page comes back with, perhaps to another process, which may have seen more."""
    kind = "news" if said else "alive"
    return f"event: {kind}\nid: {told}\ndata: {' '.join(said)}\n\n"


def _body(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
