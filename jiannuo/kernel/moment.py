"""The one clock of the product. `now()` here, an argument in pure code, nothing else anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_held: ContextVar[datetime | None] = ContextVar("held_moment", default=None)


#: How far two clocks may be apart that are read one after the other.
NOISE = timedelta(seconds=1)


class _Machine:
    """This machine's clock. `behind`: by how much it is behind the one that is followed."""

    behind = timedelta()


def now() -> datetime:
    """This moment, aware, in UTC; the held one inside `held_at`."""
    return _held.get() or datetime.now(UTC) + _Machine.behind


def follow(shown: datetime) -> timedelta:
    """Another clock shows this in this moment: from now on `now` goes by it, in this process. By
    how much the machine's own is ahead of it.

    A worker follows the database's: promises are judged by one clock, wherever it runs.
    """
    ahead = datetime.now(UTC) - shown
    if abs(ahead + _Machine.behind) > NOISE:
        _Machine.behind = -ahead if abs(ahead) > NOISE else timedelta()
    return ahead


def held() -> datetime | None:
    """The held moment, or None when time runs.

    The sweep asks it: its predicate uses the database's own clock unless time is held.
    """
    return _held.get()


@contextmanager
def held_at(moment: datetime) -> Iterator[None]:
    """Hold the clock: rehearsals, the demo company and tests live at a moment of their own."""
    if moment.tzinfo is None:
        raise ValueError("a held moment must be aware")
    token = _held.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
