"""What a kind of paper is: when it exists, when it counts as signed, what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiannuo.cases.view import CaseView
from jiannuo.charges.queries import total_of
from jiannuo.kernel.money import ZERO
from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event
from jiannuo.manual.story import CaseStory


@dataclass(frozen=True, slots=True)
class Ground:
    """A case as its papers see it: the view, its clocks, how many deviations it has."""

    view: CaseView
    clocks: Sequence[Clock]
    deviations: int

    @property
    def story(self) -> CaseStory:
        return self.view.story

    @property
    def costs(self) -> bool:
        return total_of(self.view) > ZERO


@dataclass(frozen=True, slots=True)
class Due:
    """A paper that must exist: `source` makes it once, `at` is when it came to be."""

    source: str
    at: datetime
    signed: bool = False
    n: int | None = None
    count: int | None = None
    event: Event | None = None


Find = Callable[[Ground], Iterable[Due]]
Gather = Callable[[Ground, Due], Mapping[str, Any]]


def nothing(ground: Ground, due: Due) -> Mapping[str, Any]:
    """No more than what every paper of a case carries."""
    return {}


@dataclass(frozen=True, slots=True)
class PaperKind:
    """`find` is None for papers about something else than a case: they are made by the
    command that makes the fact. `numbered`: 1, 2, ... within its ref, in order of the facts.
    `gather` adds to what every paper carries (`papers.gathering`)."""

    code: str
    find: Find | None = None
    numbered: bool = False
    drill: bool = False
    loser: bool = False
    gather: Gather = nothing


Test = Callable[[Ground, Event], bool]


def always(ground: Ground, event: Event) -> bool:
    return True


def never(ground: Ground, event: Event) -> bool:
    return False


def exists(kind: str) -> Test:
    """Signed once an event of this kind stands on the case."""
    return lambda ground, event: ground.story.log.has(kind)


def after(kind: str) -> Test:
    """Signed by any later event of this kind."""

    def test(ground: Ground, event: Event) -> bool:
        return any(e.place > event.place for e in ground.story.log.all(kind))

    return test


def each(*kinds: str, when: Test = always, signed: Test = never) -> Find:
    """One paper for every event of these kinds."""

    def find(ground: Ground) -> Iterator[Due]:
        for event in ground.story.log.merged(*kinds):
            if when(ground, event):
                yield Due(event.id, event.t, signed(ground, event), event=event)

    return find


def once(*kinds: str, when: Test = always, signed: Test = never) -> Find:
    """One paper a case, at the first such event."""

    def find(ground: Ground) -> Iterator[Due]:
        for event in ground.story.log.merged(*kinds):
            if when(ground, event):
                yield Due("once", event.t, signed(ground, event), event=event)
                return

    return find
