"""One's own phrases and the house's, and what a case puts into them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge import phrases
from jiannuo.knowledge.phrases import PLACES, PhraseCard
from jiannuo.manual import holding
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Phrases:
    """`typed`: what was refused stands where it was written; `house`: whether it was one of the
    house's."""

    own: tuple[PhraseCard, ...]
    ours: tuple[PhraseCard, ...]
    may: bool
    places: str
    key: str = ""
    text: str = ""
    house: bool = False
    error: str = ""


def phrases_page(
    actor: Actor,
    reader: Reader,
    typed: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> Phrases:
    found, said = phrases.phrases(actor), typed or {}
    return Phrases(
        tuple(one for one in found if one.own),
        tuple(one for one in found if not one.own),
        allowed(actor, "keep_phrases"),
        reader.listed(f"{{{place}}}" for place in PLACES),
        said.get("key", ""),
        said.get("text", ""),
        bool(said.get("house")),
        reader.say(Text(refused.zh, refused.en)) if refused else "",
    )


def offered(actor: Actor, reader: Reader, number: str) -> list[dict[str, str]]:
    """What a text area is offered: filled by the case, where it is about one that he may see."""
    known: Mapping[str, str] = {}
    if number and allowed(actor, "read_cases"):
        try:
            known = _known(reader, cases.view_for(actor, number))
        except Refusal:  # a form about something else
            known = {}
    seen: dict[str, dict[str, str]] = {}
    for one in phrases.phrases(actor):
        seen.setdefault(one.key, {"key": one.key, "text": phrases.filled(one.text, known)})
    return list(seen.values())


def _known(reader: Reader, view: CaseView) -> dict[str, str]:
    card, log = view.card, view.story.log
    told = [e.d["eta"] for e in log.merged("dispatched", "customer_informed") if e.d.get("eta")]
    return {
        "客户": card.customer_name,
        "现场": card.site_name,
        "单号": card.number,
        "故障": card.text,
        "工程师": holding.holder(log.events),
        "到达时间": reader.clock(told[-1]) if told else "",
    }
