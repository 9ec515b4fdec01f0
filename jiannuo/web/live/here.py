"""Who else has a case open just now, as its page shows it; to our own people only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import presence
from jiannuo.web.live.topics import CASE
from jiannuo.web.reader import Reader

MOST = 4  # names; the rest is a count

LOOKS = Text("也在看这单", "has this case open too")
WRITES = Text("正在写", "is writing")


@dataclass(frozen=True, slots=True)
class Beside:
    """Somebody, and what he does here."""

    name: str
    does: str
    writing: bool


@dataclass(frozen=True, slots=True)
class HereLine:
    """Nobody: an empty place, to be filled when somebody comes."""

    template: ClassVar[str] = "web/components/here.html"

    number: str
    people: tuple[Beside, ...]
    more: int


def here_line(actor: Actor, reader: Reader, number: str) -> HereLine:
    """The others, who writes first."""
    name = f"{CASE}{number}"
    others = [one for one in presence.who([name]).get(name, ()) if one.person != actor.id]
    others.sort(key=lambda one: not one.writing)
    people = tuple(
        Beside(one.name, reader.say(WRITES if one.writing else LOOKS), one.writing)
        for one in others[:MOST]
    )
    return HereLine(number, people, max(0, len(others) - MOST))
