"""When an inspection is (1): dates for the customer to choose from, the day that was agreed, what
came of a quarter in which nobody went."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.customers import queries as customers
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.journey.contracts import subject_of_quarter
from jiannuo.journey.inspection import settle_quarter
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import IN_WRITING
from jiannuo.notices.commands import Note, post
from jiannuo.people import queries as people


@transaction.atomic
def propose_dates(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    first: date,
    second: date | None = None,
    third: date | None = None,
    note: str | None = None,
) -> Done:
    """The customer hears on which days somebody could come, and chooses."""
    days = [day for day in (first, second, third) if day is not None]
    fields = given(first=first, second=second, third=third, note=note)
    done = _planned(actor, quarter, "inspection_dates_proposed", fields, when, contract, days)
    if not done.again:
        _tell_customer(contract, quarter, done, days)
    return done


def _tell_customer(contract: UUID, quarter: str, done: Done, days: list[date]) -> None:
    card = customers.contract(contract)
    subject = subject_of_quarter(contract, quarter, card.customer)
    facts = {
        "ref": quarter,
        "list": "、".join(f"{day:%Y-%m-%d}" for day in days),
        "customer": card.customer_name,
    }
    key = f"dates:{done.event}"
    post([Note(key, "inspection_dates", "inspection", subject.id, "contact", card.customer, facts)])


@transaction.atomic
def schedule(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    date: date,
    engineer: str,
    agreed_with: str | None = None,
) -> Done:
    """The day on which somebody comes, and who."""
    fields = given(date=date, engineer=people.known_staff(engineer).name, agreed_with=agreed_with)
    return _planned(actor, quarter, "inspection_scheduled", fields, when, contract, [date])


@transaction.atomic
def postpone(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    date: date,
    reason: str,
    engineer: str | None = None,
) -> Done:
    """Another day, and why; the quarter's last day stays where it is."""
    who = people.known_staff(engineer).name if engineer else None
    fields = given(date=date, reason=reason, engineer=who)
    return _planned(actor, quarter, "inspection_postponed", fields, when, contract, [date])


@transaction.atomic
def explain_miss(
    actor: Actor, quarter: str, when: When = NOW, *, contract: UUID, reason: str, make_up: date
) -> Done:
    """Nobody went in the quarter: why, and when it is made up. The quarter stays missed."""
    if not sent_before(when, "inspection_missed"):
        owed = _open(contract, quarter)
        today = _today(contract, when)
        if owed.quarter.due >= today:
            raise Refusal(
                "not_missed",
                f"{quarter} 到 {owed.quarter.due} 为止，还没有错过；请约日期",
                f"{quarter} runs until {owed.quarter.due} and is not missed; schedule it",
                requirement="R-1-1",
            )
    fields = {"reason": reason, "make_up": make_up}
    return _planned(actor, quarter, "inspection_missed", fields, when, contract, [make_up])


@transaction.atomic
def waive(
    actor: Actor,
    quarter: str,
    when: When = NOW,
    *,
    contract: UUID,
    reason: str,
    consent: dict[str, str],
) -> Done:
    """The customer does not want it this quarter, and says so in writing."""
    if consent.get("how") not in IN_WRITING:
        raise Refusal(
            "not_in_writing",
            "豁免要有客户的书面同意：签字、信函、传真或门户",
            "a waiver takes the customer's consent in writing",
            requirement="R-1-1",
        )
    card = customers.contract(contract)
    if customers.contact(card.customer, consent.get("by", "")) is None:
        raise Refusal(
            "no_such_contact",
            f"{card.customer_name}没有登记叫 {consent.get('by', '')} 的人，请先登记",
            f"{card.customer_name} has nobody called {consent.get('by', '')}; register him first",
            requirement="R-X-4",
        )
    fields = {"reason": reason, "consent": dict(consent)}
    return _planned(actor, quarter, "inspection_waived", fields, when, contract, [])


def _planned(
    actor: Actor,
    quarter: str,
    kind: str,
    fields: dict[str, Any],
    when: When,
    contract: UUID,
    days: list[date],
) -> Done:
    card = customers.contract(contract)
    if not sent_before(when, kind):
        owed = _open(contract, quarter)
        earliest = max(owed.quarter.start, _today(contract, when))
        for day in days:
            _in_time(day, earliest)
    subject = subject_of_quarter(contract, quarter, card.customer)
    profile = customers.profile_for(contract, when.at or now())
    event = on_subject(actor, subject, profile, kind, fields, when)
    if event is not None:
        settle_quarter(contract, quarter)
    return outcome(event, when, quarter)


def _open(contract: UUID, quarter: str) -> OwedInspection:
    """The owed inspection. Raises `Refusal` for what is not owed, done or waived."""
    owed = inspections.of_quarter(contract, quarter)
    if owed is None:
        raise not_owed(quarter)
    if owed.signed is not None:
        raise Refusal(
            "already_signed",
            f"{quarter} 已在 {owed.signed} 签过巡检报告",
            f"the report of {quarter} was signed on {owed.signed}",
        )
    if owed.waived is not None:
        raise Refusal(
            "already_waived",
            f"{quarter} 已豁免，不用再约",
            f"{quarter} is waived; there is nothing to arrange",
        )
    return owed


def not_owed(quarter: str) -> Refusal:
    return Refusal(
        "no_inspection",
        f"这份合同没有 {quarter} 的巡检",
        f"this contract owes no inspection of {quarter}",
    )


def _in_time(day: date, earliest: date) -> None:
    if day < earliest:
        raise Refusal(
            "day_too_early",
            f"日期 {day} 太早，最早可选 {earliest}",
            f"{day} is too early; the first possible day is {earliest}",
        )


def _today(contract: UUID, when: When) -> date:
    return customers.profile_for(contract, now()).local(when.at or now()).date()
