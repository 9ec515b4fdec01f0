from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiannuo.kernel.ids import new_id


class Session(models.Model):
    """A training session: theory, practice or on site; free by the manual (5)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, null=True)
    planned_on = models.DateField(null=True)
    hours = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    trainer = models.CharField(max_length=100, default="")
    place = models.CharField(max_length=200, default="")
    announced_on = models.DateField(null=True)
    held_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "code"], name="training_session_code_is_unique"
            ),
            models.CheckConstraint(
                name="training_session_kind_is_known",
                condition=Q(kind__isnull=True) | Q(kind__in=["theory", "practice", "on_site"]),
            ),
        ]


class Attendee(models.Model):
    """Somebody who was there, and his last score."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendees")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=100)
    present = models.BooleanField(default=False)
    score = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "name"], name="training_attendee_is_listed_once"
            ),
            models.CheckConstraint(
                name="training_score_is_a_percentage",
                condition=Q(score__isnull=True) | Q(score__range=(0, 100)),
            ),
        ]
