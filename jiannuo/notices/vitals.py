"""Vital signs of telling: what waits, what does not get through. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from jiannuo.notices.models import Delivery, Notice

#: Where what is not addressed to anybody yet is counted.
UNADDRESSED = "unaddressed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A channel: how much is to go out by it now, and how much of that failed before."""

    count: int
    failing: int


def waiting() -> dict[str, Waiting]:
    """By channel; what is held for the morning on purpose does not count."""
    rows = Delivery.objects.filter(state="waiting", held=False).values_list("channel")
    counted = rows.annotate(n=Count("id"), failing=Count("id", filter=~Q(trouble="")))
    found = {channel: Waiting(n, failing) for channel, n, failing in counted}
    found[UNADDRESSED] = Waiting(Notice.objects.filter(state="waiting").count(), 0)
    return found


def given_up(at: datetime, span: timedelta) -> dict[str, int]:
    """By channel: deliveries of the span before `at` that were given up."""
    rows = Delivery.objects.filter(state="failed", posted_at__gte=at - span)
    return dict(rows.values_list("channel").annotate(n=Count("id")))
