"""Writes to training: sessions, who was there, what he scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from jiannuo.training.models import Attendee, Session


def of_customer(customer: UUID | None) -> QuerySet[Session]:
    """Sessions of a customer; of the house where there is none."""
    if customer is None:
        return Session.objects.filter(customer__isnull=True)
    return Session.objects.filter(customer_id=customer)


def session(customer: UUID | None, code: str) -> UUID:
    """The session of this code; the first mention opens it."""
    row = of_customer(customer).filter(code=code).first()
    return row.id if row else Session.objects.create(customer_id=customer, code=code).id


def plan(
    session_id: UUID, kind: str, on: date, hours: Decimal, trainer: str = "", place: str = ""
) -> None:
    """A new day has to be announced anew."""
    Session.objects.filter(pk=session_id).update(
        kind=kind, planned_on=on, hours=hours, trainer=trainer, place=place, announced_on=None
    )


def announce(session_id: UUID, on: date) -> None:
    Session.objects.filter(pk=session_id).update(announced_on=on)


def hold(session_id: UUID, at: datetime, names: Sequence[str]) -> None:
    row = Session.objects.get(pk=session_id)
    row.held_at = at
    row.save(update_fields=["held_at"])
    for name in names:
        Attendee.objects.update_or_create(
            session=row, name=name, defaults={"present": True, "customer_id": row.customer_id}
        )


def score(session_id: UUID, scores: Mapping[str, int]) -> None:
    """The last score of a person counts."""
    row = Session.objects.get(pk=session_id)
    for name, points in scores.items():
        Attendee.objects.update_or_create(
            session=row, name=name, defaults={"score": points, "customer_id": row.customer_id}
        )
