"""A contract comes to its end (2): the customer is reminded, quoted, and answers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject
from jiannuo.customers import queries as customers
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Chronicle, standing


@transaction.atomic
def remind(
    actor: Actor, ref: str, when: When = NOW, *, contract: UUID, person: str, how: str, result: str
) -> Done:
    """Somebody of the customer was told that the cover ends, and what he said."""
    fields = {"person": person, "how": how, "result": result}
    return _told(actor, ref, "renewal_reminded", fields, when, contract)


@transaction.atomic
def quote(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    contract: UUID,
    total: str,
    until: date,
    note: str | None = None,
) -> Done:
    """What the maintenance of a year would cost (R-2-15)."""
    fields = given(total=total, until=until, note=note)
    return _told(actor, ref, "renewal_quoted", fields, when, contract)


@transaction.atomic
def decline(
    actor: Actor, ref: str, when: When = NOW, *, contract: UUID, person: str, reason: str
) -> Done:
    """The customer does not renew."""
    fields = {"person": person, "reason": reason}
    return _told(actor, ref, "renewal_declined", fields, when, contract)


def _told(
    actor: Actor, ref: str, kind: str, fields: dict[str, Any], when: When, contract: UUID
) -> Done:
    card = customers.contract(contract)
    subject = Subject("contract", contract, card.customer)
    profile = customers.profile_for(contract, when.at or now())
    return outcome(on_subject(actor, subject, profile, kind, fields, when), when, ref)


def logs_of(contracts: list[UUID]) -> dict[UUID, Chronicle]:
    """What was said about the renewal of some contracts, in one question."""
    kinds = ("renewal_reminded", "renewal_quoted", "renewal_declined")
    found: dict[UUID, list[Any]] = {contract: [] for contract in contracts}
    for subject, event in archive.of_kinds("contract", kinds, contracts):
        found[subject].append(event)
    return {contract: Chronicle(standing(events)) for contract, events in found.items()}
