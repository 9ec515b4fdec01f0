"""Who stands in for whom on the roster: overrides, swaps, a week that comes again (7.1 B 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.journey import shift_news
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.manual import marks
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.people import commands as people
from jiannuo.people import covering, queries
from jiannuo.people.covering import Piece
from jiannuo.people.permits import require
from jiannuo.people.rules import Turn, Weeks


def watch_gaps(roster_id: UUID, code: str) -> None:
    """The gaps of a roster are told two weeks ahead (R-7.1-B-1); one that is closed is not."""
    profile = customers.project_profile(None)
    board = queries.board(code)
    found = [
        marks.of_gap(profile, f"{desk}@{profile.local(start):%Y-%m-%dT%H:%M:%S}", start)
        for desk in board.desks
        for start in board.gaps(desk)
    ]
    clocks.settle(Owner("roster", roster_id, code), profile, (), found)


@transaction.atomic
def override_shift(
    actor: Actor,
    roster: str,
    when: When = NOW,
    *,
    desk: str,
    from_: datetime,
    to: datetime,
    person: str,
    reason: str,
    instead_of: str | None = None,
) -> Done:
    """Somebody else mans a desk for a stretch: in place of one person, or of whoever is there.

    What turned out otherwise than planned is told late, as such; the plan stays as it was."""
    when = _since(when, from_, reason)
    said = given(
        desk=desk, **{"from": from_}, to=to, person=person, instead_of=instead_of, reason=reason
    )
    event = _told(actor, roster, "shift_overridden", said, when)
    if event is not None:
        piece = Piece(roster, desk, event.d["from"], event.d["to"])
        covered = covering.take_over(
            actor, piece, person, instead_of=event.d.get("instead_of"), reason=reason
        )
        shift_news.of_cover(actor, _profile(when), event, covered, piece)
        _watch(roster)
    return outcome(event, when, roster)


@transaction.atomic
def add_shift(
    actor: Actor,
    roster: str,
    when: When = NOW,
    *,
    desk: str,
    from_: datetime,
    to: datetime,
    person: str,
    reason: str,
) -> Done:
    """One more mans a desk for a stretch, beside whoever is there."""
    when = _since(when, from_, reason)
    said = given(desk=desk, **{"from": from_}, to=to, person=person, reason=reason)
    event = _told(actor, roster, "shift_added", said, when)
    if event is not None:
        piece = Piece(roster, desk, event.d["from"], event.d["to"])
        added = covering.add(piece, person)
        shift_news.of_cover(actor, _profile(when), event, added, piece)
        _watch(roster)
    return outcome(event, when, roster)


@transaction.atomic
def ask_swap(
    actor: Actor,
    roster: str,
    when: When = NOW,
    *,
    desk: str,
    from_: datetime,
    to: datetime,
    other: str,
    back_from: datetime,
    back_to: datetime,
    back_desk: str | None = None,
    back_roster: str | None = None,
    person: str | None = None,
    reason: str | None = None,
) -> Done:
    """Ask another to exchange shifts: he gets this stretch and gives the one `back_from` to
    `back_to`, at the same desk of the same roster unless said. A duty manager asks for `person`.

    What was asked is accepted by the id of this event; until then nothing changes.
    """
    said = given(
        desk=desk,
        **{"from": from_},
        to=to,
        person=person or actor.name,
        other=other,
        back_roster=back_roster,
        back_desk=back_desk,
        back_from=back_from,
        back_to=back_to,
        reason=reason,
    )
    event = _told(actor, roster, "swap_asked", said, when)
    if event is not None:
        d = event.d
        asked = covering.ask_swap(
            actor,
            UUID(event.id),
            Piece(roster, desk, d["from"], d["to"]),
            Piece(back_roster or roster, back_desk or desk, d["back_from"], d["back_to"]),
            (d["person"], other),
            event.t,
            d.get("reason", ""),
        )
        shift_news.of_swap("swap_asked", actor, _profile(when), event, asked)
    return outcome(event, when, roster)


@transaction.atomic
def accept_swap(actor: Actor, roster: str, when: When = NOW, *, swap: str) -> Done:
    """The other of the two agrees, or a duty manager orders it: from now on each has the
    other's stretch."""
    event = _told(actor, roster, "swap_accepted", {"swap": swap}, when)
    if event is not None:
        done = covering.accept_swap(actor, queries.roster(roster).id, swap, event.t)
        shift_news.of_swap("swap_accepted", actor, _profile(when), event, done)
        for code in {done.roster, done.back_roster}:
            _watch(code)
    return outcome(event, when, roster)


def draw_weeks(
    actor: Actor, roster: str, weeks: Weeks, turns: Sequence[Turn], office: str | None = None
) -> UUID:
    """The same week again and again, by the clock on our wall; it counts once it is published."""
    zone = customers.base_profile(now()).zone
    return people.draw_pattern(actor, roster, weeks, turns, zone, office)


def _since(when: When, start: datetime, why: str) -> When:
    """A change of a stretch that has begun happened when that did (R-X-3)."""
    begun = when.at is None and start < now()
    return replace(when, at=start, why=when.why or why) if begun else when


def _watch(code: str) -> None:
    card = queries.roster(code)
    if card.published:
        watch_gaps(card.id, code)


def _told(actor: Actor, roster: str, kind: str, fields: dict[str, Any], when: When) -> Event | None:
    require(actor, kind)
    subject = Subject("roster", queries.roster(roster).id)
    return on_subject(actor, subject, _profile(when), kind, fields, when)


def _profile(when: When) -> Profile:
    return customers.base_profile(when.at or now())
