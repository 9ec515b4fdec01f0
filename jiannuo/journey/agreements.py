"""What was agreed: a contract with its acceptance, lines, prices, numbers of its own, upkeep.

A changed acceptance or line moves warranties; what follows from them is worked out anew, and the
event tells who changed it, from what, and why (R-2-3).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.cases import commands as cases
from jiannuo.cases import directory
from jiannuo.cases import queries as case_queries
from jiannuo.clocks import commands as clocks
from jiannuo.clocks.arming import Owner
from jiannuo.customers import changing, commands
from jiannuo.customers import queries as customers
from jiannuo.customers.changing import Agreed, Line
from jiannuo.customers.commands import Terms
from jiannuo.customers.queries import ContractCard
from jiannuo.equipment import changing as places
from jiannuo.equipment.changing import Spell
from jiannuo.inspections import commands as inspections
from jiannuo.journey.contracts import watch
from jiannuo.journey.knowing import again, note
from jiannuo.journey.settling import settle
from jiannuo.journey.step import NOW, Done, When, given, outcome
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import bad_input
from jiannuo.manual.policy import ProfileError
from jiannuo.manual.warranty import term
from jiannuo.people.permits import require

FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)


@transaction.atomic
def sign(
    actor: Actor,
    when: When = NOW,
    *,
    customer: UUID,
    number: str,
    accepted_on: date,
    months: int | None = None,
    inspection_plan: bool = False,
    return_days: int | None = None,
    media_retention: bool = False,
    parts_supply: str = "vendor",
) -> Done:
    """Take a contract on: its inspections are planned and its renewal is watched."""
    if (done := again(when, "contract_signed")) is not None:
        return done
    require(actor, "contract_signed")
    check_day(accepted_on)
    if months:
        changing.check_months(months, "R-2-1")
    terms = Terms(
        number.strip(),
        accepted_on,
        months,
        inspection_plan=inspection_plan,
        return_days=return_days,
        media_retention=media_retention,
        parts_supply=parts_supply,
    )
    contract = commands.sign_contract(actor, customer, terms)
    watch(contract)
    fields = given(
        number=number,
        accepted_on=accepted_on,
        months=months,
        inspection_plan=inspection_plan,
        return_days=return_days,
        media_retention=media_retention,
        parts_supply=parts_supply,
    )
    event = note(actor, Subject("contract", contract, customer), "contract_signed", fields, when)
    return outcome(event, when, str(contract))


def check_day(day: date) -> None:
    """Raises `Refusal` for a year that no contract has."""
    if not FIRST <= day < LAST:
        raise Refusal(
            "bad_day", f"日期 {day} 不对，请核对年份", f"{day} cannot be; look at the year"
        )


@transaction.atomic
def change_acceptance(
    actor: Actor, ref: str, when: When = NOW, *, accepted_on: date, reason: str
) -> Done:
    """The day from which the warranty runs, corrected: a new version, the old one stays."""
    if (done := again(when, "acceptance_changed")) is not None:
        return done
    require(actor, "acceptance_changed")
    check_day(accepted_on)
    card = customers.contract(UUID(ref))
    if card.accepted_on == accepted_on:
        raise changing.nothing_changed()
    with following(card.id, reason):
        commands.change_acceptance(actor, card.id, accepted_on, reason)
    fields = {
        "contract": card.number,
        "accepted_on": accepted_on,
        "was": card.accepted_on,
        "reason": reason,
    }
    return outcome(note(actor, subject_of(card), "acceptance_changed", fields, when), when, ref)


@contextmanager
def following(contract: UUID, reason: str) -> Iterator[None]:
    """Around a change of warranties: spells, reminders, inspections and the entitlements of
    cases follow it. The cases are held before anything is read."""
    cases.lock_all(directory.of_contract(contract))
    before = _entitled(contract)
    yield
    places.cover_anew(contract, list(_spells(customers.contract(contract))), reason)
    _watch_anew(contract)
    after = _entitled(contract)
    for number in sorted(after):
        if after[number] != before.get(number):
            settle(case_queries.view_of(number), after="correction")


def _entitled(contract: UUID) -> dict[str, list[str]]:
    """What each case of a contract is entitled to as the contract stands."""
    span = (datetime.min.replace(tzinfo=now().tzinfo), now())
    return {
        view.card.number: [view.entitled(serial) for serial in view.card.devices or (None,)]
        for view in case_queries.views_at(contract, None, *span)
        if view.card.kind == "fault"
    }


def _spells(card: ContractCard) -> Iterator[Spell]:
    profile = customers.project_profile(card.id)
    lines = {line.serial: line for line in card.lines}
    for unit, serial in places.in_contract(card.id):
        line = lines.get(serial)
        if line is None:
            own = term(profile, card.accepted_on, card.months, card.workdays)
        else:
            own = term(profile, line.accepted_on, line.months, card.workdays)
        yield Spell(unit, "acceptance" if line is None else "line", own)


def _watch_anew(contract: UUID) -> None:
    card, profile = customers.contract(contract), customers.project_profile(contract)
    for subject in inspections.drop_unowed(contract, profile):
        clocks.settle(Owner("inspection", subject, "", card.customer), profile, (), [])
    watch(contract)


@transaction.atomic
def change_terms(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    inspection_plan: bool = False,
    return_days: int | None = None,
    media_retention: bool = False,
    parts_supply: str = "vendor",
    holidays: Sequence[str] | None = None,
    makeup_workdays: Sequence[str] | None = None,
    reason: str,
) -> Done:
    """The terms beside the warranty, all of them as they are from now on."""
    if (done := again(when, "contract_changed")) is not None:
        return done
    card = customers.contract(UUID(ref))
    if return_days is not None and return_days > MOST_DAYS:
        raise bad_input("return_days", return_days, f"0 … {MOST_DAYS}")
    agreed = Agreed(
        inspection_plan,
        return_days,
        media_retention,
        parts_supply,
        tuple(days(holidays or ())),
        tuple(days(makeup_workdays or ())),
    )
    change = changing.change_terms(actor, card.id, agreed)
    if {"inspection_plan", "holidays", "makeup_workdays"} & change.was.keys():
        _watch_anew(card.id)
    new = {
        n: _dates(v) if n in ("holidays", "makeup_workdays") else v for n, v in change.new.items()
    }
    fields = {k: v for k, v in new.items() if v is not None}
    fields |= {"was": dict(change.was), "contract": card.number, "reason": reason}
    return outcome(note(actor, subject_of(card), "contract_changed", fields, when), when, ref)


MOST_DAYS = 3650


def days(texts: Sequence[str]) -> Iterator[date]:
    """Days as somebody types them. Raises `Refusal` for one that is none."""
    for text in texts:
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            raise bad_input("holidays", text[:20], "2026-10-01") from None
        check_day(day)
        yield day


def _dates(found: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in found]


@transaction.atomic
def set_override(
    actor: Actor, ref: str, when: When = NOW, *, key: str, value: str = "", reason: str
) -> Done:
    """A number that this contract says otherwise than the profile; left empty it is the
    profile's again. What is running keeps what it began with (R-0-1)."""
    if (done := again(when, "override_set")) is not None:
        return done
    card = customers.contract(UUID(ref))
    change = changing.override(actor, card.id, key, typed(key, value))
    fields = given(
        contract=card.number, key=key, value=value, was=_written(change.was[key]), reason=reason
    )
    return outcome(note(actor, subject_of(card), "override_set", fields, when), when, ref)


