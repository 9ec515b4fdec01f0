"""Level one (7.5): told, team, expert, expert group, cause review, briefing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from jiannuo.archive import commands as archive
from jiannuo.cases.view import CaseView
from jiannuo.journey.step import NOW, Done, Effect, When, given, on_case, subject_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.people import queries as people
from jiannuo.support import commands as support


def tell(actor: Actor, case: str, when: When = NOW, *, role: str, person: str, how: str) -> Done:
    """An answered call to a role or its deputy (7.5 B 2) 1): a message alone does not tell."""
    _must_hold(person, role)
    fields = {"role": role, "person": person, "how": how}
    return on_case(actor, case, "notified", fields, when, _called(actor, person, answered=True))


def try_to_tell(
    actor: Actor, case: str, when: When = NOW, *, role: str, person: str, how: str
) -> Done:
    """Nobody answered, or a message went out: listed, stops nothing (A22)."""
    _must_hold(person, role)
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
        archive.log_call(
            subject_of(view),
            event.seq,
            direction="outbound",
            person=person,
            agent=actor.name,
            started_at=event.t,
            answered=answered,
            summary=str(event.d["role"]),
        )

    return log


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
