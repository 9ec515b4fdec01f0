"""Value-added services: ordered at the maker's price, delivered, or called off (6)."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from jiannuo.archive.commands import Subject
from jiannuo.charges import extras
from jiannuo.charges.extras import ExtraCard, Wish
from jiannuo.journey import knowing
from jiannuo.journey.step import NOW, Done, When, given, outcome, sent_before, written
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


@transaction.atomic
def order(
    actor: Actor,
    when: When = NOW,
    *,
    customer: UUID,
    what: str,
    maker: str,
    maker_price: str,
    price: str,
    evidence: str = "",
) -> Done:
    """What the maker gives free is free, what he charges costs what he charges (R-6-1, R-6-2)."""
    if (line := written(when, "extra_ordered")) is not None:
        return outcome(None, when, extras.extra_of(line.subject).number)
    wish = Wish(what.strip(), maker.strip(), Decimal(maker_price), Decimal(price), evidence)
    extra, number = extras.order(actor, customer, wish)
    fields = given(what=what, maker=maker, maker_price=maker_price, price=price, evidence=evidence)
    event = knowing.note(actor, Subject("extra", extra, customer), "extra_ordered", fields, when)
    return outcome(event, when, number)


def deliver(actor: Actor, ref: str, when: When = NOW, *, note: str = "") -> Done:
    return _over(actor, ref, when, "delivered", given(note=note))


def cancel(actor: Actor, ref: str, when: When = NOW, *, reason: str) -> Done:
    return _over(actor, ref, when, "cancelled", {"reason": reason})


@transaction.atomic
def _over(actor: Actor, ref: str, when: When, state: str, fields: dict[str, str]) -> Done:
    kind = f"extra_{state}"
    card: ExtraCard = extras.extra(ref)
    if sent_before(when, kind):
        return outcome(None, when, ref)
    require(actor, kind)
    extras.move(card.id, state)
    event = knowing.note(actor, Subject("extra", card.id, card.customer), kind, fields, when)
    return outcome(event, when, ref)
