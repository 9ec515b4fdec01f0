"""A call is taken in one breath: reported, confirmed with its level, given to an engineer (7.2).

Save first, complete later: what the caller cannot say stands in the way of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.cases import drafts
from jiannuo.cases import queries as cases
from jiannuo.journey import assignment, intake, phone
from jiannuo.journey.step import NOW, Done, When, on_case, written
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import Kind
from jiannuo.people.permits import allowed

#: Who spoke longer than fifteen minutes is not late with his own report.
ON_THE_LINE = "通话中录入"


@dataclass(frozen=True, slots=True)
class Taken:
    """What comes after the report: its level, and who is named; nothing to save first only."""

    level: str = ""
    engineer: str = ""
    alone: bool = False  # nobody is named yet
    article: str = ""  # a question was answered out of it


@transaction.atomic
def take_call(
    actor: Actor,
    draft: UUID,
    report: Mapping[str, Any],
    taken: Taken,
    arrived: datetime | None = None,
) -> Done:
    """Make a case of what was typed; sent twice it is one case. `arrived`: when a fax, a mail or
    an alarm came in, where that was not on the telephone."""
    before = drafts.draft(actor, draft)
    when = _when(draft, before.started_at if before else None, arrived, str(report["channel"]))
    if (line := written(when, "reported")) is not None:
        return Done(UUID(line.happening.id), cases.card_of(line.subject).number, again=True)
    done = intake.report(actor, when, **report)
    card = cases.card(done.number)
    drafts.finish(actor, draft, card.id)
    if taken.level:
        _confirm(actor, draft, done.number, taken, fault=card.kind == Kind.FAULT)
    if taken.level and taken.article and card.kind == Kind.CONSULT:
        when = When(op=uuid5(draft, "article_sent"))
        phone.send_article(actor, done.number, when, article=taken.article)
    return done


def _when(draft: UUID, began: datetime | None, arrived: datetime | None, channel: str) -> When:
    """A call is reported when it came in; anything else when it arrived."""
    moment = arrived or (began if channel == "phone" else None) or now()
    why = ON_THE_LINE if arrived is None and began is not None else f"{channel} {ARRIVED}"
    return When(moment, why, draft)


ARRIVED = "收到后录入"


def _confirm(actor: Actor, draft: UUID, number: str, taken: Taken, *, fault: bool) -> None:
    """Confirmed now, whenever it came in: the phone promise runs from here (A3)."""
    intake.confirm(actor, number, When(op=uuid5(draft, "confirmed")), level=taken.level)
    if not fault or taken.alone or not allowed(actor, "assigned"):
        return
    when = When(op=uuid5(draft, "assigned"))
    try:
        with transaction.atomic():
            assignment.assign(actor, number, when, engineer=taken.engineer or None)
    except Refusal as refusal:
        if taken.engineer or refusal.code != "nobody_left":
            raise  # the duty manager hears of it from the ladder of the promise


def tell_caller(actor: Actor, case: str, when: When = NOW) -> Done:
    """Number and promise were read to whoever called."""
    return on_case(actor, case, "promise_read", {}, when)
