"""A shift ends: what is open, what runs out soon, who promised what, from the one going off duty
to the one coming on, who reads it and confirms (7.1 B 1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import OpenCase
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event, standing
from jiannuo.notices.commands import Note, post
from jiannuo.people import handing
from jiannuo.people import queries as people
from jiannuo.people.handing import HandoverCard
from jiannuo.people.permits import require
from jiannuo.people.rules import desk_of, role_of

DUTY = "R-7.1-B-1"
#: Whose shifts are handed over here.
DESKS = ("duty_manager", "hotline")
#: What will run out in the next shift is named case by case; the rest is counted.
SOON = timedelta(hours=12)
MOST = 500
#: After so long nobody is waited for.
FORGOTTEN = timedelta(days=2)
#: What was promised to somebody on a case, and the field that says until when.
PROMISES = {"customer_informed": "eta", "arrival_agreement": "due", "maker_asked": "promised"}
#: What keeps a promise of these.
KEPT = {"customer_informed": "arrived", "arrival_agreement": "arrived"}
KINDS = (*holding.KINDS, *PROMISES, "part_used", "correction")


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A case as it stands at the change. Moments are ISO, as they are kept."""

    number: str
    text: str
    where: str
    level: str
    status: str
    promise: str
    due: str
    holder: str
    waits: str


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """What somebody promised about a case, until when; still open."""

    number: str
    kind: str
    by: str
    until: str
    what: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open at a moment: counted by status, what runs out soon, what was promised."""

    open: int
    by_status: Mapping[str, int]
    soon: tuple[OpenLine, ...]
    promised: tuple[PromiseLine, ...]

    def kept(self) -> dict[str, Any]:
        return {
            "open": self.open,
            "by_status": dict(self.by_status),
            "soon": [asdict(line) for line in self.soon],
            "promised": [asdict(line) for line in self.promised],
        }


def standing_of(detail: Mapping[str, Any]) -> Standing:
    """What `kept` wrote."""
    return Standing(
        detail["open"],
        detail["by_status"],
        tuple(OpenLine(**row) for row in detail["soon"]),
        tuple(PromiseLine(**row) for row in detail["promised"]),
    )


def standing_now(actor: Actor) -> Standing:
    """What would be handed over now; a few questions, however much is open."""
    require(actor, "read_cases")
    at = now()
    found = [case for case in cases.open_cases(actor, MOST) if not case.drill]
    told: dict[UUID, list[Event]] = {}
    for case, event in archive.of_kinds("case", KINDS, [one.id for one in found]):
        told.setdefault(case, []).append(event)
    known = {case: standing(events) for case, events in told.items()}
    counted: dict[str, int] = {}
    for one in found:
        counted[one.status] = counted.get(one.status, 0) + 1
    soon = [o for o in found if o.next_due_at is not None and o.next_due_at <= at + SOON]
    return Standing(
        len(found),
        counted,
        tuple(_line(one, known.get(one.id, ())) for one in soon),
        tuple(line for one in found for line in _promised(one, known.get(one.id, ()))),
    )


def _line(one: OpenCase, events: Iterable[Event]) -> OpenLine:
    return OpenLine(
        one.number,
        one.text,
        " · ".join(part for part in (one.customer, one.site) if part),
        one.level or "",
        one.status,
        one.next_promise,
        one.next_due_at.isoformat() if one.next_due_at else "",
        holding.holder(events),
        holding.awaited(events),
    )


def _promised(one: OpenCase, events: Iterable[Event]) -> Iterator[PromiseLine]:
    """The last word of each kind; what was kept since is no promise any more."""
    told = sorted(events, key=lambda e: e.place)
    for kind, field in PROMISES.items():
        last = next((e for e in reversed(told) if e.kind == kind and e.d.get(field)), None)
        if last is None:
            continue
        done = KEPT.get(kind, "part_used")
        if any(e.kind == done and e.place > last.place for e in told):
            continue
        what = f"{last.d['maker']} {last.d['part']}" if kind == "maker_asked" else ""
        yield PromiseLine(one.number, kind, last.by.name, last.d[field].isoformat(), what)


# -- the two steps --------------------------------------------------------------------------------


def desk_for(actor: Actor) -> str:
    """Whose desk he hands over: the manager's before the hotline's; "" for nobody's."""
    return next((desk for desk in DESKS if role_of(desk) in actor.roles), "")


