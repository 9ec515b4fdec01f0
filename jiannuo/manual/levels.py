"""Fault levels over time: the one shown and the one that binds clocks (A18)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.manual.profile import Profile
from jiannuo.manual.vocabulary import IN_WRITING, SEVERITY

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A level set at a moment. `consent`: how the customer agreed, "" when he did not."""

    t: datetime
    seq: int
    level: str
    consent: str = ""
    withdrawal: bool = False
    merge: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Why a due moment is what it is: the change that moved it."""

    t: datetime
    level: str
    due: datetime


class Levels:
    """The changes of one case, in order.

    A more severe level binds at once; a milder one only with the customer's consent in
    writing; a withdrawn emergency binds what starts later and moves nothing that runs.
    """

    def __init__(
        self, profile: Profile, changes: Sequence[Change], shown: Sequence[tuple[Place, str]]
    ) -> None:
        self._profile = profile
        self._changes = changes
        self._shown = sorted(shown)

    @property
    def shown(self) -> str | None:
        """The last level set; a more severe one of a merged case counts from the merge."""
        return self.shown_before(None)

    def shown_before(self, place: Place | None) -> str | None:
        merges = [((c.t, c.seq), c.level) for c in self._changes if c.merge]
        steps = sorted(
            [(p, False, level) for p, level in self._shown]
            + [(p, True, level) for p, level in merges]
        )
        now: str | None = None
        for at, merge, level in steps:
            if place is not None and at >= place:
                break
            if not merge or now is None or SEVERITY[level] < SEVERITY[now]:
                now = level
        return now

    def binding(self, at: datetime) -> str | None:
        """The level that binds a clock starting at `at`; changes at that moment included."""
        return self._binding(lambda change: change.t <= at)

    def binding_before(self, place: Place) -> str | None:
        """The level that bound just before a place."""
        return self._binding(lambda change: (change.t, change.seq) < place)

    def _binding(self, counts: Callable[[Change], bool]) -> str | None:
        now: str | None = None
        for change in self._changes:
            if not counts(change):
                break
            if now is None or change.withdrawal or self._binds(change, now):
                now = change.level
        return now

    def _binds(self, change: Change, now: str) -> bool:
        if SEVERITY[change.level] < SEVERITY[now]:
            return True
        return SEVERITY[change.level] > SEVERITY[now] and self._agreed(change)

    def _agreed(self, change: Change) -> bool:
        rule = self._profile.value("reclass.downgrade")
        if rule == "never" or not change.consent:
            return False
        return rule == "agreed" or change.consent in IN_WRITING

    def due(
        self,
        start: datetime,
        stop: datetime | None,
        limit_of: Callable[[str], timedelta | None],
        after: Callable[[datetime, timedelta], datetime] = operator.add,
    ) -> tuple[datetime, str, list[Step]] | None:
        """When a clock that starts at `start` falls due: (due, level at start, steps).

        Changes after the start and before both stop and the due then in force move it: up,
        to the earlier of old due and change + new limit; down and agreed, to start + new
        limit. None where the level has no limit in the table. `after`: when so much running
        time has gone by since a moment, where the clock may pause.
        """
        first = self.binding(start)
        limit = limit_of(first) if first else None
        if first is None or limit is None:
            return None
        due, now, steps = after(start, limit), first, list[Step]()
        for change in self._changes:
            if change.t <= start:
                continue
            if (stop is not None and change.t >= stop) or change.t >= due:
                break
            new = limit_of(change.level)
            if change.withdrawal or not self._binds(change, now) or new is None:
                now = change.level if change.withdrawal else now
                continue
            if SEVERITY[change.level] > SEVERITY[now]:
                due = after(start, new)
            else:
                due = self._raised(due, after(change.t, new))
            now = change.level
            steps.append(Step(change.t, change.level, due))
        return due, first, steps

    def _raised(self, old: datetime, new: datetime) -> datetime:
        """The due moment after a rise: the earlier, or counted anew as A18 is set."""
        return new if self._profile.value("reclass.upgrade") == "from_change" else min(old, new)
