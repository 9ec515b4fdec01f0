"""Sessions and tokens as a page lists them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from jiannuo.manual.words import Text
from jiannuo.people.accounts import TokenLine
from jiannuo.people.sessions import SessionCard
from jiannuo.web.reader import Reader

#: What a browser calls itself, the telling name first.
BROWSERS = (
    ("MicroMessenger", Text("微信", "WeChat")),
    ("Edg", Text("Edge", "Edge")),
    ("Firefox", Text("Firefox", "Firefox")),
    ("Chrome", Text("Chrome", "Chrome")),
    ("Safari", Text("Safari", "Safari")),
)
SYSTEMS = re.compile(r"Windows|Android|iPhone|iPad|Mac OS X|Linux|HarmonyOS")


@dataclass(frozen=True, slots=True)
class SessionLine:
    id: str
    where: str
    began: str
    seen: str
    mine: bool


def session_lines(reader: Reader, cards: Iterable[SessionCard]) -> tuple[SessionLine, ...]:
    return tuple(
        SessionLine(
            card.id,
            f"{_browser(reader, card.agent)} · {card.address}" if card.address else "—",
            reader.clock(card.began_at) if card.began_at else "—",
            reader.ago(card.seen_at) if card.seen_at else "—",
            card.mine,
        )
        for card in cards
    )


def _browser(reader: Reader, agent: str) -> str:
    name = next((said for mark, said in BROWSERS if mark in agent), None)
    system = SYSTEMS.search(agent)
    told = reader.say(name) if name else reader.say(Text("浏览器", "browser"))
    return f"{told}, {system.group()}" if system else told


@dataclass(frozen=True, slots=True)
class TokenRow:
    id: UUID
    name: str
    made: str
    used: str


def token_rows(reader: Reader, lines: Iterable[TokenLine]) -> tuple[TokenRow, ...]:
    never = reader.say(Text("没用过", "never used"))
    return tuple(
        TokenRow(
            one.id,
            one.name,
            reader.day(one.made_at),
            reader.ago(one.used_at) if one.used_at else never,
        )
        for one in lines
    )
