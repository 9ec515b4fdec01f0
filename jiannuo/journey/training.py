"""Free training that must be passed (5, 7.6, 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.marks import TASK, of_session
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.training import commands as training
from jiannuo.training.rules import HEADINGS, missing_headings, needs_improvement
from jiannuo.training.rules import scores as last_scores


@transaction.atomic
def agree_plan(
    actor: Actor, training_code: str, when: When = NOW, *, customer: UUID | None
) -> Done:
    """The customer agrees to the plan: its paper carries the headings that were published."""
    session, event = _told(actor, customer, training_code, "training_plan_agreed", {}, when)
    if event is not None:
        published = _log(session).last("training_plan_published")
        facts = dict(published.d) if published else {}
        _paper("training_plan", session, customer, training_code, event, facts)
    return outcome(event, when, training_code)


def _log(session: UUID) -> Chronicle:
    return Chronicle(standing(archive.stream(session)[session]))


@transaction.atomic
def publish_plan(
    actor: Actor,
    training_code: str,
    when: When = NOW,
    *,
    customer: UUID | None,
    headings: Mapping[str, str],
) -> Done:
    """Put the plan out. Refused while one of its headings is empty (R-5-3, R-12-I1)."""
    missing = missing_headings(headings)
    if missing:
        raise Refusal(
            "plan_incomplete",
            f"培训方案还缺：{'、'.join(HEADINGS[name] for name in missing)}",
            f"the training plan still lacks: {', '.join(missing)}",
            requirement="R-12-I1",
            reasons=[f"missing:{name}" for name in missing],
        )
    fields = {"headings": {name: headings[name] for name in HEADINGS}}
    _, event = _told(actor, customer, training_code, "training_plan_published", fields, when)
    return outcome(event, when, training_code)


@transaction.atomic
def announce(actor: Actor, training_code: str, when: When = NOW, *, customer: UUID | None) -> Done:
    """The customer has the plan of the session in hand, two days ahead (R-7.6-I2)."""
    session, event = _told(actor, customer, training_code, "training_announced", {}, when)
    if event is not None:
        local = customers.base_profile(event.t).local(event.t)
        training.announce(session, local.date())
    _watch(session, customer, training_code)
    return outcome(event, when, training_code)


@transaction.atomic
def rate(
    actor: Actor,
    training_code: str,
    when: When = NOW,
    *,
    customer: UUID | None,
    marks: Mapping[str, int],
) -> Done:
    """What the attendees thought of it, one to five; below three on average somebody has to
    make it better (R-7.6-I3)."""
    if not marks or any(type(mark) is not int or not 1 <= mark <= 5 for mark in marks.values()):
        raise Refusal("bad_score", "评分为 1 到 5 分", "the score is one to five")
    fields = {"marks": dict(marks)}
    session, event = _told(actor, customer, training_code, "training_rated", fields, when)
    if event is not None and needs_improvement(marks):
        owner = Owner("training", session, training_code, customer)
        clocks.raise_alert(owner, customers.base_profile(event.t), f"{TASK}improve_training")
    return outcome(event, when, training_code)


def _watch(session: UUID, customer: UUID | None, code: str) -> None:
    """Warn where a session comes near and the customer was not told (R-7.6-I2)."""
    log = _log(session)
    profile = customers.base_profile(now())
    planned = log.last("training_planned")
    told = planned is not None and any(
        e.place > planned.place for e in log.merged("training_announced", "training_held")
    )
    found = [of_session(profile, code, planned.d["date"])] if planned and not told else []
    clocks.settle(Owner("training", session, code, customer), profile, (), found)


@transaction.atomic
def plan(
    actor: Actor,
    training_code: str,
    when: When = NOW,
    *,
    customer: UUID | None,
    kind: str,
    date: date,
    hours: str,
    trainer: str | None = None,
    place: str | None = None,
) -> Done:
    """A session is planned: theory, practice or on site; again, on another day."""
    fields = given(kind=kind, date=date, hours=hours, trainer=trainer, place=place)
    session, event = _told(actor, customer, training_code, "training_planned", fields, when)
    if event is not None:
        training.plan(session, kind, event.d["date"], Decimal(hours), trainer or "", place or "")
        _watch(session, customer, training_code)
    return outcome(event, when, training_code)


@transaction.atomic
def hold(
    actor: Actor,
    training_code: str,
    when: When = NOW,
    *,
    customer: UUID | None,
    attendees: Sequence[str],
) -> Done:
    fields = {"attendees": list(attendees)}
    session, event = _told(actor, customer, training_code, "training_held", fields, when)
    if event is not None:
        training.hold(session, event.t, attendees)
        _watch(session, customer, training_code)
        _paper("training_signin", session, customer, training_code, event, fields, signed=True)
    return outcome(event, when, training_code)


@transaction.atomic
def assess(
    actor: Actor,
    training_code: str,
    when: When = NOW,
    *,
    customer: UUID | None,
    scores: Mapping[str, int],
) -> Done:
    """Scores: who passes gets a certificate, who fails a retraining task (R-5-2)."""
    fields = {"scores": dict(scores)}
    session, event = _told(actor, customer, training_code, "training_assessed", fields, when)
    if event is not None:
        training.score(session, scores)
        _paper("training_scores", session, customer, training_code, event, fields)
        _results(session, customer, training_code, event)
    return outcome(event, when, training_code)


def _results(session: UUID, customer: UUID | None, code: str, event: Event) -> None:
    contract = customers.contract_of(customer) if customer else None
    profile = customers.project_profile(contract.id if contract else None)
    mark = profile.value("house.training_pass_mark")
    now_scored = event.d["scores"].values()
    last = last_scores([_log(session)])
    passed = [name for name, points in last.items() if points >= mark]
    failed = [name for name, points in last.items() if points < mark]
    for kind, names, began in (
        ("certificate", passed, any(points >= mark for points in now_scored)),
        ("retraining_task", failed, any(points < mark for points in now_scored)),
    ):
        if began or papers.has(kind, session):
            _paper(kind, session, customer, code, event, {"names": names}, count=len(names))


def _told(
    actor: Actor,
    customer: UUID | None,
    code: str,
    kind: str,
    fields: dict[str, Any],
    when: When,
) -> tuple[UUID, Event | None]:
    session = training.session(customer, code)
    profile = customers.base_profile(when.at or now())
    subject = Subject("training", session, customer)
    return session, on_subject(actor, subject, profile, kind, fields, when)


def _paper(
    code: str,
    session: UUID,
    customer: UUID | None,
    ref: str,
    event: Event,
    facts: Mapping[str, Any],
    *,
    signed: bool = False,
    count: int | None = None,
) -> None:
    about = About("training", session, ref, customer)
    gathered = {"training": ref, "by": event.by.name, **facts}
    papers.make(code, about, event.t, gathered, signed=signed, count=count)
