"""The level changes, or the emergency begins or is taken back (7.2, 7.5 B 1, A18)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from jiannuo.cases.view import CaseView
from jiannuo.clocks.arming import DUE
from jiannuo.journey.step import NOW, Done, When, given, on_case
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.marks import TASK
from jiannuo.notices import queries as notices
from jiannuo.notices.commands import WARNING, Note, cancel_of, post
from jiannuo.people import queries as people
from jiannuo.support import commands as support

ASKED = f"{TASK}asked_level_one"
#: Whether it is level one: once somebody said so, nobody is asked any more.
QUESTIONS = (
    "emergency_proposed",
    ASKED,
    f"{TASK}judge_level_one",
)


def reclassify(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    level: str,
    reason: str,
    consent: Mapping[str, str] | None = None,
) -> Done:
    """Set another level. Up binds at once; down binds clocks only with the customer's consent
    in writing; to level one it declares the emergency."""

    def declare_too(view: CaseView, event: Event, uid: UUID) -> None:
        if level == "L1" and not view.story.emergency_stands:
            _open_emergency(actor, view, event)
        elif level != "L1":
            _judged_by_level(view)

    fields = given(level=level, reason=reason, consent=dict(consent) if consent else None)
    return on_case(actor, case, "reclassified", fields, when, declare_too)


def _judged_by_level(view: CaseView) -> None:
    """Whoever may judge set a lower level: nobody is asked for the sake of the level any more."""
    report = view.story.report
    proposed = report is not None and (report.d.get("safety") or report.d.get("outage_started"))
    cancel_of(view.card.id, (ASKED,) if proposed else QUESTIONS)


def declare_level_one(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    reason: str | None = None,
    safety: bool | None = None,
) -> Done:
    """An engineer judges level one: the five duties of 7.5 run from this moment."""

    def begin(view: CaseView, event: Event, uid: UUID) -> None:
        _open_emergency(actor, view, event)

    return on_case(actor, case, "l1_declared", given(reason=reason, safety=safety), when, begin)


def _open_emergency(actor: Actor, view: CaseView, event: Event) -> None:
    card = view.card
    cancel_of(card.id, QUESTIONS)
    support.declare(
        card.id,
        card.customer,
        actor,
        event.t,
        drill=card.drill,
        on_duty=people.on_duty("duty_manager", event.t),
    )


def withdraw_level_one(
    actor: Actor, case: str, when: When = NOW, *, level: str, reason: str
) -> Done:
    """It was no level one after all: pending duties fall away, their raw verdicts stay."""

    def end(view: CaseView, event: Event, uid: UUID) -> None:
        if not view.story.emergency_stands:
            raise Refusal(
                "no_emergency",
                "此单没有正在进行的应急",
                "there is no emergency to withdraw",
                requirement="R-7.5-B1",
            )
        support.withdraw(view.card.id, event.t)
        _take_back(actor, view, uid, level, reason)

    return on_case(actor, case, "l1_withdrawn", {"level": level, "reason": reason}, when, end)


def _take_back(actor: Actor, view: CaseView, uid: UUID, level: str, reason: str) -> None:
    """Whoever was called for the emergency hears that nothing more is asked of him; whoever was
    not need not be (T39)."""
    card = view.card
    promises = [p.code for p in view.profile.promises_of("case") if p.emergency]
    kinds = [prefix + code for prefix in (WARNING, DUE) for code in promises]
    told = notices.reached(card.id, [*kinds, "level_one_by_default"])
    cancel_of(card.id, [*kinds, "level_one_by_default"])
    facts = {"ref": card.number, "person": actor.name, "level": level, "note": reason}
    post(
        Note(
            key=f"emergency_withdrawn:{uid}:{person}",
            kind="emergency_withdrawn",
            subject_kind="case",
            subject=card.id,
            to_role="",
            to_person=person,
            customer=card.customer,
            payload=facts,
            urgency=1,
            drill=card.drill,
            by=("sms", "voice"),
        )
        for person in told
        if person != actor.id
    )
