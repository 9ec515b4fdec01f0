from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id


class Consent(models.Model):
    """The customer let us in, or did not: who, how, for what, until when (R-7.3-A-1)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="consents")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    event = models.UUIDField(unique=True)
    by_name = models.CharField(max_length=100)
    given = models.BooleanField()
    how = models.CharField(max_length=10)
    scope = models.TextField(default="")
    reason = models.TextField(default="")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_consent_how_is_known",
                condition=Q(how__in=["call", "portal", "signed", "fax"]),
            )
        ]


class Plan(models.Model):
    """A version of the technical plan. Another version needs another approval (R-7.3-B-2)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="plans")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    version = models.IntegerField()
    impact = models.CharField(max_length=10, default="none")
    submitted_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "version"], name="support_plan_version_is_one"),
            models.CheckConstraint(
                name="support_plan_impact_is_known",
                condition=Q(impact__in=["none", "degraded", "outage"]),
            ),
            models.CheckConstraint(
                name="support_plan_versions_count_from_one", condition=Q(version__gte=1)
            ),
        ]


class Approval(models.Model):
    """The customer's word: to a plan's version, to our executing it, to a major operation."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="approvals")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    event = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12)
    version = models.IntegerField(null=True)
    operation = models.CharField(max_length=200, default="")
    by_name = models.CharField(max_length=100)
    by_roles = ArrayField(models.CharField(max_length=40))
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_approval_says_what_it_approves",
                condition=Q(kind="plan", version__isnull=False)
                | Q(kind="execution")
                | (Q(kind="major_op") & ~Q(operation="")),
            ),
            models.CheckConstraint(
                name="support_major_operation_is_approved_by_the_department",
                condition=~Q(kind="major_op") | Q(by_roles__contains=["department_head"]),
            ),
        ]


class RemoteSession(models.Model):
    """A login into the customer's system, by whom, from when to when (R-7.3-B-2b)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="sessions")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    event = models.UUIDField(unique=True)
    by_name = models.CharField(max_length=100)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_session_ends_after_it_began",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")),
            )
        ]


class Emergency(models.Model):
    """The emergency of a case (7.5): one a case, its commander, team and expert group."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="emergency")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    drill = models.BooleanField(default=False)
    declared_at = models.DateTimeField()
    declared_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True)
    on_duty = models.CharField(max_length=100, default="")
    on_duty_via = models.CharField(max_length=12, default="")
    commander = models.CharField(max_length=100, default="")
    team = ArrayField(models.CharField(max_length=100), default=list)
    expert_group = ArrayField(models.CharField(max_length=100), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="support_emergency_is_withdrawn_after_its_declaration",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("declared_at")),
            )
        ]
