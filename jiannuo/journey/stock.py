"""Spares (4): received by lot, issued oldest first, returned last out first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases import commands as case_commands
from jiannuo.cases import queries as cases
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts import stores
from jiannuo.parts.commands import STORE, Move
from jiannuo.people.permits import require


@transaction.atomic
def receive(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    qty: int,
    lot: str,
    cost: str,
    location: str | None = None,
) -> Done:
    """A new lot on the shelf, at its cost; `location`: where that is not the main store."""
    fields = given(qty=qty, lot=lot, cost=cost, location=location)
    part_id, event = booked(actor, part, "stock_received", fields, when)
    if event is not None:
        move = Move("received", qty, event.t, lot=lot, cost=Decimal(cost))
        _move(event, part_id, replace(move, location=location or STORE))
    return outcome(event, when, part)


@transaction.atomic
def issue(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    qty: int,
    case: str | None = None,
    location: str | None = None,
) -> Done:
    """Hand pieces out, to a case or to other use. Falling below the minimum raises the alarm
    and the replenishment in the same moment (R-4-1)."""
    target = held(case) if case else None
    fields = given(qty=qty, case=case, location=location)
    part_id, event = booked(actor, part, "stock_issued", fields, when)
    if event is None:
        return outcome(event, when, part)
    place = location or STORE
    move = Move("issued", qty, event.t, location=place)
    if target is not None:
        move = replace(move, case=target.id, contract=target.contract)
    before, left = _move(event, part_id, move)
    if target is not None and not target.drill:
        _slip("parts_issue_slip", target, event, part, qty)
    watch_minimum((part_id, part), event, (before, left), place)
    return outcome(event, when, part)


def watch_minimum(
    part: tuple[UUID, str], event: Event, on_hand: tuple[int, int], place: str
) -> None:
    """Did a shelf fall below what must lie there? `part`: id and name; `on_hand`: before, after."""
    minimum = stores.minimum(part[0], place)
    before, left = on_hand
    if minimum is not None and before >= minimum > left:
        _raise_shortage(part, event, left, minimum, place)


def _raise_shortage(
    about: tuple[UUID, str], event: Event, left: int, minimum: int, place: str
) -> None:
    part_id, part = about
    profile = customers.base_profile(now())
    clocks.raise_alert(Owner("stock", part_id, part), profile, "stock_below_min")
    papers.make(
        "replenishment_task",
        About("stock", part_id, part),
        event.t,
        {"part": part, "on_hand": left, "minimum": minimum}
        | ({"location": place} if place != STORE else {}),
        source=event.id,
    )


@transaction.atomic
def give_back(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    qty: int,
    case: str,
    location: str | None = None,
) -> Done:
    """Unused pieces come back from a case. Raises `Refusal` for more than it still has."""
    require(actor, "stock_returned")
    if sent_before(when, "stock_returned"):
        return outcome(None, when, part)
    target = held(case)
    left = unused(part, target.id)
    if qty > left:
        raise Refusal(
            "not_issued",
            f"此单只剩 {left} 件「{part}」可退",
            f"only {left} of {part} left on this case to return",
            requirement="R-4-1",
        )
    fields = given(qty=qty, case=case, location=location)
    part_id, event = booked(actor, part, "stock_returned", fields, when)
    if event is not None:
        move = Move("returned", qty, event.t, case=target.id, location=location or STORE)
        _move(event, part_id, move)
        if not target.drill:
            _slip("parts_return_slip", target, event, part, qty)
    return outcome(event, when, part)


def unused(part: str, case: UUID) -> int:
    """Pieces that a case was given and neither used nor gave back."""
    found = parts_queries.part(part)
    left = parts_queries.issued_to(found.id, case) if found else 0
    return left - sum(
        int(e.d["qty"])
        for e in cases.view(case).story.log.all("part_used")
        if e.d["part"] == part and e.d["supplier"] == "vendor"
    )


def reserve(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    project: str,
    qty: int,
    location: str | None = None,
) -> Done:
    """Keep common pieces for a project (R-7-2)."""
    fields = given(project=project, qty=qty, location=location)
    return _plan(actor, part, "stock_reserved", when, fields, parts.reserve)


def release(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    project: str,
    qty: int,
    location: str | None = None,
) -> Done:
    """What was kept for a project is common again."""
    fields = given(project=project, qty=qty, location=location)
    return _plan(actor, part, "stock_released", when, fields, parts.release)


@transaction.atomic
def _plan(
    actor: Actor,
    part: str,
    kind: str,
    when: When,
    fields: Mapping[str, Any],
    change: Callable[[UUID, UUID, int, str], None],
) -> Done:
    part_id, event = booked(actor, part, kind, fields, when)
    if event is not None:
        place = fields.get("location") or STORE
        change(part_id, _contract(fields["project"]), fields["qty"], place)
    return outcome(event, when, part)


@transaction.atomic
def borrow(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    project: str,
    case: str,
    qty: int,
    reason: str,
    location: str | None = None,
) -> Done:
    """The duty manager lets a case have pieces that are kept for another project (R-7-2)."""
    fields = given(project=project, case=case, qty=qty, reason=reason, location=location)
    target, place = cases.card(case), location or STORE
    part_id, event = booked(actor, part, "stock_borrowed", fields, when)
    if event is not None:
        parts.release(part_id, _contract(project), qty, place)
        if target.contract is not None:
            parts.reserve(part_id, target.contract, qty, place)
    return outcome(event, when, part)


def held(case: str) -> cases.CaseCard:
    """The case, held before the shelf is: what it got and used stands still meanwhile."""
    case_commands.lock(case)
    return cases.card(case)


def _contract(number: str) -> UUID:
    found = customers.contract_numbered(number)
    if found is None:
        raise Refusal(
            "no_contract", f"没有编号为 {number} 的合同", f"there is no contract {number}"
        )
    return found


def booked(
    actor: Actor, part: str, kind: str, fields: Mapping[str, object], when: When
) -> tuple[UUID, Event | None]:
    """A step of a part, written: the part's id, and the event unless it was written before."""
    part_id = parts.part_named(part)
    profile = customers.base_profile(when.at or now())
    return part_id, on_subject(actor, Subject("stock", part_id), profile, kind, fields, when)


def _move(event: Event, part_id: UUID, move: Move) -> tuple[int, int]:
    return parts.move(UUID(event.id), part_id, move)


def _slip(code: str, target: cases.CaseCard, event: Event, part: str, qty: int) -> None:
    papers.make(
        code,
        About("case", target.id, target.number, target.customer),
        event.t,
        {"case": target.number, "part": part, "qty": qty, "by": event.by.name},
        source=event.id,
    )
