"""Claims and complaints (2, 7): neither is a fault, neither is refused for its form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.queries import ClaimCard
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, written
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import parsed
from jiannuo.manual.clocks import OrderFacts, fold_other
from jiannuo.manual.events import Chronicle, Event, standing
from jiannuo.manual.profile import Profile
from jiannuo.papers import commands as papers
from jiannuo.papers.commands import About

#: What stands on a claim whose customer wrote nothing.
UNSAID = "（未写明）"


@transaction.atomic
def receive(
    actor: Actor,
    when: When = NOW,
    *,
    customer: UUID,
    ground: str,
    text: str,
    units_installed: int | None = None,
    units_failed: int | None = None,
) -> Done:
    """The customer claims; number, owner and both house clocks exist at once (R-2-11)."""
    if (line := written(when, "claim_received")) is not None:
        return outcome(None, when, case_queries.claim_of(line.subject).number)
    text = text.strip() or UNSAID
    fields = given(
        ground=ground, text=text, units_installed=units_installed, units_failed=units_failed
    )
    parsed("claim_received", fields)
    profile = _profile(customer, when)
    claim, number = cases.open_claim(customer, ground, text, profile.version)
    subject = Subject("claim", claim, customer)
    event = _new(on_subject(actor, subject, profile, "claim_received", fields, when))
    settle_claim(number)
    return outcome(event, when, number)


def _new(event: Event | None) -> Event:
    if event is None:  # the same operation is under way elsewhere: what was opened here goes
        raise Refusal("sent_twice", "这一条已在录入", "this is being entered already")
    return event


@transaction.atomic
def acknowledge(actor: Actor, claim: str, when: When = NOW) -> Done:
    card, event = _told(actor, claim, "claim_acknowledged", {}, when)
    if event is not None:
        cases.move_claim(card.id, "acknowledged")
        _paper("claim_receipt", card, event, {})
    return outcome(event, when, claim)


@transaction.atomic
def decide(actor: Actor, claim: str, when: When = NOW, *, decision: str) -> Done:
    """Decide; a latent defect seen on two units or more calls for a look at the batch."""
    card, event = _told(actor, claim, "claim_decided", {"decision": decision}, when)
    if event is not None:
        cases.move_claim(card.id, "decided")
        _paper("claim_decision", card, event, {"decision": decision})
        received = _log(card).first("claim_received")
        latent = received is not None and received.d["ground"] == "latent_defect"
        if latent and received is not None and received.d.get("units_failed", 0) >= 2:
            _paper("batch_defect_analysis", card, event, dict(received.d))
    return outcome(event, when, claim)


def settle_claim(number: str) -> None:
    card = case_queries.claim(number)
    events = archive.stream(card.id)[card.id]
    received = Chronicle(standing(events)).first("claim_received")
    if received is None:
        return
    contract = customers.contract_of(card.customer)
    profile = customers.profile_for(contract.id if contract else None, received.t)
    owner = Owner("claim", card.id, card.number, card.customer)
    clocks.settle(owner, profile, fold_other(profile, "claim", OrderFacts(), events))


def _log(card: ClaimCard) -> Chronicle:
    return Chronicle(standing(archive.stream(card.id)[card.id]))


def _profile(customer: UUID, when: When) -> Profile:
    contract = customers.contract_of(customer)
    return customers.profile_for(contract.id if contract else None, when.at or now())


def _told(
    actor: Actor, claim: str, kind: str, fields: dict[str, Any], when: When
) -> tuple[ClaimCard, Event | None]:
    card = case_queries.claim(claim)
    subject = Subject("claim", card.id, card.customer)
    event = on_subject(actor, subject, _profile(card.customer, when), kind, fields, when)
    settle_claim(claim)
    return card, event


def _paper(code: str, card: ClaimCard, event: Event, facts: dict[str, Any]) -> None:
    about = About("claim", card.id, card.number, card.customer)
    papers.make(code, about, event.t, {"claim": card.number, "by": event.by.name, **facts})


@transaction.atomic
def complain(actor: Actor, when: When = NOW, *, text: str, customer: UUID | None = None) -> Done:
    if (line := written(when, "complaint_received")) is not None:
        return outcome(None, when, case_queries.complaint_of(line.subject).number)
    complaint, number = cases.open_complaint(customer, text)
    profile = customers.base_profile(when.at or now())
    subject = Subject("complaint", complaint, customer)
    event = _new(on_subject(actor, subject, profile, "complaint_received", {"text": text}, when))
    about = About("complaint", complaint, number, customer)
    papers.make("complaint_sheet", about, event.t, {"number": number, "text": text})
    return outcome(event, when, number)


@transaction.atomic
def close_complaint(actor: Actor, complaint: str, when: When = NOW, *, result: str) -> Done:
    card = case_queries.complaint(complaint)
    profile = customers.base_profile(when.at or now())
    subject = Subject("complaint", card.id, card.customer)
    event = on_subject(actor, subject, profile, "complaint_closed", {"result": result}, when)
    if event is not None:
        cases.close_complaint(card.id, result)
    return outcome(event, when, complaint)
