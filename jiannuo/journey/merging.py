"""Two reports of one fault become one case."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jiannuo.cases import commands as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.view import CaseView
from jiannuo.equipment import queries as equipment
from jiannuo.journey.settling import touched
from jiannuo.journey.step import NOW, Done, Effect, When, on_case
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event


@transaction.atomic
def merge(actor: Actor, case: str, when: When = NOW, *, into: str, reason: str) -> Done:
    """Two reports of one fault: the survivor takes the earliest report and both devices."""
    cases.lock_all(touched(case, "merged") | touched(into, "merged"))
    survivor = case_queries.card(into)
    if survivor.into is not None or survivor.number == case:
        raise Refusal(
            "no_chains",
            f"{into} 本身已并入他单，请并入最终的那一单",
            f"{into} is merged itself; merge into the surviving case",
        )
    if case_queries.view_of(case).absorbed_events:
        raise Refusal(
            "no_chains",
            f"{case} 已有并入的工单，不能再并出",
            f"{case} has absorbed another case and cannot be merged away",
        )
    return on_case(actor, case, "merged", {"into": into, "reason": reason}, when, _absorbed(into))


def _absorbed(into: str) -> Effect:
    def move_over(view: CaseView, event: Event, uid: UUID) -> None:
        survivor = case_queries.card(into)
        if None not in (both := (survivor.customer, view.card.customer)) and len({*both}) > 1:
            raise Refusal(
                "other_customer",
                f"{into} 是另一家客户的工单，不能并入",
                f"{into} is another customer's case; it cannot take this one",
                requirement="R-X-4",
            )
        cases.merge_row(view.card.id, survivor.id)
        for serial in view.card.devices:
            unit = equipment.find(serial)
            if unit is not None:
                cases.add_device(survivor.id, unit.id, survivor.customer)

    return move_over
