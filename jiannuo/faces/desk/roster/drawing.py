"""The next weeks: a week that is copied, or shifts that people take in turn; looked at first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from jiannuo.faces.desk.roster.grid import Grid, grid, midnight
from jiannuo.faces.desk.roster.saying import DAY, desk_name, week_of
from jiannuo.journey import rostering
from jiannuo.journey.rostering import Days
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people import weekly
from jiannuo.people.permits import require
from jiannuo.people.rules import role_of
from jiannuo.people.stands import Slots
from jiannuo.people.weekly import Draft, Drawn
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

#: So many weeks are proposed.
WEEKS = 4
DESKS = weekly.ORDER
_SLOT = re.compile(r"([0-2]?\d)[:：]([0-5]\d)\s*[-–—~至到]\s*([0-2]?\d)[:：]([0-5]\d)")
_BETWEEN = re.compile(r"[、,，;；\n]+")
USUAL = "08:00-20:00、20:00-08:00"

Typed = Mapping[str, str]


class DeskRow(NamedTuple):
    """A desk as the form asks for it."""

    code: str
    name: str
    times: str
    crew: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What would be published: its weeks, the first as a picture."""

    weeks: tuple[Grid, ...]
    shifts: int
    span: str


@dataclass(frozen=True, slots=True)
class DrawPage:
    """`how`: "copy" or "turns"; `look`: the draft, once it was looked at."""

    how: str
    office: str
    offices: tuple[Choice, ...]
    roster: str
    rosters: tuple[Choice, ...]
    source: str
    first: str
    last: str
    desks: tuple[DeskRow, ...]
    names: tuple[str, ...]
    op: str
    error: str
    look: Looked | None


def draw_page(
    actor: Actor,
    reader: Reader,
    typed: Typed,
    refusal: Refusal | None = None,
    draft: Draft | None = None,
) -> DrawPage:
    """The form as it was typed, else with what is usual in it."""
    require(actor, "roster_published")
    drawn = weekly.drawn(midnight(reader, reader.today - 14 * DAY))
    first = typed.get("first") or str(_next_day(reader, drawn))
    usual = _last(first)
    error = reader.say(Text(refusal.zh, refusal.en)) if refusal else ""
    return DrawPage(
        how=typed.get("how") or ("copy" if drawn else "turns"),
        office=typed.get("office", ""),
        offices=tuple(Choice(code, name) for code, name in people.named_offices()),
        roster=typed.get("roster") or (drawn[0].code if drawn else ""),
        rosters=tuple(Choice(d.code, _named(reader, d)) for d in drawn),
        source=typed.get("source") or str(_source(reader, drawn)),
        first=first,
        last=typed.get("last") or usual,
        desks=tuple(_desks(reader, typed)),
        names=tuple(one.name for one in people.everybody()),
        op=typed.get("op") or str(new_id()),
        error=error,
        look=_looked(reader, draft) if draft else None,
    )


def draft(reader: Reader, typed: Typed) -> Draft:
    """What was typed as a roster. Raises `Refusal` naming what is wrong."""
    days = Days(_date(typed, "first"), _date(typed, "last"), typed.get("office", ""))
    if typed.get("how") == "copy":
        return rostering.repeated(days, typed.get("roster", ""), week_of(_date(typed, "source")))
    return rostering.taking_turns(days, list(_slots(reader, typed)))


def _next_day(reader: Reader, drawn: list[Drawn]) -> date:
    """The day on which the last roster ends."""
    return max([reader.today, *(reader.local(one.end).date() for one in drawn)])


def _last(first: str) -> str:
    try:
        return str(date.fromisoformat(first) + (7 * WEEKS - 1) * DAY)
    except ValueError:
        return ""


def _source(reader: Reader, drawn: list[Drawn]) -> date:
    """The last whole week that is drawn."""
    if not drawn:
        return week_of(reader.today)
    last = drawn[0]
    end = week_of(reader.local(last.end).date())
    return max(end - 7 * DAY, week_of(reader.local(last.start).date()))


def _named(reader: Reader, one: Drawn) -> str:
    start, end = reader.on(reader.local(one.start).date()), reader.on(reader.local(one.end).date())
    return f"{one.code} ({start} – {end})"


def _desks(reader: Reader, typed: Typed) -> Iterator[DeskRow]:
    for desk in DESKS:
        name = desk_name(reader, desk)
        times, crew = typed.get(f"times-{desk}"), typed.get(f"crew-{desk}")
        if times is None and desk in ("hotline", "duty_manager"):
            holders = [p.name for p in people.everybody() if role_of(desk) in p.roles]
            times, crew = USUAL, "、".join(holders)
        yield DeskRow(desk, name, times or "", crew or "")


def _slots(reader: Reader, typed: Typed) -> Iterator[Slots]:
    for desk in DESKS:
        said, names = typed.get(f"times-{desk}", "").strip(), typed.get(f"crew-{desk}", "")
        crew = tuple(name.strip() for name in _BETWEEN.split(names) if name.strip())
        if not said and not crew:
            continue
        times = tuple(_times(said))
        name = desk_name(reader, desk)
        if not times or not crew:
            raise Refusal(
                "bad_slots",
                f"{name}要写明时段（如 {USUAL}）和轮值的人；不排就都留空",
                f"{name} needs its hours (such as {USUAL}) and its people; or leave both empty",
            )
        yield Slots(desk, times, crew)


def _times(said: str) -> Iterator[tuple[time, time]]:
    for a, b, c, d in _SLOT.findall(said):
        if int(a) < 24 and int(c) <= 24:
            yield time(int(a), int(b)), time(int(c) % 24, int(d))


def _date(typed: Typed, name: str) -> date:
    try:
        return date.fromisoformat(typed.get(name, ""))
    except ValueError:
        raise Refusal(
            "bad_date",
            "请把三个日期都填上，如 2026-10-01",
            "fill in each date, such as 2026-10-01",
        ) from None


def _looked(reader: Reader, made: Draft) -> Looked:
    """Its weeks as they would be; only the first is drawn in full."""
    start, end = reader.local(made.span[0]).date(), reader.local(made.span[1]).date()
    weeks: list[Grid] = []
    day = week_of(start)
    while day < end and len(weeks) < 53:
        found = weekly.weekly(midnight(reader, day), midnight(reader, day + 7 * DAY), made)
        weeks.append(grid(reader, day, found, may=False))
        day += 7 * DAY
    shown = sorted(weeks, key=lambda one: not one.troubles)
    return Looked(
        tuple(shown[:1] if not shown[0].troubles else [w for w in weeks if w.troubles][:3]),
        len(made.duties),
        f"{reader.day(made.span[0])} – {reader.day(made.span[1])}",
    )
