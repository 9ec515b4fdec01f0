"""The inbox: what asks for his word first, a card for each thing it is about; then what he has not
seen, then the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.naming import case_of, headline, label, language_of, role
from jiannuo.journey import wording
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.notices import queries as notices
from jiannuo.notices.queries import InboxLine
from jiannuo.notices.wording import Words
from jiannuo.notices.wording import own as own_words
from jiannuo.people.permits import require
from jiannuo.web.components import LevelBadge, PageState, Press, level_badge
from jiannuo.web.reader import Reader

#: Notices that are told in full; the others are named in a line each.
FULL = 12
#: How far back: notices that are looked at, and lines of what he has seen.
BACK, LISTED = 500, 100
#: Other matters of a card that are named.
NAMED = 6


@dataclass(frozen=True, slots=True)
class Bundle:
    """What came together and is acknowledged together. `state`: how it stands between us and
    him; sent is never called told. `also`: what else of the same thing he acknowledges with it; `place`: where to
    do it, where it is about no case."""

    id: UUID
    level: LevelBadge | None
    drill: bool
    title: str
    text: tuple[str, ...]
    at: str
    ago: str
    machine: str
    role: str
    case: str
    state: str
    told: bool
    gone: bool
    also: tuple[UUID, ...] = ()
    place: Press | None = None


@dataclass(frozen=True, slots=True)
class Inbox:
    """`seen`: the rows that whoever opens the page sees now. The bell goes on ringing for what asks
    for his word until he gives it, seen or not."""

    asking: tuple[Bundle, ...]
    fresh: tuple[Bundle, ...]
    rest: tuple[Bundle, ...]
    seen: tuple[int, ...]
    state: PageState | None


def inbox(actor: Actor, reader: Reader) -> Inbox:
    """One's own, and nobody else's."""
    require(actor, "read_inbox")
    lines = notices.inbox(actor.id, BACK) if actor.id else []
    bundles = list(_bundled(lines))
    asking = list(_cards([b for b in bundles if any(n.asks for n in b)]))
    quiet = [b for b in bundles if not any(n.asks for n in b)]
    fresh = [b for b in quiet if any(n.seen_at is None for n in b)]
    full = fresh[: max(0, FULL - len(asking))]
    written = own_words(language_of(reader))
    made = _Maker(reader, customers.base_profile(reader.at), written)
    rest = [b for b in quiet if b not in full]
    return Inbox(
        tuple(made.card(card) for card in asking[:FULL])
        + tuple(made.named(card[0]) for card in asking[FULL:]),
        tuple(made.told(b) for b in full),
        tuple(made.named(b) for b in rest[:LISTED]),
        tuple(n.id for n in lines if n.seen_at is None),
        None if bundles else _empty(reader),
    )


def _bundled(lines: Iterable[InboxLine]) -> Iterable[Sequence[InboxLine]]:
    found: dict[UUID, list[InboxLine]] = {}
    for line in lines:
        found.setdefault(line.bundle, []).append(line)
    return found.values()


Card = Sequence[Sequence[InboxLine]]


def _cards(asking: Sequence[Sequence[InboxLine]]) -> Iterable[Card]:
    """All that asks about one thing, its most urgent and newest first; what is real before any
    drill, then the most urgent card, then the newest."""
    found: dict[tuple[str, UUID], list[Sequence[InboxLine]]] = {}
    for bundle in asking:
        first = bundle[0]
        about = first.subject if first.subject_kind == "case" else first.bundle
        found.setdefault((first.subject_kind, about), []).append(bundle)
    cards = [sorted(bundles, key=_place) for bundles in found.values()]
    return sorted(cards, key=lambda card: (card[0][0].drill, *_place(card[0])))


def _place(bundle: Sequence[InboxLine]) -> tuple[int, float]:
    return min(n.urgency for n in bundle), -max(n.posted_at for n in bundle).timestamp()


@dataclass(frozen=True)
class _Maker:
    reader: Reader
    profile: Profile
    written: Mapping[str, Words]

    def card(self, bundles: Card) -> Bundle:
        """The first in its own words, the others named: one press acknowledges all of it."""
        first, others = bundles[0], bundles[1:]
        made = self.told(first)
        names = [self._label(n) for lines in others for n in lines if n.asks]
        known = {self._label(n) for n in first}
        more = [name for name in dict.fromkeys(names) if name not in known]
        also = tuple(lines[0].bundle for lines in others)
        if not more:
            return replace(made, also=also)
        said = self.reader.listed(more[:NAMED])
        also_said = self.reader.say(Text(f"还有：{said}", f"Also: {said}"))
        return replace(made, also=also, text=(*made.text, also_said))

    def told(self, lines: Sequence[InboxLine]) -> Bundle:
        """In the words of the notice itself, as they were sent."""
        said = wording.said(
            lines,
            self.profile,
            language_of(self.reader),
            drill=False,
            at=max(n.posted_at for n in lines),
            written=self.written,
            whole=True,
        )
        title = headline(said.title, case_of(lines))
        return self._made(lines, title, tuple(said.text.splitlines()))

    def named(self, lines: Sequence[InboxLine]) -> Bundle:
        """In a few words."""
        names = [self._label(n) for n in lines]
        return self._made(lines, self.reader.listed(dict.fromkeys(names)), ())

    def _label(self, line: InboxLine) -> str:
        return label(self.reader, self.profile, line.kind, line.about)

    def _made(self, lines: Sequence[InboxLine], title: str, text: tuple[str, ...]) -> Bundle:
        reader, first = self.reader, lines[0]
        roles = dict.fromkeys(role(reader, n.role) for n in lines)
        return Bundle(
            id=first.bundle,
            level=_level(reader, first),
            drill=first.drill,
            title=title,
            text=text,
            at=reader.clock(first.posted_at),
            ago=reader.ago(first.posted_at),
            machine=first.posted_at.isoformat(),
            role=reader.listed(roles),
            case=case_of(lines),
            state=_state(reader, lines),
            told=all(n.told_at is not None for n in lines),
            gone=all(n.cancelled for n in lines),
            place=_where(reader, first),
        )


def _where(reader: Reader, line: InboxLine) -> Press | None:
    """The page of a roster, at the week of its gap; of a draft of the profile."""
    if line.subject_kind == "draft":
        words = Text("看草案", "See the draft")
        return Press(reader.say(words), reverse("desk:draft_show", args=[line.subject]))
    if line.subject_kind == "roster":
        day = str(line.about.get("ref", "")).partition("@")[2][:10]
        here = reverse("desk:roster_list")
        words = Text("看值班表", "See the roster")
        return Press(reader.say(words), f"{here}?week={day}" if day else here)
    return None


def _level(reader: Reader, line: InboxLine) -> LevelBadge | None:
    """The level of the fault; level one, or where the notice knows none, by its urgency."""
    by_urgency = {1: "L1", 2: "L2"}.get(line.urgency)
    known = by_urgency if line.urgency == 1 else line.about.get("level") or by_urgency
    return level_badge(reader, str(known)) if known else None


def _state(reader: Reader, lines: Sequence[InboxLine]) -> str:
    if any(n.asks for n in lines):
        said = Text("已发出，您还没有确认", "Sent; you have not acknowledged it")
        if any(n.asks and _overdue(reader, n) for n in lines):
            said += Text("；现在已超时", "; overdue by now")
        return reader.say(said)
    if all(n.cancelled for n in lines):
        return reader.say(Text("不必再处理", "Nothing to do any more"))
    told = [n.told_at for n in lines if n.told_at is not None]
    if told:
        at = reader.clock(max(told))
        return reader.say(Text(f"{at} 已确认", f"acknowledged {at}"))
    seen = [n.seen_at for n in lines if n.seen_at is not None]
    if seen:
        at = reader.clock(max(seen))
        return reader.say(Text(f"{at} 看过", f"seen {at}"))
    return reader.say(Text("无须确认", "no answer needed"))


def _overdue(reader: Reader, line: InboxLine) -> bool:
    due = line.about.get("due_at")
    return due is not None and datetime.fromisoformat(str(due)) < reader.at


def _empty(reader: Reader) -> PageState:
    return PageState(
        "empty",
        reader.say(Text("没有给您的通知", "Nothing was sent to you")),
        reader.say(
            Text(
                "轮到您处理或须您知悉的事会到这里，一级故障同时打电话。",
                "What needs you comes here; level one rings you up as well.",
            )
        ),
    )
