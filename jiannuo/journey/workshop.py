"""Hardware repair (7.7): faulty part received, diagnosed, shipped back; quoted where it costs."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.equipment import queries as equipment
from jiannuo.journey.repair_orders import put_on_paper, settle_order
from jiannuo.journey.replacement import settle_serial
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.gates import Answer, Ground, judge
from jiannuo.manual.story import CaseFacts, CaseStory
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as parts_queries
from jiannuo.parts.queries import RepairCard


@transaction.atomic
def receive_faulty(
    actor: Actor,
    repair_order: str,
    when: When = NOW,
    *,
    serial: str,
    case: str | None = None,
    customer: UUID | None = None,
) -> Done:
    """The faulty part is here: its turn-around runs, its return is no longer awaited."""
    if sent_before(when, "faulty_part_received"):
        return outcome(None, when, repair_order)
    source = cases.card(case) if case else None
    unit = equipment.find(serial)
    owner = source.customer if source else (unit.customer if unit else None) or customer
    contract = source.contract if source else unit.contract if unit else None
    if contract is None and owner is not None:
        signed = customers.contract_of(owner)
        contract = signed.id if signed else None
    at = when.at or now()
    profile = customers.profile_for(contract, at)
    order, new = parts.open_repair(
        parts.NewRepair(repair_order, serial, at, source.id if source else None, contract, owner)
    )
    event = on_subject(
        actor,
        Subject("repair_order", order, owner),
        profile,
        "faulty_part_received",
        given(serial=serial, case=case),
        when,
    )
    if event is not None:
        parts.receive_faulty(order, event.t, profile.version, source.id if source else None)
        card = parts_queries.repair(order)
        if new:
            put_on_paper(card)
        settle_order(card)
        settle_serial(serial)
    return outcome(event, when, repair_order)


@transaction.atomic
def diagnose(actor: Actor, repair_order: str, when: When = NOW, *, cause: str) -> Done:
    """What broke it; an excluded cause makes the repair chargeable."""
    return _step(actor, repair_order, "repair_diagnosed", {"cause": cause}, when)


@transaction.atomic
def send_out(
    actor: Actor,
    repair_order: str,
    when: When = NOW,
    *,
    maker: str,
    vendor_ref: str,
    promised: date | None = None,
) -> Done:
    """On to its maker, with the number it has there (R-4-2)."""
    fields = given(maker=maker, vendor_ref=vendor_ref, promised=promised)
    return _step(actor, repair_order, "repair_sent_out", fields, when)


@transaction.atomic
def ship(actor: Actor, repair_order: str, when: When = NOW) -> Done:
    """Repaired and on its way back."""
    order = parts_queries.known_repair(repair_order)
    done = _step(actor, repair_order, "repair_shipped", {}, when)
    if not done.again:
        parts.ship_repair(order.id, when.at or now())
        settle_order(parts_queries.repair(order.id))
    return done


def _step(actor: Actor, number: str, kind: str, fields: dict[str, object], when: When) -> Done:
    order = parts_queries.known_repair(number)
    subject = Subject("repair_order", order.id, order.customer)
    event = on_subject(actor, subject, order.profile, kind, fields, when)
    if event is not None:
        settle_order(parts_queries.repair(order.id))
    return outcome(event, when, number)


def ask_to_repair(actor: Actor, repair_order: str) -> Answer:
    """May the repair begin? Only free, or with an approved quote (R-7.7-I3)."""
    order = parts_queries.known_repair(repair_order)
    if actor.customer not in (None, order.customer):
        raise Refusal("not_yours", "没有这一项", "there is no such thing", requirement="R-X-4")
    nothing = CaseStory(order.profile, CaseFacts(), ())
    ground = Ground(
        actor.by,
        (now(), 0),
        {},
        nothing,
        free=order.free,
        quote_approved=_approved(order),
    )
    return judge(order.profile, "start_repair", ground)


def _approved(order: RepairCard) -> bool:
    return parts_queries.quote_approved(order.id)
