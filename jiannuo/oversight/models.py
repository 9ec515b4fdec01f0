"""What is counted: one row a case and one a promise, and their sums by month.

All of it is made from other rooms' rows by `tallying.py`; nobody else writes here.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Func, Q


class Stale(models.Model):
    """A subject of which something changed since it was counted; triggers put it here.

    A queue without a unique key: two steps on one case never wait for each other here.
    """

    id = models.BigAutoField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    queued_at = models.DateTimeField(db_default=Func(function="statement_timestamp"))


class CaseFact(models.Model):
    """A real case as the figures see it. `counted_at`: the fix of a fault that counts (no drill,
    not merged, not cancelled, lived here); with it come the numbers of its course."""

    case = models.UUIDField(primary_key=True)
    customer_id = models.UUIDField(null=True)
    number = models.CharField(max_length=40)
    office = models.CharField(max_length=20, default="")
    level = models.CharField(max_length=10)
    kinds = ArrayField(models.BigIntegerField(), default=list)
    imported = models.BooleanField()
    reported_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    seconds = models.BigIntegerField(default=0)
    problem = models.CharField(max_length=100, default="")
    cause = models.CharField(max_length=20, default="")
    devices = ArrayField(models.CharField(max_length=100), default=list)
    again = models.BooleanField(default=False)
    visits = models.SmallIntegerField(default=0)
    asked = models.SmallIntegerField(default=0)
    filled = models.SmallIntegerField(default=0)
    rating = models.SmallIntegerField(null=True)
    events = models.IntegerField(default=0)
    late_events = models.IntegerField(default=0)
    overrides = models.IntegerField(default=0)
    astray = models.IntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["counted_at"],
                name="oversight_case_counted",
                condition=Q(counted_at__isnull=False),
            ),
            models.Index(
                fields=["customer_id", "counted_at"],
                name="oversight_case_of_customer",
                condition=Q(counted_at__isnull=False),
            ),
            models.Index(
                fields=["problem", "counted_at"],
                name="oversight_case_of_problem",
                condition=~Q(problem="") & Q(counted_at__isnull=False),
            ),
        ]


class PromiseFact(models.Model):
    """One promise of one subject: how it ended, or (`open`) by what it is judged when asked.

    `raw`: how an excused one went all the same. `net`: it would be kept without the waits. `kinds`:
    the models of its devices.
    """

    clock = models.BigIntegerField(primary_key=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    promise = models.CharField(max_length=40)
    office = models.CharField(max_length=20, default="")
    level = models.CharField(max_length=10)
    kinds = ArrayField(models.BigIntegerField(), default=list)
    imported = models.BooleanField()
    reported_at = models.DateTimeField()
    counted_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8)
    raw = models.CharField(max_length=8, default="")
    net = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    op = models.CharField(max_length=2)
    still = models.BooleanField(default=False)
    elapsed = models.DurationField(null=True)
    late = models.DurationField(null=True)
    reason = models.CharField(max_length=12, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="oversight_verdict_is_known",
                condition=Q(verdict__in=["kept", "loaner", "broken", "untold", "na", "open"]),
            )
        ]
        indexes = [
            models.Index(fields=["subject"], name="oversight_promise_of_subject"),
            models.Index(fields=["promise", "reported_at"], name="oversight_promise_reported"),
            models.Index(
                fields=["promise", "counted_at"],
                name="oversight_promise_counted",
                condition=Q(counted_at__isnull=False),
            ),
            models.Index(
                fields=["customer_id", "reported_at"], name="oversight_promise_of_customer"
            ),
            models.Index(
                fields=["reported_at"],
                name="oversight_promise_broken",
                condition=Q(verdict="broken"),
            ),
            models.Index(
                fields=["reported_at"],
                name="oversight_promise_open",
                condition=Q(verdict="open"),
            ),
            models.Index(
                fields=["stopped_at"],
                name="oversight_promise_stopped",
                condition=Q(stopped_at__isnull=False),
            ),
        ]


class PromiseMonth(models.Model):
    """Sums of a month. `basis`: "r" by the report, "c" by the fix of a case that counts. `scope`:
    "" for all, or "o:", "c:", "m:" with an office, a customer, a model."""

    basis = models.CharField(max_length=1)
    scope = models.CharField(max_length=40)
    month = models.DateField()
    level = models.CharField(max_length=10)
    imported = models.BooleanField()
    promise = models.CharField(max_length=40)
    kept = models.BigIntegerField()
    loaner = models.BigIntegerField()
    broken = models.BigIntegerField()
    untold = models.BigIntegerField()
    na = models.BigIntegerField()
    raw_kept = models.BigIntegerField()
    raw_broken = models.BigIntegerField()
    net_kept = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["basis", "scope", "month", "level", "imported", "promise"],
                name="oversight_month_of_a_promise_is_one",
            )
        ]


class CaseMonth(models.Model):
    """Sums of the cases whose fix lies in a month."""

    scope = models.CharField(max_length=40)
    month = models.DateField()
    level = models.CharField(max_length=10)
    cases = models.BigIntegerField()
    visited = models.BigIntegerField()
    single = models.BigIntegerField()
    first = models.BigIntegerField()
    seconds = models.BigIntegerField()
    again = models.BigIntegerField()
    asked = models.BigIntegerField()
    filled = models.BigIntegerField()
    rated = models.BigIntegerField()
    stars = models.BigIntegerField()
    happy = models.BigIntegerField()
    events = models.BigIntegerField()
    late_events = models.BigIntegerField()
    overrides = models.BigIntegerField()
    astray = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "month", "level"], name="oversight_month_of_cases_is_one"
            )
        ]
