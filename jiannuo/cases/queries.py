"""Reads of cases: cards, views, claims. The count of repairs is in `repairs`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jiannuo.cases import reading, rows
from jiannuo.cases.commands import lock
from jiannuo.cases.listing import Only, OpenCase, Spot, open_cases
from jiannuo.cases.models import OPEN, Case, Claim, Complaint, Deviation
from jiannuo.cases.repairs import asking, tallies
from jiannuo.cases.states import OVER
from jiannuo.cases.view import CaseCard, CaseView
from jiannuo.equipment.queries import key_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor

__all__ = [
    "CaseCard",
    "CaseView",
    "Only",
    "OpenCase",
    "Spot",
    "asking",
    "open_cases",
    "tallies",
]


def _no_case(number: str) -> Refusal:
    return Refusal("no_case", f"没有编号为 {number} 的工单", f"there is no case {number}")


def _one(where: str, said: Mapping[str, Any]) -> CaseCard | None:
    if "\x00" in said["number"]:  # no text to the database; somebody tries addresses
        return None
    return next(iter(rows.cards(where, said, "")), None)


def card(number: str) -> CaseCard:
    """Raises `Refusal` for a number that is not there."""
    found = _one("c.number = %(number)s", {"number": number})
    if found is None:
        raise _no_case(number)
    return found


def card_of(case: UUID) -> CaseCard:
    [found] = rows.cards("c.id = %(id)s", {"id": case})
    return found


#: Where every question of a person starts: staff see all, a customer's person his
#: organisation's own (R-X-4).
_VISIBLE = "(%(to)s::uuid is null or c.customer_id = %(to)s)"


def _visible_to(actor: Actor, rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows if actor.customer is None else rows.filter(customer_id=actor.customer)


def view_for(actor: Actor, number: str) -> CaseView:
    """A case for a person who asks. Raises `Refusal` ("no_case") for one that is not there
    and, in the same words, for one that is not his."""
    found = _one(f"c.number = %(number)s and {_VISIBLE}", {"number": number, "to": actor.customer})
    if found is None:
        raise _no_case(number)
    return _view(found)


def id_for(actor: Actor, number: str) -> UUID:
    """The id of a case for a person who asks. Raises `Refusal` as `view_for` does."""
    found = _visible_to(actor, Case.objects.all()).filter(number=number.replace("\x00", ""))
    case = found.values_list("id", flat=True).first()
    if case is None:
        raise _no_case(number)
    return case


def numbers(*, drill: bool | None = None) -> list[str]:
    """All case numbers in order of opening."""
    found = Case.objects.order_by("id").values_list("number", flat=True)
    return list(found if drill is None else found.filter(drill=drill))


def open_numbers_of(wanted: Iterable[UUID]) -> list[str]:
    """The numbers of those of them that are still open."""
    found = Case.objects.filter(OPEN, pk__in=list(wanted)).order_by("id")
    return list(found.values_list("number", flat=True))


def counts_of(contracts: Iterable[UUID]) -> dict[UUID, int]:
    """How many cases some contracts have had; drills are none."""
    rows = Case.objects.filter(contract__in=list(contracts), drill=False).values("contract")
    return {row["contract"]: row["n"] for row in rows.annotate(n=Count("pk"))}


def ids_of(wanted: Iterable[str]) -> dict[UUID, str]:
    """Cases by number: id and number."""
    return dict(Case.objects.filter(number__in=list(wanted)).values_list("id", "number"))


def numbers_of(wanted: Iterable[UUID]) -> dict[UUID, str]:
    """The numbers of cases by id."""
    rows = Case.objects.filter(pk__in=list(wanted)).values_list("id", "number")
    return dict(rows)


def view(case: UUID) -> CaseView:
    """A case with its events, those of cases merged into it, its profile and coverage."""
    return _view(card_of(case))


def view_locked(number: str) -> CaseView:
    """The same, held for this transaction. Raises `Refusal` for an unknown number.

    Locked by a question of its own: one that had to wait sees the row anew, but not the devices
    and merged cases beside it.
    """
    lock(number)
    return view_of(number)


def view_of(number: str) -> CaseView:
    return _view(card(number))


def _view(found: CaseCard) -> CaseView:
    [seen] = reading.views([found])
    return _tallied(seen)


def _tallied(seen: CaseView) -> CaseView:
    """With the count of repairs, where somebody asked for it."""
    if any(e.kind == "same_problem_confirmed" for e in seen.events):
        seen.tallies = tallies(seen.founding, seen.card.devices)
    return seen


def views(*, drill: bool | None = None, customer: UUID | None = None) -> Iterator[CaseView]:
    """Every case in order of opening, read a page at a time."""
    where = "(%(drill)s::boolean is null or c.drill = %(drill)s)"
    mine = "(%(customer)s::uuid is null or c.customer_id = %(customer)s)"
    for found in rows.pages(f"{where} and {mine}", {"drill": drill, "customer": customer}):
        yield from map(_tallied, reading.views(found))


@dataclass(frozen=True, slots=True)
class Fixed:
    """Which resolved faults: fixed in [start, end), or reported in it or `again` later; of one
    contract, or else those that were lived here."""

    start: datetime
    end: datetime
    again: timedelta
    contract: UUID | None = None


#: A fault that counts, and is fixed.
_COUNTS = """
c.kind = 'fault' and not c.drill and c.into_id is null and c.status <> 'cancelled'
and c.resolved_at is not null
"""

_FIXED = f"""{_COUNTS}
and (c.resolved_at >= %(start)s and c.resolved_at < %(end)s
  or c.reported_at >= %(start)s and c.reported_at < %(late)s)
