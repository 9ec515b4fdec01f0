"""One look at the database for all open pages of a web process: what is new since the last one,
who looks at the same, whose session has ended.

Five looks a second on one connection, three small questions each, none while no page is open. They
need nothing of a connection that a pooler in transaction mode would not give. Why no LISTEN:
decision 0022.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from jiannuo.archive import queries as archive
from jiannuo.notices import queries as notices
from jiannuo.people import presence, sessions
from jiannuo.people.presence import Here, Look
from jiannuo.web.live.tail import Tail
from jiannuo.web.live.topics import HERE, INBOX, TOLD, News

SESSIONS_EVERY = 5.0  # seconds

Sessions = dict[str, tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Open:
    """What is open in this process: pages about something, and the sessions they belong to."""

    looks: tuple[Look, ...]
    sessions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Found:
    """`sessions`: of those asked for, the ones that still stand; None where it was not asked."""

    news: frozenset[News]
    sessions: Sessions | None


@dataclass
class Looking:
    """Begins with what there is; from then on `look` gives what came. One that fails loses
    nothing: what it had found already, the next one says."""

    events: Tail[tuple[int, str, UUID]] = field(
        default_factory=lambda: Tail(archive.newest, archive.after)
    )
    told: Tail[tuple[int, UUID, UUID]] = field(
        default_factory=lambda: Tail(notices.newest, notices.after)
    )
    here: dict[str, tuple[Here, ...]] = field(default_factory=dict)
    unsaid: set[News] = field(default_factory=set)
    kept: frozenset[UUID] = frozenset()
    kept_at: float = 0.0
    asked_at: float = 0.0

    def look(self, found: Open) -> Found:
        for source in (self._happened(), self._told(), self._came_or_went(found.looks)):
            self.unsaid.update(source)
        standing = self._standing(found.sessions)
        news, self.unsaid = frozenset(self.unsaid), set()
        return Found(news, standing)

    def _happened(self) -> Iterator[News]:
        for _, kind, subject in self.events.fresh():
            yield News(kind, subject)

    def _told(self) -> Iterator[News]:
        for _, person, subject in self.told.fresh():
            yield News(INBOX, person)
            yield News(TOLD, subject)

    def _came_or_went(self, looks: Sequence[Look]) -> Iterator[News]:
        """Says who is here of ours, and hears of all."""
        ids = frozenset(one.id for one in looks)
        due = time.monotonic() - self.kept_at >= presence.RENEW.total_seconds()
        if looks and (due or not ids <= self.kept):
            presence.keep([one for one in looks if due or one.id not in self.kept])
            self.kept_at = time.monotonic() if due else self.kept_at
        if self.kept - ids:
            presence.leave(self.kept - ids)
        self.kept = ids
        before, abouts = self.here, {one.about for one in looks}
        self.here = presence.who(abouts) if abouts else {}
        for about in abouts:
            if before.get(about) != self.here.get(about):
                yield News(HERE, about)

    def _standing(self, keys: frozenset[str]) -> Sessions | None:
        if time.monotonic() - self.asked_at < SESSIONS_EVERY:
            return None
        self.asked_at = time.monotonic()
        return sessions.moments(keys)

    def leave(self) -> None:
        """The last page was closed."""
        try:
            if self.kept:
                presence.leave(self.kept)
        finally:
            give_up()


def give_up() -> None:
    """The connection of this thread; the next look opens another."""
    connection.close()
