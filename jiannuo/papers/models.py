from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiannuo.kernel.ids import new_id


class Paper(models.Model):
    """A document that exists: its kind, what it is about, and the data it was made of.

    `gathered` is frozen when the paper is made; a paper that no longer applies is void, not
    gone. Making the PDF is another matter.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    ref = models.CharField(max_length=120)
    source = models.CharField(max_length=60)
    n = models.IntegerField(null=True)
    count = models.IntegerField(null=True)
    signed = models.BooleanField(default=False)
    gathered = models.JSONField()
    happened_at = models.DateTimeField()
    made_at = models.DateTimeField()
    void_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "source"], name="papers_paper_is_made_once"
            ),
            models.CheckConstraint(
                name="papers_paper_numbers_count_from_one",
                condition=Q(n__isnull=True) | Q(n__gte=1),
            ),
        ]
        indexes = [models.Index(fields=["subject"], name="papers_paper_of_subject")]
