"""Days of our people as a board shows them: shifts, absences, offices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from jiannuo.manual.distance import Spot
from jiannuo.people import boards
from jiannuo.people.boards import Loaded, Rota
from jiannuo.people.models import Absence, Office, Staff
from jiannuo.people.rules import ON_DUTY


@dataclass(frozen=True, slots=True)
class OfficeCard:
    code: str
    name: str
    spot: Spot


def offices() -> list[OfficeCard]:
    rows = Office.objects.order_by("code")
    return [OfficeCard(o.code, o.name, Spot(o.code, o.lat, o.lon)) for o in rows]


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of duty at a desk; `via`: "shift" or "override"."""

    desk: str
    start: datetime
    end: datetime
    via: str


@dataclass(frozen=True, slots=True)
class Away:
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """One of ours in a stretch of time. `office` is "" where he belongs to none."""

    id: UUID
    name: str
    roles: frozenset[str]
    senior: bool
    skills: frozenset[str]
    office: str
    phone: str
    shifts: tuple[Shift, ...]
    away: tuple[Away, ...]

    def on_duty(self, at: datetime) -> bool:
        there = any(s.start <= at < s.end for s in self.shifts)
        return there and not any(a.start <= at < a.end for a in self.away)


def days(start: datetime, end: datetime, role: str) -> list[Day]:
    """Everybody who works here and holds a role, with his duty and his absences in a stretch.
    Five questions to the database."""
    loaded = boards.of(
        list(boards.published().filter(starts_at__lt=end, ends_at__gt=start)), (start, end)
    )
    shifts: dict[str, list[Shift]] = {}
    for rota in loaded.rotas:
        for person, shift in _shifts(rota, start, end):
            shifts.setdefault(person, []).append(shift)
    people = [loaded.staff[key] for key in loaded.holders(role)]
    return [_day(loaded, row, shifts.get(str(row.id), ())) for row in people]


def _day(loaded: Loaded, row: Staff, shifts: Iterable[Shift]) -> Day:
    away = [Away(a.start, a.end) for a in loaded.nobody.away if a.person == str(row.id)]
    return Day(
        row.id,
        row.name,
        frozenset(row.roles),
        row.level == "senior",
        frozenset(row.skills),
        row.office_id or "",
        row.phone,
        tuple(sorted(set(shifts), key=lambda s: (s.start, s.desk))),
        tuple(sorted(away, key=lambda a: a.start)),
    )


def _shifts(rota: Rota, start: datetime, end: datetime) -> Iterator[tuple[str, Shift]]:
    """Who is on duty himself at each desk; neighbouring pieces of one shift are one."""
    board = rota.board.plan()
    for desk in sorted(board.manned):
        running: dict[tuple[str, str], datetime] = {}
        for at, until in pairwise([*sorted({start} | board.edges(desk, start, end)), end]):
            inside = board.start <= at < board.end
            here = {one for one in board.standby(desk, at) if one[1] in ON_DUTY and inside}
            for one in here:
                running.setdefault(one, at)
            last = until == end
            for one in [key for key in running if key not in here]:
                yield one[0], Shift(desk, running.pop(one), at, one[1])
            for one in list(running) if last else ():
                yield one[0], Shift(desk, running.pop(one), end, one[1])


def absences(person: UUID, start: datetime, end: datetime) -> list[Away]:
    """When one of ours is away in a stretch."""
    rows = Absence.objects.filter(person=person, starts_at__lt=end, ends_at__gt=start)
    return [Away(a.starts_at, a.ends_at) for a in rows.order_by("starts_at")]
