"""Who stands at the desks over a stretch: every piece with all its people, when a desk has nobody,
who would have to be at two at once; and shifts laid out again for the weeks to come. Pure.

As in `rules`, a person is an opaque word here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import combinations, groupby, pairwise
from zoneinfo import ZoneInfo

from jiannuo.people.rules import DAY, ON_DUTY, Board, Duty, moment, stretches

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stand:
    """A stretch of a desk in which nothing changes. `board`: which of those asked says so (None:
    no roster reaches here); `planned`: whose duty it is, with "shift" or "override", be he there
    or `absent`; `answers`: who does, and how it came to him."""

    start: datetime
    end: datetime
    board: int | None
    planned: tuple[tuple[str, str], ...] = ()
    absent: frozenset[str] = frozenset()
    answers: tuple[str, str] | None = None
    kept: bool = False

    @property
    def gap(self) -> bool:
        return self.kept and self.answers is None


def stands(boards: Sequence[Board], desk: str, start: datetime, end: datetime) -> list[Stand]:
    """A desk from start to end without holes, neighbours different. Of several rosters the first
    that has somebody is asked, else the first that has to keep the desk."""
    if start >= end:
        return []
    edges = {start}.union(*(board.edges(desk, start, end) for board in boards))
    plans = [board.plan() for board in boards]
    found: list[Stand] = []
    for at, until in pairwise([*sorted(edges), end]):
        one = _stand(boards, plans, desk, (at, until))
        if found and replace(found[-1], end=until) == replace(one, start=found[-1].start):
            found[-1] = replace(found[-1], end=until)
        else:
            found.append(one)
    return found


def _stand(boards: Sequence[Board], plans: Sequence[Board], desk: str, span: Span) -> Stand:
    at = span[0]
    here = [n for n, board in enumerate(boards) if board.start <= at < board.end]
    manned = [n for n in here if boards[n].on_duty(desk, at)]
    kept = [n for n in here if desk in boards[n].desks]
    n = next(iter([*manned, *kept]), None)
    if n is None:
        return Stand(*span, None)
    planned = [one for one in plans[n].standby(desk, at) if one[1] in ON_DUTY]
    return Stand(
        *span,
        board=n,
        planned=tuple(planned),
        absent=frozenset(who for who, _ in planned if not boards[n].present(who, at)),
        answers=boards[n].on_duty(desk, at),
        kept=bool(kept),
    )


def holes(boards: Sequence[Board], desk: str, start: datetime, end: datetime) -> list[Span]:
    """When nobody at all mans a desk, whether a roster says that somebody must or none is drawn."""
    found: list[Span] = []
    for one in stretches(boards, desk, start, end):
        if one.person is None and found and found[-1][1] == one.start:
            found[-1] = (found[-1][0], one.end)
        elif one.person is None:
            found.append((one.start, one.end))
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """One person's duty at a desk."""

    person: str
    desk: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Clash:
    """One person would have to be at two desks at once."""

    person: str
    desks: tuple[str, str]
    start: datetime
    end: datetime


def clashes(held: Iterable[Held]) -> list[Clash]:
    """In order of their beginning."""
    found = []
    by_person = sorted(held, key=lambda one: (one.person, one.start, one.desk))
    for person, his in groupby(by_person, key=lambda one: one.person):
        for a, b in combinations(his, 2):
            start, end = max(a.start, b.start), min(a.end, b.end)
            if a.desk != b.desk and start < end:
                found.append(Clash(person, (a.desk, b.desk), start, end))
    return sorted(found, key=lambda one: (one.start, one.person, one.desks))


# -- laid out again -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slots:
    """A desk whose day is cut into shifts, taken by its crew one after the other. A shift that
    ends at or before its start runs into the next day."""

    desk: str
    times: tuple[tuple[time, time], ...]
    crew: tuple[str, ...]


def in_turn(slots: Iterable[Slots], first: date, last: date, zone: ZoneInfo) -> list[Duty]:
    """Day after day, both included; local times stay what they are when the clocks change."""
    found = []
    for one in slots:
        n = 0
        for day in _days(first, last):
            for start, end in one.times:
                until = day if end > start else day + DAY
                span = moment(day, start, zone), moment(until, end, zone)
                found.append(Duty(one.desk, *span, one.crew[n % len(one.crew)]))
                n += 1
    return found


def again(
    duties: Iterable[Duty], source: date, first: date, last: date, zone: ZoneInfo
) -> list[Duty]:
    """The shifts that begin in the seven days from `source` on, week after week, for the days
    from `first` to `last`."""
    by_day: dict[int, list[Duty]] = {}
    for duty in duties:
        day = duty.start.astimezone(zone).date()
        if source <= day < source + 7 * DAY:
            by_day.setdefault(day.weekday(), []).append(duty)
    return [
        _moved(duty, day, zone)
        for day in _days(first, last)
        for duty in by_day.get(day.weekday(), ())
    ]


def _moved(duty: Duty, day: date, zone: ZoneInfo) -> Duty:
    start, end = duty.start.astimezone(zone), duty.end.astimezone(zone)
    until = day + (end.date() - start.date())
    return replace(duty, start=moment(day, start.time(), zone), end=moment(until, end.time(), zone))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def to_come(duties: Iterable[Duty], at: datetime) -> list[Duty]:
    """What is left of them from a moment on: who was on duty before it, was."""
    left = (replace(duty, start=max(duty.start, at)) for duty in duties)
    return sorted((d for d in left if d.start < d.end), key=lambda d: (d.start, d.desk))
