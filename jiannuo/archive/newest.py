"""The newest rows that hold a fragment, without sorting all that hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from jiannuo.kernel.grams import Asked

#: So many of the newest rows are simply looked through: a word that every twentieth holds needs
#: no index, and an index would have to fetch and sort all that hold it.
WALK = 1000
#: Where the walk found so many, the rest is near; where fewer, few are left at all.
TELLING = 4


@dataclass(frozen=True, slots=True)
class Kept:
    """A table with folded text: its key, its moment (indexed together, newest first), the
    expression that its index on grams is made of."""

    table: str
    key: str
    at: str
    text: str


def newest(
    kept: Kept, asked: Asked, limit: int, where: str, said: Mapping[str, Any], after: Any = None
) -> list[Any]:
    """Keys of what holds every word, newest first; of the rows for which a condition of ours
    holds, after one of them."""
    if not asked:
        return []
    return _Search(kept, asked, limit, where, said, after).found()


class _Search:
    """The newest are walked through, then as many as the walk lets one expect are asked of the
    index, then the index as a whole."""

    def __init__(
        self,
        kept: Kept,
        asked: Asked,
        limit: int,
        where: str,
        said: Mapping[str, Any],
        after: Any,
    ) -> None:
        self.kept, self.asked, self.limit = kept, asked, limit
        self.said: dict[str, Any] = {**said, "limit": limit, "walk": WALK, "after": after}
        self.order = f"order by {kept.at} desc, {kept.key} desc"
        self.where = where
        if after is not None:
            place = f"({kept.at}, {kept.key})"
            self.where += (
                f" and {place} < (select {kept.at}, {kept.key} from {kept.table}"
                f" where {kept.key} = %(after)s)"
            )

    def found(self) -> list[Any]:
        near = self._walked()
        if len(near) == self.limit:
            return near
        if len(near) >= TELLING:
            reach = WALK * self.limit * 2 // len(near)
            within = self._indexed(f"{self.kept.at} >= coalesce(({self._nth(reach)}), '-infinity')")
            if len(within) == self.limit:
                return within
        return self._indexed("true")

    def _walked(self) -> list[Any]:
        recheck, values = self.asked.recheck("text")
        kept = self.kept
        return self._keys(
            f"""select {kept.key} from (
              select {kept.key}, {kept.at}, {kept.text} as text from {kept.table}
              where {self.where} {self.order} limit %(walk)s) newest
            where {recheck} {self.order} limit %(limit)s""",
            values,
        )

    def _nth(self, place: int) -> str:
        """The moment of the row that is so many places back."""
        kept = self.kept
        return (
            f"select {kept.at} from {kept.table} where {self.where}"
            f" {self.order} offset {place} limit 1"
        )

    def _indexed(self, window: str) -> list[Any]:
        """Kept apart from its order: the planner would else walk back through years for a word
        that was common then."""
        holds, values = self.asked.where(self.kept.text)
        kept = self.kept
        return self._keys(
            f"""with found as materialized (
              select {kept.key}, {kept.at} from {kept.table}
              where {self.where} and {window} and {holds})
            select {kept.key} from found {self.order} limit %(limit)s""",
            values,
        )

    def _keys(self, query: str, values: Mapping[str, Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(query, {**self.said, **values})
            return [row[0] for row in cursor.fetchall()]
