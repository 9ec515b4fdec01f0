"""Reads of inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.inspections.models import Occurrence
from jiannuo.manual.profile import Profile
from jiannuo.manual.quarters import Quarter, proposed, quarter_status
from jiannuo.manual.warranty import add_months, term


@dataclass(frozen=True, slots=True)
class OwedInspection:
    """A quarter a contract owes, and when it was signed."""

    quarter: Quarter
    signed: date | None
    event: UUID | None
    subject: UUID

    def status(self, today: date) -> str:
        return quarter_status(self.quarter, self.signed, today)


def owed(contract: UUID) -> list[OwedInspection]:
    rows = Occurrence.objects.filter(contract_id=contract).order_by("due_on")
    return [
        OwedInspection(Quarter(r.quarter, r.starts_on, r.due_on), r.signed_on, r.event, r.subject)
        for r in rows
    ]


@dataclass(frozen=True, slots=True)
class Renewal:
    """What a contract is offered after its warranty, while nobody has signed for it."""

    warranty_end: date
    proposed: tuple[Quarter, ...]

    @property
    def status(self) -> str:
        """The dashboard's word: 待续保."""
        return "awaiting_renewal"


def renewal(contract: UUID, profile: Profile, today: date) -> Renewal | None:
    """The inspections that wait for a maintenance contract (R-2-14), four quarters ahead; None
    under warranty and under a maintenance contract."""
    card = customers.contract(contract)
    end = term(profile, card.accepted_on, card.months, card.workdays).end
    if today <= end or any(m.start <= today <= m.end for m in card.maintenance):
        return None
    ahead = add_months(today, 12)
    return Renewal(end, tuple(proposed(profile, card.accepted_on, end, ahead)))


def of_quarter(contract: UUID, quarter: str) -> OwedInspection | None:
    return next((o for o in owed(contract) if o.quarter.name == quarter), None)
