"""Shelves kept right (4): pieces go from place to place, are counted, are ordered from the maker;
a booking made by mistake is moved back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.journey.step import NOW, Done, When, given, outcome, sent_before
from jiannuo.journey.stock import booked, held, unused, watch_minimum
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.papers import commands as papers
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts.commands import STORE, Counted, Transfer
from jiannuo.people.permits import require

UNDOABLE = (
    "stock_received",
    "stock_issued",
    "stock_returned",
    "stock_transferred",
    "stock_counted",
)


@transaction.atomic
def transfer(actor: Actor, part: str, when: When = NOW, *, qty: int, from_: str, to: str) -> Done:
    """Common pieces go from one of our places to another."""
    fields = {"qty": qty, "from": from_, "to": to}
    part_id, event = booked(actor, part, "stock_transferred", fields, when)
    if event is not None:
        way = Transfer(qty, from_, to, event.t)
        on_hand = parts.transfer(UUID(event.id), part_id, way)
        watch_minimum((part_id, part), event, on_hand, from_)
    return outcome(event, when, part)


@transaction.atomic
def count(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    counted: int,
    location: str | None = None,
    seen: int | None = None,
    reason: str | None = None,
) -> Done:
    """What lies there was counted. A difference needs a reason and becomes a booking; where
    somebody booked since the counter looked (`seen`), it is counted again."""
    require(actor, "stock_counted")
    if sent_before(when, "stock_counted"):
        return outcome(None, when, part)
    place = location or STORE
    said = Counted(counted, place, seen, reason or "")
    part_id = parts.part_named(part)
    expected = parts.expected(part_id, said)
    fields = given(counted=counted, location=location, expected=expected, seen=seen, reason=reason)
    part_id, event = booked(actor, part, "stock_counted", fields, when)
    if event is not None:
        parts.count(UUID(event.id), part_id, said, expected, event.t)
        watch_minimum((part_id, part), event, (expected, counted), place)
    return outcome(event, when, part)


@transaction.atomic
def order(
    actor: Actor,
    part: str,
    when: When = NOW,
    *,
    qty: int,
    maker: str,
    promised: date,
    vendor_ref: str | None = None,
) -> Done:
    """More was asked of the maker for the shelf, and promised for a day (R-4-1, R-4-2)."""
    fields = given(qty=qty, maker=maker, vendor_ref=vendor_ref, promised=promised)
    _, event = booked(actor, part, "stock_ordered", fields, when)
    return outcome(event, when, part)


@transaction.atomic
def undo(actor: Actor, part: str, when: When = NOW, *, of: UUID, reason: str) -> Done:
    """A booking made by mistake is moved back; both stay in the ledger. What a case has used
    cannot be taken from it."""
    require(actor, "stock_undone")
    if sent_before(when, "stock_undone"):
        return outcome(None, when, part)
    target = _booking(part, of)
    parts.not_undone(of)
    case = target.d.get("case")
    if case:
        _not_used(part, target, held(case).id)
    fields = given(of=str(of), of_kind=target.kind, qty=target.d.get("qty"), reason=reason)
    part_id, event = booked(actor, part, "stock_undone", fields, when)
    if event is not None:
        parts.undo(UUID(event.id), part_id, of, event.t)
        papers.void([part_id, *([held(case).id] if case else [])], target.id)
    return outcome(event, when, part)


def _booking(part: str, of: UUID) -> Event:
    line, found = archive.event_of(of), parts_queries.part(part)
    known = line is not None and found is not None and line.subject == found.id
    if line is None or not known or line.happening.kind not in UNDOABLE:
        raise Refusal("no_booking", "找不到要撤销的这一笔", "there is no such booking to undo")
    return line.happening


def _not_used(part: str, target: Event, case: UUID) -> None:
    left = unused(part, case)
    if target.kind == "stock_issued" and target.d["qty"] > left:
        raise Refusal(
            "used_already",
            f"此单只剩 {left} 件没用，撤不回 {target.d['qty']} 件；请按退库办理或先更正用件",
            f"only {left} are unused on this case; return those, or correct what was used first",
            requirement="R-4-1",
        )
