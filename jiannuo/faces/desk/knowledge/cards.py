"""Articles as rows and pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from jiannuo.cases.view import CaseCard
from jiannuo.equipment import queries as equipment
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import ArticleCard, Product, Used
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed
from jiannuo.web.components import Press
from jiannuo.web.reader import Reader

FEW = 3  # articles that are shown beside something else
DONE = ("resolved", "observing", "answered", "closed")


@dataclass(frozen=True, slots=True)
class Row:
    """`send`: sends it to the customer of a case, None where there is none or he may not."""

    number: str
    href: str
    title: str
    symptom: str
    about: str
    state: str
    tone: str
    used: str
    at: str
    send: Press | None = None


@dataclass(frozen=True, slots=True)
class Fitting:
    """What fits a case. `draw`: makes an article of it; `drawn`: the one that was made."""

    rows: tuple[Row, ...]
    draw: Press | None = None
    drawn: str = ""


def fitting(actor: Actor, reader: Reader, case: CaseCard) -> Fitting:
    over = case.status in DONE
    drawn = knowledge.of_source(case.number) if over else ""
    can = over and not drawn and allowed(actor, "article_drafted")
    href = f"{reverse('desk:article_open')}?case={case.number}"
    draw = Press(reader.say(Text("写成知识", "Make an article of it")), href, within=True)
    found = knowledge.alike(case.text, product(case.device), FEW)
    sends = case.status not in ("closed", "cancelled", "merged")
    sends = sends and voice(actor, "article_sent") != NOBODY
    return Fitting(rows(reader, found, case.number if sends else ""), draw if can else None, drawn)


def product(serial: str | None) -> Product:
    unit = equipment.find(serial) if serial else None
    return Product(unit.model, unit.category) if unit else Product()


def rows(reader: Reader, found: Sequence[ArticleCard], case: str = "") -> tuple[Row, ...]:
    used = knowledge.used([card.id for card in found]) if found else {}
    return tuple(_row(reader, card, used, case) for card in found)


def _row(reader: Reader, card: ArticleCard, used: Mapping[UUID, Used], case: str) -> Row:
    word, tone = state(card)
    return Row(
        number=card.number,
        href=reverse("desk:article_show", args=[card.number]),
        title=card.title,
        symptom=" ".join(card.symptom.split()),
        about=about(reader, card),
        state=reader.say(word),
        tone=tone,
        used=helped(reader, used.get(card.id, Used())),
        at=reader.clock(card.written_at),
        send=_send(reader, card, case) if case else None,
    )


def _send(reader: Reader, card: ArticleCard, case: str) -> Press:
    href = reverse("desk:act_open", args=[case, "article_sent"])
    verb = reader.say(Text("以此条答复", "Answer with it"))
    return Press(verb, f"{href}?{urlencode({'article': card.called})}", within=True)


def about(reader: Reader, card: ArticleCard) -> str:
    """Which products it is about."""
    lines = [reader.word("skill", line) for line in card.lines]
    return reader.listed([*card.models, *lines]) or reader.say(Text("所有产品", "every product"))


def helped(reader: Reader, found: Used) -> str:
    """How many of the cases on which it was sent are done."""
    if not found.cases:
        return reader.say(Text("还没用过", "not used yet"))
    n, m = found.done, found.cases
    return reader.say(Text(f"用于 {m} 单，{n} 单已解决", f"{n} of {m} cases resolved"))


def state(card: ArticleCard) -> tuple[Text, str]:
    """How a version stands, and the look of its tag."""
    if card.withdrawn:
        return Text("已停用", "withdrawn"), ""
    found = {
        "waiting": (Text("等审批", "waits for approval"), "warn"),
        "approved": (Text("已批准", "approved"), "ok"),
        "sent_back": (Text("已退回", "sent back"), "warn"),
        "replaced": (Text("旧版", "older version"), ""),
    }
    return found[card.state]
