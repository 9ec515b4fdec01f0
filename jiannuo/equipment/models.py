from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper

from jiannuo.kernel.ids import new_id


class Nfkc(Func):
    """Full-width forms become plain ones: ａｂ－１２ and AB-12 are one serial."""

    function = "normalize"
    template = "%(function)s(%(expressions)s, NFKC)"


def serial_key(field: str) -> Func:
    """Upper case letters and digits only, full-width forms folded."""
    return Func(
        Upper(Nfkc(F(field))),
        Value(r"[\s\-_./]+"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=models.CharField(max_length=100),
    )


class ProductModel(models.Model):
    """A brand's model. `equivalents`: what may stand in for it and why, as brand, model, note."""

    brand = models.CharField(max_length=60)
    model = models.CharField(max_length=100)
    category = models.CharField(max_length=60, default="")
    discontinued_on = models.DateField(null=True)
    equivalents = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "model"], name="equipment_model_is_unique")
        ]


class InstalledUnit(models.Model):
    """A thing with a serial: a customer's device, a fitted board, our loaner.

    It may never have been in our stock. `known_at`: when the event that brought it into the
    register happened; None for what was there from the beginning.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(ProductModel, null=True, on_delete=models.PROTECT)
    serial = models.CharField(max_length=100)
    serial_key = models.GeneratedField(
        expression=serial_key("serial"),
        output_field=models.CharField(max_length=100),
        db_persist=True,
    )
    role = models.CharField(max_length=10)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    contract = models.ForeignKey("customers.Contract", null=True, on_delete=models.PROTECT)
    site = models.ForeignKey("customers.Site", null=True, on_delete=models.PROTECT)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    slot = models.CharField(max_length=40, default="", db_default="")
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    spec = models.JSONField(default=dict)
    software = models.CharField(max_length=60, default="")
    known_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["model", "serial_key"],
                name="equipment_unit_serial_is_unique",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="equipment_unit_role_is_known",
                condition=Q(role__in=["device", "part", "loaner"]),
            ),
            models.CheckConstraint(
                name="equipment_unit_serial_is_not_empty", condition=~Q(serial_key="")
            ),
            models.CheckConstraint(
                name="equipment_unit_does_not_replace_itself",
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("id")),
            ),
        ]
        indexes = [models.Index(fields=["serial_key"], name="equipment_unit_serial_key")]


class Position(models.Model):
    """A place for a device with a function, "core switch A", and where in the room it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    site = models.ForeignKey("customers.Site", on_delete=models.PROTECT, related_name="positions")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    function = models.CharField(max_length=100)
    place = models.CharField(max_length=100, default="", db_default="")


class Placement(models.Model):
    """Which unit stood where, from when to when: never two in one place, never one in two."""

    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="placements")
    unit = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="placements")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    period = DateTimeRangeField()
    reason = models.CharField(max_length=60, default="installed")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="equipment_placement_holds_one_unit",
                expressions=[
                    ("position", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="equipment_placement_of_a_unit_is_one",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="equipment_placement_is_not_empty",
                condition=Q(period__isempty=False, period__startswith__isnull=False),
            ),
        ]


class UnitSwap(models.Model):
    """One unit out, another in. `op` makes it once, the expected unit makes it right."""

    op = models.UUIDField(unique=True)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT)
    position = models.ForeignKey(Position, null=True, on_delete=models.PROTECT)
    removed = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="+")
    installed = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="equipment_swap_changes_the_unit",
                condition=~Q(removed=F("installed")),
            ),
            models.CheckConstraint(
                name="equipment_swap_kind_is_known",
                condition=Q(kind__in=["loaner_in", "loaner_out", "permanent"]),
            ),
        ]


class Coverage(models.Model):
    """A spell of warranty of one unit, copied from the contract when it began.

    `period` is half-open: its last covered day is the day before the upper bound.
    """

    unit = models.ForeignKey(InstalledUnit, on_delete=models.PROTECT, related_name="coverages")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    basis = models.CharField(max_length=12)
    starts_on = models.DateField()
    months = models.IntegerField()
    period = DateRangeField()
    source = models.UUIDField(null=True)
    void_at = models.DateTimeField(null=True)
    void_reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="equipment_coverage_basis_is_known",
                condition=Q(basis__in=["acceptance", "line", "fitted", "replacement"]),
            ),
            models.CheckConstraint(
                name="equipment_coverage_has_months", condition=Q(months__gte=1)
            ),
            models.CheckConstraint(
                name="equipment_coverage_starts_with_its_period",
                condition=Q(period__startswith=F("starts_on")),
            ),
            ExclusionConstraint(
                name="equipment_coverage_of_a_unit_does_not_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(void_at__isnull=True),
            ),
        ]
