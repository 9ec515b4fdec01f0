"""What happened, as plain values: events, corrections, and a case's events in order.

Facts fold in order of `t` (when it happened); `recorded` (when the server learned of it) says
what was known at a moment. Nothing here is ever changed: a correction is one more event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class By:
    """Who did it: the name and the roles he held then (a snapshot, people leave). `hand`: who
    entered it for him, having `heard` of it so; "" where he did that himself."""

    name: str
    roles: frozenset[str] = frozenset()
    hand: str = ""
    heard: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `t` and `recorded` are aware moments; `seq` is the place in the order of recording and
    settles equal moments; `id` is what a correction names; `corrected_at` is set on one whose
    time was corrected: the moment at which the correction was recorded.
    """

    kind: str
    t: datetime
    seq: int
    by: By
    d: Mapping[str, Any]
    recorded: datetime
    id: str = ""
    corrected_at: datetime | None = None

    @property
    def place(self) -> tuple[datetime, int]:
        return (self.t, self.seq)


def standing(events: Iterable[Event], known_at: datetime | None = None) -> list[Event]:
    """The events as they stand at `known_at` (None: today), corrections applied, in order.

    A correction replaces `t` and single fields of `d` of the event it names; it counts from
    the moment it was itself recorded.
    """
    known = [e for e in events if known_at is None or e.recorded <= known_at]
    fixes = [e for e in known if e.kind == "correction"]
    if fixes:
        by_id = {e.id: at for at, e in enumerate(known) if e.id}
        for fix in sorted(fixes, key=lambda e: e.seq):
            at = by_id.get(fix.d["of"])
            if at is not None:
                known[at] = _corrected(known[at], fix)
    known.sort(key=lambda e: (e.t, e.seq))
    return known


def _corrected(event: Event, fix: Event) -> Event:
    changed = replace(event, d={**event.d, **fix.d.get("d", {})})
    if "t" in fix.d:
        return replace(changed, t=fix.d["t"], corrected_at=fix.recorded)
    return changed


class Chronicle:
    """Standing events in order of `t`, with quick look-ups by kind."""

    __slots__ = ("_by_kind", "events")

    def __init__(self, events: Iterable[Event]) -> None:
        self.events: tuple[Event, ...] = tuple(events)
        by_kind: dict[str, list[Event]] = {}
        for event in self.events:
            if event.kind in by_kind:
                by_kind[event.kind].append(event)
            else:
                by_kind[event.kind] = [event]
        self._by_kind = by_kind

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def all(self, kind: str) -> list[Event]:
        return self._by_kind.get(kind, [])

    def has(self, kind: str) -> bool:
        return kind in self._by_kind

    def first(self, kind: str) -> Event | None:
        found = self._by_kind.get(kind)
        return found[0] if found else None

    def last(self, kind: str) -> Event | None:
        found = self._by_kind.get(kind)
        return found[-1] if found else None

    def merged(self, *kinds: str) -> list[Event]:
        """Events of several kinds, in order."""
        found = [e for kind in kinds for e in self.all(kind)]
        return sorted(found, key=lambda e: (e.t, e.seq)) if len(kinds) > 1 else found

    def before(self, place: tuple[datetime, int]) -> Chronicle:
        """What lies before a place: the ground on which a gate is judged."""
        return Chronicle(e for e in self.events if (e.t, e.seq) < place)

    def where(self, kind: str, test: Callable[[Event], bool]) -> list[Event]:
        return [e for e in self.all(kind) if test(e)]
