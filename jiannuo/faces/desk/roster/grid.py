"""A week of duty: the strip of what is promised at any hour, what is missing, the desks by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from jiannuo.faces.desk.roster.saying import (
    DAY,
    HOUR,
    desk_name,
    hours,
    lasting,
    piece_href,
)
from jiannuo.faces.desk.roster.troubles import UNDRAWN, Trouble, troubles_of
from jiannuo.manual.words import Text
from jiannuo.people.rules import moment
from jiannuo.people.weekly import DRAFT, PROMISED, Hole, Line, Piece, Weekly
from jiannuo.web.reader import Reader

#: More than these are not shown in red at once.
MOST = 5

PROMISES = {
    "hotline_agent": Text("7×24 热线", "Hotline 7x24"),
    "duty_manager": Text("值班经理随时可叫到", "A duty manager at any hour"),
    "expert": Text("专家 1 小时内动手", "An expert within the hour"),
}


class Head(NamedTuple):
    """A day of the week: its number from the first, its words, whether it is today. `gone`: it
    lies before today in the week of today."""

    n: int
    words: str
    today: bool
    gone: bool


class Bar(NamedTuple):
    """A stretch of the strip, in hours from its left edge."""

    x: float
    width: float
    past: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One promise over the week."""

    name: str
    requirement: str
    words: str
    short: bool
    bars: tuple[Bar, ...]


class Name(NamedTuple):
    """One at a desk. `mark`: "away", "override" or ""."""

    words: str
    mark: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of a day. `state`: "gap", "none" (no roster), "stand_in" or "on"."""

    hours: str
    names: tuple[Name, ...]
    note: str
    state: str
    href: str
    past: bool


@dataclass(frozen=True, slots=True)
class Cell:
    n: int
    today: bool
    gone: bool
    pieces: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """`wide`: how many hours the strip is; `now`: where in it, None beside it."""

    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    strips: tuple[Strip, ...]
    troubles: tuple[Trouble, ...]
    more: int
    wide: int
    now: float | None
    days: tuple[int, ...]


def midnight(reader: Reader, day: date) -> datetime:
    return moment(day, time(), reader.zone)


def grid(reader: Reader, first: date, found: Weekly, *, me: str = "", may: bool = True) -> Grid:
    return _Maker(reader, first, found, me, may).grid()


@dataclass(frozen=True)
class _Maker:
    reader: Reader
    first: date
    found: Weekly
    me: str
    may: bool

    @property
    def start(self) -> datetime:
        return midnight(self.reader, self.first)

    @property
    def end(self) -> datetime:
        return midnight(self.reader, self.first + 7 * DAY)

    def grid(self) -> Grid:
        reader, troubles = self.reader, tuple(troubles_of(self.reader, self.found, may=self.may))
        wide = (self.end - self.start) // HOUR
        at = (reader.at - self.start) / HOUR
        days = [self.first + n * DAY for n in range(7)]
        return Grid(
            tuple(self._head(n, day) for n, day in enumerate(days)),
            tuple(self._row(line) for line in self.found.lines),
            tuple(self._strip(*promise) for promise in PROMISED),
            troubles[:MOST],
            max(0, len(troubles) - MOST),
            wide,
            round(at, 2) if 0 <= at < wide else None,
            tuple((midnight(reader, day) - self.start) // HOUR for day in days[1:]),
        )

    def _head(self, n: int, day: date) -> Head:
        reader = self.reader
        return Head(n, reader.weekday(day), day == reader.today, self._gone(day))

    def _gone(self, day: date) -> bool:
        return self.first <= day < self.reader.today < self.first + 7 * DAY

    # -- the strip

    def _strip(self, role: str, requirement: str) -> Strip:
        reader = self.reader
        here = [hole for hole in self.found.holes if hole.role == role]
        bars = tuple(self._bar(hole) for hole in here)
        left = [hole for hole in here if hole.end > reader.at]
        lacking = sum((h.end - max(h.start, reader.at) for h in left), timedelta())
        span = lasting(reader, _whole(lacking))
        words = (
            Text(f"缺 {span}", f"{span} short")
            if left
            else Text("守得住", "held")
            if self.end > reader.at
            else Text("已过去", "past")
        )
        return Strip(reader.say(PROMISES[role]), requirement, reader.say(words), bool(left), bars)

    def _bar(self, hole: Hole) -> Bar:
        x = (hole.start - self.start) / HOUR
        return Bar(
            round(x, 2), round((hole.end - hole.start) / HOUR, 2), hole.end <= self.reader.at
        )

    # -- the desks

    def _row(self, line: Line) -> Row:
        cells = tuple(self._cell(line, n) for n in range(7))
        return Row(desk_name(self.reader, line.desk, line.office), cells)

    def _cell(self, line: Line, n: int) -> Cell:
        day = self.first + n * DAY
        start, end = midnight(self.reader, day), midnight(self.reader, day + DAY)
        found = [
            self._shown(line, piece, max(piece.start, start), piece.end)
            if piece.end - piece.start <= DAY
            else self._shown(line, piece, max(piece.start, start), min(piece.end, end))
            for piece in line.pieces
            if _of_day(piece, start, end, first=n == 0)
        ]
        return Cell(n, day == self.reader.today, self._gone(day), tuple(found))

    def _shown(self, line: Line, piece: Piece, start: datetime, end: datetime) -> Shown:
        reader = self.reader
        names = tuple(
            Name(
                h.name, "away" if h.away else "override" * (h.via == "override"), h.name == self.me
            )
            for h in piece.hands
        )
        there = [hand for hand in piece.hands if not hand.away]
        note, state = "", "on"
        if not there and piece.answers:
            note = reader.say(Text(f"由{piece.answers}顶", f"{piece.answers} stands in"))
            state = "stand_in"
        elif not there:
            state = "gap" if piece.roster else "none"
            note = reader.say(Text("没有人", "nobody") if piece.roster else UNDRAWN)
        href = ""
        if piece.roster and piece.roster != DRAFT:
            href = piece_href(reader, piece.roster, line.desk, piece.start, piece.end)
        past = piece.end <= reader.at
        return Shown(hours(reader, start, end), names, note, state, href, past)


def _of_day(piece: Piece, start: datetime, end: datetime, *, first: bool) -> bool:
    """A shift stands on the day it begins; one of more than a day on each of its days."""
    if piece.end - piece.start > DAY or first:
        return piece.start < end and piece.end > start
    return start <= piece.start < end


def _whole(span: timedelta) -> timedelta:
    """To the minute: the present one has begun."""
    return span - span % timedelta(minutes=1)
