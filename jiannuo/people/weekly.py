"""The desks over some days as a planner reads them: who stands where, which promise of 7x24 is
short of people, who is planned twice or while he is away; what is drawn but not published yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar
from uuid import UUID

from jiannuo.people import boards
from jiannuo.people.boards import Loaded, Rota
from jiannuo.people.models import Absence, Override, Roster
from jiannuo.people.rules import TEAMS, Duty, desk_of
from jiannuo.people.stands import Held, Span, Stand, clashes, holes, stands

#: The roles somebody must hold at any hour, and what is promised with them.
PROMISED = (
    ("hotline_agent", "R-7.1-B-1"),
    ("duty_manager", "R-7.5-B2-1"),
    ("expert", "R-7.5-B2-4"),
)
ROLES = tuple(role for role, _ in PROMISED)
#: The desks in the order in which they are shown; others stand behind them.
ORDER = ("hotline", "duty_manager", "engineer", "expert", *TEAMS)


@dataclass(frozen=True, slots=True)
class Hand:
    """One whose duty it is; `away`: he will not be there."""

    name: str
    via: str
    away: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a desk. `roster`: which one says so, "" where none reaches here; `answers`:
    who does where nobody of `hands` can, "" for nobody."""

    start: datetime
    end: datetime
    roster: str
    hands: tuple[Hand, ...]
    answers: str
    via: str
    kept: bool

    @property
    def gap(self) -> bool:
        return self.kept and not self.answers


@dataclass(frozen=True, slots=True)
class Line:
    """A desk; `office` is "" where it is one for all of them."""

    desk: str
    office: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hole:
    """Nobody to be had for a promised role; `roster`: where somebody can be put in, "" for none."""

    role: str
    requirement: str
    start: datetime
    end: datetime
    roster: str


@dataclass(frozen=True, slots=True)
class Twice:
    name: str
    desks: tuple[str, str]
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """Somebody has a shift while he is away; `instead`: who answers then, "" for nobody."""

    name: str
    desk: str
    office: str
    roster: str
    start: datetime
    end: datetime
    instead: str


