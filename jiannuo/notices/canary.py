"""The far end of the canary: when its notice came out, and that it is forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from jiannuo.notices.models import Delivery, Notice, Recipient


def out_at(trigger: int) -> datetime | None:
    """When the notice of a trigger went out by any channel; None: not yet."""
    bundles = Recipient.objects.filter(notice__trigger=trigger).values("bundle")
    sent = Delivery.objects.filter(bundle__in=bundles, sent_at__isnull=False)
    return sent.order_by("sent_at").values_list("sent_at", flat=True).first()


def forget(triggers: Sequence[int]) -> None:
    """Self-tests are no history."""
    notices = Notice.objects.filter(trigger__in=list(triggers), kind="canary")
    bundles = list(Recipient.objects.filter(notice__in=notices).values_list("bundle", flat=True))
    Recipient.objects.filter(bundle__in=bundles).delete()
    Delivery.objects.filter(bundle__in=bundles).delete()
    notices.delete()
