"""What hundreds of pages ask for in the same moment is made a few times, not hundreds of times.

A board that changes is asked for by all who have it open. Whoever asks while it is being made gets
the next one, together with all others who came meanwhile: nobody is given what was read before he
asked, and nothing is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")


class _Making(Generic[T]):
    def __init__(self) -> None:
        self.over = threading.Event()
        self.made: T | None = None

    def wait(self) -> T | None:
        self.over.wait()
        return self.made


class Shared(Generic[T]):
    """`get` what is the same for all who give the same key. Who may have it is asked before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[Hashable, _Making[T]] = {}
        self._next: dict[Hashable, _Making[T]] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Made by one of those who wait for it. Where he fails, each makes it for himself."""
        with self._lock:
            coming, before = self._next.get(key), self._now.get(key)
            if coming is None:
                mine = self._next[key] = _Making[T]()
        if coming is not None:
            _let_go()
            made = coming.wait()
            return make() if made is None else made
        if before is not None:
            _let_go()
            before.over.wait()
        with self._lock:
            self._now[key] = self._next.pop(key)
        try:
            mine.made = make()
            return mine.made
        finally:
            with self._lock:
                del self._now[key]
            mine.over.set()


def _let_go() -> None:
    """Who waits keeps nobody else from the database."""
    if not connection.in_atomic_block:
        connection.close()