@dataclass(frozen=True, slots=True)
class Weekly:
    lines: tuple[Line, ...]
    holes: tuple[Hole, ...]
    twice: tuple[Twice, ...]
    away: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A roster that is not written down yet, its people by name."""

    span: Span
    desks: tuple[str, ...]
    duties: Sequence[Duty]
    office: str = ""


DRAFT = "draft"
#: A shift that begins before the end is told whole, if it is no longer than this.
NIGHT = timedelta(days=1)


def weekly(start: datetime, end: datetime, draft: Draft | None = None) -> Weekly:
    """Every desk from start to end as it is published; with a draft, as if that were too. Six
    questions to the database."""
    whole = start, end + NIGHT
    rows = boards.published().filter(starts_at__lt=whole[1], ends_at__gt=start)
    loaded = boards.of(list(rows), whole)
    if draft is not None:
        loaded = replace(loaded, rotas=[_drafted(loaded, draft), *loaded.rotas])
    maker = _Maker(loaded, whole)
    lines = tuple(replace(ln, pieces=_before(ln.pieces, end)) for ln in maker.lines())
    holes_ = tuple(replace(h, end=min(h.end, end)) for h in _before(maker.holes(), end))
    twice = _before(maker.twice(lines), end)
    return Weekly(lines, holes_, twice, tuple(_away(lines)))


class _Begun(Protocol):
    @property
    def start(self) -> datetime: ...


T = TypeVar("T", bound=_Begun)


def _before(found: Iterable[T], end: datetime) -> tuple[T, ...]:
    return tuple(one for one in found if one.start < end)


def _drafted(loaded: Loaded, draft: Draft) -> Rota:
    ids: dict[str, str] = {}
    for key, row in loaded.staff.items():
        if row.active:
            ids.setdefault(row.name, key)
    duties = [
        replace(d, person=ids.get(d.person or ""), deputy=ids.get(d.deputy or ""))
        for d in draft.duties
    ]
    board = replace(
        loaded.nobody, start=draft.span[0], end=draft.span[1], desks=draft.desks, duties=duties
    )
    return Rota(UUID(int=0), DRAFT, draft.office, board)


@dataclass(frozen=True)
class _Maker:
    loaded: Loaded
    span: Span

    def lines(self) -> Iterator[Line]:
        """An office's own rosters are asked before those for all."""
        for desk, office in sorted(self._desks(), key=_place):
            rotas = [r for r in self.loaded.rotas if r.office == office] if office else []
            rotas += [r for r in self.loaded.rotas if not r.office]
            found = stands([rota.board for rota in rotas], desk, *self.span)
            yield Line(desk, office, tuple(self._piece(rotas, one) for one in found))

    def _desks(self) -> set[tuple[str, str]]:
        """What the rosters keep or man, and what is promised at any hour."""
        found = {
            (desk, rota.office)
            for rota in self.loaded.rotas
            for desk in {*rota.board.desks, *rota.board.manned}
        }
        shown = {desk for desk, _ in found}
        wanted = {desk_of(role) for role in ROLES if role != "expert"}
        return found | {(desk, "") for desk in wanted - shown}

    def _piece(self, rotas: Sequence[Rota], one: Stand) -> Piece:
        hands = tuple(Hand(self._name(p), via, p in one.absent) for p, via in one.planned)
        person, via = one.answers or ("", "")
        return Piece(
            one.start,
            one.end,
            "" if one.board is None else rotas[one.board].code,
            hands,
            self._name(person) if person else "",
            via,
            one.kept,
        )

    def _name(self, person: str) -> str:
        return self.loaded.staff[person].name

    def holes(self) -> Iterator[Hole]:
        kept = {desk for row in boards.published().values_list("desks", flat=True) for desk in row}
        drawn = {desk for rota in self.loaded.rotas for desk in rota.board.desks}
        for role, requirement in PROMISED:
            desk = desk_of(role)
            named = desk in kept | drawn
            empty = self._empty(desk) if named else self._without_a_desk(role)
            for start, end in empty:
                yield from self._cut(Hole(role, requirement, start, end, ""), desk)

    def _empty(self, desk: str) -> list[Span]:
        return holes([rota.board for rota in self.loaded.rotas], desk, *self.span)

    def _without_a_desk(self, role: str) -> list[Span]:
        """Of a role for which no roster keeps a desk whoever holds it is called."""
        holders, away = self.loaded.holders(role), self.loaded.nobody.away
        start, end = self.span
        edges = {at for one in away for at in (one.start, one.end) if start < at < end}
        return [
            span
            for span in pairwise([start, *sorted(edges), end])
            if next(self.loaded.line(holders, span[0], "role"), None) is None
        ]

    def _cut(self, hole: Hole, desk: str) -> Iterator[Hole]:
        """By roster: each part is mended in another."""
        rotas = [r for r in self.loaded.rotas if desk in r.board.desks and r.code != DRAFT]
        edges = {at for r in rotas for at in (r.board.start, r.board.end)}
        inside = sorted(at for at in edges if hole.start < at < hole.end)
        for start, end in pairwise([hole.start, *inside, hole.end]):
            here = (r.code for r in rotas if r.board.start <= start < r.board.end)
            yield replace(hole, start=start, end=end, roster=next(here, ""))

    def twice(self, lines: Iterable[Line]) -> Iterator[Twice]:
        held = [
            Held(hand.name, line.desk, piece.start, piece.end)
            for line in lines
            for piece in line.pieces
            for hand in piece.hands
            if not hand.away
        ]
        for one in clashes(held):
            yield Twice(one.person, one.desks, one.start, one.end)


