from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id
from jiannuo.manual.vocabulary import VENDOR_ROLES


class Office(models.Model):
    """One of our offices: distances to sites are measured from here (R-7-1)."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=100)
    lat = models.FloatField()
    lon = models.FloatField()


class Staff(models.Model):
    """One of our own people: roles, skills, whose deputy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=40))
    level = models.CharField(max_length=20, default="")
    skills = ArrayField(models.CharField(max_length=40), default=list)
    phone = models.CharField(max_length=40, default="")
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT)
    deputy_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="staff"
    )
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_staff_roles_are_known",
                condition=Q(roles__contained_by=list(VENDOR_ROLES)) & Q(roles__len__gte=1),
            ),
            models.CheckConstraint(
                name="people_staff_is_not_his_own_deputy",
                condition=Q(deputy_of__isnull=True) | ~Q(deputy_of=F("id")),
            ),
        ]


class Roster(models.Model):
    """A published duty roster: which desks it must keep manned, from when to when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    desks = ArrayField(models.CharField(max_length=40))
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_roster_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")),
            )
        ]


class Shift(models.Model):
    """Who mans a desk from when to when (end exclusive); nobody is possible and a gap."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="shifts")
    desk = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_shift_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")),
            )
        ]


class Absence(models.Model):
    """Leave, illness: from inclusive, to exclusive; known since `recorded_at`."""

    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_absence_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")),
            )
        ]
