"""How every step is taken: permit, gate, event, effects, settling, in one transaction.

A step either happens whole or raises a `Refusal` and leaves nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import commands as archive
from jiannuo.archive import queries as archived
from jiannuo.archive.commands import Entry, Subject
from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.states import takes
from jiannuo.cases.view import CaseView
from jiannuo.equipment.queries import UnitCard
from jiannuo.journey import gatekeeper
from jiannuo.journey.settling import settle, touched
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import parsed
from jiannuo.manual.events import Event
from jiannuo.manual.gates import Answer
from jiannuo.manual.profile import Profile
from jiannuo.notices.commands import Note, post
from jiannuo.people.permits import require


@dataclass(frozen=True, slots=True)
class When:
    """When it happened (now if not said), why it is entered late, the client's operation id."""

    at: datetime | None = None
    why: str = ""
    op: UUID | None = None


NOW = When()


@dataclass(frozen=True, slots=True)
class Done:
    """What a step did: the event's id, and what the gates let pass with a reason."""

    event: UUID
    number: str
    passed: tuple[Answer, ...] = ()
    again: bool = False


#: What else a step does in the rooms: given the case as it was, the event, its place.
Effect = Callable[[CaseView, Event, UUID], None]


def entry(profile: Profile, kind: str, given: Mapping[str, Any], when: When) -> Entry:
    """An event to write, checked: its fields, its time, the reason of a late one (R-X-3)."""
    recorded = now()
    happened = when.at or recorded
    if happened > recorded:
        raise Refusal(
            "from_the_future",
            "发生时间不能晚于现在，请检查手机或电脑的时间",
            "it cannot have happened later than now; check the clock of your device",
            requirement="R-X-3",
        )
    late = recorded - happened > profile.span("house.late_entry")
    if late and not when.why.strip():
        raise Refusal(
            "late_without_reason",
            "补录超过 15 分钟前的事，请写明原因",
            "an entry more than 15 minutes late needs a reason",
            requirement="R-X-3",
        )
    return Entry(when.op or new_id(), kind, happened, recorded, parsed(kind, given), when.why, late)


def happening(written: Entry, actor: Actor, seq: int) -> Event:
    return Event(
        written.kind,
        written.happened_at,
        seq,
        actor.by,
        written.detail,
        written.recorded_at,
        str(written.uid),
    )


def subject_of(view: CaseView) -> Subject:
    return Subject("case", view.card.id, view.card.customer)


@transaction.atomic
def on_case(
    actor: Actor,
    number: str,
    kind: str,
    given: Mapping[str, Any] | None = None,
    when: When = NOW,
    effect: Effect | None = None,
) -> Done:
    """Record what happened to a case and let everything follow from it."""
    if sent_before(when, kind, number):
        return outcome(None, when, number)
    cases.lock_all(touched(number, kind))
    view = case_queries.view_of(number)
    wanted = entry(view.profile, kind, given or {}, when)
    _check(actor, view, wanted)
    # The gate speaks first: it names the rule, where "not for your role" names none (14.6).
    passed = gatekeeper.let_pass(actor, view, wanted)
    require(actor, kind)
    seq = archive.record(actor, subject_of(view), wanted)
    if seq is None:
        return Done(wanted.uid, number, again=True)
    event = happening(wanted, actor, seq)
    keep_deviations(view, event, passed)
    if effect is not None:
        effect(view, event, wanted.uid)
    settle(_after(view, event))
    return Done(wanted.uid, number, passed)


def _check(actor: Actor, view: CaseView, wanted: Entry) -> None:
    """The customer's wall, and that a finished case is not worked on."""
    card = view.card
    if actor.customer is not None and actor.customer != card.customer:
        raise Refusal("no_case", f"没有编号为 {card.number} 的工单", f"no case {card.number}")
    end = view.story.merged or view.story.cancelled or view.story.closed
    after = end is None or wanted.happened_at >= end.t
    if not takes(card.status, wanted.kind, after_the_end=after):
        raise Refusal(
            "case_is_over",
            f"工单已{_OVER[card.status]}，不能再做这一步；若故障再来，请新开关联工单",
            f"the case is {card.status}; open a linked case instead",
        )


