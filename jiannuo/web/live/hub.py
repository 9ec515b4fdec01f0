"""The open streams of a web process, and what each is to hear. All of it lives in the event loop;
only the looks at the database happen in a thread of their own."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.people.presence import Look
from jiannuo.web.live.looking import Found, Looking, Open, Sessions, give_up
from jiannuo.web.live.topics import CASE, News, Topic
from jiannuo.web.reader import millis
from jiannuo.web.sessions import Stay

log = logging.getLogger("jiannuo.live")

PACE = 0.2  # seconds between two looks
AFTER_TROUBLE = 1.0  # seconds, so that a database that is away is not hammered
REMEMBERED = timedelta(minutes=10)  # for pages that were hidden, or without a network
OF_A_PERSON = 12  # open pages; the one open longest gives way to the next
IN_ALL = 2000  # of one process


@dataclass(eq=False)
class Stream:
    """An open page. `since`: what is newer than this moment (milliseconds) it has not shown yet;
    `writing`: somebody began a form there."""

    person: UUID
    session: str
    stay: Stay
    topics: tuple[Topic, ...]
    since: int
    writing: bool = False
    id: UUID = field(default_factory=new_id)
    over: bool = False
    one_too_many: bool = False
    waiting: set[str] = field(default_factory=set)
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, news: Iterable[News] | None) -> None:
        """What of it is about this page waits to be said; None: nobody knows what is new."""
        found = None if news is None else frozenset(news)
        said = {one.name for one in self.topics if found is None or one.hears(found)}
        if said:
            self.waiting |= said
            self.woken.set()

    def end(self) -> None:
        self.over = True
        self.woken.set()

    async def next(self, patience: float) -> list[str]:
        """The names of the topics with news; none after `patience` seconds."""
        try:
            await asyncio.wait_for(self.woken.wait(), patience)
        except TimeoutError:
            return []
        self.woken.clear()
        said, self.waiting = sorted(self.waiting), set()
        return said

    @property
    def look(self) -> Look | None:
        """The case that somebody looks at here; a page shows one at most."""
        about = next((one.name for one in self.topics if one.name.startswith(CASE)), None)
        return Look(self.id, self.person, about, self.writing) if about else None


@dataclass(eq=False)
class Hub:
    """Streams in the order in which they were opened. `known`: since when everything that came is
    remembered; `looked`: what was done before this moment everybody has heard of. Both in
    milliseconds, None while nobody looks."""

    streams: dict[UUID, Stream] = field(default_factory=dict)
    memory: deque[tuple[int, frozenset[News]]] = field(default_factory=deque)
    known: int | None = None
    looked: int | None = None
    closed: bool = False
    _watching: asyncio.Task[None] | None = None

    @property
    def full(self) -> bool:
        return self.closed or len(self.streams) >= IN_ALL

    def join(self, stream: Stream) -> None:
        """From now on it hears what is new, beginning with what came after its `since`."""
        own = [one for one in self.streams.values() if one.person == stream.person]
        for one in own[: max(0, len(own) + 1 - OF_A_PERSON)]:
            one.one_too_many = True
            one.end()
        self.streams[stream.id] = stream
        if self.known is not None:
            self._catch_up(stream, self.known)
        if self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch())
        if self.closed:
            stream.end()

    def leave(self, stream: Stream) -> None:
        self.streams.pop(stream.id, None)

    def close(self) -> None:
        """The server stops: nobody waits for an open page."""
        self.closed = True
        for one in self.streams.values():
            one.end()

    def _catch_up(self, stream: Stream, known: int) -> None:
        if stream.since < known:
            stream.hear(None)
        for at, news in self.memory:
            if at >= stream.since:
                stream.hear(news)

    async def _watch(self) -> None:
        """Look after look while anybody listens, on one connection."""
        with ThreadPoolExecutor(1, "live") as thread:
            while self.streams:
                await self._look_on(partial(asyncio.get_running_loop().run_in_executor, thread))

    async def _look_on(self, within: Callable[..., Awaitable[Any]]) -> None:
        """Until nobody is left. A look that failed is made again."""
        looking: Looking | None = None
        while self.streams:
            pause = PACE
            try:
                if looking is None:
                    looking = await within(Looking)
                    self._begin()
                asked, began = self._open(), millis(now())
                self._tell(asked, await within(looking.look, asked))
                self.looked = began
            except Exception:
                log.exception("a look failed; again in %s s", AFTER_TROUBLE)
                await within(give_up)
                pause = AFTER_TROUBLE
            await asyncio.sleep(pause)
        self.known = self.looked = None
        self.memory.clear()
        if looking is not None:
            await within(looking.leave)

    def _begin(self) -> None:
        self.known = millis(now())
        for one in self.streams.values():
            self._catch_up(one, self.known)

    def _open(self) -> Open:
        every = self.streams.values()
        looks = tuple(one.look for one in every if one.look is not None)
        return Open(looks, frozenset(one.session for one in every))

    def _tell(self, asked: Open, found: Found) -> None:
        if found.news:
            at = millis(now())
            self.memory.append((at, found.news))
            while self.memory[0][0] < at - REMEMBERED.total_seconds() * 1000:
                self.known = self.memory.popleft()[0] + 1
            for one in self.streams.values():
                one.hear(found.news)
        if found.sessions is not None:
            self._end_those_over(asked.sessions, found.sessions)

    def _end_those_over(self, asked: frozenset[str], standing: Sessions) -> None:
        """A page whose session ended comes again, and is told by the door."""
        at = now()
        for one in self.streams.values():
            stands = standing.get(one.session)
            if one.session in asked and (stands is None or one.stay.over(*stands, at)):
                one.end()


#: Of this process.
HUB = Hub()
