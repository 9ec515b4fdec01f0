from __future__ import annotations

from itertools import combinations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id
from jiannuo.manual.vocabulary import ADMINISTRATORS, VENDOR_ROLES
from jiannuo.manual.words import LANGUAGES
from jiannuo.people.scopes import ALL


class Office(models.Model):
    """One of our offices: distances to sites are measured from here (R-7-1)."""

    code = models.CharField(max_length=20, primary_key=True)
    name = models.CharField(max_length=100)
    lat = models.FloatField()
    lon = models.FloatField()


class Staff(models.Model):
    """One of our own people: roles, skills, whose deputy; how to reach him, in which language."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=100)
    roles = ArrayField(models.CharField(max_length=40))
    level = models.CharField(max_length=20, default="")
    skills = ArrayField(models.CharField(max_length=40), default=list)
    phone = models.CharField(max_length=40, default="")
    email = models.EmailField(default="")
    language = models.CharField(max_length=2, default="zh")
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT)
    deputy_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="staff"
    )
    active = models.BooleanField(default=True)
    found_by = models.TextField(db_default="", default="")
    #: Somebody else knows his password: he chooses his own before anything else.
    password_lent = models.BooleanField(default=False)

    class Meta:
        constraints = [
            *(
                models.CheckConstraint(
                    name=f"people_staff_is_not_{one}_and_{other}",
                    condition=~Q(roles__contains=[one, other]),
                )
                for one, other in combinations(ADMINISTRATORS, 2)
            ),
            models.CheckConstraint(
                name="people_staff_roles_are_known",
                condition=Q(roles__contained_by=list(VENDOR_ROLES)) & Q(roles__len__gte=1),
            ),
            models.CheckConstraint(
                name="people_staff_is_not_his_own_deputy",
                condition=Q(deputy_of__isnull=True) | ~Q(deputy_of=F("id")),
            ),
            models.CheckConstraint(
                name="people_staff_language_is_known",
                condition=Q(language__in=list(LANGUAGES)),
            ),
        ]


class Session(AbstractBaseSession):
    """A browser and what is kept for it; whose it is since somebody signed in there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, default="")
    agent = models.CharField(max_length=200, default="")


class Presence(models.Model):
    """Somebody has a page open just now, and perhaps a form begun there: one row an open page.
    No fact: the table is unlogged, and rows that nobody renews count for nothing. `about`: what
    the page shows, by its name in the stream ("case:2405-00012")."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    about = models.CharField(max_length=60, db_index=True)
    writing = models.BooleanField()
    seen_at = models.DateTimeField()


class Roster(models.Model):
    """A published duty roster: which desks it must keep manned, from when to when; those of one
    office, or of all (null)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    desks = ArrayField(models.CharField(max_length=40))
    office = models.ForeignKey(Office, null=True, on_delete=models.PROTECT, related_name="+")
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


class Token(models.Model):
    """A key with which a program acts as one of our people. The key itself is kept nowhere.
    `scopes`: what it is held to; null for all that its person may. It opens before `expires_at`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    scopes = ArrayField(models.CharField(max_length=20), null=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="people_token_of_a_name_is_one",
                fields=["staff", "name"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="people_token_ends_after_it_was_made",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("made_at")),
            ),
            models.CheckConstraint(
                name="people_token_scopes_are_known",
                condition=Q(scopes__isnull=True)
                | (Q(scopes__contained_by=list(ALL)) & Q(scopes__len__gte=1)),
            ),
            models.CheckConstraint(
                name="people_token_expires_after_it_was_made",
                condition=Q(expires_at__isnull=True) | Q(expires_at__gt=F("made_at")),
            ),
        ]


class Swap(models.Model):
    """Two people want to exchange shifts: `person` gives the first away and takes that of `other`.
    It counts from its acceptance, as two overrides. Its id is that of the event that asked."""

    id = models.UUIDField(primary_key=True, editable=False)
    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="+")
    desk = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    back_roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="+")
    back_desk = models.CharField(max_length=40)
    back_starts_at = models.DateTimeField()
    back_ends_at = models.DateTimeField()
    other = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_swap_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")) & Q(back_ends_at__gt=F("back_starts_at")),
            ),
            models.CheckConstraint(
                name="people_swap_is_between_two", condition=~Q(person=F("other"))
            ),
            models.CheckConstraint(
                name="people_swap_is_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True) | ~Q(accepted_by=""),
            ),
        ]


class Override(models.Model):
    """Somebody else mans a desk for a stretch: in place of one person, or of whoever is there.
    Where several hold, the newest counts; `swap`: half of an exchange."""

    roster = models.ForeignKey(Roster, on_delete=models.CASCADE, related_name="overrides")
    desk = models.CharField(max_length=40)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(default="")
    swap = models.ForeignKey(Swap, null=True, on_delete=models.PROTECT, related_name="overrides")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_override_ends_after_its_start",
                condition=Q(ends_at__gt=F("starts_at")),
            ),
            models.CheckConstraint(
                name="people_override_is_by_another",
                condition=Q(instead_of__isnull=True) | ~Q(person=F("instead_of")),
            ),
        ]


class Handover(models.Model):
    """A shift at a desk given from one to another: who wrote, for whom, who took it. Its id is
    that of the event that says what was open; the text is there."""

    id = models.UUIDField(primary_key=True, editable=False)
    desk = models.CharField(max_length=40)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    to = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    taken_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="people_handover_is_between_two",
                condition=~Q(by=F("to")) & (Q(taken_by__isnull=True) | ~Q(taken_by=F("by"))),
            ),
            models.CheckConstraint(
                name="people_handover_is_taken_by_somebody",
                condition=Q(taken_by__isnull=True, taken_at__isnull=True)
                | Q(taken_by__isnull=False, taken_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-written_at"], name="people_handover_newest")]
