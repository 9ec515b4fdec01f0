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
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.training import commands as training
from jiannuo.training.rules import scores as last_scores


@transaction.atomic
def agree_plan(
    actor: Actor, training_code: str, when: When = NOW, *, customer: UUID | None
) -> Done:
    session, event = _told(actor, customer, training_code, "training_plan_agreed", {}, when)
    if event is not None:
        _paper("training_plan", session, customer, training_code, event, {})
    return outcome(event, when, training_code)


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
) -> Done:
    """A session is planned: theory, practice or on site."""
    fields = {"kind": kind, "date": date, "hours": hours}
    session, event = _told(actor, customer, training_code, "training_planned", fields, when)
    if event is not None:
        training.plan(session, kind, event.d["date"], Decimal(hours))
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
    last = last_scores([Chronicle(standing(archive.stream(session)[session]))])
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
