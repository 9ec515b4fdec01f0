"""A mistake is corrected by one more event: time or single fields, with a reason (R-X-3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.journey.claims import settle_claim
from jiannuo.journey.contracts import subject_of_quarter
from jiannuo.journey.inspection import settle_quarter
from jiannuo.journey.repair_orders import settle_order
from jiannuo.journey.replacement import settle_serial
from jiannuo.journey.step import NOW, Done, Effect, When, given, on_case, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import bad_input, kinds, parsed_value
from jiannuo.manual.events import Event
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.parts import queries as parts
from jiannuo.support import commands as support
from jiannuo.visits import commands as visits


@transaction.atomic
def correct(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    of: UUID,
    reason: str,
    t: datetime | None = None,
    d: Mapping[str, Any] | None = None,
    contract: UUID | None = None,
) -> Done:
    """Correct an event of a case, inspection, claim or repair order. An arrival is for the
    duty manager. Everything derived follows; what was judged at a gate stays."""
    line = archive.event_of(of)
    if line is None or line.subject != _subject_of(line.subject_kind, ref, contract):
        raise Refusal("no_event", "找不到要更正的记录", "there is no such record to correct")
    target = line.happening
    if target.kind == "correction":
        raise Refusal(
            "corrects_a_correction",
            "请直接再更正原来的记录，不要更正「更正」本身",
            "correct the record itself once more, not its correction",
            requirement="R-X-3",
        )
    fields = given(
        of=str(of),
        of_kind=target.kind,
        t=t,
        d=_typed(target.kind, d) if d else None,
        reason=reason,
    )
    if t is not None and t > now():
        raise Refusal(
            "from_the_future",
            "更正后的时间不能晚于现在",
            "the corrected time cannot lie in the future",
            requirement="R-X-3",
        )
    if line.subject_kind == "case":
        return on_case(actor, ref, "correction", fields, when, _on_rows(target, t))
    return _on_other(actor, ref, line, fields, when, contract)


def _subject_of(kind: str, ref: str, contract: UUID | None) -> UUID | None:
    """What `ref` names among subjects of a kind; a mistake in stock or training is moved or held
    back by a step of its own, not corrected."""
    if kind == "case":
        return cases.card(ref).id
    if kind == "claim":
        return cases.claim(ref).id
    if kind == "repair_order":
        return parts.known_repair(ref).id
    if kind == "inspection" and contract is not None:
        return subject_of_quarter(contract, ref, contract).id
    return None


def _typed(kind: str, d: Mapping[str, Any]) -> dict[str, Any]:
    known = kinds()[kind].fields
    for name in d:
        if name not in known:
            raise bad_input(name, d[name], ", ".join(known))
    return {name: parsed_value(known[name], value) for name, value in d.items()}


def _on_rows(target: Event, t: datetime | None) -> Effect:
    """Rows that keep the time of an event follow it; whom one was to call first stays, for that
    was asked then."""

    def follow(view: CaseView, event: Event, uid: UUID) -> None:
        if target.kind in ADVANCE:
            for serial in {target.d["faulty_serial"], event.d.get("d", {}).get("faulty_serial")}:
                settle_serial(serial or "")
        if t is None:
            return
        if target.kind == "arrived":
            visits.correct_arrival(UUID(target.id), t)
        declaration = view.story.declaration
        declares = declaration is not None and declaration.id == target.id
        support.correct_time(view.card.id, UUID(target.id), t, declares=declares)

    return follow


#: Events of a case from which the return of a faulty part runs (7.8).
ADVANCE = ("replacement_ordered", "replacement_delivered")


def _on_other(
    actor: Actor,
    ref: str,
    line: archive.Line,
    fields: dict[str, Any],
    when: When,
    contract: UUID | None,
) -> Done:
    customer = archive.customer_of(line.subject)
    subject = Subject(line.subject_kind, line.subject, customer)
    profile = customers.base_profile(when.at or now())
    event = on_subject(actor, subject, profile, "correction", fields, when)
    if event is None:
        return outcome(event, when, ref)
    about = About(line.subject_kind, line.subject, ref, customer)
    papers.make("correction_note", about, event.t, fields, source=event.id)
    if line.subject_kind == "claim":
        settle_claim(ref)
    elif line.subject_kind == "inspection" and contract is not None:
        settle_quarter(contract, ref)
    elif line.subject_kind == "repair_order":
        order = parts.known_repair(ref)
        settle_order(order)
        settle_serial(order.serial)
    return outcome(event, when, ref)
