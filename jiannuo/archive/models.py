from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id


class Event(models.Model):
    """One thing that happened to a subject (kind + id). Rows are only ever added.

    `happened_at` is claimed and orders; `recorded_at` is the server's and audits. `uid` is the
    client's operation id: sent twice, it is one event.
    """

    id = models.BigAutoField(primary_key=True)
    uid = models.UUIDField(unique=True)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    kind = models.CharField(max_length=40)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100)
    by_roles = ArrayField(models.CharField(max_length=40))
    #: Who entered it for him, and how he had heard of it; empty where he did that himself.
    hand_id = models.UUIDField(null=True)
    hand = models.CharField(max_length=100, default="", db_default="")
    heard = models.CharField(max_length=20, default="", db_default="")
    detail = models.JSONField(default=dict)
    why = models.TextField(default="")
    late = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="archive_event_of_subject"),
            models.Index(fields=["customer_id", "-happened_at"], name="archive_event_of_customer"),
            models.Index(fields=["subject_kind", "kind", "id"], name="archive_event_of_kind"),
        ]
        constraints = [
            models.CheckConstraint(
                name="archive_event_is_not_from_the_future",
                condition=Q(happened_at__lte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="archive_late_event_says_why", condition=Q(late=False) | ~Q(why="")
            ),
            models.CheckConstraint(
                name="archive_event_of_another_hand_says_how",
                condition=Q(hand="", heard="") | (~Q(hand="") & ~Q(heard="")),
            ),
        ]


class Call(models.Model):
    """A telephone call, answered or not: both ends, times, summary (R-7-5)."""

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="calls")
    subject = models.UUIDField(db_index=True)
    customer_id = models.UUIDField(null=True)
    direction = models.CharField(max_length=10)
    person = models.CharField(max_length=100)
    number = models.CharField(max_length=40, default="")
    agent = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    answered = models.BooleanField()
    summary = models.TextField(default="")
    recording = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="archive_call_direction_is_known",
                condition=Q(direction__in=["inbound", "outbound"]),
            )
        ]
        indexes = [
            models.Index(fields=["customer_id", "-started_at"], name="archive_call_of_customer")
        ]


class AuditRow(models.Model):
    """Who did what: written with the fact, chained afterwards in the background."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    by_name = models.CharField(max_length=100)
    action = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    op = models.UUIDField()
    payload = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject", "id"], name="archive_audit_of_subject"),
            models.Index(fields=["by_name", "id"], name="archive_audit_of_person"),
            models.Index(fields=["action", "id"], name="archive_audit_of_action"),
            BrinIndex(fields=["at"], name="archive_audit_at"),  # rows come in the order of time
        ]


class Unsealed(models.Model):
    """Audit rows that wait for the chain; a trigger puts each new one here.

    A queue and no low-water mark: a transaction that began early may commit late, with a row
    whose number lies below some that are sealed already.
    """

    row_id = models.BigIntegerField(primary_key=True)


class AuditLink(models.Model):
    """The chain: each `hash` is made of the one before and of the row. `n` has no gaps."""

    n = models.BigIntegerField(primary_key=True)
    row = models.OneToOneField(AuditRow, on_delete=models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()


class File(models.Model):
    """A file somebody put to a subject: what it is called, and by its SHA-256 where it lies.

    The bytes are stored before the row, under their own hash, and never change.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    size = models.BigIntegerField()
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "sha256", "name"], name="archive_file_is_kept_once"
            )
        ]


class Passage(models.Model):
    """The texts of an event, folded, by which it is found again: a cache of the event, written
    with it. `open`: a person of the customer may find it too."""

    event = models.OneToOneField(
        Event, on_delete=models.PROTECT, primary_key=True, related_name="passage"
    )
    customer_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    open = models.BooleanField()
    folded = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-event"], name="archive_passage_newest"),
            models.Index(
                fields=["customer_id", "-at", "-event"], name="archive_passage_of_customer"
            ),
        ]
        constraints = [
            models.CheckConstraint(name="archive_passage_says_something", condition=~Q(folded=""))
        ]


class Unread(models.Model):
    """One row: of the events numbered below `below` nobody has made passages yet, of `top` when
    that began. The worker reads them from the newest down."""

    id = models.IntegerField(primary_key=True, default=1)
    below = models.BigIntegerField()
    top = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="archive_unread_is_one", condition=Q(id=1)),
        ]
