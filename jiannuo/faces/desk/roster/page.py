"""The page of a week, and that of one stretch of a desk with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.urls import reverse

from jiannuo.faces.desk.roster.grid import Grid, grid, midnight
from jiannuo.faces.desk.roster.saying import (
    DAY,
    act_href,
    desk_name,
    stretch,
    week_of,
)
from jiannuo.faces.desk.roster.troubles import Trouble, troubles_of
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people import weekly
from jiannuo.people.permits import allowed, require
from jiannuo.people.queries import SwapCard
from jiannuo.people.rules import role_of
from jiannuo.people.weekly import Changed
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader

#: So far ahead the next gap is looked for: as long before as it is told of (7.1 B 1).
AHEAD = 14 * DAY
LEAVES = 30 * DAY
#: After so long a change is one that was entered late (R-X-3).
LATE = timedelta(minutes=15)
#: No calendar reckons with days outside.
FIRST, LAST = date(2000, 1, 3), date(2100, 1, 1)


class Line(NamedTuple):
    """Something beside the week: words, the smaller ones, what can be done."""

    words: str
    note: str
    verb: str
    href: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """`next`: the first gap of the days ahead, where this week has none; `presses`: what can be
    done about the whole of it."""

    title: str
    grid: Grid
    earlier: str
    later: str
    away: str
    next: Trouble | None
    swaps: tuple[Line, ...]
    leaves: tuple[Line, ...]
    rosters: tuple[Line, ...]
    presses: tuple[Press, ...]
    drawn: bool


def week_page(actor: Actor, reader: Reader, wanted: date | None) -> WeekPage:
    """The seven days from the Monday of a day on."""
    require(actor, "read_roster")
    first = week_of(max(FIRST, min(wanted or reader.today, LAST)))
    start, end = midnight(reader, first), midnight(reader, first + 7 * DAY)
    may = allowed(actor, "shift_overridden")
    found = weekly.weekly(start, end)
    shown = grid(reader, first, found, me=actor.name, may=may)
    here = reverse("desk:roster_list")
    return WeekPage(
        f"{first:%m-%d} – {first + 6 * DAY:%m-%d}",
        shown,
        f"{here}?week={first - 7 * DAY}",
        f"{here}?week={first + 7 * DAY}",
        "" if first == week_of(reader.today) else here,
        None if shown.troubles else _next(reader, end, may=may),
        tuple(_swaps(actor, reader)),
        tuple(_leaves(actor, reader)),
        tuple(_rosters(reader)),
        tuple(_presses(actor, reader, may=may)),
        bool(found.lines and any(p.roster for line in found.lines for p in line.pieces)),
    )


def _next(reader: Reader, after: datetime, *, may: bool) -> Trouble | None:
    """Beyond the week that is shown."""
    start, end = max(after, reader.at), reader.at + AHEAD
    if start >= end:
        return None
    return next(troubles_of(reader, weekly.weekly(start, end), may=may), None)


def _presses(actor: Actor, reader: Reader, *, may: bool) -> Iterator[Press]:
    if allowed(actor, "roster_published"):
        yield Press(
            reader.say(Text("排后面的班", "Draw the next weeks")), reverse("desk:roster_open")
        )
    if allowed(actor, "absence_recorded"):
        href = act_href(reader, "all", "absence_recorded")
        yield Press(reader.say(Text("登记请假", "Note leave")), href, within=True)


def _swaps(actor: Actor, reader: Reader) -> Iterator[Line]:
    """What was asked and can still be accepted, with the way for whoever may."""
    for one in people.open_swaps(reader.at):
        words = Text(f"{one.person} 和 {one.other} 调班", f"{one.person} and {one.other} swap")
        theirs = one.other == actor.name or (
            "duty_manager" in actor.roles and one.person != actor.name
        )
        may = theirs and allowed(actor, "swap_accepted")
        href = act_href(reader, one.roster, "swap_accepted", swap=str(one.id)) if may else ""
        verb = reader.say(Text("同意", "Accept"))
        yield Line(reader.say(words), _both(reader, one), verb, href)


def _both(reader: Reader, one: SwapCard) -> str:
    given = f"{desk_name(reader, one.desk)} {stretch(reader, one.start, one.end)}"
    back = f"{desk_name(reader, one.back_desk)} {stretch(reader, one.back_start, one.back_end)}"
    return f"{given} ↔ {back}" + (f" · {one.reason}" if one.reason else "")


def _leaves(actor: Actor, reader: Reader) -> Iterator[Line]:
    may = allowed(actor, "absence_ended")
    verb = reader.say(Text("提前回来", "Back early"))
    for one in weekly.leaves(reader.at, reader.at + LEAVES):
        known = {"from": one.start, "back": max(reader.at, one.start)}
        href = act_href(reader, "all", "absence_ended", person=one.person, **known) if may else ""
        yield Line(one.person, stretch(reader, one.start, one.end), verb, href)


def _rosters(reader: Reader) -> Iterator[Line]:
    for one in weekly.drawn(reader.at):
        desks = reader.listed(desk_name(reader, desk) for desk in one.desks)
        until = reader.day(one.end)
        note = reader.say(Text(f"排到 {until}", f"drawn until {until}"))
        yield Line(f"{one.code} {one.office}".strip(), f"{note} · {desks}", "", "")


# -- one stretch of a desk ------------------------------------------------------------------------


class Change(NamedTuple):
    when: str
    words: str
    by: str
    at: str
    late: bool


class Standing(NamedTuple):
    """One in the order in which they are called."""

    name: str
    why: str
    phone: str


@dataclass(frozen=True, slots=True)
class ShiftPage:
    roster: str
    desk: str
    when: str
    back: str
    past: bool
    line: tuple[Standing, ...]
    presses: tuple[Press, ...]
    changes: tuple[Change, ...]


def shift_page(
    actor: Actor, reader: Reader, roster: str, desk: str, span: tuple[datetime, datetime]
) -> ShiftPage:
    """Raises `Refusal` for a roster that is not there."""
    require(actor, "read_roster")
    card = people.roster(roster)
    start, end = span
    names = _names(roster, desk, span)
    at = min(max(start, reader.at), end - timedelta(seconds=1))
    line = people.standing_by(role_of(desk), at, card.office or None)
    monday = week_of(reader.local(start).date())
    return ShiftPage(
        card.code,
        desk_name(reader, desk, card.office),
        stretch(reader, start, end),
        f"{reverse('desk:roster_list')}?week={monday}",
        end <= reader.at,
        tuple(Standing(s.name, reader.word("via", s.via), s.phone) for s in line),
        tuple(_ways(actor, reader, roster, desk, span, names)),
        tuple(_change(reader, one) for one in weekly.changes(roster, desk, start, end)),
    )


def _names(roster: str, desk: str, span: tuple[datetime, datetime]) -> list[str]:
    """Who is planned there at any time of it."""
    found = weekly.weekly(*span)
    hands = (
        hand.name
        for line in found.lines
        if line.desk == desk
        for piece in line.pieces
        if piece.roster == roster
        for hand in piece.hands
    )
    return list(dict.fromkeys(hands))


def _ways(
    actor: Actor,
    reader: Reader,
    roster: str,
    desk: str,
    span: tuple[datetime, datetime],
    names: Iterable[str],
) -> Iterator[Press]:
    """What he may do about it; the first is the usual thing."""
    people_there = list(names)
    known: dict[str, str | datetime] = {"desk": desk, "from": span[0], "to": span[1]}
    one = people_there[0] if len(people_there) == 1 else ""
    if allowed(actor, "shift_overridden"):
        words = Text("换人", "Replace") if people_there else Text("补班", "Fill it")
        href = act_href(reader, roster, "shift_overridden", **known, instead_of=one)
        yield Press(reader.say(words), href, within=True)
    if allowed(actor, "shift_added") and people_there:
        href = act_href(reader, roster, "shift_added", **known)
        yield Press(reader.say(Text("再加一人", "Add one more")), href, within=True)
    ahead = span[1] > reader.at
    mine = actor.name in people_there or "duty_manager" in actor.roles
    if ahead and people_there and mine and allowed(actor, "swap_asked"):
        whose = actor.name if actor.name in people_there else one
        href = act_href(reader, roster, "swap_asked", **known, person=whose)
        yield Press(reader.say(Text("和别人调班", "Swap")), href, within=True)
    if ahead and one and allowed(actor, "absence_recorded"):
        href = act_href(
            reader, "all", "absence_recorded", person=one, **{"from": span[0]}, to=span[1]
        )
        yield Press(reader.say(Text("他请假", "He is away")), href, within=True)


def _change(reader: Reader, one: Changed) -> Change:
    whose = one.instead_of or reader.say(Text("原来的人", "whoever was there"))
    words = Text(f"{one.person} 代 {whose}", f"{one.person} for {whose}")
    if one.swapped:
        words += Text("（调班）", " (swapped)")
    why = f"{reader.say(words)} · {one.reason}" if one.reason else reader.say(words)
    return Change(
        stretch(reader, one.start, one.end),
        why,
        one.by,
        reader.clock(one.at),
        one.at - one.start > LATE,
    )
