"""A contract is taken on: its inspections are planned, its renewal watched (1, 2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import ContractCard
from jiannuo.inspections import commands as inspections
from jiannuo.inspections import queries as inspection_queries
from jiannuo.inspections.queries import OwedInspection
from jiannuo.manual import marks
from jiannuo.manual.profile import Profile
from jiannuo.manual.warranty import term


def subject_of_quarter(contract: UUID, quarter: str, customer: UUID) -> Subject:
    """An inspection is a contract's quarter (or year, for the plan): its id follows from it."""
    return Subject("inspection", uuid5(contract, quarter), customer)


@transaction.atomic
def watch(contract: UUID) -> None:
    """Plan what the contract owes and arm its reminders; again, it adds what is missing."""
    card = customers.contract(contract)
    profile = customers.project_profile(contract)
    inspections.plan(contract, profile)
    for owed in inspection_queries.owed(contract):
        watch_quarter(contract, profile, owed)
    end = ends_on(card, profile)
    clocks.settle(
        Owner("contract", contract, card.number, card.customer),
        profile,
        (),
        [*marks.of_warranty(profile, card.number, end), *_upkeep(card, profile)],
    )


def ends_on(card: ContractCard, profile: Profile) -> date:
    """The last day of a project's warranty."""
    return term(profile, card.accepted_on, card.months, card.workdays).end


def _upkeep(card: ContractCard, profile: Profile) -> Iterator[marks.Mark]:
    for upkeep in card.maintenance:
        yield from marks.of_upkeep(profile, upkeep.number, upkeep.end)


def watch_quarter(contract: UUID, profile: Profile, owed: OwedInspection) -> None:
    """Reminders of one quarter; none once it is signed or waived."""
    card = customers.contract(contract)
    found = list(marks.of_quarter(profile, owed.quarter)) if owed.open else []
    owner = Owner("inspection", owed.subject, owed.quarter.name, card.customer)
    clocks.settle(owner, profile, (), found)
