"""Lists of what a customer or a site has: cases, claims, complaints, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q

from jiannuo.cases import rows
from jiannuo.cases.models import OPEN, Case, Claim, Complaint
from jiannuo.cases.queries import ClaimCard, ComplaintCard
from jiannuo.cases.states import OVER
from jiannuo.cases.view import CaseCard


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a customer keeps us: open cases, and when the last was reported."""

    open: int = 0
    last: datetime | None = None


def loads_of(customers: Iterable[UUID]) -> dict[UUID, Load]:
    """Of some customers, in one question; drills left out."""
    found = {customer: Load() for customer in customers}
    counted = (
        Case.objects.filter(customer__in=list(found), drill=False)
        .values("customer_id")
        .annotate(n=Count("id", OPEN), last=Max("reported_at"))
    )
    for row in counted.order_by("customer_id"):
        found[row["customer_id"]] = Load(row["n"], row["last"])
    return found


def of_customer(
    customer: UUID, limit: int, before: tuple[datetime, UUID] | None = None
) -> list[CaseCard]:
    """Cases of a customer, the newest first, from one of them on; drills left out."""
    at, one = before or (None, None)
    return rows.cards(
        """c.customer_id = %(customer)s and not c.drill
          and (%(at)s::timestamptz is null or (c.reported_at, c.id) < (%(at)s, %(one)s::uuid))""",
        {"customer": customer, "at": at, "one": one, "limit": limit},
        "order by c.reported_at desc, c.id desc limit %(limit)s",
    )


def of_unit(unit: UUID, limit: int = 50) -> list[CaseCard]:
    """Real cases of a device, the newest first."""
    return rows.cards(
        """not c.drill and exists (select from cases_casedevice d
          where d.case_id = c.id and d.unit_id = %(unit)s)""",
        {"unit": unit, "limit": limit},
        "order by c.reported_at desc, c.id desc limit %(limit)s",
    )


def claims_of(customer: UUID) -> list[ClaimCard]:
    """The newest first."""
    return [claim_card(row) for row in Claim.objects.filter(customer=customer).order_by("-id")]


def complaints_of(customer: UUID) -> list[ComplaintCard]:
    return [
        complaint_card(row) for row in Complaint.objects.filter(customer=customer).order_by("-id")
    ]


def claims_page(limit: int, *, over: bool, before: UUID | None = None) -> list[ClaimCard]:
    """Claims that wait for us, or those decided; the newest first."""
    found = (
        Claim.objects.filter(status="decided") if over else Claim.objects.exclude(status="decided")
    )
    if before is not None:
        found = found.filter(id__lt=before)
    return [claim_card(row) for row in found.order_by("-id")[:limit]]


def complaints_page(limit: int, *, over: bool, before: UUID | None = None) -> list[ComplaintCard]:
    found = Complaint.objects.filter(status="closed" if over else "received")
    if before is not None:
        found = found.filter(id__lt=before)
    return [complaint_card(row) for row in found.order_by("-id")[:limit]]


@dataclass(frozen=True, slots=True)
class Words:
    """What a claim or a complaint says, and what came of it."""

    text: str
    result: str = ""


def words_of_claim(claim: UUID) -> Words:
    return Words(Claim.objects.values_list("text", flat=True).get(pk=claim))


def words_of_complaint(complaint: UUID) -> Words:
    return Words(*Complaint.objects.values_list("text", "result").get(pk=complaint))


def texts_of(claims: Iterable[UUID], complaints: Iterable[UUID]) -> dict[UUID, str]:
    """What some claims and complaints say, by id."""
    said = Claim.objects.filter(pk__in=list(claims)).values_list("id", "text")
    others = Complaint.objects.filter(pk__in=list(complaints)).values_list("id", "text")
    return {**dict(said), **dict(others)}


def claim_card(row: Claim) -> ClaimCard:
    return ClaimCard(
        row.id, row.number, row.customer_id, row.ground, row.status, row.profile_version, row.owner
    )


def complaint_card(row: Complaint) -> ComplaintCard:
    return ComplaintCard(row.id, row.number, row.customer_id, row.status)


# -- how far a case's site was ------------------------------------------------------------------


def at_site(site: UUID) -> list[tuple[UUID, bool]]:
    """Cases of a site whose distance is not kept yet, and whether each is over."""
    found = Case.objects.filter(site_id=site, km__isnull=True).order_by("id")
    return [(case, status in OVER) for case, status in found.values_list("id", "status")]


def keep_distance(cases: Sequence[UUID], km: Decimal) -> None:
    """Their site is somewhere else from now on; what was promised for them is not."""
    Case.objects.filter(pk__in=list(cases), km__isnull=True).update(km=km)


def of_contract(contract: UUID) -> list[str]:
    """Numbers of the real faults of a contract that were not merged, in order."""
    found = Case.objects.filter(contract_id=contract, kind="fault", drill=False, into__isnull=True)
    return list(found.order_by("number").values_list("number", flat=True))


def count_open_of(units: Sequence[UUID]) -> dict[UUID, int]:
    """How many open cases each of some devices has."""
    counted = (
        Case.objects.filter(OPEN, Q(drill=False), devices__unit__in=list(units))
        .values("devices__unit")
        .annotate(n=Count("id"))
    )
    return {row["devices__unit"]: row["n"] for row in counted.order_by("devices__unit")}
