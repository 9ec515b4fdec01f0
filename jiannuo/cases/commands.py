"""Writes to cases, claims and complaints. The row is a cache of the events beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiannuo.cases.models import Case, CaseDevice, Claim, Complaint, Deviation
from jiannuo.cases.states import State
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual import assignment
from jiannuo.manual.clocks import Clock
from jiannuo.manual.gates import Answer
from jiannuo.manual.story import CaseStory


@dataclass(frozen=True, slots=True)
class NewCase:
    """What intake knows; `missing`: what the caller could not say (saved all the same)."""

    kind: str
    channel: str
    reported_at: datetime
    profile_version: int
    text: str = ""
    caller: str = ""
    drill: bool = False
    customer: UUID | None = None
    site: UUID | None = None
    contract: UUID | None = None
    missing: tuple[str, ...] = ()
    number: str = ""
    imported_from: str | None = None
    follows: UUID | None = None
    id: UUID = field(default_factory=new_id)
    device: UUID | None = None


def open_case(new: NewCase, stands: Mapping[str, Any] | None = None) -> tuple[UUID, str]:
    """A new case: its id and its number. `stands`: what its first event already says."""
    number = new.number or next_number(new.reported_at)
    values: dict[str, Any] = {
        "kind": new.kind,
        "drill": new.drill,
        "profile_version": new.profile_version,
        "reported_at": new.reported_at,
        **(stands or {}),
    }
    Case(
        id=new.id,
        number=number,
        customer_id=new.customer,
        site_id=new.site,
        contract_id=new.contract,
        channel=new.channel,
        text=new.text,
        caller=new.caller,
        missing=list(new.missing),
        imported_from=new.imported_from,
        follows_id=new.follows,
        **values,
    ).save(force_insert=True)
    if new.device is not None:
        CaseDevice(case_id=new.id, unit_id=new.device, customer_id=new.customer, place=0).save(
            force_insert=True
        )
    return new.id, number


def next_number(at: datetime) -> str:
    """The number of a new case: year, month, running number."""
    with connection.cursor() as cursor:
        cursor.execute("select nextval('cases_number')")
        return f"{at:%y%m}-{cursor.fetchone()[0]:05}"


def lock(number: str) -> UUID:
    """Hold a case for this transaction. Raises `Refusal` for a number that is not there."""
    found = Case.objects.select_for_update().filter(number=number).values_list("id", flat=True)
    case_id = found.first()
    if case_id is None:
        raise Refusal("no_case", f"没有编号为 {number} 的工单", f"there is no case {number}")
    return case_id


def lock_all(numbers: Iterable[str]) -> None:
    """Hold several cases, always in the same order."""
    for number in sorted(numbers):
        lock(number)


def add_device(case: UUID, unit: UUID, customer: UUID | None) -> None:
    """Name one more device of a case; naming it twice is once."""
    place = CaseDevice.objects.filter(case_id=case).count()
    CaseDevice.objects.get_or_create(
        case_id=case, unit_id=unit, defaults={"place": place, "customer_id": customer}
    )


def merge_row(loser: UUID, survivor: UUID) -> None:
    Case.objects.filter(pk=loser).update(into_id=survivor, status=State.MERGED)


def standing_of(story: CaseStory, clocks: Sequence[Clock], entitled: str | None) -> dict[str, Any]:
    """What a case's row says of its events; `entitled` None leaves that as decided."""
    at = now()
    open_clocks = [c for c in clocks if c.stop is None and not c.excused and c.due is not None]
    nearest = min(open_clocks, key=lambda c: c.due or at, default=None)
    values: dict[str, Any] = {
        "status": story.status(at),
        "kind": story.kind,
        "level": story.levels.shown,
        "reported_at": story.reported_at or at,
        "resolved_at": story.resolution.t if story.resolution else None,
        "observed_until": story.observation_until,
        "next_due_at": nearest.due if nearest else None,
        "next_promise": nearest.promise if nearest else "",
        "profile_version": story.profile.version,
        "assignee": assignment.assignee(story),
        "answer_by": assignment.answer_by(story),
    }
    return values if entitled is None else {**values, "entitlement": entitled}


def refresh(case: UUID, stands: Mapping[str, Any]) -> int:
    """Bring the row up to what the events say; how many deviations stand on the case."""
    columns = ", ".join(f"{name} = %({name})s" for name in stands)
    with connection.cursor() as cursor:
        cursor.execute(
            f"update cases_case set {columns} where id = %(case)s returning"
            " (select count(*) from cases_deviation where case_id = %(case)s)",
            {**stands, "case": case},
        )
        return int(cursor.fetchone()[0])


def note_deviations(
    case: UUID, customer: UUID | None, event: UUID, at: datetime, answers: Sequence[Answer]
) -> int:
    """Keep what a soft or log gate let pass, one row a reason, as it was judged (R-X-5)."""
    rows = [
        Deviation(
            case_id=case,
            customer_id=customer,
            event=event,
            happened_at=at,
            action=answer.action,
            rule=rule,
            reason=reason,
            note=answer.note,
        )
        for answer in answers
        for reason, rule in zip(answer.reasons, answer.rules, strict=True)
    ]
    if rows:
        Deviation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def open_claim(
    customer: UUID, ground: str, text: str, profile_version: int, number: str = ""
) -> tuple[UUID, str]:
    """A claim gets a number and an owner at once; it cannot be refused for form (R-2-11)."""
    with transaction.atomic():
        number = number or "CL-" + next_number(now())
        row = Claim.objects.create(
            number=number,
            customer_id=customer,
            ground=ground,
            text=text,
            profile_version=profile_version,
        )
    return row.id, row.number


def move_claim(claim: UUID, status: str) -> None:
    Claim.objects.filter(pk=claim).update(status=status)


def open_complaint(customer: UUID | None, text: str, number: str = "") -> tuple[UUID, str]:
    row = Complaint.objects.create(
        number=number or "CP-" + next_number(now()), customer_id=customer, text=text
    )
    return row.id, row.number


def close_complaint(complaint: UUID, result: str) -> None:
    Complaint.objects.filter(pk=complaint).update(status="closed", result=result)
