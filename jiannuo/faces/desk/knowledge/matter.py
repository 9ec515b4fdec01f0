"""The forms of an article: written, changed, approved, sent back, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from jiannuo.cases import queries as cases
from jiannuo.equipment import listing as equipment
from jiannuo.faces.desk.acting.lists import People
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.journey.articles import drawn
from jiannuo.knowledge import queries as knowledge
from jiannuo.knowledge.queries import ArticleCard
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, tables
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

#: The steps that are taken on an article that is there.
STEPS = ("article_changed", "article_approved", "article_sent_back", "article_withdrawn")
#: Those that decide on the version that was read.
DECIDING = ("article_approved", "article_sent_back")


@dataclass(frozen=True)
class ArticleLists(People):
    def of(self, kind: str, field: str) -> tuple[Choice, ...]:
        if field == "models":
            known = dict.fromkeys(model for _, model, _ in equipment.models())
            return tuple(Choice(model, model) for model in known)
        if field == "lines":
            lines = tables()["skill"]
            return tuple(Choice(line, self.reader.say(word)) for line, word in lines.items())
        return ()


def new(actor: Actor, reader: Reader, case: str) -> Sheet:
    """A new article; with what a case says of its problem, where it is drawn from one."""
    known: Mapping[str, Any] = drawn(cases.view_for(actor, case)) if case else {}
    given = {"source": case} if case else {}
    return Sheet(
        reader,
        reverse("desk:article_open") + (f"?case={case}" if case else ""),
        case or reader.say(Text("知识", "Knowledge")),
        reader.say(Text("由这一单写成知识", "An article out of this case")) if case else "",
        reverse("desk:case_show", args=[case]) if case else reverse("desk:article_list"),
        ArticleLists(reader),
        given=given,
        known={name: _several(value) for name, value in known.items() if name != "source"},
        then=lambda done: reverse("desk:article_show", args=[done.number]),
    )


def address(number: str, kind: str, version: int, **more: str) -> str:
    """The form of a step on the version that is read there."""
    said = urlencode({"version": version, **more})
    return f"{reverse('desk:edition_open', args=[number, kind])}?{said}"


def step(reader: Reader, number: str, kind: str, said: Mapping[str, str]) -> Sheet:
    """A step on an article. `said`: what its address says: the version that was read, whether it
    leads back to one's work. Raises `Http404` for a step that is none."""
    if kind not in STEPS:
        raise Http404
    newest = knowledge.editions(number)[0]
    read = said.get("version", "")
    version = int(read) if read.isdecimal() and len(read) < 6 else newest.version
    work = {"work": "1"} if said.get("work") else {}
    back = reverse("desk:article_show", args=[number])
    return Sheet(
        reader,
        address(number, kind, version, **work),
        number,
        newest.title,
        reverse("desk:work_show") if work else back,
        ArticleLists(reader),
        key=number,
        given={"version": version} if kind in DECIDING else {},
        known=_known(newest) if kind == "article_changed" else {},
    )


def _known(card: ArticleCard) -> dict[str, Sequence[str]]:
    texts = {
        name: [getattr(card, name)] for name in ("title", "symptom", "cause", "steps", "checks")
    }
    return {**texts, "models": card.models, "lines": card.lines}


def _several(value: Any) -> Sequence[str]:
    return [value] if isinstance(value, str) else list(value)
