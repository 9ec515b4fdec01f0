"""Reads of cases: cards, views, claims, the count of repairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet

from jiannuo.archive import queries as archive
from jiannuo.cases.models import OPEN, Case, CaseDevice, Claim, Complaint, Deviation
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.customers import queries as customers
from jiannuo.equipment.queries import key_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import standing
from jiannuo.manual.profile import Profile
from jiannuo.manual.repairs import Recurrence, Repair, Tally, tally
from jiannuo.manual.story import Place

__all__ = ["CaseCard", "CaseView"]


def _rows() -> QuerySet[Case]:
    """Case rows with site, customer, serials and losers, in one question."""
    devices = CaseDevice.objects.filter(case=OuterRef("pk")).order_by("place", "id")
    losers = Case.objects.filter(into=OuterRef("pk")).order_by("id")
    return Case.objects.select_related("site", "customer").annotate(
        serials=ArraySubquery(devices.values("unit__serial")),
        loser_ids=ArraySubquery(losers.values("id")),
    )


def _card(row: Any) -> CaseCard:
    site = row.site
    return CaseCard(
        id=row.id,
        number=row.number,
        customer=row.customer_id,
        customer_name=row.customer.name if row.customer else "",
        site=row.site_id,
        site_code=site.code if site else "",
        site_name=site.name if site else "",
        km=site.km if site else None,
        contract=row.contract_id,
        kind=row.kind,
        channel=row.channel,
        text=row.text,
        caller=row.caller,
        drill=row.drill,
        status=row.status,
        level=row.level,
        profile_version=row.profile_version,
        reported_at=row.reported_at,
        next_due_at=row.next_due_at,
        next_promise=row.next_promise,
        into=row.into_id,
        devices=tuple(row.serials),
        losers=tuple(row.loser_ids),
    )


def _no_case(number: str) -> Refusal:
    return Refusal("no_case", f"没有编号为 {number} 的工单", f"there is no case {number}")


def card(number: str) -> CaseCard:
    """Raises `Refusal` for a number that is not there."""
    row = _rows().filter(number=number).first()
    if row is None:
        raise _no_case(number)
    return _card(row)


def card_of(case: UUID) -> CaseCard:
    return _card(_rows().get(pk=case))


def _visible_to(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    """Where every question of a person starts: staff see all, a customer's person his
    organisation's own (R-X-4)."""
    return rows if actor.customer is None else rows.filter(customer_id=actor.customer)


def view_for(actor: Actor, number: str) -> CaseView:
    """A case for a person who asks. Raises `Refusal` ("no_case") for one that is not there
    and, in the same words, for one that is not his."""
    row = _visible_to(actor, _rows()).filter(number=number).first()
    if row is None:
        raise _no_case(number)
    return _view(_card(row), tallied=True)


def numbers(*, drill: bool | None = None) -> list[str]:
    """All case numbers in order of opening."""
    rows = Case.objects.order_by("id").values_list("number", flat=True)
    return list(rows if drill is None else rows.filter(drill=drill))


def view(case: UUID, *, tallied: bool = True) -> CaseView:
    """A case with its events, those of cases merged into it, its profile and coverage."""
    return _view(card_of(case), tallied=tallied)


def view_locked(number: str) -> CaseView:
    """The same, held for this transaction. Raises `Refusal` for an unknown number."""
    row = _rows().filter(number=number).select_for_update(of=("self",)).first()
    if row is None:
        raise _no_case(number)
    return _view(_card(row), tallied=True)


def _view(found: CaseCard, *, tallied: bool) -> CaseView:
    streams = archive.stream(found.id, *found.losers)
    events = streams.pop(found.id)
    project = customers.project(found.contract) if found.contract else None
    reports = (e.t for e in standing(events) if e.kind == "reported")
    at = next(reports, found.reported_at)
    profile = project.profile_at(at) if project else customers.base_profile(at)
    seen = CaseView(found, profile, events, project, streams)
    if tallied and any(e.kind == "same_problem_confirmed" for e in events):
        seen.tallies = tallies(seen.founding, found.devices)
    return seen


def view_of(number: str) -> CaseView:
    return _view(card(number), tallied=True)


def views(*, drill: bool | None = None) -> list[CaseView]:
    rows = Case.objects.order_by("id").values_list("id", flat=True)
    return [view(i) for i in (rows if drill is None else rows.filter(drill=drill))]


def views_at(contract: UUID, site: UUID | None) -> list[CaseView]:
    """Real cases of a contract at one site, merged ones left out."""
    rows = Case.objects.filter(contract_id=contract, drill=False, into__isnull=True)
    rows = rows if site is None else rows.filter(site_id=site)
    return [view(i) for i in rows.order_by("id").values_list("id", flat=True)]


def of_serial(actor: Actor, serial: str) -> list[CaseCard]:
    """Cases of a device, newest first, of those an actor may see (R-7-6)."""
    rows = _visible_to(actor, _rows()).filter(devices__unit__serial_key=key_of(serial))
    return [_card(row) for row in rows.order_by("-reported_at")]


def cases_of_devices(serials: Iterable[str]) -> list[UUID]:
    rows = CaseDevice.objects.filter(unit__serial__in=list(serials)).order_by("case_id")
    return list(dict.fromkeys(rows.values_list("case_id", flat=True)))


