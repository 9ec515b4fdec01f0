"""What was learned is written down once and answers the next caller (7.1 B 2): an article is drawn
from a case that is over, approved by an expert who did not write it, changed and withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, written
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.knowledge import commands as knowledge
from jiannuo.knowledge import queries
from jiannuo.knowledge.commands import Words
from jiannuo.manual.actor import Actor
from jiannuo.manual.assignment import fits
from jiannuo.manual.events import Event
from jiannuo.manual.words import tables


@transaction.atomic
def draft(
    actor: Actor,
    when: When = NOW,
    *,
    title: str,
    symptom: str,
    cause: str | None = None,
    steps: str,
    checks: str | None = None,
    models: Sequence[str] = (),
    lines: Sequence[str] = (),
    source: str | None = None,
) -> Done:
    """Write a new article; it waits for an expert."""
    if (line := written(when, "article_drafted")) is not None:
        return outcome(None, when, queries.number_of(line.subject))
    said = Words(
        title, symptom, steps, cause or "", checks or "", tuple(models), tuple(lines), source or ""
    )
    article = new_id()
    event = _told(actor, article, "article_drafted", _fields(said), when)
    number = knowledge.draft(actor, article, said, now())
    return outcome(event, when, number)


@transaction.atomic
def change(
    actor: Actor,
    article: str,
    when: When = NOW,
    *,
    title: str,
    symptom: str,
    cause: str | None = None,
    steps: str,
    checks: str | None = None,
    models: Sequence[str] = (),
    lines: Sequence[str] = (),
) -> Done:
    """One more version; the approved one answers until this is approved."""
    said = Words(title, symptom, steps, cause or "", checks or "", tuple(models), tuple(lines))
    subject = queries.editions(article)[0].id
    event = _told(actor, subject, "article_changed", _fields(said), when)
    if event is not None:
        knowledge.change(actor, article, said, now())
    return outcome(event, when, article)


@transaction.atomic
def approve(actor: Actor, article: str, when: When = NOW, *, version: int) -> Done:
    subject = queries.editions(article)[0].id
    event = _told(actor, subject, "article_approved", {"version": version}, when)
    if event is not None:
        knowledge.approve(actor, article, version, now())
    return outcome(event, when, article)


@transaction.atomic
def send_back(actor: Actor, article: str, when: When = NOW, *, version: int, reason: str) -> Done:
    subject = queries.editions(article)[0].id
    fields = {"version": version, "reason": reason}
    event = _told(actor, subject, "article_sent_back", fields, when)
    if event is not None:
        knowledge.send_back(actor, article, version, reason, now())
    return outcome(event, when, article)


@transaction.atomic
def withdraw(actor: Actor, article: str, when: When = NOW, *, reason: str) -> Done:
    """It is wrong or outlived; nobody answers out of it any more."""
    subject = queries.editions(article)[0].id
    event = _told(actor, subject, "article_withdrawn", {"reason": reason}, when)
    if event is not None:
        knowledge.withdraw(actor, article, reason, now())
    return outcome(event, when, article)


def _fields(said: Words) -> dict[str, Any]:
    return given(
        title=said.title,
        symptom=said.symptom,
        cause=said.cause,
        steps=said.steps,
        checks=said.checks,
        models=list(said.models) or None,
        lines=list(said.lines) or None,
        source=said.source,
    )


def _told(
    actor: Actor, article: UUID, kind: str, fields: Mapping[str, Any], when: When
) -> Event | None:
    profile = customers.base_profile(now())
    return on_subject(actor, Subject("article", article, None), profile, kind, fields, when)


# -- out of a case -------------------------------------------------------------------------------


def drawn(view: CaseView) -> dict[str, Any]:
    """What a case says of its problem, as an article begins with it: nobody types it again."""
    log, card = view.story.log, view.card
    report, fixed = log.last("report_written"), log.last("resolved")
    phone, found = log.last("phone_closed"), log.last("diagnosed")
    unit = equipment.find(card.device) if card.device else None
    problem = _said(found, "problem") or _said(fixed, "problem")
    symptom = "\n".join(dict.fromkeys(filter(None, (card.text, problem))))
    return given(
        title=" · ".join(
            part for part in (unit.model if unit else "", problem or card.text) if part
        )[:120],
        symptom=symptom,
        cause=_said(report, "cause") or _said(phone, "diagnosis"),
        steps=_first(_said(report, "solution"), _said(fixed, "method"), _said(phone, "guidance")),
        checks=_said(report, "prevention"),
        models=[unit.model] if unit and unit.model else None,
        lines=_lines(unit.category) if unit else None,
        source=card.number,
    )


def _said(event: Event | None, field: str) -> str:
    return str(event.d.get(field) or "").strip() if event else ""


def _first(*texts: str) -> str:
    return next((text for text in texts if text), "")


def _lines(category: str) -> list[str] | None:
    return [line for line in tables()["skill"] if category and fits([line], category)] or None
