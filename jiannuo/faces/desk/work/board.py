"""The page of my work: all that waits for him in the order in which it runs out, and above it what
he was told and has not acknowledged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from jiannuo.faces.desk.queue import SOON, TITLES
from jiannuo.faces.desk.telling.inbox import Bundle, inbox
from jiannuo.faces.desk.work.besides import besides
from jiannuo.faces.desk.work.deciding import decisions
from jiannuo.faces.desk.work.items import Item, Me
from jiannuo.faces.desk.work.turns import Cases, turns
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed
from jiannuo.web import drafts
from jiannuo.web.beat import Beat, beat
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

#: Alerts that are shown here; the inbox has them all.
ALERTS = 3
GROUPS = ("late", "soon", "today", "later", "none")
NONE = Text("没有限时", "No time is set")


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class WorkPage:
    """`alerts`: what asks for his word, `more_alerts`: how many others do; `draft`: what he typed
    before a sign-in and never sent; "" for nothing."""

    groups: tuple[Group, ...]
    count: int
    alerts: tuple[Bundle, ...]
    more_alerts: int
    draft: str
    state: PageState | None
    beat: Beat


def work(actor: Actor, reader: Reader, request: HttpRequest) -> WorkPage:
    heart = beat(reader.at)
    found = items(Me(actor, reader), heart.doubt(reader))
    asking = inbox(actor, reader).asking
    kept = drafts.kept(request)
    left = reverse("web:draft_show") if kept and kept.said else ""
    return WorkPage(
        tuple(_groups(reader, found)),
        len(found),
        asking[:ALERTS],
        max(0, len(asking) - ALERTS),
        left,
        None if found or asking or left else _empty(actor, reader),
        heart,
    )


def items(me: Me, doubt: str) -> list[Item]:
    """Everything that waits, what runs out first on top; drills last. A case that asks for a
    decision of his is told once, as that."""
    if not allowed(me.actor, "read_cases"):
        return []
    known = Cases(me, doubt)
    deciding = list(decisions(known))
    decided = {(one.number, one.press.href.partition("?")[0]) for one in deciding if one.number}
    taking = {one.number for one in deciding if "assignment_accepted" in one.press.href}
    mine = (
        one
        for one in turns(known)
        if one.number not in taking
        and (one.number, one.press.href.partition("?")[0]) not in decided
    )
    found = [*deciding, *mine, *besides(known)]
    return sorted(found, key=lambda one: (one.drill, one.due is None, one.due or me.reader.at))


def _groups(reader: Reader, found: Sequence[Item]) -> Iterator[Group]:
    for key in GROUPS:
        inside = tuple(one for one in found if _key(reader, one.due) == key)
        if inside:
            title = NONE if key == "none" else TITLES[key]
            yield Group(key, reader.say(title), inside)


def _key(reader: Reader, due: datetime | None) -> str:
    if due is None:
        return "none"
    if due < reader.at:
        return "late"
    if due - reader.at < SOON:
        return "soon"
    return "today" if reader.local(due).date() == reader.today else "later"


def _empty(actor: Actor, reader: Reader) -> PageState:
    """Nothing waits: a fact, and where he may look."""
    fact = reader.say(Text("没有等你的事", "Nothing waits for you"))
    coming = Text(
        "轮到你时会出现在这里，急的同时响铃。", "Your turn shows up here; what is urgent rings."
    )
    if not allowed(actor, "read_cases"):
        return PageState("empty", fact, reader.say(coming))
    return PageState(
        "empty",
        fact,
        reader.say(coming),
        reverse("desk:case_list"),
        reader.say(Text("看队列", "See the queue")),
    )
