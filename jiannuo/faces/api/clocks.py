"""The promises of a case for programs, and why each falls due when it does."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock, fold_story
from jiannuo.manual.explain import Line, explain
from jiannuo.people.permits import require
from jiannuo.web.beat import beat


class ClockShown(Schema):
    """A promise: running from `started_at`, to be kept before `due_at` (`lt`) or at the latest
    then (`le`); `verdict` as of `as_of`; `excused` says why it does not count."""

    promise: str
    zh: str
    en: str
    clause: str
    house: bool
    started_at: datetime | None
    due_at: datetime | None
    op: str
    stopped_at: datetime | None
    verdict: str
    excused: str


class ClockList(Schema):
    """The promises of a case as its events give them. `unverified`: the clocks of the house lag,
    do not trust a promise that still runs."""

    number: str
    clocks: list[ClockShown]
    as_of: datetime
    unverified: bool


class LineShown(Schema):
    """One sentence of the why: `what` it is about (start, limit, step, due, stop, verdict, note),
    `readings` of the manual that it rests on."""

    what: str
    zh: str
    en: str
    readings: list[str]


class ClockTold(ClockShown):
    """A promise with every sentence of why it falls due when it does; `requirement`: the duty."""

    number: str
    requirement: str
    lines: list[LineShown]
    as_of: datetime
    unverified: bool


def of_case(actor: Actor, number: str) -> ClockList:
    """Raises `Refusal` ("no_case") for a number that is not there."""
    require(actor, "read_cases")
    view, at = cases.view_for(actor, number), now()
    return ClockList(
        number=view.card.number, clocks=shown(view, at), as_of=at, unverified=beat(at).bad
    )


def shown(view: CaseView, at: datetime) -> list[ClockShown]:
    return [_clock(view, clock, at) for clock in fold_story(view.story)]


def _clock(view: CaseView, clock: Clock, at: datetime) -> ClockShown:
    promise = view.profile.by_code[clock.promise]
    return ClockShown(
        promise=clock.promise,
        zh=promise.zh,
        en=promise.en,
        clause=promise.clause,
        house=promise.house,
        started_at=clock.start,
        due_at=clock.due,
        op=clock.op,
        stopped_at=clock.stop,
        verdict=clock.verdict(at),
        excused=clock.excused,
    )


def one(actor: Actor, number: str, promise: str) -> ClockTold:
    """One of them with its why. Raises `Refusal` for a promise that the case does not have."""
    require(actor, "read_cases")
    view, at = cases.view_for(actor, number), now()
    clock = next((c for c in fold_story(view.story) if c.promise == promise), None)
    if clock is None:
        raise Refusal(
            "no_such_promise",
            f"{number} 没有「{promise}」这项承诺",
            f"{number} has no promise {promise}",
        )
    told = explain(view.profile, clock, at, view.story)
    return ClockTold(
        **_clock(view, clock, at).model_dump(),
        number=view.card.number,
        requirement=told.requirement,
        lines=[_line(line) for line in told.lines],
        as_of=at,
        unverified=beat(at).bad,
    )


def _line(line: Line) -> LineShown:
    return LineShown(what=line.what, zh=line.text.zh, en=line.text.en, readings=list(line.readings))
