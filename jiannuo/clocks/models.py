from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
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
    """A moment at which something fires unless it is dropped before: a due moment with the
    ladder before it, or an alert.

    `code` is "due:<promise>" or the alert's name; `ref` is what people call the subject. A row
    moves along its ladder: `stage` is the rung that comes next at `fire_at` (for "not after", the
    first second that is too late), `rest` those behind it, `done` those that came. `moment` is
    what is recorded as the time. The sweep looks at `sweep_at`: the same, or later where the
    trigger was set up too late, or rests because somebody said that he knows.
    """

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, default="")
    generation = models.IntegerField(default=1)
    urgency = models.SmallIntegerField(default=3)
    drill = models.BooleanField(default=False)
    stage = models.CharField(max_length=12, default="")
    moment = models.DateTimeField()
    fire_at = models.DateTimeField()
    sweep_at = models.DateTimeField()
    tell = ArrayField(models.CharField(max_length=40))
    by = ArrayField(models.CharField(max_length=20), default=list)
    ack = models.BooleanField(default=False)
    rest = models.JSONField(default=list)
    rests_until = models.DateTimeField(null=True)
    done = ArrayField(models.CharField(max_length=12), default=list)
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
            models.CheckConstraint(
                name="clocks_trigger_is_not_swept_before_its_moment",
                condition=Q(sweep_at__gte=F("fire_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["sweep_at", "id"],
                name="clocks_trigger_armed",
                condition=Q(state="armed"),
            )
        ]


class Fired(models.Model):
    """That a rung fired: `moment` is the true one, `fired_at` shows our own lateness behind
    `fire_at`, the first moment at which it could (later than the true one where it was set up too
    late, or rested). `outcome` "late": the next rung was due as well, so this one was not told; "acted":
    the step that follows from it by itself was taken.
    `doubt`: the clock of the server had just jumped."""

    pk = models.CompositePrimaryKey("trigger_id", "generation", "stage")
    trigger_id = models.BigIntegerField()
    generation = models.IntegerField()
    stage = models.CharField(max_length=12, default="")
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    code = models.CharField(max_length=60)
    ref = models.CharField(max_length=120, default="")
    drill = models.BooleanField(default=False)
    moment = models.DateTimeField()
    fire_at = models.DateTimeField()
    fired_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, default="told")
    doubt = models.BooleanField(default=False)
    by = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "code"], name="clocks_fired_of_subject"),
            models.Index(fields=["fired_at"], name="clocks_fired_lately"),
            models.Index(
                fields=["code", "fired_at"],
                name="clocks_fired_to_follow",
                condition=Q(stage="", outcome="told"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="clocks_fired_is_never_early",
                condition=Q(fired_at__gte=F("fire_at")),
            ),
            models.CheckConstraint(
                name="clocks_fired_outcome_is_known",
                condition=Q(outcome__in=["told", "late", "acted"]),
            ),
        ]


class Beat(models.Model):
    """The last sign of life of a loop of one worker process. `well_at`: the last one without
    trouble; a loop that fails turn after turn lives, and does nothing."""

    loop = models.CharField(max_length=20)
    worker = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    well_at = models.DateTimeField(null=True)
    rounds = models.BigIntegerField(default=0)
    trouble = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["loop", "worker"], name="clocks_beat_is_one_a_loop")
        ]


class Jump(models.Model):
    """The server's clock jumped: by how many seconds, and until when outward notices wait."""

    noticed_at = models.DateTimeField()
    seconds = models.FloatField()
    hold_until = models.DateTimeField()
    worker = models.CharField(max_length=60)


class Recount(models.Model):
    """That all clocks were derived anew from their events one night, and what differed."""

    day = models.DateField(primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    cases = models.IntegerField(default=0)
    differing = models.JSONField(default=list)
