from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from jiannuo.kernel.ids import new_id


class Ruling(models.Model):
    """That a cause is excluded: proposed with evidence, acknowledged, accepted (7.4 B 9)."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="rulings")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    code = models.CharField(max_length=4)
    sub = models.CharField(max_length=20, default="")
    evidence = ArrayField(models.CharField(max_length=200), default=list)
    proposed_by = models.CharField(max_length=100, default="")
    acknowledged_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], name="charges_ruling_is_one_a_code"),
            models.CheckConstraint(
                name="charges_ruling_accepted_names_who",
                condition=Q(accepted_at__isnull=True) | ~Q(accepted_by=""),
            ),
        ]


class Quote(models.Model):
    """A price offered before work; nothing after warranty begins without one approved."""

    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="quotes"
    )
    repair = models.ForeignKey(
        "parts.RepairOrder", null=True, on_delete=models.PROTECT, related_name="quotes"
    )
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    number = models.IntegerField()
    total = models.DecimalField(max_digits=14, decimal_places=2)
    made_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=100, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="charges_quote_is_for_one_thing",
                condition=Q(case__isnull=False, repair__isnull=True)
                | Q(case__isnull=True, repair__isnull=False),
            ),
            models.CheckConstraint(name="charges_quote_is_not_negative", condition=Q(total__gte=0)),
            models.CheckConstraint(
                name="charges_quote_approved_names_who",
                condition=Q(approved_at__isnull=True) | ~Q(approved_by=""),
            ),
        ]


class Entitlement(models.Model):
    """What a report was entitled to and why: kept as decided, a new decision is a new row."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="entitlements")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    serial = models.CharField(max_length=100, default="")
    result = models.CharField(max_length=20)
    reported_at = models.DateTimeField()
    inputs = models.JSONField(default=dict)
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="charges_entitlement_is_known",
                condition=Q(
                    result__in=[
                        "before_acceptance",
                        "in_warranty",
                        "maintenance_contract",
                        "post_warranty",
                    ]
                ),
            )
        ]


class Extra(models.Model):
    """A value-added service of a maker, ordered for a customer: at the maker's price, and free
    where the maker asks nothing (6)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    what = models.CharField(max_length=200)
    maker = models.CharField(max_length=100)
    maker_price = models.DecimalField(max_digits=14, decimal_places=2)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    evidence = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=12, default="ordered")
    ordered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["customer", "-id"], name="charges_extra_of_customer")]
        constraints = [
            models.CheckConstraint(
                name="charges_extra_state_is_known",
                condition=Q(state__in=["ordered", "delivered", "cancelled"]),
            ),
            models.CheckConstraint(
                name="charges_extra_is_at_the_makers_price",
                condition=Q(price=models.F("maker_price"), price__gte=0),
            ),
        ]
