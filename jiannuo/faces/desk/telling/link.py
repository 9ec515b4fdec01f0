"""The page behind the link of a message: what it said, and one button. No sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address, ip_network

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.naming import case_of, headline, language_of
from jiannuo.journey import wording
from jiannuo.manual.words import Text
from jiannuo.notices import acknowledging
from jiannuo.notices import queries as notices
from jiannuo.notices.queries import InboxLine
from jiannuo.web.components import LevelBadge, level_badge
from jiannuo.web.reader import Reader
from jiannuo.web.reading import HTML

MERGED = Text("这条通知已并入另一条", "This notice became part of another")


@dataclass(frozen=True, slots=True)
class LinkPage:
    """`asks`: his word is still wanted. No name and no number: a link may be passed on. `case`:
    where he goes on once he has given it; that page asks who he is."""

    lang: str
    level: LevelBadge | None
    drill: bool
    title: str
    text: tuple[str, ...]
    at: str
    ago: str
    asks: bool
    gone: bool
    told: str
    case: str


def link(reader: Reader, delivery: int, code: str, *, chosen: bool) -> LinkPage | None:
    """None for a code that opens nothing: wrong, or too old. Both look the same from outside.
    `chosen`: the reader chose his language; else it is the one of the message."""
    row = acknowledging.by_code(delivery, code)
    if row is None:
        return None
    if not chosen:
        reader = replace(reader, lang=row.language)
    lines = notices.of_bundle(row.person, row.bundle)
    title, text = _words(reader, lines)
    told = [line.told_at for line in lines if line.told_at is not None]
    urgent = {1: "L1", 2: "L2"}.get(row.urgency)
    return LinkPage(
        lang=reader.lang,
        level=level_badge(reader, urgent) if urgent else None,
        drill=row.drill,
        title=title,
        text=text,
        at=reader.clock(row.posted_at),
        ago=reader.ago(row.posted_at),
        asks=any(line.asks for line in lines),
        gone=bool(lines) and all(line.cancelled for line in lines),
        told=reader.clock(max(told)) if told else "",
        case=case_of(lines),
    )


def _words(reader: Reader, lines: Sequence[InboxLine]) -> tuple[str, tuple[str, ...]]:
    """What the message said, and no more."""
    if not lines:
        return reader.say(MERGED), ()
    profile = customers.base_profile(reader.at)
    sent = max(line.posted_at for line in lines)
    said = wording.said(lines, profile, language_of(reader), drill=False, at=sent, whole=True)
    return headline(said.title, case_of(lines)), tuple(said.text.splitlines())


@dataclass(frozen=True, slots=True)
class Saying:
    """What is wrong and what to do, in one language."""

    lang: str
    fact: str
    next: str


def wrong(reader: Reader, *, patience: bool) -> tuple[Saying, ...]:
    """Nobody knows who reads it: in both languages, his own first."""
    fact, following = PATIENCE if patience else WRONG
    order = ("en", "zh") if reader.lang == "en" else ("zh", "en")
    return tuple(Saying(HTML[lang], fact.said(lang), following.said(lang)) for lang in order)


WRONG = (
    Text("这个链接打不开", "This link does not open"),
    Text(
        "地址不完整，或已过 48 小时。请从消息里重新点开；还不行就登录，在收件箱里确认。",
        "The address is incomplete, or older than 48 hours. Open it from the message again, or"
        " sign in and acknowledge in your inbox.",
    ),
)
PATIENCE = (
    Text("试错太多次，请过 10 分钟再打开", "Too many wrong tries: wait ten minutes"),
    Text("着急就登录，在收件箱里确认。", "If it is urgent, sign in and acknowledge in your inbox."),
)


def network(address: str) -> str:
    """Where a guess came from. A home has 2^64 addresses of the new kind, so those count by
    their net."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False).network_address)
    return str(found)
