"""Playing a story: its events go through the journey in order of recording, the clock held
at each recording moment, the sweep running in between as it would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction

from jiannuo.faces.rehearsal.stage import Stage, set_stage
from jiannuo.faces.rehearsal.telling import Story, Told
from jiannuo.journey import asking
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import kinds, parsed_value
from jiannuo.manual.gates import Answer

TICK = timedelta(microseconds=1)


class PlayError(Exception):
    """An event of a story that the product refused."""


@dataclass
class Played:
    """A story on stage, after its last event; `answers`: what each attempt was told."""

    stage: Stage
    answers: list[tuple[Told, Answer]] = field(default_factory=list)


def play(story: Story, tell: Callable[[Played, Told], None] | None = None) -> Played:
    """Play a story up to its `as_of`. `tell`: how a line of it comes true, else through the
    journey. Raises `PlayError` where an event is refused."""
    first = story.told[0].rec if story.told else story.as_of
    try:
        with held_at(first), transaction.atomic():
            played = Played(set_stage(story))
    except (Refusal, DatabaseError) as refused:
        why = refused.en if isinstance(refused, Refusal) else str(refused).strip()
        raise PlayError(f"{story.path}:1: the facts cannot be set up: {why}") from refused
    for told in story.told:
        if told.rec > story.as_of:
            break
        _sweep_until(told.rec - TICK)  # what is recorded at a mark's own moment counts for it
        with held_at(told.rec):
            (tell or _tell)(played, told)
    _sweep_until(story.as_of)
    return played


def _sweep_until(moment: datetime) -> None:
    with held_at(moment):
        while fire_due():
            pass


def _tell(played: Played, told: Told) -> None:
    stage = played.stage
    try:
        if told.attempt:
            played.answers.append((told, ask(stage, told)))
            return
        done = _take(stage, told)
    except DatabaseError as refused:
        where = f"{stage.story.path}:{told.line}"
        raise PlayError(f"{where}: {told.kind} cannot be stored: {refused}") from refused
    except Refusal as refused:
        where = f"{stage.story.path}:{told.line}"
        rule = f" ({refused.requirement})" if refused.requirement else ""
        raise PlayError(f"{where}: {told.kind} was refused{rule}: {refused.en}") from refused
    if told.id:
        stage.events[told.id] = done.event


def ask(stage: Stage, told: Told) -> Answer:
    """What an attempt is told."""
    actor = stage.actor(told.by)
    context = {key: value for key, value in told.d.items() if key != "action"}
    action = told.d["action"]
    if told.ref_kind == "repair_order":
        return asking.about_repair(actor, told.ref)
    if told.ref_kind == "inspection":
        return asking.about_inspection(actor, stage.contract, context)
    number = stage.number(told.ref_kind, told.ref)
    return asking.about_case(actor, number, action, context, told.t)


def _take(stage: Stage, told: Told) -> Done:
    actor, d = stage.actor(told.by), dict(told.d)
    when = When(told.t, told.why)
    if told.kind in OPENERS:
        done = take(told.kind, actor, when, **_addressed(stage, told.kind, d))
        stage.numbers[told.ref_kind, told.ref] = done.number
        return done
    for key in ("into", "case"):
        if key in d:
            d[key] = stage.number("case", d[key])
    if told.kind == "correction":
        d = _correction(stage, told, d)
    d = _addressed(stage, told.kind, d)
    if told.ref_kind == "repair_order" and told.kind in ("quote_made", "quote_approved"):
        return take(told.kind, actor, None, when, repair_order=told.ref, **d)
    return take(told.kind, actor, stage.number(told.ref_kind, told.ref), when, **d)


#: Events that open something and get its number back.
OPENERS = frozenset({"reported", "claim_received", "complaint_received"})
OF_CUSTOMER = frozenset(
    {
        "reported",
        "claim_received",
        "complaint_received",
        "faulty_part_received",
        "training_plan_agreed",
        "training_planned",
        "training_held",
        "training_assessed",
        "period_report_issued",
        "archive_exported",
    }
)
OF_CONTRACT = frozenset({"inspection_plan_sent", "inspection_signed", "correction"})


def _addressed(stage: Stage, kind: str, d: dict[str, Any]) -> dict[str, Any]:
    """A story has one customer and one contract; the journey is told which."""
    if kind in OF_CUSTOMER:
        return {**d, "customer": stage.customer}
    return {**d, "contract": stage.contract} if kind in OF_CONTRACT else d


def _correction(stage: Stage, told: Told, d: dict[str, Any]) -> dict[str, Any]:
    target = next(other for other in stage.story.told if other.id == d["of"])
    d["of"] = stage.events[d["of"]]
    if "d" in d:
        d["d"] = _moments(stage, target.kind, d["d"])
    return d


def _moments(stage: Stage, kind: str, d: Mapping[str, Any]) -> dict[str, Any]:
    fields = kinds()[kind].fields
    found = {}
    for name, value in d.items():
        if name in fields and fields[name].type == "time" and isinstance(value, str):
            value = stage.story.moment(value)
        found[name] = parsed_value(fields[name], value) if name in fields else value
    return found
