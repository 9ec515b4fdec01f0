"""What it costs and why (7.4 B 9, 2): exclusion, actual costs, fee, quote, settlement."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.cases.view import CaseView
from jiannuo.charges import commands as charges
from jiannuo.journey.step import NOW, Done, When, given, on_case, on_subject, outcome
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About
from jiannuo.parts import queries as parts
from jiannuo.parts.queries import RepairCard


def propose_exclusion(
    actor: Actor,
    case: str,
    when: When = NOW,
    *,
    code: str,
    evidence: Sequence[str],
    sub: str | None = None,
) -> Done:
    """An engineer proposes that the cause is not ours, with evidence."""
    evidence = [piece for piece in evidence if piece.strip()]

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        card, exclusion = view.card, view.profile.exclusions[code]
        charges.propose(card.id, card.customer, exclusion, sub or "", evidence, actor.name)

    fields = given(code=code, sub=sub, evidence=evidence)
    return on_case(actor, case, "exclusion_proposed", fields, when, keep)


def acknowledge(actor: Actor, case: str, when: When = NOW, *, what: str) -> Done:
    """The customer has taken note of exclusion and charge."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        charges.acknowledge(view.card.id, view.card.customer, what, event.t)

    return on_case(actor, case, "customer_acknowledged", {"what": what}, when, keep)


def accept_exclusion(actor: Actor, case: str, when: When = NOW, *, code: str) -> Done:
    """Accepted: its promises leave the count, its costs are charged (A21)."""

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        charges.accept(view.card.id, view.card.customer, code, actor.name, event.t)

    return on_case(actor, case, "exclusion_accepted", {"code": code}, when, keep)


def decline_exclusion(actor: Actor, case: str, when: When = NOW, *, code: str, reason: str) -> Done:
    """The engineer's proposal does not hold; a new one with better evidence may follow."""
    return on_case(actor, case, "exclusion_declined", {"code": code, "reason": reason}, when)


def record_cost(
    actor: Actor, case: str, when: When = NOW, *, kind: str, item: str, qty: str, unit: str
) -> Done:
    """An actual cost; whether it is charged follows from the entitlement."""
    fields = {"kind": kind, "item": item, "qty": qty, "unit": unit}
    return on_case(actor, case, "cost_recorded", fields, when)


def set_fee(actor: Actor, case: str, when: When = NOW, *, hours: str, unit: str) -> Done:
    """The discretionary technical service fee, up to the rate card (7.4 B 9)."""
    return on_case(actor, case, "fee_set", {"hours": hours, "unit": unit}, when)


def make_quote(
    actor: Actor,
    case: str | None = None,
    when: When = NOW,
    *,
    total: str,
    repair_order: str | None = None,
) -> Done:
    """Offer a price, on a case or on a repair order."""
    if repair_order is not None:
        return _quote_repair(actor, repair_order, when, total)

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        card = view.card
        charges.quote(Decimal(total), event.t, case=card.id, customer=card.customer)

    return on_case(actor, case or "", "quote_made", {"total": total}, when, keep)


def approve_quote(
    actor: Actor, case: str | None = None, when: When = NOW, *, repair_order: str | None = None
) -> Done:
    if repair_order is not None:
        return _approve_repair_quote(actor, repair_order, when)

    def keep(view: CaseView, event: Event, uid: UUID) -> None:
        charges.approve_quote(actor.name, event.t, case=view.card.id)

    return on_case(actor, case or "", "quote_approved", {}, when, keep)


@transaction.atomic
def refuse_quote(
    actor: Actor, repair_order: str, when: When = NOW, *, reason: str | None = None
) -> Done:
    """The customer does not want it repaired at that price: it goes back as it came, and what
    looking at it costs stands in his contract (R-7.7-I3)."""
    order = parts.known_repair(repair_order)
    subject = Subject("repair_order", order.id, order.customer)
    event = on_subject(actor, subject, order.profile, "quote_refused", given(reason=reason), when)
    return outcome(event, when, repair_order)


@transaction.atomic
def _quote_repair(actor: Actor, number: str, when: When, total: str) -> Done:
    order = parts.known_repair(number)
    subject = Subject("repair_order", order.id, order.customer)
    event = on_subject(actor, subject, order.profile, "quote_made", {"total": total}, when)
    if event is not None:
        charges.quote(Decimal(total), event.t, repair=order.id, customer=order.customer)
        _quotes_on_paper(order)
    return outcome(event, when, number)


def _quotes_on_paper(order: RepairCard) -> None:
    """Every quote of a repair order, signed by any later approval."""
    log = Chronicle(standing(archive.stream(order.id)[order.id]))
    about = About("repair_order", order.id, order.number, order.customer)
    for quote in log.all("quote_made"):
        signed = any(e.place > quote.place for e in log.all("quote_approved"))
        facts = {"number": order.number, "serial": order.serial, "total": quote.d["total"]}
        papers.make("quote", about, quote.t, facts, source=quote.id, signed=signed)


@transaction.atomic
def _approve_repair_quote(actor: Actor, number: str, when: When) -> Done:
    order = parts.known_repair(number)
    subject = Subject("repair_order", order.id, order.customer)
    event = on_subject(actor, subject, order.profile, "quote_approved", {}, when)
    if event is not None:
        charges.approve_quote(actor.name, event.t, repair=order.id)
        _quotes_on_paper(order)
    return outcome(event, when, number)


def sign_settlement(actor: Actor, case: str, when: When = NOW) -> Done:
    return on_case(actor, case, "settlement_signed", {}, when)
