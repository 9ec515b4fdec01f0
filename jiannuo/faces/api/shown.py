"""What programs are shown, as plain values; stored words stay as they are stored."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from ninja import Schema

from jiannuo.archive.files import FileCard
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.faces.api import clocks
from jiannuo.faces.api.clocks import ClockShown
from jiannuo.kernel.moment import now
from jiannuo.manual import assignment
from jiannuo.manual.actor import Actor
from jiannuo.people.keys import KeyCard
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


class TokenShown(Schema):
    """The token that was shown: what it is held to (null: whatever its person may), until when it
    opens, when it was used before."""

    name: str
    scopes: list[str] | None
    expires_at: datetime | None
    used_at: datetime | None


class Me(Schema):
    """As whom you act; `token` is null for a sign-in."""

    id: UUID | None
    name: str
    roles: list[str]
    token: TokenShown | None


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


def me(actor: Actor, token: KeyCard | None) -> Me:
    return Me(
        id=actor.id,
        name=actor.name,
        roles=sorted(actor.roles),
        token=_token(token) if token else None,
    )


def _token(card: KeyCard) -> TokenShown:
    scopes = None if card.scopes is None else sorted(card.scopes)
    return TokenShown(
        name=card.name, scopes=scopes, expires_at=card.expires_at, used_at=card.used_at
    )


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
        clocks=clocks.shown(view, at),
        deviations=_deviations(view),
        as_of=at,
        unverified=beat(at).bad,
    )


def _deviations(view: CaseView) -> list[DeviationShown]:
    lines = cases.deviations(view.card.id, drill=view.card.drill)
    return [
        DeviationShown(**{name: getattr(line, name) for name in DeviationShown.model_fields})
        for line in lines
    ]


def attached(card: FileCard) -> Attached:
    return Attached(id=card.id, name=card.name, kind=card.kind, size=card.size, sha256=card.sha256)
