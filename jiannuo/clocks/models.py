from __future__ import annotations

from django.db import models
from django.db.models import F, Q

RUNNING = Q(stopped_at__isnull=True, excused="", due_at__isnull=False)


class Clock(models.Model):
    """One promise of one subject, as the fold last gave it. A cache: events are the truth.

    `generation` counts how often the due moment changed; a trigger fires once a generation.
    """

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    promise = models.CharField(max_length=40)
    drill = models.BooleanField(default=False)
    generation = models.IntegerField(default=1)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    op = models.CharField(max_length=2)
    stopped_at = models.DateTimeField(null=True)
    by_loaner = models.BooleanField(default=False)
    excused = models.CharField(max_length=30, default="")
    judged_at = models.DateTimeField(null=True)
    gross_started_at = models.DateTimeField(null=True)
    gross_due_at = models.DateTimeField(null=True)
    original_due_at = models.DateTimeField(null=True)
    original_op = models.CharField(max_length=2, default="")
    still_since = models.DateTimeField(null=True)
    waited = models.DurationField()
    limit = models.DurationField(null=True)
    basis = models.CharField(max_length=30, default="")
    steps = models.JSONField(default=list)
    profile_version = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "promise"], name="clocks_clock_is_one_a_promise"
            ),
            models.CheckConstraint(
                name="clocks_clock_op_is_known", condition=Q(op__in=["lt", "le"])
            ),
            models.CheckConstraint(
                name="clocks_clock_stops_after_its_start",
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="clocks_clock_begun_has_a_due_moment",
                condition=Q(started_at__isnull=True) | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clocks_clock_unbegun_is_excused",
                condition=Q(started_at__isnull=False) | ~Q(excused=""),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="clocks_clock_running", condition=RUNNING)
        ]


class Trigger(models.Model):
    """A moment at which something fires unless it is dropped before: a due moment, an alert.

    `code` is "due:<promise>" or the alert's name; `ref` is what people call the subject.
    `moment` is what is recorded as the time; the sweep looks at `fire_at` (for "not after",
    the first second that is too late).
    """

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, default="")
    generation = models.IntegerField(default=1)
    to_role = models.CharField(max_length=40)
    moment = models.DateTimeField()
    fire_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="armed")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "code", "ref", "generation"],
                name="clocks_trigger_is_one_a_generation",
            ),
            models.CheckConstraint(
                name="clocks_trigger_state_is_known",
                condition=Q(state__in=["armed", "fired", "dropped"]),
            ),
        ]
        indexes = [
            models.Index(
                fields=["fire_at", "id"],
                name="clocks_trigger_armed",
                condition=Q(state="armed"),
            )
        ]


class Fired(models.Model):
    """That a trigger fired: `moment` is the true one, `fired_at` shows our own lateness."""

    pk = models.CompositePrimaryKey("trigger_id", "generation")
    trigger_id = models.BigIntegerField()
    generation = models.IntegerField()
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, default="")
    moment = models.DateTimeField()
    fired_at = models.DateTimeField()
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [models.Index(fields=["subject", "code"], name="clocks_fired_of_subject")]
