"""Who mans a desk at a moment, who stands behind him, when nobody does (7.1 B 1); and a week of
shifts laid out over the weeks to come. Pure.

A person is an opaque word here: the tables put ids in, a test names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)

#: Roles whose desk has a name of its own; any other desk is called as the role that mans it.
DESKS = {"hotline_agent": "hotline"}
#: Desks that no single role mans.
TEAMS = ("emergency_team",)
_ROLES = {desk: role for role, desk in DESKS.items()}


def desk_of(role: str) -> str:
    return DESKS.get(role, role)


def role_of(desk: str) -> str:
    return _ROLES.get(desk, desk)


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift: from inclusive, to exclusive; `person` may be nobody, `deputy` may step in."""

    desk: str
    start: datetime
    end: datetime
    person: str | None
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Away:
    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """Somebody else mans the desk: in place of one person, or (None) of whoever is there."""

    desk: str
    start: datetime
    end: datetime
    person: str
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which one answer holds; `kept`: a roster says that the desk must be manned."""

    start: datetime
    end: datetime
    person: str | None
    via: str | None
    kept: bool = True

    @property
    def gap(self) -> bool:
        return self.kept and self.person is None


#: Who is on duty himself; the others stand in.
ON_DUTY = frozenset({"override", "shift"})


@dataclass(frozen=True, slots=True)
class Board:
    """A roster with the absences known: the ground for every question about duty.

    `deputies`: standing deputies by the person they stand in for, in the order to be asked.
    `overrides`: the oldest first. `unreachable`: who left, or has no number to call (T35).
    """

    start: datetime
    end: datetime
    desks: tuple[str, ...]
    duties: Sequence[Duty]
    away: Sequence[Away]
    deputies: Mapping[str, Sequence[str]]
    overrides: Sequence[Override] = ()
    unreachable: frozenset[str] = frozenset()

    @property
    def manned(self) -> frozenset[str]:
        """The desks at which somebody has a shift, whether the roster must keep them or not."""
        return frozenset(d.desk for d in self.duties) | {o.desk for o in self.overrides}

    def present(self, person: str | None, at: datetime) -> bool:
        if person is None or person in self.unreachable:
            return False
        return not any(a.person == person and a.start <= at < a.end for a in self.away)

    def standby(self, desk: str, at: datetime) -> list[tuple[str, str]]:
        """(person, "override" | "shift" | "deputy") in the order in which they are to be tried,
        nobody twice. Empty: nobody mans the desk."""
        duties = [d for d in self.duties if d.desk == desk and d.start <= at < d.end]
        newest_first = [
            o for o in reversed(self.overrides) if o.desk == desk and o.start <= at < o.end
        ]
        found: dict[str, str] = {}
        relieved = self._overridden(newest_first, at, found)
        for duty in duties:
            relief = None in relieved or duty.person in relieved
            if duty.person is not None and not relief and self.present(duty.person, at):
                found.setdefault(duty.person, "shift")
        for deputy in self._deputies(duties, newest_first):
            if self.present(deputy, at):
                found.setdefault(deputy, "deputy")
        return list(found.items())

    def _overridden(
        self, newest_first: Iterable[Override], at: datetime, found: dict[str, str]
    ) -> set[str | None]:
        """Put those on duty by an override into `found`; whom they relieve (None: everybody).

        One whose person is away counts for nothing: the one before it holds, or the shift.
        """
        relieved: set[str | None] = set()
        for one in newest_first:
            if None in relieved:
                break
            if one.person in relieved:  # relieved himself since: so is whom he relieved
                relieved.add(one.instead_of)
            elif self.present(one.person, at):
                found.setdefault(one.person, "override")
                relieved.add(one.instead_of)
        return relieved

    def _deputies(self, duties: Iterable[Duty], overrides: Sequence[Override]) -> Iterator[str]:
        """The deputy of the shift, then the standing ones: his who stands in, his whose shift
        it is."""
        standing = [deputy for one in overrides for deputy in self.deputies.get(one.person, ())]
        for duty in duties:
            if duty.deputy is not None:
                yield duty.deputy
            yield from standing
            yield from self.deputies.get(duty.person or "", ())
        yield from standing

    def on_duty(self, desk: str, at: datetime) -> tuple[str, str] | None:
        """(person, "override", "shift" or "deputy") who mans the desk; None: nobody does."""
        return next(iter(self.standby(desk, at)), None)

    def plan(self) -> Board:
        """As if nobody were away."""
        return replace(self, away=(), unreachable=frozenset())

    def mans(self, person: str, desk: str, start: datetime, end: datetime) -> bool:
        """Is it his duty by plan through the whole of a stretch, whether he is there or away?"""
        plan = self.plan()
        return start < end and all(
            via in ON_DUTY
            for at in {start, *plan.edges(desk, start, end)}
            for via in [dict(plan.standby(desk, at)).get(person)]
        )

    def gaps(self, desk: str) -> list[datetime]:
        """The start of every stretch inside the roster in which nobody mans the desk."""
        whole = stretches([self], desk, self.start, self.end)
        return [one.start for one in whole if one.person is None]

    def edges(self, desk: str, start: datetime, end: datetime) -> set[datetime]:
        """Moments in a stretch at which the answer may change."""
        spans: list[tuple[datetime, datetime]] = [(self.start, self.end)]
        spans += [(d.start, d.end) for d in self.duties if d.desk == desk]
        spans += [(o.start, o.end) for o in self.overrides if o.desk == desk]
        spans += [(a.start, a.end) for a in self.away]
        return {at for span in spans for at in span if start <= at < end}


def stretches(boards: Sequence[Board], desk: str, start: datetime, end: datetime) -> list[Stretch]:
    """Who mans a desk from when to when: without holes from start to end, neighbours different.
    Where rosters overlap, the first of them that has somebody is asked."""
    if start >= end:
        return []
    edges = {start}.union(*(board.edges(desk, start, end) for board in boards))
    found: list[Stretch] = []
    for at, until in pairwise([*sorted(edges), end]):
        here = [board for board in boards if board.start <= at < board.end]
        duties = (board.on_duty(desk, at) for board in here)
        person, via = next((duty for duty in duties if duty is not None), (None, None))
        one = Stretch(at, until, person, via, any(desk in board.desks for board in here))
        if found and replace(found[-1], end=until) == replace(one, start=found[-1].start):
            found[-1] = replace(found[-1], end=until)
        else:
            found.append(one)
    return found


# -- weeks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift that comes every week: `day` 1 is Monday, times are those on the wall.

    One that ends at or before its start runs into the next day; 00:00 to 00:00 is a whole day.
    `crew` takes it week by week in turn, None is nobody.
    """

    desk: str
    day: int
    start: time
    end: time
    crew: tuple[str | None, ...]
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Weeks:
    """So many weeks from a day on. `change`: at what time of that weekday the crew changes, and
    the roster begins and ends."""

    first: date
    count: int
    change: time = time()

    def span(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        last = self.first + 7 * self.count * DAY
        return moment(self.first, self.change, zone), moment(last, self.change, zone)

    def number(self, day: date, start: time) -> int:
        """The week to which a shift belongs, counted from the year 1: rosters that follow each
        other go on where the one before ended."""
        counted = day if start >= self.change else day - DAY
        return (counted.toordinal() - self.first.toordinal() % 7) // 7


def laid_out(turns: Iterable[Turn], weeks: Weeks, zone: ZoneInfo) -> list[Duty]:
    """The shifts of these weeks, cut to them. The last shift of the week before reaches into the
    first morning. Local times stay what they are when the clocks change (T7)."""
    first, last = weeks.span(zone)
    shifts = (
        replace(shift, start=max(shift.start, first), end=min(shift.end, last))
        for shift in _shifts(list(turns), weeks, zone)
    )
    return sorted((s for s in shifts if s.start < s.end), key=lambda s: (s.start, s.desk))


def _shifts(turns: list[Turn], weeks: Weeks, zone: ZoneInfo) -> Iterator[Duty]:
    for n in range(-1, 7 * weeks.count + 1):
        day = weeks.first + n * DAY
        for turn in (turn for turn in turns if turn.day == day.isoweekday()):
            until = day if turn.end > turn.start else day + DAY
            yield Duty(
                turn.desk,
                moment(day, turn.start, zone),
                moment(until, turn.end, zone),
                turn.crew[weeks.number(day, turn.start) % len(turn.crew)],
                turn.deputy,
            )


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A time on the wall as a moment in UTC: of an hour that comes twice the first, of one that
    is skipped the moment at which it is skipped. So a later time is never an earlier moment."""
    local = datetime.combine(day, clock, zone)
    after = local.astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return after
    before = local.replace(fold=1).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