and case when %(contract)s::uuid is null then c.imported_from is null
  else c.contract_id = %(contract)s end
"""


def fixed(wanted: Fixed) -> Iterator[list[CaseView]]:
    """Faults that count (no drill, not merged, not cancelled) and are resolved, by the page."""
    said = {
        "start": wanted.start,
        "end": wanted.end,
        "late": wanted.end + wanted.again,
        "contract": wanted.contract,
    }
    return map(reading.views, rows.pages(_FIXED, said))


def fixed_among(ids: Sequence[UUID]) -> list[CaseView]:
    """Those of some cases that are faults that count, are fixed and were lived here."""
    where = f"c.id = any(%(ids)s) and {_COUNTS} and c.imported_from is null"
    return reading.views(rows.cards(where, {"ids": list(ids)}))


#: Cases of a period: lived here, no drills.
_REPORTED = """not c.drill and c.imported_from is null
and c.reported_at >= %(start)s and c.reported_at < %(end)s"""


def count_reported(start: datetime, end: datetime) -> int:
    """How many cases were reported from start to end; drills and imported ones are none."""
    found = Case.objects.filter(drill=False, imported_from=None)
    return found.filter(reported_at__gte=start, reported_at__lt=end).count()


def reported(start: datetime, end: datetime, beyond: UUID | None, limit: int) -> list[CaseView]:
    """Those cases by the page, in order of opening; `beyond`: the last of the page before."""
    further = "(%(beyond)s::uuid is null or c.id > %(beyond)s)"
    said = {"start": start, "end": end, "beyond": beyond, "limit": limit}
    found = rows.cards(f"{_REPORTED} and {further}", said, "order by c.id limit %(limit)s")
    return [_tallied(seen) for seen in reading.views(found)]


def views_at(
    contract: UUID, site: UUID | None, first: datetime, last: datetime
) -> Iterator[CaseView]:
    """Real cases of a contract at one site reported in a span of time, merged ones left out."""
    where = """c.contract_id = %(contract)s and not c.drill and c.into_id is null
      and (%(site)s::uuid is null or c.site_id = %(site)s)
      and c.reported_at between %(first)s and %(last)s"""
    said = {"contract": contract, "site": site, "first": first, "last": last}
    for found in rows.pages(where, said):
        yield from reading.views(found)


def of_serial(actor: Actor, serial: str) -> list[CaseCard]:
    """Cases of a device, newest first, of those an actor may see (R-7-6)."""
    where = f"""{_VISIBLE} and exists (select from cases_casedevice d
      join equipment_installedunit n on n.id = d.unit_id
      where d.case_id = c.id and n.serial_key = %(key)s)"""
    said = {"to": actor.customer, "key": key_of(serial)}
    return rows.cards(where, said, "order by c.reported_at desc")


def beginning(actor: Actor, number: str, limit: int) -> list[CaseCard]:
    """Cases whose number begins so, newest first, of those an actor may see."""
    said = {"to": actor.customer, "like": f"{_plain(number)}%", "limit": limit}
    tail = "order by c.reported_at desc limit %(limit)s"
    return rows.cards(f"{_VISIBLE} and c.number like %(like)s", said, tail)


def _plain(text: str) -> str:
    """A text that stands for itself only where a pattern is asked for."""
    return re.sub(r"([\\%_])", r"\\\1", text)


def incomplete() -> list[tuple[str, tuple[str, ...]]]:
    """Open cases that still lack what their caller could not say, and what (R-7.2-B-1)."""
    found = []
    where = "not c.status = any(%(over)s) and c.missing <> '{}'"
    for page in rows.pages(where, {"over": [state.value for state in OVER]}):
        noted = Case.objects.filter(pk__in=[card.id for card in page])
        missing = dict(noted.values_list("id", "missing"))
        for seen in reading.views(page):
            names = tuple(name for name in missing[seen.card.id] if _lacks(seen, name))
            found += [(seen.card.number, names)] if names else []
    return found


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


def open_of_customer(customer: UUID, limit: int = 50) -> list[OpenCase]:
    """Open cases of one customer, the one whose promise ends first on top; no drills."""
    return open_cases(SYSTEM, limit, only=Only(customer=customer, drill=False))


def count_open(actor: Actor, bounds: Sequence[datetime]) -> list[int]:
    """How many open cases fall due before each of these moments, in one question; at last, how
    many are open at all and how many of those have a running promise."""
    found = _visible_to(actor, Case.objects.filter(OPEN))
    wanted = {f"n{n}": Count("id", Q(next_due_at__lt=at)) for n, at in enumerate(bounds)}
    counted = found.aggregate(**wanted, open=Count("id"), timed=Count("next_due_at"))
    return [counted[name] for name in (*wanted, "open", "timed")]


def open_by_level() -> dict[str, int]:
    """How many cases are open, drills left out, by level; "" where nobody has set it yet."""
    rows = Case.objects.filter(OPEN, drill=False).values_list("level").annotate(n=Count("id"))
    return {level or "": count for level, count in rows.order_by("level")}


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
    return [_claim(row) for row in Claim.objects.order_by("id")]


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


def loads() -> dict[str, int]:
    """How many open cases each assigned engineer has, by name."""
    taken = Case.objects.filter(OPEN, drill=False).exclude(assignee="")
    counted = taken.values("assignee").annotate(n=Count("id"))
    return {row["assignee"]: row["n"] for row in counted}


def unanswered(at: datetime, limit: int) -> list[str]:
    """Numbers of cases whose assignee should have answered by `at`, the longest wait first."""
    late = Case.objects.filter(answer_by__lte=at).order_by("answer_by", "id")
    return list(late.values_list("number", flat=True)[:limit])
