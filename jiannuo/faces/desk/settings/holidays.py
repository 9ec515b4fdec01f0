"""The working days of a year: its months as a picture, the text they were read from, what would
move."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from jiannuo.customers import working
from jiannuo.journey import working_days
from jiannuo.journey.working_days import Moved
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import daysoff
from jiannuo.manual.actor import Actor
from jiannuo.manual.daysoff import DaysOff
from jiannuo.manual.words import Text
from jiannuo.manual.workdays import Workdays
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

FIRST, LAST = 2000, 2099
KINDS = {
    "repair": Text("维修单", "Repair order"),
    "advance": Text("先行更换", "Advance replacement"),
    "warranty": Text("质保届满", "End of warranty"),
}
HEADS = (
    Text("一", "M"),
    Text("二", "T"),
    Text("三", "W"),
    Text("四", "T"),
    Text("五", "F"),
    Text("六", "S"),
    Text("日", "S"),
)


class Day(NamedTuple):
    """`state`: "off" (a day off), "on" (a make-up workday), "rest" (a weekend), "" or "none" for a
    day of another month; `word`: the same for who does not see colours."""

    n: int
    state: str
    word: str


class Month(NamedTuple):
    name: str
    weeks: tuple[tuple[Day, ...], ...]


class Move(NamedTuple):
    kind: str
    ref: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Look:
    """What was typed as it would be kept."""

    off: int
    on: int
    unread: tuple[str, ...]
    moved: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class HolidayPage:
    """`missing`: years that should be filled and are not."""

    year: int
    years: tuple[tuple[int, bool, bool], ...]
    months: tuple[Month, ...]
    heads: tuple[str, ...]
    filled: str
    text: str
    look: Look | None
    missing: tuple[int, ...]
    may: bool
    op: str
    error: str


def holiday_page(
    actor: Actor,
    reader: Reader,
    wanted: int,
    typed: str | None = None,
    refusal: Refusal | None = None,
) -> HolidayPage:
    """`typed`: a text that is looked at first. Raises `Refusal` for a year beyond reckoning."""
    require(actor, "read_settings")
    if not FIRST <= wanted <= LAST:
        raise Refusal("no_such_page", f"没有 {wanted} 年", f"there is no year {wanted}")
    kept, known, this = working.year(wanted), working.years(), reader.today.year
    found = daysoff.read(typed, wanted) if typed is not None else None
    look = None
    if found is not None and refusal is None:
        try:
            look = _look(actor, reader, wanted, found)
        except Refusal as wrong:
            refusal = wrong
    shown = _days(found) if found else Workdays(*_kept(kept)) if kept else Workdays()
    choice = sorted({this - 1, this, this + 1, wanted})
    return HolidayPage(
        wanted,
        tuple((one, one == wanted, one in known) for one in choice),
        tuple(_months(reader, wanted, shown)),
        tuple(reader.say(head) for head in HEADS),
        f"{kept.by} {reader.clock(kept.filled_at)}" if kept else "",
        typed if typed is not None else (kept.text if kept else ""),
        look,
        tuple(one for one in (this, this + 1) if one not in known),
        allowed(actor, "calendar_set"),
        str(new_id()),
        reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
    )


def _kept(kept: working.Year) -> tuple[frozenset[date], frozenset[date]]:
    return frozenset(kept.holidays), frozenset(kept.makeup)


def _days(found: DaysOff) -> Workdays:
    return Workdays(frozenset(found.holidays), frozenset(found.makeup))


def _look(actor: Actor, reader: Reader, year: int, found: DaysOff) -> Look:
    moved = working_days.looked_at(actor, year, found)
    return Look(
        len(found.holidays),
        len(found.makeup),
        found.unread,
        tuple(_move(reader, one) for one in moved),
    )


def _move(reader: Reader, one: Moved) -> Move:
    before, after = (reader.on(day) if day else "—" for day in (one.before, one.after))
    return Move(reader.say(KINDS[one.kind]), one.ref, before, after)


def _months(reader: Reader, year: int, shown: Workdays) -> Iterator[Month]:
    for n in range(1, 13):
        weeks = tuple(
            tuple(_day(reader, day, n, shown) for day in week)
            for week in Calendar().monthdatescalendar(year, n)
        )
        yield Month(reader.say(Text(f"{n} 月", f"{date(year, n, 1):%b}")), weeks)


def _day(reader: Reader, day: date, month: int, shown: Workdays) -> Day:
    if day.month != month:
        return Day(day.day, "none", "")
    if day in shown.makeup:
        return Day(day.day, "on", reader.say(Text("上班", "work")))
    if day in shown.holidays:
        return Day(day.day, "off", reader.say(Text("休", "off")))
    return Day(day.day, "rest" if day.weekday() > 4 else "", "")