def tallies(profile: Profile, serials: Iterable[str] | None = None) -> list[Tally]:
    """Repairs counted by device and problem (A9), over all real and unmerged cases."""
    if serials is None:
        ids = list(Case.objects.order_by("id").values_list("id", flat=True))
    else:
        ids = cases_of_devices(serials)
    repairs: list[Repair] = []
    again: list[Recurrence] = []
    replaced: dict[str, Place] = {}
    for case in ids:
        seen = view(case, tallied=False)
        if seen.card.drill or seen.card.into is not None:
            continue
        repairs += _repairs(seen)
        again += [
            Recurrence(e.d["device"], e.d["problem"], e.place, seen.card.number)
            for e in seen.story.log.all("same_problem_confirmed")
        ]
        for event in seen.story.log.all("replaced"):
            replaced[event.d["old"]] = min(replaced.get(event.d["old"], event.place), event.place)
    wanted = None if serials is None else set(serials)
    found = tally(profile, repairs, again, replaced)
    return [t for t in found if wanted is None or t.device in wanted]


def _repairs(seen: CaseView) -> list[Repair]:
    found = []
    for event in seen.story.log.all("resolved"):
        if not event.d.get("repair") or not event.d.get("problem"):
            continue
        for serial in seen.card.devices:
            counts = event.d["cause"] == "quality" and seen.entitled(serial) == "in_warranty"
            found.append(Repair(serial, event.d["problem"], event.place, counts))
    return found


def incomplete() -> list[tuple[str, tuple[str, ...]]]:
    """Open cases that still lack what their caller could not say, and what (R-7.2-B-1)."""
    rows = Case.objects.filter(OPEN, missing__len__gt=0).order_by("id")
    found = ((view(case), missing) for case, missing in rows.values_list("id", "missing"))
    lacking = (
        (seen.card.number, tuple(n for n in names if _lacks(seen, n))) for seen, names in found
    )
    return [row for row in lacking if row[1]]


def _lacks(seen: CaseView, name: str) -> bool:
    if name == "device":
        return not seen.card.devices
    return seen.story.report is None or not seen.story.report.d.get(name)


@dataclass(frozen=True, slots=True)
class DeviationLine:
    case: str
    happened_at: datetime
    action: str
    rule: str
    reason: str
    note: str


def deviations(case: UUID | None = None, *, drill: bool = False) -> list[DeviationLine]:
    rows = Deviation.objects.select_related("case").order_by("id").filter(case__drill=drill)
    if case is not None:
        rows = rows.filter(case_id=case)
    return [
        DeviationLine(d.case.number, d.happened_at, d.action, d.rule, d.reason, d.note)
        for d in rows
    ]


def count_deviations(case: UUID) -> int:
    return Deviation.objects.filter(case_id=case).count()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A row of the list by time to breach."""

    number: str
    customer: str
    site: str
    text: str
    level: str | None
    kind: str
    status: str
    next_due_at: datetime | None
    next_promise: str
    drill: bool
    id: UUID


def open_cases(actor: Actor, limit: int = 100) -> list[OpenCase]:
    """Open cases, the one whose promise ends first on top; those without a clock last."""
    rows = (
        _visible_to(actor, Case.objects.filter(OPEN))
        .order_by("next_due_at", "id")
        .values_list(
            "number",
            "customer__name",
            "site__name",
            "text",
            "level",
            "kind",
            "status",
            "next_due_at",
            "next_promise",
            "drill",
            "id",
        )
    )
    return [OpenCase(*row) for row in rows[:limit]]


@dataclass(frozen=True, slots=True)
class ClaimCard:
    id: UUID
    number: str
    customer: UUID
    ground: str
    status: str
    profile_version: int
    owner: str


def claim(number: str) -> ClaimCard:
    row = Claim.objects.filter(number=number).first()
    if row is None:
        raise Refusal("no_claim", f"没有编号为 {number} 的索赔", f"there is no claim {number}")
    return _claim(row)


def claim_of(claim_id: UUID) -> ClaimCard:
    return _claim(Claim.objects.get(pk=claim_id))


def _claim(row: Claim) -> ClaimCard:
    return ClaimCard(
        row.id,
        row.number,
        row.customer_id,
        row.ground,
        row.status,
        row.profile_version,
        row.owner,
    )


def claims() -> list[ClaimCard]:
    rows = Claim.objects.order_by("id").values_list("number", flat=True)
    return [claim(number) for number in rows]


@dataclass(frozen=True, slots=True)
class ComplaintCard:
    id: UUID
    number: str
    customer: UUID | None
    status: str


def complaint(number: str) -> ComplaintCard:
    row = Complaint.objects.filter(number=number).first()
    if row is None:
        raise Refusal(
            "no_complaint", f"没有编号为 {number} 的投诉", f"there is no complaint {number}"
        )
    return _complaint(row)


def complaint_of(complaint_id: UUID) -> ComplaintCard:
    return _complaint(Complaint.objects.get(pk=complaint_id))


def _complaint(row: Complaint) -> ComplaintCard:
    return ComplaintCard(row.id, row.number, row.customer_id, row.status)