def next_on(desk: str, but: str) -> list[str]:
    """Who could come on, whoever the roster has next in front."""
    at = now()
    duty = next((d for d in people.duty_at(at) if d.desk == desk), None)
    first = [who.name for who in (duty.next, duty.now) if who is not None] if duty else []
    holders = [one.name for one in people.everybody() if one.holds(role_of(desk))]
    known = set(holders)
    names = dict.fromkeys([*(name for name in first if name in known), *holders])
    return [name for name in names if name != but]


@transaction.atomic
def hand_over(
    actor: Actor,
    when: When = NOW,
    *,
    to: str,
    desk: str | None = None,
    note: str | None = None,
) -> Done:
    """Whoever goes off duty says what is open; the list is made by the product, his own words
    stand beside it. Whoever comes on is told that it waits for him."""
    require(actor, "shift_handed_over")
    if sent_before(when, "shift_handed_over"):
        return outcome(None, when, "")
    wanted = desk or desk_for(actor)
    taker = _takes(wanted, to, actor.name)
    uid = when.op or new_id()
    writer = people.known_staff(actor.name).id
    said = given(desk=wanted, to=to, note=note, open=standing_now(actor).kept())
    profile = customers.base_profile(now())
    begun = When(when.at, when.why, uid)
    event = on_subject(actor, Subject("shift", uid), profile, "shift_handed_over", said, begun)
    if event is not None:
        handing.write(uid, wanted, writer, taker, event.t)
        facts = {"person": actor.name, "note": note or ""}
        key = f"shift_handed_over:{event.id}"
        post([Note(key, "shift_handed_over", "shift", uid, "", payload=facts, to_person=taker)])
    return outcome(event, begun, "")


def _takes(desk: str, to: str, writer: str) -> UUID:
    if desk not in DESKS:
        raise Refusal(
            "no_desk",
            "只有值班经理和热线的班在这里交接",
            "only the shifts of the duty manager and the hotline are handed over here",
            requirement=DUTY,
        )
    if to == writer:
        raise Refusal(
            "handed_to_himself",
            "请选接班的人，不能交给自己",
            "choose who comes on; it cannot be yourself",
            requirement=DUTY,
        )
    card = people.known_staff(to)
    if not card.holds(role_of(desk)):
        raise Refusal(
            "not_of_the_desk",
            f"{to}不值这个岗，请选别人",
            f"{to} does not man this desk; choose somebody else",
            requirement=DUTY,
        )
    return card.id


@transaction.atomic
def take_over(
    actor: Actor, handover: str | UUID, when: When = NOW, *, remark: str | None = None
) -> Done:
    """Whoever comes on has read it. Also another than the one it was written for, of the same
    desk: who really came is what counts."""
    require(actor, "shift_taken_over")
    if sent_before(when, "shift_taken_over"):
        return outcome(None, when, "")
    try:
        one = UUID(str(handover))
    except ValueError:
        raise handing.absent() from None
    card = handing.handover_of(one)
    if card.desk not in {desk_of(role) for role in actor.roles}:
        raise Refusal(
            "not_of_the_desk",
            "这份交班是别的岗位的",
            "this hand-over is of another desk",
            requirement=DUTY,
        )
    profile = customers.base_profile(now())
    event = on_subject(
        actor, Subject("shift", one), profile, "shift_taken_over", given(remark=remark), when
    )
    if event is not None:
        handing.take(one, people.known_staff(actor.name).id, event.t)
    return outcome(event, when, "")


# -- reading --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A hand-over in full."""

    card: HandoverCard
    note: str
    standing: Standing
    remark: str


def told(actor: Actor, handover: UUID) -> Told:
    """Raises `Refusal` ("no_such_page")."""
    require(actor, "read_cases")
    card = handing.handover_of(handover)
    events = archive.stream(handover)[handover]
    written = next(e for e in events if e.kind == "shift_handed_over")
    taken = next((e for e in reversed(events) if e.kind == "shift_taken_over"), None)
    return Told(
        card,
        written.d.get("note", ""),
        standing_of(written.d["open"]),
        taken.d.get("remark", "") if taken else "",
    )


def newest(actor: Actor) -> list[HandoverCard]:
    require(actor, "read_cases")
    return handing.handovers()


def waiting(actor: Actor, at: datetime | None = None) -> HandoverCard | None:
    """The hand-over of his desk (the manager's for everybody else) that nobody confirmed yet."""
    since = (at or now()) - FORGOTTEN
    return handing.waiting(desk_for(actor) or DESKS[0], since)
