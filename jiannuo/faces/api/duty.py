"""Who is on duty, shown to programs as plain values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator

from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.people import queries as people
from jiannuo.people.permits import require
from jiannuo.people.queries import DeskDuty, Standby, SwapCard


def _written(said: object) -> object:
    """A number would pass for the seconds since 1970."""
    if not isinstance(said, str) or not said[:5].endswith("-"):
        raise ValueError("no moment")
    return said


#: A moment as an address says it.
Moment = Annotated[AwareDatetime, BeforeValidator(_written)]

AHEAD = timedelta(days=14)  # for gaps: as long before as they are told of


class OnCall(Schema):
    """Who answers, and how the roster came to him: `via` is shift, override, deputy, escalation.
    His number is for whoever has to call him."""

    name: str
    via: str
    phone: str


class Stretch(Schema):
    """From `start`, before `end`."""

    start: datetime
    end: datetime


class DeskShown(Schema):
    """A desk: who answers until when, who comes next, and when nobody does. `office` is blank
    where it is one desk for all of them; `now` is null where nobody can be reached at all."""

    desk: str
    office: str
    now: OnCall | None
    until: datetime | None
    next: OnCall | None
    gaps: list[Stretch]
    drawn_until: datetime | None


class SwapShown(Schema):
    """`person` asks `other` to take his stretch and gives him `back` for it. Accepted by `id`."""

    id: UUID
    roster: str
    person: str
    desk: str
    stretch: Stretch
    other: str
    back_roster: str
    back_desk: str
    back: Stretch
    reason: str


class OnDuty(Schema):
    """The rosters in force `as_of`, by their codes, and what they say."""

    rosters: list[str]
    desks: list[DeskShown]
    swaps: list[SwapShown]
    as_of: datetime


def on_duty(actor: Actor, at: datetime | None, office: str | None) -> OnDuty:
    require(actor, "read_roster")
    as_of = at or now()
    return OnDuty(
        rosters=[code for code, _ in people.published_rosters(as_of, as_of + AHEAD)],
        desks=[_desk(desk) for desk in people.duty_at(as_of, office, AHEAD)],
        swaps=[_swap(card) for card in people.open_swaps(as_of)],
        as_of=as_of,
    )


def _desk(desk: DeskDuty) -> DeskShown:
    return DeskShown(
        desk=desk.desk,
        office=desk.office,
        now=_on_call(desk.now),
        until=desk.until,
        next=_on_call(desk.next),
        gaps=[Stretch(start=gap.start, end=gap.end) for gap in desk.gaps],
        drawn_until=desk.drawn_until,
    )


def _on_call(one: Standby | None) -> OnCall | None:
    return None if one is None else OnCall(name=one.name, via=one.via, phone=one.phone)


def _swap(card: SwapCard) -> SwapShown:
    return SwapShown(
        id=card.id,
        roster=card.roster,
        person=card.person,
        desk=card.desk,
        stretch=Stretch(start=card.start, end=card.end),
        other=card.other,
        back_roster=card.back_roster,
        back_desk=card.back_desk,
        back=Stretch(start=card.back_start, end=card.back_end),
        reason=card.reason,
    )
