"""Value-added services of makers (6): ordered at the maker's price, delivered or called off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from jiannuo.charges.commands import value_added_offer
from jiannuo.charges.models import Extra
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


@dataclass(frozen=True, slots=True)
class Wish:
    """What the customer wants of a maker, what the maker asks, what the customer pays."""

    what: str
    maker: str
    maker_price: Decimal
    price: Decimal
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ExtraCard:
    id: UUID
    number: str
    customer: UUID
    what: str
    maker: str
    maker_price: Decimal
    price: Decimal
    evidence: str
    state: str
    ordered_at: datetime


def order(actor: Actor, customer: UUID, wish: Wish) -> tuple[UUID, str]:
    """Take down what is wanted. Raises `Refusal` for any price but the maker's (R-6-1, R-6-2)."""
    require(actor, "extra_ordered")
    if not 0 <= wish.maker_price < Decimal(10) ** 12:
        raise Refusal("bad_price", "厂家价不对", "this is no price", requirement="R-6-2")
    value_added_offer(wish.maker_price, wish.price)
    for text, most in ((wish.what, 200), (wish.maker, 100), (wish.evidence, 200)):
        if len(text) > most:
            raise Refusal(
                "too_long",
                f"「{text[:20]}…」太长，最多 {most} 个字",
                f"'{text[:20]}…' is too long; {most} characters at most",
            )
    at = now()
    with connection.cursor() as cursor:
        cursor.execute("select nextval('charges_extra_number')")
        number = f"VA-{at:%y%m}-{cursor.fetchone()[0]:05}"
    row = Extra.objects.create(
        number=number,
        customer_id=customer,
        what=wish.what,
        maker=wish.maker,
        maker_price=wish.maker_price,
        price=wish.price,
        evidence=wish.evidence,
        ordered_at=at,
    )
    return row.id, number


def move(extra: UUID, state: str) -> None:
    """Delivered or cancelled. Raises `Refusal` for one that is either already."""
    if not Extra.objects.filter(pk=extra, state="ordered").update(state=state):
        raise Refusal(
            "extra_is_over",
            "这项增值服务已交付或已取消",
            "this service is delivered or cancelled already",
        )


def extra(number: str) -> ExtraCard:
    """Raises `Refusal` ("no_extra") for a number that is not there."""
    row = None if "\x00" in number else Extra.objects.filter(number=number).first()
    if row is None:
        raise Refusal("no_extra", f"没有增值服务 {number}", f"there is no service {number}")
    return _card(row)


def extra_of(extra_id: UUID) -> ExtraCard:
    return _card(Extra.objects.get(pk=extra_id))


def extras(customer: UUID, limit: int = 50) -> Sequence[ExtraCard]:
    """Of a customer, the newest first."""
    rows = Extra.objects.filter(customer_id=customer).order_by("-id")[:limit]
    return [_card(row) for row in rows]


def _card(row: Extra) -> ExtraCard:
    return ExtraCard(
        row.id,
        row.number,
        row.customer_id,
        row.what,
        row.maker,
        row.maker_price,
        row.price,
        row.evidence,
        row.state,
        row.ordered_at,
    )
