"""Rows of a table that came since the last look, none left out and none twice."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

Row = TypeVar("Row", bound=tuple[Any, ...])

#: So long a step's transaction may take and still be heard of: its rows have their numbers from
#: its beginning, and are seen from its end.
PATIENCE = 10.0
BACK = 200  # rows before the first look that may belong to transactions still open then
MOST = 2000  # rows of one look


class Tail(Generic[Row]):
    """`newest` is the highest number; `after` gives the rows above a number, which come first in
    each row, the lowest first. What was numbered within `PATIENCE` is looked at again."""

    def __init__(
        self, newest: Callable[[], int], after: Callable[[int, int], Sequence[Row]]
    ) -> None:
        self._after = after
        self._low = max(0, newest() - BACK)
        self._seen: set[int] = set()
        self._marks: deque[tuple[float, int]] = deque()
        self.fresh()

    def fresh(self) -> list[Row]:
        rows = self._after(self._low, MOST)
        found = [row for row in rows if row[0] not in self._seen]
        self._seen.update(row[0] for row in found)
        if rows:
            self._forget(rows[-1][0], full=len(rows) == MOST)
        return found

    def _forget(self, newest: int, *, full: bool) -> None:
        """A flood, such as an import, is not looked at again."""
        at = time.monotonic()
        if not self._marks or self._marks[-1][1] < newest:
            self._marks.append((at, newest))
        low = newest if full else self._low
        while len(self._marks) > 1 and self._marks[0][0] < at - PATIENCE:
            low = max(low, self._marks.popleft()[1])
        if low > self._low:
            self._low = low
            self._seen = {number for number in self._seen if number > low}
