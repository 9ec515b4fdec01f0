from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One thing to tell somebody, written with the fact it is about; sending comes later.

    `key` makes it once: the same notice posted again is the same row.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    to_role = models.CharField(max_length=40)
    channel = models.CharField(max_length=20, default="inbox")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    posted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=100, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["posted_at", "id"],
                name="notices_notice_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["subject"], name="notices_notice_of_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_notice_state_is_known",
                condition=Q(state__in=["waiting", "sent", "acknowledged", "cancelled"]),
            ),
            models.CheckConstraint(
                name="notices_notice_sent_is_dated",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]
