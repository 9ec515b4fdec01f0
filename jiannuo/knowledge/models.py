from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from jiannuo.kernel.ids import new_id

STATES = ("waiting", "approved", "sent_back", "replaced")


class Article(models.Model):
    """A problem and what to do about it. `approved`: the version that answers, none before the
    first is approved; `telling`, `folded`: title and symptom of that version, and all of it, as
    they are searched."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    newest = models.IntegerField(default=1)
    approved = models.IntegerField(null=True)
    approved_at = models.DateTimeField(null=True)
    withdrawn = models.CharField(max_length=500, default="")
    telling = models.TextField(default="")
    folded = models.TextField(default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="knowledge_article_answers_by_a_version_it_has",
                condition=Q(approved__isnull=True) | Q(approved__range=(1, F("newest"))),
            ),
            models.CheckConstraint(
                name="knowledge_article_approved_iff_at_a_moment",
                condition=Q(approved__isnull=True, approved_at__isnull=True)
                | Q(approved__isnull=False, approved_at__isnull=False),
            ),
            models.CheckConstraint(
                name="knowledge_article_withdrawn_answers_nothing",
                condition=Q(withdrawn="") | Q(approved__isnull=True),
            ),
        ]


class Edition(models.Model):
    """One version of an article. `products` and `lines`: the models and product lines it is about, none: all;
    `source`: the number of the case it was drawn from."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="editions")
    version = models.IntegerField()
    title = models.CharField(max_length=200)
    symptom = models.TextField()
    cause = models.TextField(default="")
    steps = models.TextField()
    checks = models.TextField(default="")
    products = ArrayField(models.CharField(max_length=80), default=list)
    lines = ArrayField(models.CharField(max_length=40), default=list)
    source = models.CharField(max_length=40, default="")
    author = models.UUIDField(null=True)
    author_name = models.CharField(max_length=100)
    written_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="waiting")
    decided_by = models.CharField(max_length=100, default="")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "version"], name="knowledge_edition_is_numbered_once"
            ),
            models.UniqueConstraint(
                fields=["article"],
                name="knowledge_edition_waits_alone",
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="knowledge_edition_state_is_known", condition=Q(state__in=STATES)
            ),
        ]


class Use(models.Model):
    """An article was sent to the customer of a case."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="uses")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["article", "case"], name="knowledge_use_counts_once_a_case"
            )
        ]


class Phrase(models.Model):
    """Words that somebody, or the house (`owner` null), writes again and again. `key`: what is
    typed for them."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.UUIDField(null=True)
    key = models.CharField(max_length=12)
    text = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "key"],
                name="knowledge_phrase_key_is_typed_for_one",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="knowledge_phrase_says_something", condition=~Q(text="") & ~Q(key="")
            ),
        ]
