"""Writes to inspections: what is owed, and that it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from jiannuo.customers import queries as customers
from jiannuo.inspections.models import Checklist, Occurrence
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
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


def drop_unowed(contract: UUID, profile: Profile) -> list[UUID]:
    """Take out what is owed no more since the acceptance was corrected: unsigned quarters that
    lie elsewhere now. Their subjects, whose clocks go with them."""
    card = customers.contract(contract)
    end = term(profile, card.accepted_on, card.months, card.workdays).end
    owed = {
        (quarter.name, quarter.start, quarter.due)
        for quarter in quarters(profile, card.accepted_on, end)
    }
    rows = Occurrence.objects.filter(contract_id=contract, signed_on__isnull=True)
    gone = [row for row in rows if (row.quarter, row.starts_on, row.due_on) not in owed]
    Occurrence.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return [row.subject for row in gone]


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events of an inspection say of its row."""

    signed_on: date | None = None
    event: UUID | None = None
    proposed_on: date | None = None
    planned_on: date | None = None
    engineer: str = ""
    make_up_on: date | None = None
    waived_on: date | None = None


def settle(contract: UUID, quarter: str, standing: Standing) -> None:
    """The row of a quarter follows its events; an unowed one leaves no row."""
    Occurrence.objects.filter(contract_id=contract, quarter=quarter).update(**asdict(standing))


def publish(version: int, actor: Actor, lists: Sequence[Mapping[str, Any]], reason: str) -> None:
    Checklist.objects.create(
        version=version,
        published_at=now(),
        by_name=actor.name,
        reason=reason,
        lists=[dict(one) for one in lists],
    )


def withdraw(contract: UUID) -> list[UUID]:
    """What a contract owed that nobody has touched goes with it. Its subjects, whose clocks go too."""
    rows = Occurrence.objects.filter(
        contract_id=contract, signed_on=None, proposed_on=None, planned_on=None, waived_on=None
    )
    gone = list(rows.values_list("subject", flat=True))
    rows.delete()
    return gone
