from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiannuo.cases.states import OVER, State
from jiannuo.kernel.ids import new_id
from jiannuo.manual.vocabulary import Kind, Level

OPEN = ~Q(status__in=[*OVER])


class Case(models.Model):
    """One service request, from the first message to the archive.

    Its events (archive room) are the truth; this row is what lists sort by and filter on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    site = models.ForeignKey("customers.Site", null=True, on_delete=models.PROTECT)
    contract = models.ForeignKey("customers.Contract", null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    channel = models.CharField(max_length=12)
    text = models.TextField(default="")
    caller = models.CharField(max_length=100, default="")
    drill = models.BooleanField(default=False)
    status = models.CharField(max_length=12, default=State.RECEIVED)
    level = models.CharField(max_length=10, null=True)
    profile_version = models.IntegerField()
    entitlement = models.CharField(max_length=20, default="")
    reported_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    observed_until = models.DateTimeField(null=True)
    next_due_at = models.DateTimeField(null=True)
    next_promise = models.CharField(max_length=40, default="")
    into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="losers")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    assignee = models.CharField(max_length=100, db_default="", default="")
    answer_by = models.DateTimeField(null=True)
    missing = ArrayField(models.CharField(max_length=20), default=list)
    imported_from = models.CharField(max_length=80, null=True, unique=True)
    #: How far its site was, where that was said otherwise since; null: as the site says.
    km = models.DecimalField(max_digits=8, decimal_places=1, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_case_status_is_known",
                condition=Q(status__in=[s.value for s in State]),
            ),
            models.CheckConstraint(
                name="cases_case_kind_is_known", condition=Q(kind__in=[k.value for k in Kind])
            ),
            models.CheckConstraint(
                name="cases_case_level_is_known",
                condition=Q(level__isnull=True) | Q(level__in=[v.value for v in Level]),
            ),
            models.CheckConstraint(
                name="cases_case_merged_iff_it_names_a_survivor",
                condition=Q(status=State.MERGED, into__isnull=False)
                | (~Q(status=State.MERGED) & Q(into__isnull=True)),
            ),
            models.CheckConstraint(
                name="cases_case_is_not_merged_into_itself",
                condition=Q(into__isnull=True) | ~Q(into=F("id")),
            ),
            models.CheckConstraint(
                name="cases_case_observed_is_resolved",
                condition=Q(observed_until__isnull=True) | Q(resolved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cases_case_waited_for_is_somebody",
                condition=Q(answer_by__isnull=True) | ~Q(assignee=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], name="cases_case_open_by_due", condition=OPEN
            ),
            models.Index(fields=["customer", "-reported_at"], name="cases_case_of_customer"),
            models.Index(fields=["-reported_at"], name="cases_case_newest"),
            models.Index(
                fields=["answer_by"],
                name="cases_case_waits_for_answer",
                condition=Q(answer_by__isnull=False),
            ),
            # What the list by time to breach may be narrowed to, each in the order of the list.
            *(
                models.Index(
                    fields=[field, "next_due_at", "id"],
                    name=f"cases_case_open_of_{name}",
                    condition=OPEN,
                )
                for field, name in (
                    ("customer", "customer"),
                    ("assignee", "engineer"),
                    ("level", "level"),
                    ("status", "status"),
                )
            ),
            models.Index(
                fields=["next_due_at", "id"],
                name="cases_case_open_drill",
                condition=OPEN & Q(drill=True),
            ),
        ]


class CaseDevice(models.Model):
    """A device of a case, with what its report was entitled to. The first one leads."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="devices")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    unit = models.ForeignKey(
        "equipment.InstalledUnit", on_delete=models.PROTECT, related_name="cases"
    )
    place = models.IntegerField()
    entitlement = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "unit"], name="cases_device_is_named_once")
        ]


class Deviation(models.Model):
    """A soft gate passed with a reason, or a logged omission. Kept as it was judged (R-X-5)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deviations")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    event = models.UUIDField()
    happened_at = models.DateTimeField()
    action = models.CharField(max_length=40)
    rule = models.CharField(max_length=20)
    reason = models.CharField(max_length=60)
    note = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event", "action", "reason"], name="cases_deviation_is_noted_once"
            )
        ]


class Claim(models.Model):
    """A claim for nonconformity or defect: no fault, no complaint (R-2-11)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    ground = models.CharField(max_length=20)
    text = models.TextField()
    owner = models.CharField(max_length=40, default="sales")
    status = models.CharField(max_length=12, default="received")
    profile_version = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_claim_status_is_known",
                condition=Q(status__in=["received", "acknowledged", "decided"]),
            )
        ]


class Complaint(models.Model):
    """A complaint about us (ISO 10002 steps): received, closed with a result."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    text = models.TextField()
    result = models.TextField(default="")
    status = models.CharField(max_length=12, default="received")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="cases_complaint_closed_has_a_result",
                condition=Q(status="received") | (Q(status="closed") & ~Q(result="")),
            )
        ]


class Draft(models.Model):
    """What an agent types while somebody speaks: kept as it grows, until it is a case or nothing.

    `started_at` is when the message came in: a case made of it was reported then.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    staff = models.UUIDField()
    started_at = models.DateTimeField()
    kept_at = models.DateTimeField()
    fields = models.JSONField(default=dict)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["staff", "started_at"],
                name="cases_draft_in_hand",
                condition=Q(case__isnull=True, dropped_at__isnull=True),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="cases_draft_is_kept_after_it_began",
                condition=Q(kept_at__gte=F("started_at")),
            ),
            models.CheckConstraint(
                name="cases_draft_is_a_case_or_dropped",
                condition=Q(case__isnull=True) | Q(dropped_at__isnull=True),
            ),
        ]
