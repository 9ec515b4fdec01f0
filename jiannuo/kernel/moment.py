"""The one clock of the product. `now()` here, an argument in pure code, nothing else anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_held: ContextVar[datetime | None] = ContextVar("held_moment", default=None)


def now() -> datetime:
    """This moment, aware, in UTC; the held one inside `held_at`."""
    return _held.get() or datetime.now(UTC)


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
