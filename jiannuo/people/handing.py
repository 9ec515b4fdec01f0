"""Shifts handed over: who gave a desk to whom, who took it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from jiannuo.kernel.refusal import Refusal
from jiannuo.people.models import Handover, Staff


@dataclass(frozen=True, slots=True)
class HandoverCard:
    """`taken_by` is "" while nobody confirmed that he read it."""

    id: UUID
    desk: str
    by: str
    to: str
    written_at: datetime
    taken_by: str
    taken_at: datetime | None


def write(handover: UUID, desk: str, by: UUID, to: UUID, at: datetime) -> None:
    Handover.objects.create(id=handover, desk=desk, by_id=by, to_id=to, written_at=at)


def take(handover: UUID, by: UUID, at: datetime) -> HandoverCard:
    """Raises `Refusal` where there is none, he wrote it himself, or another has taken it."""
    row = Handover.objects.select_for_update().filter(pk=handover).first()
    if row is None:
        raise absent()
    if row.by_id == by:
        raise Refusal(
            "his_own_handover",
            "交班要由接班的人确认，不能自己确认自己写的",
            "whoever comes on confirms it, not the one who wrote it",
            requirement="R-7.1-B-1",
        )
    if row.taken_by_id is not None:
        name = Staff.objects.values_list("name", flat=True).get(pk=row.taken_by_id)
        raise Refusal(
            "handover_taken",
            f"{name}已经接班",
            f"{name} has taken this shift over already",
            requirement="R-7.1-B-1",
        )
    row.taken_by_id, row.taken_at = by, at
    row.save(update_fields=["taken_by", "taken_at"])
    return handover_of(handover)


def absent() -> Refusal:
    return Refusal("no_such_page", "没有这份交班记录", "there is no such hand-over")


def handover_of(handover: UUID) -> HandoverCard:
    """Raises `Refusal` for one that is not there."""
    row = _rows().filter(pk=handover).first()
    if row is None:
        raise absent()
    return _card(row)


def handovers(limit: int = 20) -> list[HandoverCard]:
    """The newest first."""
    return [_card(row) for row in _rows()[:limit]]


def waiting(desk: str, since: datetime) -> HandoverCard | None:
    """The newest of a desk, where nobody has confirmed it; older ones were overtaken."""
    row = _rows().filter(desk=desk, written_at__gte=since).first()
    return _card(row) if row is not None and row.taken_by is None else None


def _rows() -> QuerySet[Handover]:
    return Handover.objects.select_related("by", "to", "taken_by").order_by("-written_at", "-id")


def _card(row: Handover) -> HandoverCard:
    taken = row.taken_by.name if row.taken_by else ""
    return HandoverCard(
        row.id, row.desk, row.by.name, row.to.name, row.written_at, taken, row.taken_at
    )
