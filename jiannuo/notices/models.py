from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One thing to tell a role, written with the fact it is about; telling comes later.

    `key` makes it once: the same notice posted again is the same row. `told_at`: somebody of the
    role said that he knows, or answered; sent is not told.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer_id = models.UUIDField(null=True)
    to_role = models.CharField(max_length=40)
    to_person = models.UUIDField(null=True)
    urgency = models.SmallIntegerField(default=3)
    drill = models.BooleanField(default=False)
    by = ArrayField(models.CharField(max_length=20), default=list)
    ack = models.BooleanField(default=False)
    trigger = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="waiting")
    posted_at = models.DateTimeField()
    addressed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_by = models.CharField(max_length=100, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "id"],
                name="notices_notice_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(fields=["subject"], name="notices_notice_of_subject"),
            models.Index(
                fields=["trigger"],
                name="notices_notice_of_trigger",
                condition=Q(trigger__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_notice_state_is_known",
                condition=Q(state__in=["waiting", "addressed", "told", "nobody", "cancelled"]),
            ),
            models.CheckConstraint(
                name="notices_notice_told_is_dated",
                condition=~Q(state="told") | Q(told_at__isnull=False),
            ),
            models.CheckConstraint(
                name="notices_notice_urgency_is_known",
                condition=Q(urgency__gte=1, urgency__lte=3),
            ),
        ]


class Recipient(models.Model):
    """That a notice is for this person: in which bundle it goes out to him, and whether he knows.

    `via`: how the roster came to him. Notices to one person about one thing share a bundle: he
    gets one call, and all of them count only when he answers.
    """

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="recipients")
    person = models.UUIDField()
    name = models.CharField(max_length=100)
    via = models.CharField(max_length=12, default="")
    bundle = models.UUIDField()
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=12, default="")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "person"], name="notices_recipient_is_told_once"
            )
        ]
        indexes = [
            models.Index(fields=["bundle"], name="notices_recipient_of_bundle"),
            models.Index(fields=["person", "-id"], name="notices_recipient_of_person"),
            models.Index(
                fields=["person", "-id"],
                name="notices_recipient_open",
                condition=Q(seen_at__isnull=True) | Q(told_at__isnull=True),
            ),
        ]


class Delivery(models.Model):
    """One bundle on its way to one person by one channel, at least once, under one key.

    Leased while somebody sends it: a lease that ran out is anybody's. `reserve`: the channel that
    is next when those before it failed. `held`: a reminder that waits for the morning or the hour.
    """

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=200, unique=True)
    bundle = models.UUIDField()
    person = models.UUIDField()
    name = models.CharField(max_length=100)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=254, default="")
    language = models.CharField(max_length=2, default="zh")
    urgency = models.SmallIntegerField(default=3)
    drill = models.BooleanField(default=False)
    reserve = ArrayField(models.CharField(max_length=280), default=list)
    held = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="waiting")
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    leased_by = models.CharField(max_length=60, default="")
    posted_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=120, default="")
    arrived_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["channel", "urgency", "next_at", "id"],
                name="notices_delivery_waiting",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=["posted_at"],
                name="notices_delivery_given_up",
                condition=Q(state="failed"),
            ),
            models.Index(fields=["bundle"], name="notices_delivery_of_bundle"),
            models.Index(
                fields=["reference"],
                name="notices_delivery_by_reference",
                condition=models.Q(reference__gt=""),
            ),
            models.Index(fields=["person", "-posted_at"], name="notices_delivery_of_person"),
        ]
        constraints = [
            models.CheckConstraint(
                name="notices_delivery_state_is_known",
                condition=Q(state__in=["waiting", "sent", "failed", "cancelled", "merged"]),
            ),
            models.CheckConstraint(
                name="notices_delivery_sent_is_dated",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]


class Heard(models.Model):
    """A gateway's report that was taken in: the same report again is nothing new."""

    channel = models.CharField(max_length=20)
    reference = models.CharField(max_length=160)
    heard_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "reference"], name="notices_report_is_heard_once"
            )
        ]


class ChannelSetUp(models.Model):
    """How a channel is set up; the newest row counts, the older ones are its history."""

    channel = models.CharField(max_length=20)
    enabled = models.BooleanField()
    values = models.JSONField(default=dict)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["channel", "-id"], name="notices_set_up_newest")]


class Wording(models.Model):
    """The company's own words for a kind of notice; the newest row of a kind counts."""

    kind = models.CharField(max_length=80)
    language = models.CharField(max_length=2)
    title = models.CharField(max_length=200)
    text = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["kind", "language", "-id"], name="notices_wording_newest")]


class Preference(models.Model):
    """How one person likes to be told. Level one reaches him all the same."""

    person = models.UUIDField(primary_key=True)
    channels = ArrayField(models.CharField(max_length=20), default=list)
    quiet_from = models.TimeField(null=True)
    quiet_to = models.TimeField(null=True)
    set_at = models.DateTimeField()


class Guess(models.Model):
    """A wrong code that somebody tried on a link, by where he came from. Forgotten soon."""

    origin = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["origin", "at"], name="notices_guess_of_origin")]
