"""Reads of inspections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jiannuo.customers import queries as customers
from jiannuo.inspections.checklists import Checklists, lists_of, shipped
from jiannuo.inspections.models import Checklist, Occurrence
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
    proposed: date | None = None
    planned: date | None = None
    engineer: str = ""
    make_up: date | None = None
    waived: date | None = None

    def status(self, today: date) -> str:
        """As `quarter_status`; "waived" where the customer agreed that nobody comes."""
        if self.waived is not None and self.signed is None:
            return "waived"
        return quarter_status(self.quarter, self.signed, today)

    @property
    def open(self) -> bool:
        return self.signed is None and self.waived is None


def owed(contract: UUID) -> list[OwedInspection]:
    rows = Occurrence.objects.filter(contract_id=contract).order_by("due_on")
    return [_owed(row) for row in rows]


def _owed(r: Occurrence) -> OwedInspection:
    return OwedInspection(
        Quarter(r.quarter, r.starts_on, r.due_on),
        r.signed_on,
        r.event,
        r.subject,
        r.proposed_on,
        r.planned_on,
        r.engineer,
        r.make_up_on,
        r.waived_on,
    )


def owed_between(
    first: date, last: date, contracts: Sequence[UUID] | None = None
) -> dict[UUID, list[OwedInspection]]:
    """What falls due from one day to another, by contract; in one question."""
    rows = Occurrence.objects.filter(due_on__range=(first, last)).order_by("due_on")
    if contracts is not None:
        rows = rows.filter(contract_id__in=list(contracts))
    found: dict[UUID, list[OwedInspection]] = {}
    for row in rows:
        found.setdefault(row.contract_id, []).append(_owed(row))
    return found


def missed(today: date) -> dict[UUID, list[OwedInspection]]:
    """Quarters that are over, in which nobody went, and nobody said why; by contract."""
    rows = Occurrence.objects.filter(
        due_on__lt=today, signed_on=None, waived_on=None, make_up_on=None
    )
    found: dict[UUID, list[OwedInspection]] = {}
    for row in rows.order_by("due_on"):
        found.setdefault(row.contract_id, []).append(_owed(row))
    return found


def checklist(version: int | None = None) -> Checklists:
    """The lists of a version, the newest if not said; as shipped where the house has none."""
    rows = Checklist.objects.order_by("-version")
    row = (rows if version is None else rows.filter(version=version)).first()
    return lists_of(row.version, row.lists) if row is not None else shipped()


@dataclass(frozen=True, slots=True)
class Publication:
    """A version of the lists: when, by whom, why."""

    version: int
    at: datetime
    by: str
    reason: str


def publications() -> list[Publication]:
    """The versions of a house, the newest first."""
    rows = Checklist.objects.order_by("-version").defer("lists")
    return [Publication(r.version, r.published_at, r.by_name, r.reason) for r in rows]


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


@dataclass(frozen=True, slots=True)
class DueInspection:
    """A quarter that nobody signed for yet and whose time has come."""

    contract: UUID
    customer: UUID
    quarter: str
    due_on: date


def due_by(today: date, last: date, limit: int) -> list[DueInspection]:
    """Begun and not signed, due until a day, the one due first on top; all contracts at once."""
    rows = Occurrence.objects.filter(signed_on__isnull=True, starts_on__lte=today, due_on__lte=last)
    found = rows.order_by("due_on", "contract_id")[:limit]
    return [DueInspection(r.contract_id, r.customer_id, r.quarter, r.due_on) for r in found]


@dataclass(frozen=True, slots=True)
class PlannedInspection:
    """A visit that an engineer is planned for, and was not signed yet."""

    contract: UUID
    customer: UUID
    quarter: str
    planned_on: date | None


def planned_for(engineer: str, last: date) -> list[PlannedInspection]:
    """What an engineer is planned for until a day, the first day on top; what he is late with
    comes first of all."""
    rows = Occurrence.objects.filter(
        engineer=engineer, planned_on__lte=last, signed_on__isnull=True, waived_on__isnull=True
    )
    found = rows.order_by("planned_on", "contract_id")[:20]
    return [PlannedInspection(r.contract_id, r.customer_id, r.quarter, r.planned_on) for r in found]
