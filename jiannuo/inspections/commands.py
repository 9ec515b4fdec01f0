"""Writes to inspections: what is owed, and that it was done."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

from jiannuo.customers import queries as customers
from jiannuo.inspections.models import Occurrence
from jiannuo.manual.profile import Profile
from jiannuo.manual.quarters import quarters
from jiannuo.manual.warranty import term


def plan(contract: UUID, profile: Profile) -> int:
    """Make the owed rows that are missing; how many were made. Never re-dates a row.

    The set is computed, not stepped: a row missed while we were down is simply missing.
    """
    card = customers.contract(contract)
    if not card.inspection_plan:
        return 0
    end = term(profile, card.accepted_on, card.months, card.workdays).end
    have = set(Occurrence.objects.filter(contract_id=contract).values_list("quarter", flat=True))
    rows = [
        Occurrence(
            contract_id=contract,
            customer_id=card.customer,
            quarter=quarter.name,
            starts_on=quarter.start,
            due_on=quarter.due,
            subject=uuid5(contract, quarter.name),
        )
        for quarter in quarters(profile, card.accepted_on, end)
        if quarter.name not in have
    ]
    Occurrence.objects.bulk_create(rows)
    return len(rows)


def sign(contract: UUID, quarter: str, event: UUID, on: date) -> None:
    """The customer signed the report of a quarter; an unowed one leaves no row."""
    Occurrence.objects.filter(contract_id=contract, quarter=quarter).update(
        signed_on=on, event=event
    )