def typed(key: str, text: str) -> Any:
    """What somebody typed as the kind of value that the profile has there. Raises `Refusal` for
    a key that there is not, and for what is no such value."""
    if not text.strip():
        return None
    try:
        usual = customers.base_profile(now()).value(key)
    except ProfileError as error:
        raise bad_input("key", key[:60], error.allowed) from None
    if isinstance(usual, str):
        return text.strip()
    try:
        return json.loads(text)
    except ValueError:
        raise bad_input(key, text[:60], _written(usual)) from None


def _written(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


@transaction.atomic
def set_line(
    actor: Actor,
    ref: str,
    when: When = NOW,
    *,
    serial: str,
    months: int,
    accepted_on: date | None = None,
    source: str = "",
) -> Done:
    """A device line with a term of its own, as the tender says (R-2-5)."""
    if (done := again(when, "line_set")) is not None:
        return done
    card = customers.contract(UUID(ref))
    if accepted_on is not None:
        check_day(accepted_on)
    serial = places.check_serial(serial)
    with following(card.id, f"{serial}: {source}"):
        change = changing.set_line(actor, card.id, Line(serial, months, accepted_on, source))
    fields = given(
        contract=card.number,
        serial=serial,
        months=months,
        accepted_on=accepted_on,
        source=source,
        was=dict(change.was) or None,
    )
    return outcome(note(actor, subject_of(card), "line_set", fields, when), when, ref)


@transaction.atomic
def set_price(actor: Actor, ref: str, when: When = NOW, *, model: str, unit: str) -> Done:
    if (done := again(when, "price_set")) is not None:
        return done
    card = customers.contract(UUID(ref))
    change = changing.set_price(actor, card.id, model, Decimal(unit))
    fields = given(contract=card.number, model=model, unit=unit, was=change.was.get("unit"))
    return outcome(note(actor, subject_of(card), "price_set", fields, when), when, ref)


def subject_of(card: ContractCard) -> Subject:
    return Subject("contract", card.id, card.customer)
