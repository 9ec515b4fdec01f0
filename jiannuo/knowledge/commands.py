"""Writes to what is known: versions of articles, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from jiannuo.kernel.grams import folded
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge.models import Article, Edition, Use
from jiannuo.manual.actor import Actor

RULE = "R-7.1-B-2"


@dataclass(frozen=True, slots=True)
class Words:
    """What an article says. `models`, `lines`: what it is about, none: everything."""

    title: str
    symptom: str
    steps: str
    cause: str = ""
    checks: str = ""
    models: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    source: str = field(default="")


def draft(actor: Actor, article: UUID, words: Words, at: datetime) -> str:
    """The first version of a new article, which waits for approval; its number."""
    count = Article.objects.select_for_update().order_by("-number").first()
    number = f"KB-{int(count.number[3:]) + 1 if count else 1:04}"
    row = Article.objects.create(id=article, number=number)
    _write(actor, row, words, at)
    return number


def change(actor: Actor, number: str, words: Words, at: datetime) -> int:
    """One more version; what was approved answers until this is. One that still waits, or was sent
    back, stays as it was written."""
    row = _locked(number)
    if row.withdrawn:
        raise Refusal(
            "article_withdrawn",
            f"{number} 已停用，请另写一篇",
            f"{number} is withdrawn; write another one",
            requirement=RULE,
        )
    row.editions.filter(state="waiting").update(state="replaced")
    row.newest += 1
    row.save(update_fields=["newest"])
    source = row.editions.values_list("source", flat=True).first() or ""
    _write(actor, row, words, at, source)
    return row.newest


def _write(actor: Actor, row: Article, words: Words, at: datetime, source: str = "") -> None:
    Edition.objects.create(
        article=row,
        version=row.newest,
        title=words.title,
        symptom=words.symptom,
        cause=words.cause,
        steps=words.steps,
        checks=words.checks,
        products=list(words.models),
        lines=list(words.lines),
        source=words.source or source,
        author=actor.id,
        author_name=actor.name,
        written_at=at,
    )


def approve(actor: Actor, number: str, version: int, at: datetime) -> None:
    """From now on it answers. Raises `Refusal` for its own author, and for a version that does not
    wait: whoever approves has read this one."""
    row = _locked(number)
    edition = _waiting(row, version)
    if actor.id is not None and edition.author == actor.id:
        raise Refusal(
            "own_article",
            "自己写的文章要由另一位专家批准",
            "an article takes another expert's approval than its author's",
            requirement=RULE,
        )
    row.editions.filter(state="approved").update(state="replaced")
    _decide(edition, "approved", actor, at)
    row.approved, row.approved_at = version, at
    row.telling = folded([edition.title, edition.symptom])
    texts = (edition.title, edition.symptom, edition.cause, edition.steps, edition.checks)
    row.folded = folded([row.number, *texts, *edition.products])
    row.save(update_fields=["approved", "approved_at", "telling", "folded"])


def send_back(actor: Actor, number: str, version: int, reason: str, at: datetime) -> None:
    _decide(_waiting(_locked(number), version), "sent_back", actor, at, reason)


def withdraw(actor: Actor, number: str, reason: str, at: datetime) -> None:
    """It answers nothing any more; where it was sent is kept."""
    row = _locked(number)
    row.editions.filter(state__in=("waiting", "approved")).update(state="replaced")
    row.approved = row.approved_at = None
    row.telling = row.folded = ""
    row.withdrawn = reason[:500]
    row.save(update_fields=["approved", "approved_at", "telling", "folded", "withdrawn"])


def use(number: str, case: UUID, customer: UUID | None, by: str, at: datetime) -> None:
    """It was sent on a case; once is counted. What is no article of ours counts nothing."""
    row = Article.objects.filter(number=number).first()
    if row is not None:
        made = {"customer_id": customer, "at": at, "by_name": by}
        Use.objects.get_or_create(article=row, case_id=case, defaults=made)


def _locked(number: str) -> Article:
    row = Article.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise Refusal("no_such_page", f"没有文章 {number}", f"there is no article {number}")
    return row


def _waiting(row: Article, version: int) -> Edition:
    edition = row.editions.filter(version=version, state="waiting").first()
    if edition is None:
        raise Refusal(
            "not_waiting",
            "这一版不在等审批，请刷新后看最新的一版",
            "this version waits for nobody; look at the newest one",
            requirement=RULE,
        )
    return edition


def _decide(edition: Edition, state: str, actor: Actor, at: datetime, reason: str = "") -> None:
    edition.state, edition.decided_by, edition.decided_at = state, actor.name, at
    edition.reason = reason
    edition.save(update_fields=["state", "decided_by", "decided_at", "reason"])
