from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id


class Part(models.Model):
    """A kind of spare, held for the project's wear and easily broken parts (R-4-1).

    `minimum`: what must lie in the main store; `fits`: the models it goes into; `codes`: what
    stands on its boxes, as a scanner reads it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    minimum = models.IntegerField(null=True)
    fits = ArrayField(models.CharField(max_length=100), default=list)
    codes = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="parts_part_minimum_is_not_negative",
                condition=Q(minimum__isnull=True) | Q(minimum__gte=0),
            )
        ]


class Location(models.Model):
    """A place beside the main store: a branch's shelf, an engineer's van (`holder`)."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10)
    holder = models.CharField(max_length=60, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="parts_location_kind_is_known",
                condition=Q(kind__in=["depot", "branch", "van"]),
            )
        ]


class Minimum(models.Model):
    """What must lie of a part at a place beside the main store (R-4-1)."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="minima")
    location = models.CharField(max_length=40)
    least = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part", "location"], name="parts_minimum_is_one"),
            models.CheckConstraint(name="parts_minimum_is_not_negative", condition=Q(least__gte=0)),
        ]


class StockLevel(models.Model):
    """How many lie where. Only the ledger's trigger writes here; never below zero."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="levels")
    location = models.CharField(max_length=40)
    condition = models.CharField(max_length=12, default="new")
    on_hand = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "location", "condition"], name="parts_level_is_one"
            ),
            models.CheckConstraint(name="parts_level_is_not_negative", condition=Q(on_hand__gte=0)),
            models.CheckConstraint(
                name="parts_level_condition_is_known",
                condition=Q(condition__in=["new", "refurbished", "defective", "quarantine"]),
            ),
        ]


class StockMove(models.Model):
    """The ledger: rows are only ever added, each once by (op, line). A mistake is moved back, once
    (`undoes`). `drawn`: how many of the pieces had been kept for the project (`contract`)."""

    op = models.UUIDField()
    line = models.IntegerField(default=0)
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="moves")
    location = models.CharField(max_length=40)
    condition = models.CharField(max_length=12, default="new")
    qty = models.IntegerField()
    kind = models.CharField(max_length=12)
    lot = models.CharField(max_length=60, default="")
    unit_cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="moves"
    )
    contract = models.ForeignKey(
        "customers.Contract", null=True, on_delete=models.PROTECT, related_name="+"
    )
    drawn = models.IntegerField(default=0)
    undoes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["op", "line"], name="parts_move_is_made_once"),
            models.CheckConstraint(name="parts_move_moves_something", condition=~Q(qty=0)),
            models.CheckConstraint(
                name="parts_move_kind_is_known",
                condition=Q(kind="received", qty__gt=0)
                | Q(kind="issued", qty__lt=0)
                | Q(kind="returned", qty__gt=0)
                | Q(kind__in=["transferred", "counted"])
                | Q(kind="undone", undoes__isnull=False),
            ),
            models.CheckConstraint(
                name="parts_move_received_has_lot_and_cost",
                condition=~Q(kind="received") | (~Q(lot="") & Q(unit_cost__isnull=False)),
            ),
        ]
        indexes = [models.Index(fields=["part", "id"], name="parts_move_of_part")]


class Reservation(models.Model):
    """Pieces on the shelf that are kept for one project; what nobody reserved is common (R-7-2)."""

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="reservations")
    contract = models.ForeignKey("customers.Contract", on_delete=models.PROTECT, related_name="+")
    location = models.CharField(max_length=40, default="main")
    qty = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "contract", "location"],
                name="parts_reservation_is_one_for_a_project",
            ),
            models.CheckConstraint(
                name="parts_reservation_is_not_negative", condition=Q(qty__gte=0)
            ),
        ]


class Loan(models.Model):
    """A loaner at a customer's. Two loans of one unit never overlap."""

    unit = models.ForeignKey(
        "equipment.InstalledUnit", on_delete=models.PROTECT, related_name="loans"
    )
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="loans")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    period = DateTimeRangeField()
    state = models.CharField(max_length=10, default="out")
    in_service_at = models.DateTimeField(null=True)
    data_erased = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="parts_loan_state_is_known",
                condition=Q(state__in=["out", "returned", "lost", "kept"]),
            ),
            models.CheckConstraint(
                name="parts_loan_returned_is_ended",
                condition=~Q(state="returned") | Q(period__endswith__isnull=False),
            ),
            ExclusionConstraint(
                name="parts_loans_of_a_unit_do_not_overlap",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
        ]


class ReplacementOrder(models.Model):
    """A whole unit or part to be replaced: in advance, in exchange, or dead on arrival."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="replacements")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    mode = models.CharField(max_length=10)
    item = models.CharField(max_length=120)
    faulty_serial = models.CharField(max_length=100)
    level = models.CharField(max_length=10, default="")
    storage_media = models.BooleanField(default=False)
    ordered_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    profile_version = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="parts_replacement_mode_is_known",
                condition=Q(mode__in=["advance", "exchange", "doa"]),
            ),
            models.CheckConstraint(
                name="parts_replacement_in_advance_has_a_level",
                condition=~Q(mode="advance") | ~Q(level=""),
            ),
            models.UniqueConstraint(
                fields=["case", "faulty_serial", "mode"], name="parts_replacement_is_ordered_once"
            ),
        ]


class RepairOrder(models.Model):
    """A faulty part on its way through the workshop (7.7), apart from the case it came from.
    `free`, `workdays`, `due_on`: as last worked out from what happened to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=60, unique=True)
    alias = models.CharField(max_length=60, default="")
    serial = models.CharField(max_length=100)
    case = models.ForeignKey(
        "cases.Case", null=True, on_delete=models.PROTECT, related_name="repairs"
    )
    contract = models.ForeignKey("customers.Contract", null=True, on_delete=models.PROTECT)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    opened_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    profile_version = models.IntegerField(default=1)
    free = models.BooleanField(null=True)
    workdays = models.IntegerField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="parts_repair_is_shipped_after_receipt",
                condition=Q(shipped_at__isnull=True)
                | Q(received_at__isnull=False, shipped_at__gte=F("received_at")),
            )
        ]
        indexes = [models.Index(fields=["serial"], name="parts_repair_of_serial")]
