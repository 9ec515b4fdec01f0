"""Reads of what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Q

from jiannuo.kernel.grams import Asked, cut, matching
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge.models import Article, Edition, Use
from jiannuo.knowledge.rules import fitting
from jiannuo.manual.assignment import fits

#: Candidates that are weighed for what a caller says.
WEIGHED = 300
#: What a case is when its question was answered, or its fault removed.
DONE = ("resolved", "observing", "answered", "closed")


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """A version of an article. `state`: waiting, approved, sent_back, replaced; `answers`: the
    version that is approved now, None: none is."""

    id: UUID
    number: str
    version: int
    title: str
    symptom: str
    cause: str
    steps: str
    checks: str
    models: tuple[str, ...]
    lines: tuple[str, ...]
    source: str
    author: UUID | None
    author_name: str
    written_at: datetime
    state: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    answers: int | None
    withdrawn: str

    @property
    def called(self) -> str:
        """By number and title, as it is sent."""
        return f"{self.number} {self.title}"


def _card(row: Edition) -> ArticleCard:
    return ArticleCard(
        row.article_id,
        row.article.number,
        row.version,
        row.title,
        row.symptom,
        row.cause,
        row.steps,
        row.checks,
        tuple(row.products),
        tuple(row.lines),
        row.source,
        row.author,
        row.author_name,
        row.written_at,
        row.state,
        row.decided_by,
        row.decided_at,
        row.reason,
        row.article.approved,
        row.article.withdrawn,
    )


_EDITIONS = Edition.objects.select_related("article")


def editions(number: str) -> list[ArticleCard]:
    """Every version, the newest first. Raises `Refusal` where there is none."""
    found = [_card(row) for row in _EDITIONS.filter(article__number=number).order_by("-version")]
    if not found:
        raise Refusal("no_such_page", f"没有文章 {number}", f"there is no article {number}")
    return found


def number_of(article: UUID) -> str:
    return Article.objects.values_list("number", flat=True).get(pk=article)


def approved(number: str) -> ArticleCard | None:
    """The version that answers."""
    return next(iter(_answering(Q(article__number=number))), None)


def answering(number: str) -> int | None:
    """Which version of an article answers now; None: none does."""
    return Article.objects.filter(number=number).values_list("approved", flat=True).first()


def is_approved(said: str) -> bool:
    """Does what is sent begin with the number of an article that answers?"""
    number = said.split()[0] if said.split() else ""
    return Article.objects.filter(number=number, approved__isnull=False).exists()


def of_ids(wanted: Sequence[UUID]) -> list[ArticleCard]:
    """Those that answer, in this order."""
    found = {card.id: card for card in _answering(Q(article__in=list(wanted)))}
    return [found[one] for one in wanted if one in found]


def _answering(which: Q) -> list[ArticleCard]:
    rows = _EDITIONS.filter(which, version=F("article__approved"))
    return [_card(row) for row in rows.order_by("-article__approved_at", "article__number")]


def catalogue(limit: int = 200) -> list[ArticleCard]:
    """Every article by its newest version, the newest written first."""
    rows = _EDITIONS.filter(version=F("article__newest")).order_by("-written_at")
    return [_card(row) for row in rows[:limit]]


def waiting() -> list[ArticleCard]:
    """What waits for an expert, the oldest first."""
    return [_card(row) for row in _EDITIONS.filter(state="waiting").order_by("written_at")]


def sent_back_to(author: UUID) -> list[ArticleCard]:
    """What somebody wrote and an expert sent back, while it is the newest version."""
    rows = _EDITIONS.filter(author=author, state="sent_back", version=F("article__newest"))
    return [_card(row) for row in rows.filter(article__withdrawn="").order_by("decided_at")]


def of_source(case: str) -> str:
    """The number of the article that was drawn from a case; "" for none."""
    found = _EDITIONS.filter(source=case).values_list("article__number", flat=True)
    return found.order_by("id").first() or ""


# -- finding -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Product:
    """What a caller has: the model and the category of his device; "" where nobody knows."""

    model: str = ""
    category: str = ""


def alike(said: str, product: Product, limit: int) -> list[ArticleCard]:
    """Articles that fit what a caller says, the best first."""
    grams = cut(said)
    if not grams:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"query": matching(grams), "limit": WEIGHED})
        texts = dict(cursor.fetchall())
    cards = {card.number: card for card in _answering(Q(article__number__in=list(texts)))}
    about = {number: _about(card, product) for number, card in cards.items()}
    return [cards[number] for number in fitting(grams, texts, about)[:limit]]


_CANDIDATES = """
select number, telling from knowledge_article
where approved is not null and grams(folded) @@ %(query)s::tsquery limit %(limit)s
"""


def _about(card: ArticleCard, product: Product) -> bool | None:
    """Is it about this product? None: it is about every one, or nobody knows which it is."""
    if not product.model or not (card.models or card.lines):
        return None
    model = product.model.casefold()
    named = any(one.casefold() in model for one in card.models)
    return named or (bool(product.category) and fits(card.lines, product.category))


def articles_found(asked: Asked, limit: int) -> list[ArticleCard]:
    """Articles that answer and hold every word, as the one box finds them."""
    if not asked:
        return []
    where, said = asked.where("folded")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""select id from knowledge_article where approved is not null and {where}
            order by approved_at desc, id limit %(limit)s""",
            {**said, "limit": limit},
        )
        ids = [row[0] for row in cursor.fetchall()]
    return of_ids(ids) if ids else []


@dataclass(frozen=True, slots=True)
class Used:
    """On how many cases an article was sent, and how many of those are done."""

    done: int = 0
    cases: int = 0


def used(articles: Iterable[UUID]) -> dict[UUID, Used]:
    """Of some articles, in one question; drills left out."""
    rows = Use.objects.filter(article__in=list(articles), case__drill=False).values("article_id")
    counted = rows.annotate(n=Count("id"), done=Count("id", Q(case__status__in=DONE)))
    return {row["article_id"]: Used(row["done"], row["n"]) for row in counted}
