"""The pages of what is known."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.knowledge.cards import Fitting, Row, about, fitting, helped, rows, state
from jiannuo.faces.desk.knowledge.matter import address
from jiannuo.kernel.grams import asked
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import ArticleCard, Product, Used
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed
from jiannuo.web.components import PageState, Press
from jiannuo.web.reader import Reader

FOUND = 30


@dataclass(frozen=True, slots=True)
class ListPage:
    """`case`: the number of the case for which something is looked for, with what fits it."""

    typed: str
    case: str
    fit: Fitting | None
    rows: tuple[Row, ...]
    add: Press | None
    state: PageState | None


def list_page(actor: Actor, reader: Reader, typed: str, case: str) -> ListPage:
    fit = fitting(actor, reader, cases.view_for(actor, case).card) if case else None
    found = _found(typed) if typed else knowledge.catalogue()
    add = Press(reader.say(Text("写一篇", "Write one")), reverse("desk:article_open"), within=True)
    return ListPage(
        typed,
        case,
        fit,
        rows(reader, found),
        add if allowed(actor, "article_drafted") else None,
        None if found else _none(reader, typed),
    )


def _found(typed: str) -> list[ArticleCard]:
    """Every word first; else what is most alike."""
    return knowledge.articles_found(asked(typed), FOUND) or knowledge.alike(typed, Product(), FOUND)


def _none(reader: Reader, typed: str) -> PageState:
    if typed:
        fact = Text(f"没有合适的知识：{typed[:40]}", f"Nothing known fits {typed[:40]}")
        hint = Text(
            "修好以后，在工单上点「写成知识」。", "Once it is fixed, make an article of the case."
        )
        return PageState("empty", reader.say(fact), reader.say(hint))
    return PageState(
        "empty",
        reader.say(Text("还没有知识", "Nothing is written yet")),
        reader.say(
            Text(
                "办完的工单上点「写成知识」，原因和步骤自动带过来。",
                "Make an article of a finished case: its cause and steps come along.",
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class Version:
    version: int
    by: str
    at: str
    state: str
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class ShowPage:
    """`card`: the version that is shown: the newest, or the one that answers where `answering`."""

    card: ArticleCard
    parts: tuple[tuple[str, str], ...]
    about: str
    state: str
    tone: str
    used: str
    source: str
    presses: tuple[Press, ...]
    versions: tuple[Version, ...]
    why: str


PARTS = (
    ("symptom", Text("现象", "Symptom")),
    ("cause", Text("原因", "Cause")),
    ("steps", Text("处理步骤", "Steps")),
    ("checks", Text("检查与预防", "Check and prevent")),
)


def show_page(actor: Actor, reader: Reader, number: str) -> ShowPage:
    editions = knowledge.editions(number)
    card = editions[0]
    word, tone = state(card)
    used = knowledge.used([card.id]).get(card.id, Used())
    texts = ((reader.say(name), getattr(card, field)) for field, name in PARTS)
    return ShowPage(
        card=card,
        parts=tuple((name, text) for name, text in texts if text),
        about=about(reader, card),
        state=reader.say(word),
        tone=tone,
        used=helped(reader, used),
        source=reverse("desk:case_show", args=[card.source]) if card.source else "",
        presses=tuple(_presses(actor, reader, card)),
        versions=tuple(_version(reader, one) for one in editions),
        why=_why(reader, card),
    )


def _presses(actor: Actor, reader: Reader, card: ArticleCard) -> list[Press]:
    """What he may do with it now, the first the one that is waited for."""
    own = actor.id is not None and card.author == actor.id
    kinds = []
    if card.state == "waiting" and not own:
        kinds += ["article_approved", "article_sent_back"]
    if not card.withdrawn:
        kinds += ["article_changed", "article_withdrawn"]
    return [
        Press(
            reader.say(look(kind).verb),
            address(card.number, kind, card.version),
            within=True,
        )
        for kind in kinds
        if allowed(actor, kind)
    ]


def _why(reader: Reader, card: ArticleCard) -> str:
    """What stands above it while it does not answer as it is shown."""
    if card.withdrawn:
        return reader.say(Text(f"已停用：{card.withdrawn}", f"Withdrawn: {card.withdrawn}"))
    if card.state == "sent_back":
        by = card.decided_by
        return reader.say(Text(f"{by}退回：{card.reason}", f"{by} sent it back: {card.reason}"))
    if card.state == "waiting" and card.answers:
        n = card.answers
        return reader.say(
            Text(f"这一版等审批，现在用的是第 {n} 版", f"This version waits; version {n} answers")
        )
    if card.state == "waiting":
        return reader.say(
            Text(
                "等专家审批，批准前不能用来答复",
                "Waits for an expert; it answers nothing till then",
            )
        )
    return ""


def _version(reader: Reader, card: ArticleCard) -> Version:
    word, tone = state(card)
    decided = ""
    if card.decided_at is not None:
        decided = f"{card.decided_by} {reader.clock(card.decided_at)}"
    return Version(
        card.version,
        card.author_name,
        reader.clock(card.written_at),
        reader.say(word),
        tone,
        " · ".join(part for part in (decided, card.reason) if part),
    )
