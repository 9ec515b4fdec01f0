"""A named engineer takes the case (7.2 B 2): assigned, taken or declined, passed on in silence."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseView
from jiannuo.equipment import queries as equipment
from jiannuo.journey.step import NOW, Done, When, given, on_case, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import assignment
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.manual.assignment import Candidate
from jiannuo.manual.events import Event
from jiannuo.notices import queries as notices
from jiannuo.notices.commands import Note, post
from jiannuo.people import queries as people
from jiannuo.people.permits import require

log = logging.getLogger("jiannuo.assignment")


def candidates(case: str) -> list[Candidate]:
    """Who should take a case now, the best first; who was asked before is not in it."""
    return ranked(case_queries.view_of(case))


def ranked(view: CaseView) -> list[Candidate]:
    """The same of a case that may not be written yet."""
    on_shift, away = people.on_shift(now())
    loads = case_queries.loads()
    engineers = [one for one in people.everybody() if "engineer" in one.roles]
    unit = equipment.find(view.card.device) if view.card.device else None
    return assignment.ranked(
        [
            Candidate(
                one.name,
                one.skills,
                one.senior,
                one.name in on_shift,
                one.name in away,
                loads.get(one.name, 0),
            )
            for one in engineers
        ],
        category=unit.category if unit else "",
        level=view.story.levels.shown,
        asked=assignment.asked(view.story),
    )


@transaction.atomic
def assign(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    engineer: str | None = None,
    why: str | None = None,
) -> Done:
    """Name the engineer who looks after a case; without a name the best one who was not asked
    yet. He is told; a level 1 or 2 waits five minutes for him (house)."""
    if sent_before(when, "assigned", case):
        return outcome(None, when, case)
    name = engineer or _next(case)
    person = people.known_staff(name)

    def tell(view: CaseView, event: Event, uid: UUID) -> None:
        _tell(view, uid, "assigned", "assignee", name, person.id)

    return on_case(actor, case, "assigned", given(engineer=name, why=why), when, tell)


def _next(case: str) -> str:
    found = candidates(case)
    if not found:
        raise Refusal(
            "nobody_left",
            "没有可指定的工程师：都不在岗或都已问过，请直接指名或请值班经理处理",
            "there is nobody left to assign: all are away or were asked; name one yourself",
            requirement="R-7.2-B-2",
        )
    return found[0].name


@transaction.atomic
def accept(actor: Actor, case: str, when: When = NOW) -> Done:
    """The assigned engineer takes the case."""
    require(actor, "assignment_accepted")
    if sent_before(when, "assignment_accepted", case):
        return outcome(None, when, case)
    _only_the_assignee(actor, case)
    return on_case(actor, case, "assignment_accepted", {}, when)


@transaction.atomic
def decline(actor: Actor, case: str, when: When = NOW, *, reason: str) -> Done:
    """He cannot; the next one is asked at once, or the duty manager hears that nobody is left."""
    require(actor, "assignment_declined")
    if sent_before(when, "assignment_declined", case):
        return outcome(None, when, case)
    _only_the_assignee(actor, case)
    done = on_case(actor, case, "assignment_declined", {"reason": reason}, when)
    _pass_on(case, done.event, reason)
    return done


def _only_the_assignee(actor: Actor, case: str) -> None:
    """Asked while the case is held: a moment later it may be another's."""
    name = assignment.assignee(case_queries.view_locked(case).story)
    if name != actor.name:
        raise Refusal(
            "not_the_assignee",
            f"本单指定的是{name}，不是您" if name else "本单没有指定工程师，请先指定",
            f"the case is assigned to {name}" if name else "nobody is assigned; assign one first",
            requirement="R-7.2-B-2",
        )


@transaction.atomic
def pass_on(actor: Actor, case: str, when: When = NOW, *, engineer: str | None = None) -> Done:
    """He does not answer: the next one is asked, and the first stays in the log."""
    require(actor, "assignment_lapsed")
    if sent_before(when, "assignment_lapsed", case):
        return outcome(None, when, case)
    name = assignment.assignee(case_queries.view_locked(case).story)
    if not name or (engineer and engineer != name):
        raise Refusal(
            "not_the_assignee",
            f"本单指定的是{name}，请刷新后再看" if name else "本单没有指定工程师，请先指定",
            f"the case is assigned to {name}; look again" if name else "assign an engineer first",
            requirement="R-7.2-B-2",
        )
    done = on_case(actor, case, "assignment_lapsed", {"engineer": name}, when)
    _pass_on(case, done.event, None)
    return done


def pass_on_silent(limit: int = 50) -> int:
    """Where the assignee of a level 1 or 2 case was silent too long, the next one is asked and
    the first stays in the log; how many were silent. Safe in several processes at once."""
    return sum(_passed_on(case) for case in case_queries.unanswered(now(), limit))


def _passed_on(case: str) -> bool:
    """A case that refuses the step keeps no other one waiting."""
    try:
        with transaction.atomic():
            story = case_queries.view_locked(case).story
            until, asked = assignment.answer_by(story), assignment.standing(story)
            if until is None or asked is None:
                return False
            # He has his minutes from when he was told: after an outage that is later.
            if until + notices.waited(f"assigned:{asked.id}", now()) > now():
                return False
            pass_on(SYSTEM, case)
    except Refusal as refusal:
        log.warning("%s was not passed on: %s", case, refusal)
        return False
    return True


def _pass_on(case: str, since: UUID, why: str | None) -> None:
    view = case_queries.view_of(case)
    found = ranked(view)
    if found:
        assign(SYSTEM, case, engineer=found[0].name, why=why)
    else:
        asked = "、".join(assignment.asked(view.story))
        _tell(view, since, "nobody_answers", "duty_manager", asked)


def _tell(
    view: CaseView, event: UUID, kind: str, role: str, name: str, to: UUID | None = None
) -> None:
    """`to`: himself, also where the case is somebody else's by the time he is told."""
    card = view.card
    if card.drill:
        return
    facts = {"case": card.number, "engineer": name}
    note = Note(f"{kind}:{event}", kind, "case", card.id, role, card.customer, facts, to_person=to)
    post([note])
