from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Occurrence(models.Model):
    """One owed inspection of a contract. Its due day never moves (no silent re-dating).

    `proposed_on`, `planned_on`, `engineer`, `make_up_on`, `waived_on` follow its events.
    """

    contract = models.ForeignKey(
        "customers.Contract", on_delete=models.PROTECT, related_name="occurrences"
    )
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    quarter = models.CharField(max_length=10)
    starts_on = models.DateField()
    due_on = models.DateField()
    signed_on = models.DateField(null=True)
    event = models.UUIDField(null=True)
    proposed_on = models.DateField(null=True)
    planned_on = models.DateField(null=True)
    engineer = models.CharField(max_length=100, default="")
    make_up_on = models.DateField(null=True)
    waived_on = models.DateField(null=True)
    subject = models.UUIDField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["due_on"], name="inspections_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "quarter"], name="inspections_quarter_is_owed_once"
            ),
            models.UniqueConstraint(
                fields=["contract", "due_on"], name="inspections_due_day_is_one"
            ),
            models.CheckConstraint(
                name="inspections_due_is_not_before_the_start",
                condition=Q(due_on__gte=F("starts_on")),
            ),
        ]


class Checklist(models.Model):
    """All lists of a house in one version. Immutable: a change is a new version."""

    version = models.IntegerField(primary_key=True)
    published_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    reason = models.TextField()
    lists = models.JSONField()