_OVER = {"merged": "并入他单", "cancelled": "取消", "closed": "结案"}


def keep_deviations(view: CaseView, event: Event, passed: tuple[Answer, ...]) -> None:
    """List them, and tell the duty manager at once (R-X-5)."""
    card = view.card
    if not cases.note_deviations(card.id, card.customer, UUID(event.id), event.t, passed):
        return
    post(
        Note(
            key=f"deviation:{event.id}:{answer.action}",
            kind="deviation",
            subject_kind="case",
            subject=card.id,
            customer=card.customer,
            to_role="duty_manager",
            payload={"case": card.number, "action": answer.action, "note": answer.note},
        )
        for answer in passed
        if not card.drill
    )


def _after(view: CaseView, event: Event) -> CaseView:
    """The case one event later; re-read where the event changes more than the log."""
    if event.kind in REREAD:
        return case_queries.view(view.card.id)
    return view.with_event(event)


#: Events after which devices, coverage, absorbed cases or tallies may differ.
REREAD = frozenset(
    {"device_added", "merged", "replaced", "part_used", "same_problem_confirmed", "correction"}
)


@transaction.atomic
def on_subject(
    actor: Actor,
    subject: Subject,
    profile: Profile,
    kind: str,
    given: Mapping[str, Any] | None = None,
    when: When = NOW,
) -> Event | None:
    """Record what happened to something that is no case; None if this op was written before."""
    require(actor, kind)
    if actor.customer is not None and actor.customer != subject.customer:
        raise Refusal("not_yours", "没有这一项", "there is no such thing")
    if sent_before(when, kind):
        return None
    wanted = entry(profile, kind, given or {}, when)
    seq = archive.record(actor, subject, wanted)
    return None if seq is None else happening(wanted, actor, seq)


def ours_alone(view: CaseView, unit: UnitCard) -> None:
    """A case works on its own customer's devices: one of another's was mistyped."""
    mine, theirs = view.card.customer, unit.customer
    if mine is not None and theirs is not None and mine != theirs:
        raise Refusal(
            "no_device",
            f"此客户没有序列号为 {unit.serial} 的设备",
            f"this customer has no device {unit.serial}",
            requirement="R-X-4",
        )


def sent_before(when: When, kind: str, case: str | None = None) -> bool:
    """Was this operation written already? Asked first by steps that look or open before they
    record: what was done since must not turn a repetition into a refusal."""
    return written(when, kind, case) is not None


def written(when: When, kind: str, case: str | None = None) -> archived.Line | None:
    """What the same operation wrote before; None for a new one. Raises `Refusal` where it was
    another step, or another case's: that step must not get lost as a repetition."""
    line = archived.event_of(when.op) if when.op is not None else None
    if line is None:
        return None
    same = case is None or line.subject == case_queries.card(case).id
    if line.happening.kind != kind or not same:
        raise used()
    return line


def used() -> Refusal:
    """Its operation was something else before."""
    return Refusal(
        "used_operation",
        "此操作号已用于另一步，请重新操作",
        "this operation was another step already; begin anew",
    )


def outcome(event: Event | None, when: When, ref: str) -> Done:
    """What a step about no case did; without an event its operation was written before."""
    if event is None:
        return Done(when.op or UUID(int=0), ref, again=True)
    return Done(UUID(event.id), ref)


def given(**fields: Any) -> dict[str, Any]:
    """The fields that were said; what is None or blank was not."""
    return {name: value for name, value in fields.items() if not _blank(value)}


def _blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def at(when: When, moment: datetime) -> When:
    """The same entry at a moment worked out by the step."""
    return replace(when, at=moment)
