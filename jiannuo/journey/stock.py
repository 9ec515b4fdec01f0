"""Spares (4): received by lot, issued oldest first, returned last out first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases import commands as case_commands
from jiannuo.cases import queries as cases
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts.commands import Move
from jiannuo.people.permits import require


@transaction.atomic
def receive(actor: Actor, part: str, when: When = NOW, *, qty: int, lot: str, cost: str) -> Done:
    """A new lot on the shelf, at its cost."""
    fields = {"qty": qty, "lot": lot, "cost": cost}
    part_id, event = _told(actor, part, "stock_received", fields, when)
    if event is not None:
        _move(event, part_id, Move("received", qty, event.t, lot=lot, cost=Decimal(cost)))
    return outcome(event, when, part)


@transaction.atomic
def issue(actor: Actor, part: str, when: When = NOW, *, qty: int, case: str | None = None) -> Done:
    """Hand pieces out, to a case or to other use. Falling below the minimum raises the alarm
    and the replenishment in the same moment (R-4-1)."""
    target = _held(case) if case else None
    fields = {"qty": qty} | ({"case": case} if case else {})
    part_id, event = _told(actor, part, "stock_issued", fields, when)
    if event is None:
        return outcome(event, when, part)
    move = Move("issued", qty, event.t)
    if target is not None:
        move = replace(move, case=target.id, contract=target.contract)
    before, left = _move(event, part_id, move)
    if target is not None and not target.drill:
        _slip("parts_issue_slip", target, event, part, qty)
    minimum = parts_queries.part_of(part_id).minimum
    if minimum is not None and before >= minimum > left:
        _raise_shortage(part_id, part, event, left, minimum)
    return outcome(event, when, part)


def _raise_shortage(part_id: UUID, part: str, event: Event, left: int, minimum: int) -> None:
    profile = customers.base_profile(now())
    clocks.raise_alert(Owner("stock", part_id, part), profile, "stock_below_min")
    papers.make(
        "replenishment_task",
        About("stock", part_id, part),
        event.t,
        {"part": part, "on_hand": left, "minimum": minimum},
        source=event.id,
    )


@transaction.atomic
def give_back(actor: Actor, part: str, when: When = NOW, *, qty: int, case: str) -> Done:
    """Unused pieces come back from a case. Raises `Refusal` for more than it still has."""
    require(actor, "stock_returned")
    if sent_before(when, "stock_returned"):
        return outcome(None, when, part)
    target = _held(case)
    found = parts_queries.part(part)
    left = parts_queries.issued_to(found.id, target.id) if found else 0
    view = cases.view(target.id)
    used = sum(
        e.d["qty"]
        for e in view.story.log.all("part_used")
        if e.d["part"] == part and e.d["supplier"] == "vendor"
    )
    if qty > left - used:
        raise Refusal(
            "not_issued",
            f"此单只剩 {left - used} 件「{part}」可退",
            f"only {left - used} of {part} left on this case to return",
            requirement="R-4-1",
        )
    part_id, event = _told(actor, part, "stock_returned", {"qty": qty, "case": case}, when)
    if event is not None:
        _move(event, part_id, Move("returned", qty, event.t, case=target.id))
        if not target.drill:
            _slip("parts_return_slip", target, event, part, qty)
    return outcome(event, when, part)


def reserve(actor: Actor, part: str, when: When = NOW, *, project: str, qty: int) -> Done:
    """Keep common pieces for a project (R-7-2)."""
    return _plan(actor, part, "stock_reserved", when, project, qty, parts.reserve)


def release(actor: Actor, part: str, when: When = NOW, *, project: str, qty: int) -> Done:
    """What was kept for a project is common again."""
    return _plan(actor, part, "stock_released", when, project, qty, parts.release)


@transaction.atomic
def _plan(
    actor: Actor,
    part: str,
    kind: str,
    when: When,
    project: str,
    qty: int,
    change: Callable[[UUID, UUID, int], None],
) -> Done:
    part_id, event = _told(actor, part, kind, {"project": project, "qty": qty}, when)
    if event is not None:
        change(part_id, _contract(project), qty)
    return outcome(event, when, part)


@transaction.atomic
def borrow(
    actor: Actor, part: str, when: When = NOW, *, project: str, case: str, qty: int, reason: str
) -> Done:
    """The duty manager lets a case have pieces that are kept for another project (R-7-2)."""
    fields = {"project": project, "case": case, "qty": qty, "reason": reason}
    target = cases.card(case)
    part_id, event = _told(actor, part, "stock_borrowed", fields, when)
    if event is not None:
        parts.release(part_id, _contract(project), qty)
        if target.contract is not None:
            parts.reserve(part_id, target.contract, qty)
    return outcome(event, when, part)


def _held(case: str) -> cases.CaseCard:
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


def _told(
    actor: Actor, part: str, kind: str, fields: Mapping[str, object], when: When
) -> tuple[UUID, Event | None]:
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
