from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id
from jiannuo.visits.states import ON_SITE, VisitState


class Visit(models.Model):
    """One engineer at one case: sent, on site, gone.

    `expected_at`, `expected_until`: what was planned when he was sent, as far as anybody said.
    `inferred`: he left without saying so (he turned up elsewhere). `joined`: a colleague was
    there already, so it is no visit of its own.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="visits")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    engineer = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="visits")
    state = models.CharField(max_length=12, default=VisitState.SENT)
    sent_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    expected_until = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    arrival = models.UUIDField(null=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    off_fence_m = models.IntegerField(null=True)
    joined = models.BooleanField(default=False)
    inferred = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="visits_visit_state_is_known",
                condition=Q(state__in=[s.value for s in VisitState]),
            ),
            models.UniqueConstraint(
                fields=["engineer"],
                name="visits_engineer_is_at_one_site",
                condition=Q(state=ON_SITE),
            ),
            models.CheckConstraint(
                name="visits_visit_on_site_has_arrived",
                condition=Q(state=VisitState.SENT)
                | Q(arrived_at__isnull=False)
                | Q(state=VisitState.CALLED_OFF),
            ),
            models.CheckConstraint(
                name="visits_visit_left_is_dated",
                condition=~Q(state=VisitState.LEFT) | Q(left_at__isnull=False),
            ),
            models.CheckConstraint(
                name="visits_visit_leaves_after_it_arrives",
                condition=Q(left_at__isnull=True)
                | Q(arrived_at__isnull=True)
                | Q(left_at__gte=F("arrived_at")),
            ),
            models.CheckConstraint(
                name="visits_visit_is_planned_forward",
                condition=Q(expected_until__isnull=True)
                | Q(expected_at__isnull=False, expected_until__gt=F("expected_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["engineer"],
                name="visits_visit_under_way",
                condition=Q(state__in=["sent", "on_site"]),
            ),
            models.Index(fields=["left_at"], name="visits_visit_by_its_end"),
        ]
