"""A draft of the profile: its differences in words, its trial, and who may put it in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse

from jiannuo.customers import versions
from jiannuo.customers.versions import TrialCard
from jiannuo.faces.desk.profile.page import STATES, Difference, differences_of
from jiannuo.journey import profiling, what_if
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader


class Tried(NamedTuple):
    """A promise before and after: kept of judged, and by how many it changes."""

    name: str
    clause: str
    before: str
    after: str
    change: int


class Turned(NamedTuple):
    href: str
    number: str
    promise: str
    before: str
    after: str
    worse: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """`running`: a worker counts; `stale`: the draft was changed since."""

    span: str
    total: int
    done: int
    running: bool
    stale: bool
    rows: tuple[Tried, ...]
    turned: tuple[Turned, ...]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`mark`: of the changes that are shown, for whoever approves them; `why_not`: why he may not."""

    id: UUID
    base: int
    state: str
    state_words: str
    reason: str
    by: str
    at: str
    ended: str
    version: int | None
    changed: tuple[Difference, ...]
    trial: Trial | None
    first: str
    last: str
    projects: int
    may_write: bool
    may_offer: bool
    may_approve: bool
    may_drop: bool
    why_not: str
    mark: str
    op: str
    error: str
    typed: str


def draft_page(
    actor: Actor,
    reader: Reader,
    one: UUID,
    refusal: Refusal | None = None,
    typed: Mapping[str, str] | None = None,
) -> DraftPage:
    """Raises `Refusal` ("no_such_page")."""
    require(actor, "read_profile")
    card, said = versions.draft(one), typed or {}
    base = versions.profile_of(card.base)
    first, last = what_if.last_quarter(reader.today)
    open_ = card.ended_at is None
    own = card.by == actor.name
    wrote = Text("由另一个人批准", "somebody else approves it")
    return DraftPage(
        card.id,
        card.base,
        card.state,
        reader.say(STATES[card.state]),
        card.reason,
        card.by,
        reader.clock(card.written_at),
        f"{card.ended_by} {reader.clock(card.ended_at)}" if card.ended_at else "",
        card.version,
        tuple(differences_of(reader, base, base.with_changes(card.changes))),
        _trial(reader, versions.trial(one)),
        said.get("first") or str(first),
        said.get("last") or str(last),
        len(versions.founded()),
        open_ and allowed(actor, "profile_drafted"),
        card.state == "open" and allowed(actor, "profile_offered"),
        card.state == "offered" and not own and allowed(actor, "profile_approved"),
        open_ and allowed(actor, "profile_dropped"),
        reader.say(wrote) if card.state == "offered" and own else "",
        profiling.mark(card),
        str(new_id()),
        reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
        said.get("reason", ""),
    )


def _trial(reader: Reader, card: TrialCard | None) -> Trial | None:
    if card is None:
        return None
    profile = shipped()
    rows = []
    for promise in profile.promises_of("case"):
        if promise.code in card.counts:
            kept, broken, after, missed = card.counts[promise.code]
            name = reader.say(Text(promise.zh, promise.en))
            rows.append(
                Tried(
                    name,
                    reader.clause(promise.clause),
                    f"{kept} / {kept + broken}",
                    f"{after} / {after + missed}",
                    after - kept,
                )
            )
    return Trial(
        f"{card.first} – {card.last}",
        card.total,
        card.done,
        card.ended_at is None,
        card.stale,
        tuple(rows),
        tuple(_turned(reader, profile, row) for row in card.turned),
    )


VERDICTS = {
    "kept": Text("做到", "kept"),
    "broken": Text("迟了", "late"),
    "open": Text("不计或未完", "not counted, or open"),
    "": Text("没有这个时限", "no such limit"),
}


def _turned(reader: Reader, profile: Profile, row: list[str]) -> Turned:
    number, code, before, after = row
    promise = profile.by_code[code]
    return Turned(
        reverse("desk:case_show", args=[number]),
        number,
        reader.say(Text(promise.zh, promise.en)),
        reader.say(VERDICTS[before]),
        reader.say(VERDICTS[after]),
        after == "broken",
    )


def day(text: str) -> date:
    """A day as its field holds it. Raises `Refusal`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(
            "bad_date", "请填日期，如 2026-07-01", "fill in a day, such as 2026-07-01"
        ) from None
