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
    """A case as its papers see it: the view, its clocks, how many deviations it has.

    What was lived in another system has its papers there: they are made for what is ours.
    """

    view: CaseView
    clocks: Sequence[Clock]
    deviations: int

    @property
    def story(self) -> CaseStory:
        return self.view.story

    def ours(self, *kinds: str) -> list[Event]:
        """Events of these kinds that were lived here, in order."""
        return [e for e in self.story.log.merged(*kinds) if self.is_ours(e)]

    def is_ours(self, event: Event) -> bool:
        return event.id not in self.view.foreign

    @property
    def contacted_at(self) -> datetime | None:
        """The first contact by one of ours, or taken over from a case merged into this."""
        moments = self.story.contact_moments
        if self.view.foreign:
            theirs = self.story.log.merged("engineer_contact", "contact_attempt")
            known = {event.t for event in theirs if not self.is_ours(event)}
            moments = [at for at in moments if at not in known]
        return moments[0] if moments else None

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
        for event in ground.ours(*kinds):
            if when(ground, event):
                yield Due(event.id, event.t, signed(ground, event), event=event)

    return find


def at_first_contact(kind: str) -> Find:
    """One paper for a case of this kind, at the first contact."""

    def find(ground: Ground) -> Iterator[Due]:
        at = ground.contacted_at
        if ground.story.kind == kind and at is not None:
            yield Due("once", at)

    return find


def once(*kinds: str, when: Test = always, signed: Test = never) -> Find:
    """One paper a case, at the first such event."""

    def find(ground: Ground) -> Iterator[Due]:
        for event in ground.ours(*kinds):
            if when(ground, event):
                yield Due("once", event.t, signed(ground, event), event=event)
                return

    return find
