"""Canned phrases: of one person, and of the house; with places that the case fills."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge.models import Phrase
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

KEY = re.compile(r"[a-z0-9一-鿿]{1,12}")
LONGEST, MOST = 500, 60
#: What a phrase may leave open, by the word in its braces.
PLACES = ("客户", "现场", "单号", "故障", "工程师", "到达时间")
OPEN = re.compile(r"\{([^{}]{1,10})\}")


@dataclass(frozen=True, slots=True)
class PhraseCard:
    id: UUID
    key: str
    text: str
    own: bool


def phrases(actor: Actor) -> list[PhraseCard]:
    """His own first, then the house's; of two with one key his own counts."""
    rows = Phrase.objects.filter(Q(owner=actor.id) | Q(owner__isnull=True)).order_by("key")
    cards = [PhraseCard(row.id, row.key, row.text, row.owner is not None) for row in rows]
    return sorted(cards, key=lambda card: (not card.own, card.key))


@transaction.atomic
def keep(actor: Actor, key: str, text: str, *, house: bool) -> None:
    """One more, or other words for the same key. Raises `Refusal`: the house's are the duty
    manager's to write."""
    require(actor, "keep_phrases" if house else "read_inbox")
    key, text = key.strip().casefold(), " ".join(text.replace("\x00", "").split())
    if not KEY.fullmatch(key):
        raise Refusal(
            "bad_key",
            "简写要 1 到 12 个汉字、小写字母或数字，中间不留空格",
            "a key is 1 to 12 letters or digits without spaces",
        )
    if not text or len(text) > LONGEST:
        raise Refusal(
            "bad_phrase",
            f"写上要用的话，不超过 {LONGEST} 个字",
            f"write the words, at most {LONGEST} characters",
        )
    unknown = [place for place in OPEN.findall(text) if place not in PLACES]
    if unknown:
        known = "、".join(f"{{{place}}}" for place in PLACES)
        raise Refusal(
            "unknown_place",
            f"「{{{unknown[0]}}}」填不出来；可以用 {known}",
            f"{{{unknown[0]}}} cannot be filled; there are {known}",
        )
    owner = None if house else actor.id
    if Phrase.objects.filter(owner=owner).exclude(key=key).count() >= MOST:
        raise Refusal("too_many", f"最多 {MOST} 条，先删几条", f"at most {MOST}; drop some first")
    Phrase.objects.update_or_create(owner=owner, key=key, defaults={"text": text})


def drop(actor: Actor, phrase: UUID) -> None:
    """Of his own, or the house's where they are his to write; nothing where there is none."""
    row = Phrase.objects.filter(Q(owner=actor.id) | Q(owner__isnull=True), pk=phrase).first()
    if row is not None:
        require(actor, "read_inbox" if row.owner is not None else "keep_phrases")
        row.delete()


def filled(text: str, known: Mapping[str, str]) -> str:
    """With what is known put in; what is not stays open, to be seen."""
    return OPEN.sub(lambda found: known.get(found[1]) or found[0], text)
