"""The archive of a customer or a thing as people look through it: newest first, page by page,
filtered by what, who and when (R-7-6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from jiannuo.archive.models import Call, Event
from jiannuo.archive.queries import CallLine, Line, line_of


@dataclass(frozen=True, slots=True)
class Filter:
    """`kinds`: of which events, all where none are named; `person`: who did it or wrote it;
    from `start` inclusive to `end` exclusive; `before`: (moment, number) of the last one seen."""

    kinds: tuple[str, ...] = ()
    person: str = ""
    start: datetime | None = None
    end: datetime | None = None
    before: tuple[datetime, int] | None = None


def of_customer(customer: UUID, which: Filter, limit: int) -> list[Line]:
    return _lines(Event.objects.filter(customer_id=customer), which, limit)


def of_subjects(subjects: Sequence[UUID], which: Filter, limit: int) -> list[Line]:
    return _lines(Event.objects.filter(subject__in=list(subjects)), which, limit)


def _lines(rows: QuerySet[Event], which: Filter, limit: int) -> list[Line]:
    if which.kinds:
        rows = rows.filter(kind__in=which.kinds)
    if which.person:
        name = which.person.replace("\x00", "")
        rows = rows.filter(Q(by_name__icontains=name) | Q(hand__icontains=name))
    if which.start is not None:
        rows = rows.filter(happened_at__gte=which.start)
    if which.end is not None:
        rows = rows.filter(happened_at__lt=which.end)
    if which.before is not None:
        at, number = which.before
        rows = rows.filter(Q(happened_at__lt=at) | Q(happened_at=at, id__lt=number))
    return [line_of(row) for row in rows.order_by("-happened_at", "-id")[:limit]]


def calls_of(customer: UUID, which: Filter, limit: int) -> list[CallLine]:
    """Calls of a customer, the newest first, within the same bounds (R-7-5)."""
    rows = Call.objects.filter(customer_id=customer)
    if which.person:
        name = which.person.replace("\x00", "")
        rows = rows.filter(Q(person__icontains=name) | Q(agent__icontains=name))
    if which.start is not None:
        rows = rows.filter(started_at__gte=which.start)
    if which.end is not None:
        rows = rows.filter(started_at__lt=which.end)
    return [
        CallLine(c.started_at, c.direction, c.person, c.agent, c.answered, c.summary)
        for c in rows.order_by("-started_at", "-id")[:limit]
    ]
