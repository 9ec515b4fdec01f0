"""Level one (7.5): told, team, expert, expert group, cause review, briefing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from jiannuo.archive import commands as archive
from jiannuo.archive.commands import Rung
from jiannuo.cases.view import CaseView
from jiannuo.journey.classification import QUESTIONS
from jiannuo.journey.step import NOW, Done, Effect, When, given, on_case, subject_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.notices.commands import cancel_of
from jiannuo.people import queries as people
from jiannuo.support import commands as support


def tell(actor: Actor, case: str, when: When = NOW, *, role: str, person: str, how: str) -> Done:
    """An answered call to a role or its deputy (7.5 B 2) 1), or his word in the product after a
    call was tried (A22): a message alone does not tell."""
    _must_hold(person, role)
    return note_told(actor, case, role, person, how, when)


def note_told(actor: Actor, case: str, role: str, person: str, how: str, when: When = NOW) -> Done:
    """As `tell`, of somebody whom the roster named for the role: he need not hold it."""
    fields = {"role": role, "person": person, "how": how}
    effect = _called(actor, person, answered=True) if how == "call_answered" else None
    return on_case(actor, case, "notified", fields, when, effect)


def try_to_tell(
    actor: Actor, case: str, when: When = NOW, *, role: str, person: str, how: str
) -> Done:
    """Nobody answered, or a message went out: listed, stops nothing (A22)."""
    _must_hold(person, role)
    return note_attempt(actor, case, role, person, how, when)


def note_attempt(
    actor: Actor, case: str, role: str, person: str, how: str, when: When = NOW
) -> Done:
    """As `try_to_tell`, of somebody whom the roster named for the role."""
    fields = {"role": role, "person": person, "how": how}
    effect = _called(actor, person, answered=False) if how == "call_unanswered" else None
    return on_case(actor, case, "notify_attempt", fields, when, effect)


def _must_hold(person: str, role: str) -> None:
    if not people.known_staff(person).holds(role):
        raise Refusal(
            "wrong_person",
            f"{person} 不担任这一岗位，也不是其代理人",
            f"{person} neither holds the role {role} nor deputises for it",
            requirement="R-7.5-B2-1",
        )


def _called(actor: Actor, person: str, *, answered: bool) -> Effect:
    def log(view: CaseView, event: Event, uid: UUID) -> None:
        said = str(event.d["role"])
        call = Rung("outbound", person, actor.name, event.t, answered=answered, summary=said)
        archive.log_call(subject_of(view), event.seq, call)

    return log


def rule_out(actor: Actor, case: str, when: When = NOW, *, reason: str) -> Done:
    """Whoever may judge says that it is no level one: the silence is over (7.5 B 1)."""

    def check(view: CaseView, event: Event, uid: UUID) -> None:
        if view.story.emergency_stands:
            raise Refusal(
                "emergency_stands",
                "应急已经启动；若不是一级，请撤销一级判定",
                "the emergency has begun; withdraw level one instead",
                requirement="R-7.5-B1",
            )
        if view.story.declaration is not None:
            raise Refusal(
                "judged_already",
                "一级判定已经撤销，不必再判",
                "level one was withdrawn already; there is nothing left to judge",
                requirement="R-7.5-B1",
            )
        cancel_of(view.card.id, QUESTIONS)

    return on_case(actor, case, "l1_ruled_out", {"reason": reason}, when, check)


def name_commander(
    actor: Actor, case: str, when: When = NOW, *, person: str, why: str | None = None
) -> Done:
    """One leads; until somebody else is named it is the duty manager who was called."""
    people.known_staff(person)

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        _must_stand(view)
        support.name_commander(view.card.id, person)

    return on_case(actor, case, "commander_named", given(person=person, why=why), when, keep)


def add_to_log(
    actor: Actor, case: str, when: When = NOW, *, text: str, files: Sequence[str] = ()
) -> Done:
    """A line of the shared live log."""
    fields = given(text=text, files=list(files) or None)
    return on_case(actor, case, "log_added", fields, when)


def give_update(
    actor: Actor, case: str, when: When = NOW, *, text: str, to: Sequence[str] = ()
) -> Done:
    """Customer and team hear how it stands; the next update is due half an hour later (house)."""

    def check(view: CaseView, event: Event, uid: UUID) -> None:
        _must_stand(view)

    return on_case(actor, case, "update_given", given(text=text, to=list(to) or None), when, check)


def _must_stand(view: CaseView) -> None:
    if not view.story.emergency_stands:
        raise Refusal(
            "no_emergency",
            "此单没有正在进行的应急",
            "there is no emergency on this case",
            requirement="R-7.5-B2-0",
        )


def agree_action(
    actor: Actor, case: str, when: When = NOW, *, action: str, owner: str, due: date
) -> Done:
    """What the cause review decided: what is done against it, by whom, until when (7.5 B 5)."""
    people.known_staff(owner)
    fields = {"action": action, "owner": owner, "due": due}
    return on_case(actor, case, "action_agreed", fields, when)


def finish_action(
    actor: Actor, case: str, when: When = NOW, *, action: str, note: str | None = None
) -> Done:
    """An action of the review is done."""

    def check(view: CaseView, event: Event, uid: UUID) -> None:
        if not view.story.log.where("action_agreed", lambda e: e.d["action"] == action):
            raise Refusal(
                "no_action",
                f"没有记过「{action}」这项措施",
                f"no action '{action}' was agreed",
                requirement="R-7.5-B5",
            )

    return on_case(actor, case, "action_done", given(action=action, note=note), when, check)


def form_team(actor: Actor, case: str, when: When = NOW, *, members: Sequence[str]) -> Done:
    """The duty manager forms the emergency team (7.5 B 2) 3)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        _must_name(members, "R-7.5-B2-3")
        support.name_team(view.card.id, members)

    return on_case(actor, case, "team_formed", {"members": list(members)}, when, keep)


def _must_name(members: Sequence[str], duty: str) -> None:
    if not members:
        raise Refusal(
            "nobody_named",
            "小组至少要有一人，请写明成员",
            "a group has at least one member; name them",
            requirement=duty,
        )


def start_expert(actor: Actor, case: str, when: When = NOW, *, how: str) -> Done:
    """An expert works, remotely (with consent) or in the laboratory (7.5 B 2) 4)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        if how == "remote":
            support.open_session(view.card.id, view.card.customer, uid, actor, event.t)

    return on_case(actor, case, "expert_started", {"how": how}, when, keep)


def form_expert_group(actor: Actor, case: str, when: When = NOW, *, members: Sequence[str]) -> Done:
    """The sub-centre head forms the expert group (7.5 B 2) 5)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        _must_name(members, "R-7.5-B2-5")
        support.name_expert_group(view.card.id, members)

    return on_case(actor, case, "expert_group_formed", {"members": list(members)}, when, keep)


def waive(actor: Actor, case: str, when: When = NOW, *, promise: str, reason: str) -> Done:
    """The head waives the expert group that a fault solved meanwhile needs no more; the promise
    leaves the count with his reason (R-7.5-B2-5)."""
    return on_case(actor, case, "promise_waived", {"promise": promise, "reason": reason}, when)


def approve_cause_review(actor: Actor, case: str, when: When = NOW) -> Done:
    return on_case(actor, case, "rca_approved", {}, when)


def brief_leaders(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    present: Sequence[str],
    in_person: bool,
    written_consent: bool | None = None,
) -> Done:
    """Face to face with the customer's main leaders: cause, result, method (7.5 B 6)."""
    fields = given(present=list(present), in_person=in_person, written_consent=written_consent)
    return on_case(actor, case, "leader_briefed", fields, when)
