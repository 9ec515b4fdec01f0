from __future__ import annotations

from django.db import models
from django.db.models import Q

from jiannuo.kernel.ids import new_id

#: What happens to a list, in order: columns are chosen, lines looked at, written, taken back.
STATES = (
    "columns",
    "checking",
    "checked",
    "writing",
    "written",
    "undoing",
    "undone",
    "failed",
    "dropped",
)
#: What a line would do, and what became of it.
VERDICTS = ("new", "same", "changed", "refused")
FATES = ("", "written", "refused", "undone", "kept")


class Import(models.Model):
    """One list that somebody brought. `file`: the archive has its bytes under `subject`;
    `samples`: of each column what stands
    in its first rows; `columns`: field to the places of its columns; `at_once`: every line or none; `cursor`: the
    last row that the work under way has dealt with."""

    subject = models.UUIDField(default=new_id, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    file = models.UUIDField()
    file_name = models.CharField(max_length=100)
    form = models.CharField(max_length=200)
    heads = models.JSONField()
    samples = models.JSONField()
    rows = models.IntegerField()
    columns = models.JSONField(default=dict)
    at_once = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="columns")
    cursor = models.IntegerField(default=0)
    brought_at = models.DateTimeField()
    brought_by = models.UUIDField()
    brought_by_name = models.CharField(max_length=100)
    written_at = models.DateTimeField(null=True)
    written_by = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)
    undone_by_name = models.CharField(max_length=100, default="")
    trouble_zh = models.TextField(default="")
    trouble_en = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="imports_import_state_is_known", condition=Q(state__in=list(STATES))
            )
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="imports_import_at_work",
                condition=Q(state__in=["checking", "writing", "undoing"]),
            )
        ]


class Line(models.Model):
    """One row of a list. `values`: as it was read, for those that say something good; `troubles`:
    what is wrong in which cell; `made`: what it made, by kind and id, with what stood before."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="lines")
    row = models.IntegerField()
    verdict = models.CharField(max_length=8)
    fate = models.CharField(max_length=8, default="")
    label = models.CharField(max_length=200, default="")
    values = models.JSONField(default=dict)
    troubles = models.JSONField(default=list)
    made = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["of", "row"], name="imports_line_is_one"),
            models.CheckConstraint(
                name="imports_line_verdict_is_known", condition=Q(verdict__in=list(VERDICTS))
            ),
            models.CheckConstraint(
                name="imports_line_fate_is_known", condition=Q(fate__in=list(FATES))
            ),
        ]


class Learned(models.Model):
    """For what a column was chosen the last time a list of this kind came; "" for nothing."""

    kind = models.CharField(max_length=20)
    head = models.CharField(max_length=200)
    field = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "head"], name="imports_learned_is_one")
        ]
