"""The working days of a year are set: what counts in them is worked out anew, and how many days due
move is known before anybody saves (7.7, 7.8; holidays declared late, T13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.clocks import queries as clocks
from jiannuo.customers import queries as customers
from jiannuo.customers import versions, working
from jiannuo.journey import contracts, repair_orders, replacement
from jiannuo.journey.step import NOW, Done, When, given, on_subject, outcome, sent_before
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.manual.daysoff import DaysOff
from jiannuo.parts import queries as parts
from jiannuo.people.company import HOUSE
from jiannuo.people.permits import require


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that runs and falls due on another day: kind "repair", "advance" or "warranty"."""

    kind: str
    ref: str
    before: date | None
    after: date | None


@transaction.atomic
def set_year(
    actor: Actor,
    when: When = NOW,
    *,
    year: int,
    holidays: Sequence[str],
    makeup: Sequence[str],
    text: str = "",
    reason: str = "",
) -> Done:
    """All days off and make-up workdays of a year. What runs follows. Raises `Refusal`."""
    require(actor, "calendar_set")
    if sent_before(when, "calendar_set"):
        return outcome(None, when, str(year))
    days = tuple(map(_dates, (holidays, makeup)))
    moved = _set(actor, year, (days[0], days[1]), text)
    fields = given(year=year, reason=reason) | {
        "holidays": [str(day) for day in days[0]],
        "makeup": [str(day) for day in days[1]],
        "moved": len(moved),
    }
    subject = Subject("calendar", uuid5(HOUSE, "calendar"))
    event = on_subject(actor, subject, customers.base_profile(now()), "calendar_set", fields, when)
    return outcome(event, when, str(year))


def _dates(texts: Sequence[str]) -> list[date]:
    return sorted({date.fromisoformat(text) for text in texts})


def looked_at(actor: Actor, year: int, found: DaysOff) -> list[Moved]:
    """What would move. It is done and undone: nothing is guessed. Raises `Refusal`."""
    with transaction.atomic():
        moved = _set(actor, year, (found.holidays, found.makeup), "")
        transaction.set_rollback(True)
    return moved


def _set(
    actor: Actor, year: int, days: tuple[Sequence[date], Sequence[date]], text: str
) -> list[Moved]:
    before, at = _due(), now()
    today = customers.base_profile(at).local(at).date()
    working.set_year(actor, year, days, text, at, today)
    _settle_anew()
    after = _due()
    return [
        Moved(*key, before.get(key), after.get(key))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def _settle_anew() -> None:
    """Everything that runs and counts working days."""
    for order in parts.open_repairs():
        repair_orders.settle_order(order)
    for serial in {found.serial for found in parts.advances()}:
        replacement.settle_serial(serial)
    for contract in _shifting():
        contracts.watch(contract.id)


def _shifting() -> list[customers.ContractCard]:
    """Contracts whose warranty moves on from a day off (A16)."""
    found = customers.projects([one.contract for one in versions.founded()])
    shifted = "warranty.holiday_shift"
    return [project.card for project in found.values() if project.founding.value(shifted)]


def _due() -> dict[tuple[str, str], date | None]:
    """When everything that counts working days falls due."""
    local = customers.base_profile(now()).local
    found: dict[tuple[str, str], date | None] = {
        ("repair", order.number): order.due_on for order in parts.open_repairs()
    }
    orders = {order.id: order.serial for order in parts.advances()}
    for one, own in (clocks.clocks_of(list(orders)) if orders else {}).items():
        for clock in own:
            if clock.stop is None and clock.due is not None:
                key = ("advance", f"{orders[one]} {clock.promise}")
                found[key] = local(clock.due).date()
    for card in _shifting():
        found["warranty", card.number] = contracts.ends_on(card, customers.project_profile(card.id))
    return found
