from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id
from jiannuo.manual.vocabulary import CUSTOMER_ROLES


class ServiceProfile(models.Model):
    """A published version of the service profile. Immutable: a new text is a new version."""

    version = models.IntegerField(primary_key=True)
    published_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    reason = models.TextField(default="")
    by_name = models.CharField(max_length=100, default="")


class ProfileDraft(models.Model):
    """A version of the service profile that is being written: what it changes of `base`. Somebody
    else than its writer puts it in force (`version`), or it is dropped. Ended, it stays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    base = models.IntegerField()
    changes = models.JSONField(default=dict)
    reason = models.TextField(default="")
    began_at = models.DateTimeField()
    written_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)
    by = models.UUIDField(null=True)
    offered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=100, default="", db_default="")
    version = models.IntegerField(null=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_profiledraft_is_ended_by_somebody",
                condition=Q(ended_at__isnull=True, version__isnull=True) | ~Q(ended_by=""),
            )
        ]


class ProfileTrial(models.Model):
    """What would have come of some cases under a draft, as it stood when that was asked: how far
    the count is, kept and broken by promise before and after, the cases whose verdict turns."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    draft = models.ForeignKey(ProfileDraft, on_delete=models.CASCADE, related_name="trials")
    changes = models.JSONField()
    first = models.DateField()
    last = models.DateField()
    asked_at = models.DateTimeField()
    total = models.IntegerField()
    done = models.IntegerField(default=0)
    beyond = models.UUIDField(null=True)
    counts = models.JSONField(default=dict)
    turned = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"],
                name="customers_trial_open",
                condition=Q(ended_at__isnull=True),
            )
        ]


class CalendarYear(models.Model):
    """The days off and the make-up workdays (调休) of a year, and the text they were read from."""

    year = models.IntegerField(primary_key=True)
    holidays = ArrayField(models.DateField(), default=list)
    makeup = ArrayField(models.DateField(), default=list)
    text = models.TextField(default="")
    filled_at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_calendar_day_is_off_or_on",
                condition=~Q(holidays__overlap=F("makeup")),
            )
        ]


class Customer(models.Model):
    """An organisation that signed the manual. `found_by` (here and below): its name as written
    and as spoken, its numbers; whoever changes one of these writes it anew (`finding.py`)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    phones = ArrayField(models.CharField(max_length=40), default=list)
    found_by = models.TextField(db_default="", default="")

    class Meta:
        indexes = [models.Index(fields=["name"], name="customers_customer_name")]


class Site(models.Model):
    """A place with our equipment. `km` and `office_found` say how far and from where (A5).

    Where nobody knows yet where it lies, it counts as near: the shortest limit holds until then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sites")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    contract_km = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    office = models.ForeignKey(
        "people.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    office_found = models.ForeignKey(
        "people.Office", null=True, on_delete=models.PROTECT, related_name="+"
    )
    km = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    method = models.CharField(max_length=40, default="")
    found_by = models.TextField(db_default="", default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "code"], name="customers_site_code_is_unique"
            ),
            models.CheckConstraint(
                name="customers_site_lies_on_earth",
                condition=Q(lat__range=(-90, 90), lon__range=(-180, 180)),
            ),
            models.CheckConstraint(
                name="customers_site_has_both_coordinates_or_none",
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__isnull=False, lon__isnull=False),
            ),
        ]


class Contact(models.Model):
    """A person of the customer. Flags say what he may sign, approve, receive (A32)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=100)
    title = models.CharField(max_length=100, default="")
    phone = models.CharField(max_length=40, default="")
    email = models.EmailField(db_default="", default="")
    roles = ArrayField(models.CharField(max_length=40))
    active = models.BooleanField(default=True)
    found_by = models.TextField(db_default="", default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_contact_roles_are_known",
                condition=Q(roles__contained_by=list(CUSTOMER_ROLES)) & Q(roles__len__gte=1),
            )
        ]


class Contract(models.Model):
    """A project contract: what is promised, from when, with which changes to the profile."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contracts")
    number = models.CharField(max_length=60, unique=True)
    months = models.IntegerField()
    taken_on_at = models.DateTimeField()
    overrides = models.JSONField(default=dict)
    inspection_plan = models.BooleanField(default=False)
    return_days = models.IntegerField(null=True)
    media_retention = models.BooleanField(default=False)
    parts_supply = models.CharField(max_length=10, default="vendor")
    holidays = ArrayField(models.DateField(), default=list)
    makeup_workdays = ArrayField(models.DateField(), default=list)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_contract_has_months_of_warranty", condition=Q(months__gte=1)
            ),
            models.CheckConstraint(
                name="customers_contract_parts_supply_is_known",
                condition=Q(parts_supply__in=["vendor", "customer"]),
            ),
        ]


class Acceptance(models.Model):
    """The completion acceptance that starts the warranty. A new date is a new row."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="acceptances")
    accepted_on = models.DateField()
    version = models.IntegerField(default=1)
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "version"], name="customers_acceptance_version_is_one"
            )
        ]


class ContractLine(models.Model):
    """A device line with a term of its own and where the tender says so (R-2-5)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="lines")
    serial = models.CharField(max_length=100)
    months = models.IntegerField()
    accepted_on = models.DateField(null=True)
    source = models.CharField(max_length=200, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "serial"], name="customers_line_serial_is_unique"
            ),
            models.CheckConstraint(name="customers_line_has_months", condition=Q(months__gte=1)),
        ]


class PriceLine(models.Model):
    """The contract's price of a model, yuan, tax included (R-2-13)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="prices")
    model = models.CharField(max_length=100)
    unit = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "model"], name="customers_price_model_is_unique"
            ),
            models.CheckConstraint(
                name="customers_price_is_not_negative", condition=Q(unit__gte=0)
            ),
        ]


class MaintenanceContract(models.Model):
    """What is paid after warranty: visits and parts of one site (R-2-15)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="maintenance")
    number = models.CharField(max_length=60)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    visits_included = models.IntegerField(default=0)
    visits_before = models.IntegerField(default=0)
    per_visit = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    parts = models.CharField(max_length=10, default="cost")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="customers_maintenance_ends_after_its_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="customers_maintenance_parts_are_known",
                condition=Q(parts__in=["cost", "included"]),
            ),
        ]
