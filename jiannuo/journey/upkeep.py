"""A maintenance contract: what is paid after warranty, visits and parts of one site (R-2-15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jiannuo.customers import commands
from jiannuo.customers import queries as customers
from jiannuo.customers.commands import Upkeep
from jiannuo.customers.queries import ContractCard
from jiannuo.journey.agreements import check_day, following, subject_of
from jiannuo.journey.knowing import again, note, site_of
from jiannuo.journey.step import NOW, Done, When, given, outcome
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


@transaction.atomic
def sign(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    number: str,
    site: UUID,
    starts_on: date,
    ends_on: date,
    visits_included: int,
    per_visit: str,
    parts_included: bool = False,
) -> Done:
    """What is paid after warranty: visits and parts of one site (R-2-15)."""
    if (done := again(when, "maintenance_signed")) is not None:
        return done
    card, stands = customers.contract(UUID(ref)), site_of(site)
    require(actor, "maintenance_signed")
    for day in (starts_on, ends_on):
        check_day(day)
    _check_upkeep(card, stands.customer, site, starts_on, ends_on)
    parts = "included" if parts_included else "cost"
    price = Decimal(per_visit)
    upkeep = Upkeep(number.strip(), site, starts_on, ends_on, visits_included, 0, price, parts)
    with following(card.id, number):
        commands.add_maintenance(actor, card.id, upkeep)
    fields = given(
        contract=card.number,
        number=number,
        site=stands.name,
        starts_on=starts_on,
        ends_on=ends_on,
        visits_included=visits_included,
        per_visit=per_visit,
        parts_included=parts_included,
    )
    return outcome(note(actor, subject_of(card), "maintenance_signed", fields, when), when, ref)


def _check_upkeep(
    card: ContractCard, owner: UUID, site: UUID, starts_on: date, ends_on: date
) -> None:
    """Its own site, a span, and no other contract of that site in it: which of two counts?"""
    if owner != card.customer:
        raise Refusal(
            "not_yours", "这个站点不是合同客户的", "this site is not the contract's customer's"
        )
    if ends_on < starts_on:
        raise Refusal("ends_first", "结束日期早于开始日期", "it ends before it starts")
    for other in card.maintenance:
        if other.site == str(site) and other.start <= ends_on and starts_on <= other.end:
            raise Refusal(
                "upkeep_overlaps",
                f"与维护合同 {other.number}（{other.start} 至 {other.end}）重叠",
                f"it overlaps maintenance contract {other.number}, {other.start} to {other.end}",
            )
