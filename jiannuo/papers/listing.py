"""The papers of a customer, for the archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.papers.models import Paper


@dataclass(frozen=True, slots=True)
class PaperOf:
    kind: str
    ref: str
    signed: bool
    happened_at: datetime


def of_customer(
    customer: UUID, span: tuple[datetime | None, datetime | None], limit: int
) -> Sequence[PaperOf]:
    """Those that stand, the newest first, within a span."""
    rows = Paper.objects.filter(customer_id=customer, void_at__isnull=True)
    start, end = span
    if start is not None:
        rows = rows.filter(happened_at__gte=start)
    if end is not None:
        rows = rows.filter(happened_at__lt=end)
    found = rows.order_by("-happened_at", "-id").values_list("kind", "ref", "signed", "happened_at")
    return [PaperOf(*row) for row in found[:limit]]