def _place(line: tuple[str, str]) -> tuple[int, str, str]:
    desk, office = line
    return (ORDER.index(desk) if desk in ORDER else len(ORDER), desk, office)


def _away(lines: Iterable[Line]) -> Iterator[Planned]:
    for line in lines:
        for piece in line.pieces:
            for hand in piece.hands:
                if hand.away:
                    yield Planned(
                        hand.name,
                        line.desk,
                        line.office,
                        piece.roster,
                        piece.start,
                        piece.end,
                        piece.answers,
                    )


# -- one desk for a while -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Changed:
    """Somebody was put on a desk: in whose place ("" for whoever was there), why, by whom."""

    start: datetime
    end: datetime
    person: str
    instead_of: str
    reason: str
    by: str
    at: datetime
    swapped: bool


def changes(roster: str, desk: str, start: datetime, end: datetime) -> list[Changed]:
    """What was changed about a stretch of a desk, the newest first."""
    rows = Override.objects.filter(
        roster__code=roster, desk=desk, starts_at__lt=end, ends_at__gt=start
    ).select_related("person", "instead_of")
    return [
        Changed(
            row.starts_at,
            row.ends_at,
            row.person.name,
            row.instead_of.name if row.instead_of else "",
            row.reason,
            row.recorded_by,
            row.recorded_at,
            row.swap_id is not None,
        )
        for row in rows.order_by("-recorded_at", "-id")
    ]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A published roster and what it keeps manned."""

    code: str
    office: str
    start: datetime
    end: datetime
    desks: tuple[str, ...]


def drawn(after: datetime) -> list[Drawn]:
    """Those in force after a moment, the one that ends last in front."""
    rows = Roster.objects.filter(published_at__isnull=False, ends_at__gt=after)
    return [
        Drawn(r.code, r.office_id or "", r.starts_at, r.ends_at, tuple(r.desks))
        for r in rows.order_by("-ends_at", "-published_at")
    ]


def drawn_duties(roster: str) -> list[Duty]:
    """Its shifts as they were drawn, by name; one of somebody who left is nobody's."""
    row = Roster.objects.get(code=roster)
    found = row.shifts.select_related("person", "deputy").order_by("starts_at", "id")
    return [
        Duty(
            shift.desk,
            shift.starts_at,
            shift.ends_at,
            shift.person.name if shift.person and shift.person.active else None,
            shift.deputy.name if shift.deputy and shift.deputy.active else None,
        )
        for shift in found
    ]


@dataclass(frozen=True, slots=True)
class Leave:
    id: int
    person: str
    start: datetime
    end: datetime


def leaves(start: datetime, end: datetime) -> list[Leave]:
    """Who is away in a stretch, in order of its beginning."""
    rows = Absence.objects.filter(starts_at__lt=end, ends_at__gt=start).select_related("person")
    found = rows.order_by("starts_at", "id")
    return [Leave(row.id, row.person.name, row.starts_at, row.ends_at) for row in found]


def free(role: str, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """Who holds a role and could take a stretch, (name, the desk he has then or ""): first those
    who have none. Nobody who is away for any of it."""
    found = boards.of(
        list(boards.published().filter(starts_at__lt=end, ends_at__gt=start)), (start, end)
    )
    away = {one.person for one in found.nobody.away}
    names = {key: found.staff[key].name for key in found.holders(role) if key not in away}
    busy = {
        person: desk
        for rota in found.rotas
        for desk in rota.board.manned
        for one in stands([rota.board], desk, start, end)
        for person, _ in one.planned
    }
    return sorted(
        ((name, busy.get(key, "")) for key, name in names.items()), key=lambda pair: bool(pair[1])
    )


def new_code(wanted: str) -> str:
    """A code that no roster has: the one wanted, else with a number behind it."""
    taken = set(Roster.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    found, n = wanted, 2
    while found in taken:
        found, n = f"{wanted}-{n}", n + 1
    return found
