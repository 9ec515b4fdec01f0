"""What waits in a house that is watched: a moment that is past, a message that is not out."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from jiannuo.clocks.guard import database_time
from jiannuo.kernel.moment import now
from jiannuo.notices.models import Delivery
from tests.clocks.running import armed


def overdue(ago: timedelta) -> None:
    """Something that should have fired so long ago."""
    armed(database_time() - ago, code="canary", to="admin")


def delivery(**more: object) -> None:
    """A message by SMS that waits since now, unless said otherwise."""
    at = now()
    given = {
        "key": str(uuid4()),
        "bundle": uuid4(),
        "person": uuid4(),
        "name": "周敏",
        "channel": "sms",
        "next_at": at,
        "posted_at": at,
    }
    Delivery.objects.create(**{**given, **more})
