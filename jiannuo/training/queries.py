"""Reads of training."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.manual.events import Chronicle, standing
from jiannuo.training.commands import of_customer
from jiannuo.training.models import Session
from jiannuo.training.rules import TrainingSummary, summary


def logs(customer: UUID | None) -> dict[str, Chronicle]:
    """Standing events of every session of a customer, by its code."""
    rows = dict(of_customer(customer).order_by("code").values_list("id", "code"))
    streams = archive.stream(*rows)
    return {code: Chronicle(standing(streams[key])) for key, code in rows.items()}


def result(customer: UUID | None, pass_mark: int) -> TrainingSummary | None:
    """The training promise as it stands; None where there is no session."""
    found = logs(customer)
    return summary(found, pass_mark) if found else None


@dataclass(frozen=True, slots=True)
class AttendeeLine:
    """`n`: his place on the list, from one; certificates are numbered by it."""

    n: int
    name: str
    present: bool
    score: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    id: UUID
    customer: UUID | None
    code: str
    kind: str
    planned_on: date | None
    hours: str
    trainer: str
    place: str
    announced_on: date | None
    held_at: datetime | None
    attendees: tuple[AttendeeLine, ...]

    @property
    def real(self) -> bool:
        """Is it a session, and not only the code under which a plan was agreed?"""
        return self.planned_on is not None or self.held_at is not None

    @property
    def assessed(self) -> bool:
        return any(one.score is not None for one in self.attendees)


def sessions(wanted: Iterable[UUID] | None = None) -> list[SessionLine]:
    """Sessions of some customers, of all if not said, the first planned first; in two questions."""
    rows = Session.objects.filter(customer__isnull=False).prefetch_related("attendees")
    if wanted is not None:
        rows = rows.filter(customer__in=list(wanted))
    return [_line(row) for row in rows.order_by("planned_on", "code")]


def session(customer: UUID, code: str) -> SessionLine | None:
    rows = of_customer(customer).filter(code=code).prefetch_related("attendees")
    row = rows.first()
    return _line(row) if row else None


def _line(row: Session) -> SessionLine:
    people = sorted(row.attendees.all(), key=lambda one: one.pk)
    return SessionLine(
        row.id,
        row.customer_id,
        row.code,
        row.kind or "",
        row.planned_on,
        f"{row.hours.normalize():f}" if row.hours is not None else "",
        row.trainer,
        row.place,
        row.announced_on,
        row.held_at,
        tuple(AttendeeLine(n, a.name, a.present, a.score) for n, a in enumerate(people, 1)),
    )
