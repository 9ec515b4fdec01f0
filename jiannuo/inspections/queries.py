"""Reads of inspections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jiannuo.inspections.models import Occurrence
from jiannuo.manual.quarters import Quarter, quarter_status


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


def of_quarter(contract: UUID, quarter: str) -> OwedInspection | None:
    return next((o for o in owed(contract) if o.quarter.name == quarter), None)
