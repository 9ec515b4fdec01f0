"""What is open at the change of shift, as it would be handed over now or was then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.journey import shift_change
from jiannuo.journey.shift_change import OpenLine, PromiseLine, Standing
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.people.handing import HandoverCard
from jiannuo.people.permits import allowed
from jiannuo.people.rules import role_of
from jiannuo.web.components import LevelBadge, level_badge
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Line:
    """A case that runs out soon. `late`: it was over its time already."""

    number: str
    href: str
    text: str
    where: str
    level: LevelBadge
    promise: str
    by: str
    late: bool
    holder: str
    status: str
    waits: str


@dataclass(frozen=True, slots=True)
class Promised:
    number: str
    href: str
    words: str
    until: str
    by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The list of a change of shift."""

    open: int
    counts: str
    lines: tuple[Line, ...]
    promised: tuple[Promised, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A hand-over in the list of those before."""

    href: str
    at: str
    desk: str
    words: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True)
class Writing:
    """The page of whoever goes off duty. `to`: who is to come on; `people`: who could."""

    sheet: Sheet
    desk: str
    may: bool
    people: tuple[str, ...]
    to: str
    note: str
    op: str
    error: str
    past: tuple[Past, ...]
    wait: Past | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One hand-over in full. `may`: this reader can confirm it; `why`: why he cannot."""

    id: UUID
    sheet: Sheet
    desk: str
    by: str
    to: str
    at: str
    note: str
    taken: str
    remark: str
    may: bool
    why: str
    mine: bool
    op: str
    error: str
    typed: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent and not taken."""

    to: str = ""
    text: str = ""
    refusal: Refusal | None = None


def writing(actor: Actor, reader: Reader, typed: Typed | None = None) -> Writing:
    said = typed or Typed()
    desk = shift_change.desk_for(actor)
    may = bool(desk) and allowed(actor, "shift_handed_over")
    names = tuple(shift_change.next_on(desk, actor.name)) if may else ()
    past = tuple(_past(reader, card) for card in shift_change.newest(actor))
    waiting = shift_change.waiting(actor, reader.at)
    return Writing(
        _Maker(reader).sheet(shift_change.standing_now(actor), reader.at),
        reader.word("role", role_of(desk)) if desk else "",
        may,
        names,
        said.to or next(iter(names), ""),
        said.text,
        str(new_id()),
        _error(reader, said),
        past,
        _past(reader, waiting) if waiting else None,
    )


def reading(actor: Actor, reader: Reader, one: UUID, typed: Typed | None = None) -> Reading:
    """Raises `Refusal` ("no_such_page")."""
    said = typed or Typed()
    told = shift_change.told(actor, one)
    card = told.card
    why = _why_not(actor, reader, card)
    return Reading(
        card.id,
        _Maker(reader).sheet(told.standing, card.written_at),
        reader.word("role", role_of(card.desk)),
        card.by,
        card.to,
        reader.clock(card.written_at),
        told.note,
        _taken(reader, card),
        told.remark,
        not why and not card.taken_by,
        why,
        card.to == actor.name,
        str(new_id()),
        _error(reader, said),
        said.text,
    )


def _why_not(actor: Actor, reader: Reader, card: HandoverCard) -> str:
    if card.taken_by:
        return ""
    if card.by == actor.name:
        return reader.say(Text(f"等{card.to}阅读并确认", f"waiting for {card.to} to confirm"))
    if not allowed(actor, "shift_taken_over") or role_of(card.desk) not in actor.roles:
        desk = reader.word("role", role_of(card.desk))
        return reader.say(Text(f"由接班的{desk}确认", f"the {desk} coming on confirms it"))
    return ""


def _taken(reader: Reader, card: HandoverCard) -> str:
    if card.taken_at is None:
        return ""
    at = reader.clock(card.taken_at)
    return reader.say(
        Text(f"{card.taken_by} {at} 看过，接班", f"{card.taken_by} read it and took over at {at}")
    )


def _past(reader: Reader, card: HandoverCard) -> Past:
    words = reader.say(Text(f"{card.by} 交给 {card.to}", f"{card.by} to {card.to}"))
    state = _taken(reader, card) or reader.say(Text("还没有人确认", "not confirmed"))
    href = reverse("desk:handover_show", args=[card.id])
    desk = reader.word("role", role_of(card.desk))
    return Past(href, reader.clock(card.written_at), desk, words, state, not card.taken_by)


def _error(reader: Reader, typed: Typed) -> str:
    refusal = typed.refusal
    return reader.say(Text(refusal.zh, refusal.en)) if refusal else ""


@dataclass(frozen=True)
class _Maker:
    reader: Reader

    def sheet(self, found: Standing, at: datetime) -> Sheet:
        reader = self.reader
        profile = customers.base_profile(at)
        counts = [f"{reader.word('status', s)} {n}" for s, n in found.by_status.items()]
        return Sheet(
            found.open,
            reader.listed(counts),
            tuple(self._line(line, profile, at) for line in found.soon),
            tuple(self._promised(found.promised)),
        )

    def _line(self, line: OpenLine, profile: Profile, at: datetime) -> Line:
        reader = self.reader
        promise = profile.by_code.get(line.promise)
        due = datetime.fromisoformat(line.due) if line.due else None
        waits = reader.word("word", line.waits) if line.waits else ""
        return Line(
            line.number,
            reverse("desk:case_show", args=[line.number]),
            line.text,
            line.where,
            level_badge(reader, line.level or None),
            reader.say(Text(promise.zh, promise.en)) if promise else "",
            reader.by(due) if due else "",
            due is not None and due < at,
            line.holder,
            reader.word("status", line.status),
            reader.say(Text(f"等{waits}", f"waiting for {waits}")) if waits else "",
        )

    def _promised(self, lines: Iterable[PromiseLine]) -> Iterator[Promised]:
        for line in lines:
            words = self.reader.say(PROMISED[line.kind])
            yield Promised(
                line.number,
                reverse("desk:case_show", args=[line.number]),
                f"{words} {line.what}".strip(),
                self.reader.clock(datetime.fromisoformat(line.until)),
                line.by,
            )


PROMISED = {
    "customer_informed": Text("告诉客户几点到", "told the customer when we come"),
    "arrival_agreement": Text("和客户约的到达时间", "arrival agreed with the customer"),
    "maker_asked": Text("厂家答应到货", "delivery promised by the maker:"),
}
