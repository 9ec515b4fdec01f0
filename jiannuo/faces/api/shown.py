"""What programs are shown, as plain values; stored words stay as they are stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema

from jiannuo.archive.files import FileCard
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.cases.view import CaseView
from jiannuo.kernel.moment import now
from jiannuo.manual import assignment
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock, fold_story
from jiannuo.people.permits import require
from jiannuo.web.beat import beat


class Wrong(Schema):
    """A field and what is wrong with it."""

    field: str
    zh: str
    en: str


class Refused(Schema):
    """Why not: `code` for programs, `message` in the language asked for, `requirement` the duty
    behind it, `reasons` what a gate found missing, `fields` what was malformed."""

    code: str
    zh: str
    en: str
    message: str
    requirement: str
    reasons: list[str] = []
    fields: list[Wrong] = []


class Taken(Schema):
    """What a step did: its event, about what. `again`: the same request came before."""

    number: str
    event: UUID
    again: bool = False


class Attached(Schema):
    """A file of a case. `sha256` stands in the log of the case as well."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str


class Me(Schema):
    """As whom you act."""

    id: UUID | None
    name: str
    roles: list[str]


class CaseRow(Schema):
    """An open case as lists show it."""

    number: str
    customer: str | None
    site: str | None
    text: str
    level: str | None
    kind: str
    status: str
    next_promise: str
    next_due_at: datetime | None
    drill: bool


class CaseList(Schema):
    """Open cases, the one whose promise ends first on top."""

    cases: list[CaseRow]


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


class DeviationShown(Schema):
    """What a gate let pass with a reason."""

    happened_at: datetime
    action: str
    rule: str
    reason: str
    note: str


class CaseShown(Schema):
    """A case as it stands. `unverified`: the clocks of the house lag, do not trust a promise
    that still runs."""

    number: str
    status: str
    kind: str
    level: str | None
    channel: str
    text: str
    caller: str
    drill: bool
    customer: str
    site: str
    reported_at: datetime
    assignee: str
    devices: list[str]
    into: str
    clocks: list[ClockShown]
    deviations: list[DeviationShown]
    as_of: datetime
    unverified: bool


def me(actor: Actor) -> Me:
    return Me(id=actor.id, name=actor.name, roles=sorted(actor.roles))


def open_cases(actor: Actor, limit: int, late: bool | None) -> CaseList:
    require(actor, "read_cases")
    found = cases.open_cases(actor, limit, late, now())
    return CaseList(cases=[_row(case) for case in found])


def _row(case: OpenCase) -> CaseRow:
    return CaseRow(**{name: getattr(case, name) for name in CaseRow.model_fields})


def case(actor: Actor, number: str) -> CaseShown:
    """Raises `Refusal` ("no_case") for a number that is not there."""
    require(actor, "read_cases")
    view, at = cases.view_for(actor, number), now()
    card = view.card
    return CaseShown(
        number=card.number,
        status=view.story.status(at),
        kind=card.kind,
        level=card.level,
        channel=card.channel,
        text=card.text,
        caller=card.caller,
        drill=card.drill,
        customer=card.customer_name,
        site=card.site_name,
        reported_at=view.reported_at,
        assignee=assignment.assignee(view.story),
        devices=list(card.devices),
        into=cases.card_of(card.into).number if card.into else "",
        clocks=[_clock(view, clock, at) for clock in fold_story(view.story)],
        deviations=_deviations(view),
        as_of=at,
        unverified=beat(at).bad,
    )


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


def _deviations(view: CaseView) -> list[DeviationShown]:
    lines = cases.deviations(view.card.id, drill=view.card.drill)
    return [
        DeviationShown(**{name: getattr(line, name) for name in DeviationShown.model_fields})
        for line in lines
    ]


def attached(card: FileCard) -> Attached:
    return Attached(id=card.id, name=card.name, kind=card.kind, size=card.size, sha256=card.sha256)
