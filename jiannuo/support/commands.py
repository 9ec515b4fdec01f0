"""Writes to support: consents, plans, approvals, remote sessions, the emergency record.

The events of the case decide; these rows are what screens and papers read without replaying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.support.models import Approval, Consent, Emergency, Plan, RemoteSession

Customer = UUID | None


def note_consent(
    case: UUID, customer: Customer, event: UUID, actor: Actor, at: datetime, d: Mapping[str, Any]
) -> None:
    Consent.objects.create(
        case_id=case,
        customer_id=customer,
        event=event,
        by_name=actor.name,
        given=d["given"],
        how=d["how"],
        scope=d.get("scope", ""),
        reason=d.get("reason", ""),
        at=at,
        until=d.get("until"),
    )


def submit_plan(
    case: UUID, customer: Customer, actor: Actor, at: datetime, d: Mapping[str, Any]
) -> None:
    Plan.objects.get_or_create(
        case_id=case,
        version=d["version"],
        defaults={
            "customer_id": customer,
            "impact": d.get("impact", "none"),
            "submitted_at": at,
            "by_name": actor.name,
        },
    )


def approve(
    case: UUID,
    customer: Customer,
    event: UUID,
    actor: Actor,
    at: datetime,
    *,
    kind: str,
    version: int | None = None,
    operation: str = "",
) -> None:
    """The customer's word to a plan, to our executing it, to a major operation."""
    Approval.objects.create(
        case_id=case,
        customer_id=customer,
        event=event,
        kind=kind,
        version=version,
        operation=operation,
        by_name=actor.name,
        by_roles=sorted(actor.roles),
        at=at,
    )


def open_session(case: UUID, customer: Customer, event: UUID, actor: Actor, at: datetime) -> None:
    RemoteSession.objects.create(
        case_id=case, customer_id=customer, event=event, by_name=actor.name, began_at=at
    )


def end_session(case: UUID, at: datetime, outcome: str) -> None:
    """Ends the sessions still open; ending what is over changes nothing."""
    rows = RemoteSession.objects.filter(case_id=case, ended_at__isnull=True, began_at__lte=at)
    rows.update(ended_at=at, outcome=outcome)


def correct_time(case: UUID, event: UUID, at: datetime, *, declares: bool) -> None:
    """What an event wrote here follows its corrected time; `declares`: it opened the emergency.

    A session never ends before it began, nor an emergency before it was declared: where the
    correction says so, the row keeps the time it had and the events tell the rest.
    """
    Consent.objects.filter(event=event).update(at=at)
    Approval.objects.filter(event=event).update(at=at)
    begun = RemoteSession.objects.filter(event=event)
    begun.exclude(ended_at__lt=at).update(began_at=at)
    if declares:
        Emergency.objects.filter(case_id=case).exclude(withdrawn_at__lt=at).update(declared_at=at)


def declare(
    case: UUID,
    customer: Customer,
    actor: Actor,
    at: datetime,
    *,
    drill: bool,
    on_duty: tuple[str, str] | None,
) -> None:
    """Open the emergency record. Raises `Refusal` for a second emergency in one case."""
    if Emergency.objects.filter(case_id=case).exists():
        raise Refusal(
            "second_emergency",
            "此单已有过应急，请另开一张关联工单再判定一级",
            "this case has had its emergency; open a linked case and declare there",
            requirement="R-7.5-B2-0",
        )
    Emergency.objects.create(
        case_id=case,
        customer_id=customer,
        drill=drill,
        declared_at=at,
        declared_by=actor.name,
        commander=on_duty[0] if on_duty else "",
        on_duty=on_duty[0] if on_duty else "",
        on_duty_via=on_duty[1] if on_duty else "",
    )


def withdraw(case: UUID, at: datetime) -> None:
    Emergency.objects.filter(case_id=case, withdrawn_at__isnull=True).update(withdrawn_at=at)


def name_team(case: UUID, members: Sequence[str]) -> None:
    Emergency.objects.filter(case_id=case).update(team=list(members))


def name_expert_group(case: UUID, members: Sequence[str]) -> None:
    Emergency.objects.filter(case_id=case).update(expert_group=list(members))


def name_commander(case: UUID, person: str) -> None:
    Emergency.objects.filter(case_id=case).update(commander=person)
