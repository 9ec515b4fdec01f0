"""The ladders as pictures: from the start of a promise to its due moment, who is told when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.naming import channel, role
from jiannuo.manual.actor import Actor
from jiannuo.manual.ladders import DUE, Rung
from jiannuo.manual.policy import duration
from jiannuo.manual.profile import LADDERS, Profile, Promise
from jiannuo.manual.vocabulary import Level
from jiannuo.manual.words import Text, limit
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader

#: Where the axis begins and the due moment stands, in per cent; what comes after it needs room.
START, END, END_BEFORE_MORE, LAST = 4.0, 96.0, 74.0, 94.0

_AT = re.compile(r"(?:(?P<percent>\d+)%|(?P<anchor>due)?(?P<sign>[+-])?(?P<span>\d+:\d\d)?)")


@dataclass(frozen=True, slots=True)
class RungMark:
    """One rung: where it stands on the axis and what it does."""

    n: int
    x: float
    moment: str
    tell: tuple[str, ...]
    by: str
    ack: bool
    due: bool


@dataclass(frozen=True, slots=True)
class OfPromise:
    name: str
    clause: str
    limits: str


@dataclass(frozen=True, slots=True)
class LadderPicture:
    """`due_x`: where the promise ends; the axis goes on behind it where something is told then."""

    code: str
    promises: tuple[OfPromise, ...]
    rungs: tuple[RungMark, ...]
    start_x: float
    width: float
    due_x: float
    last_x: float
    span: str


@dataclass(frozen=True, slots=True)
class Ladders:
    """`manners`: how the house tells people at all, a line each."""

    ladders: tuple[LadderPicture, ...]
    without: str
    manners: tuple[tuple[str, str], ...]


def ladders(actor: Actor, reader: Reader) -> Ladders:
    """Of the profile in force; running cases keep the one they began with."""
    require(actor, "read_settings")
    profile = customers.base_profile(reader.at)
    by_ladder: dict[str, list[Promise]] = {}
    for promise in profile.promises:
        by_ladder.setdefault(promise.ladder, []).append(promise)
    bare = by_ladder.pop("", [])
    return Ladders(
        tuple(_picture(reader, profile, code, of) for code, of in by_ladder.items()),
        reader.listed(reader.say(Text(p.zh, p.en)) for p in bare),
        tuple(_manners(reader, profile)),
    )


def _picture(
    reader: Reader, profile: Profile, code: str, promises: Sequence[Promise]
) -> LadderPicture:
    rungs = _in_order(profile.ladder(code))
    fixed = [span for p in promises for _, span in _limits(profile, p)]
    shortest = min(fixed, default=None) if len(set(fixed)) == 1 else None
    after = tuple(rung.at for rung in rungs if _after_due(rung))
    more = bool(after)
    due_x = END_BEFORE_MORE if more else END
    scale = _Scale(shortest or min(fixed, default=timedelta(hours=1)), due_x, after)
    marks = [_mark(reader, n, rung, scale, shortest) for n, rung in enumerate(rungs, 1)]
    return LadderPicture(
        code=f"{LADDERS}{code}",
        promises=tuple(_of(reader, profile, p) for p in promises),
        rungs=tuple(marks),
        start_x=START,
        width=round(due_x - START, 2),
        due_x=due_x,
        last_x=LAST if more else due_x,
        span=reader.say(limit(shortest)) if shortest else "",
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Plain up to the due moment. What comes after stands behind it in its order: how long after
    is said in words."""

    limit: timedelta
    due_x: float
    after: tuple[str, ...]

    def place(self, at: str) -> float:
        found = _AT.fullmatch(at)
        if found is None:
            return self.due_x
        if found["percent"]:
            return self._x(int(found["percent"]) / 100)
        if found["span"] is None:
            return self.due_x
        part = duration(found["span"]) / self.limit
        if found["anchor"]:
            return self._behind(at) if found["sign"] == "+" else self._x(1 - part)
        return self._x(part)

    def _behind(self, at: str) -> float:
        part = (self.after.index(at) + 1) / len(self.after)
        return round(self.due_x + part * (LAST - self.due_x), 2)

    def _x(self, part: float) -> float:
        return round(START + max(0.0, min(1.0, part)) * (self.due_x - START), 2)


def _in_order(rungs: Sequence[Rung]) -> list[Rung]:
    """As the profile has them; the due moment is told by every ladder."""
    found = list(rungs)
    if not any(rung.at == DUE for rung in found):
        found.append(Rung(DUE, ("duty_manager",)))
    return found


def _after_due(rung: Rung) -> bool:
    return rung.at.startswith(f"{DUE}+")


def _mark(reader: Reader, n: int, rung: Rung, scale: _Scale, exact: timedelta | None) -> RungMark:
    by = reader.listed(channel(reader, code) for code in rung.by)
    return RungMark(
        n=n,
        x=scale.place(rung.at),
        moment=_moment(reader, rung.at, exact),
        tell=tuple(role(reader, code) for code in rung.tell),
        by=by or reader.say(Text("平常的渠道", "the usual channel")),
        ack=rung.ack,
        due=rung.at == DUE,
    )


def _moment(reader: Reader, at: str, exact: timedelta | None) -> str:
    """过了 50 %（15 分钟）, 起算后 3 分钟, 到期, 到期后 15 分钟."""
    found = _AT.fullmatch(at)
    if found is None or at == DUE:
        return reader.say(Text("到期", "Due"))
    if found["percent"]:
        whole = exact * int(found["percent"]) / 100 if exact else None
        even = whole is not None and whole.total_seconds() % 60 == 0
        said = limit(whole) if whole is not None and even else Text("", "")
        tail = Text(f"（{said.zh}）", f" ({said.en})") if said.zh else Text("", "")
        return reader.say(Text(f"过了 {at[:-1]} %", f"{at[:-1]} % gone") + tail)
    span = duration(found["span"])
    said = limit(span)
    if found["anchor"] and found["sign"] == "+":
        return reader.say(Text(f"到期后 {said.zh}", f"{said.en} after due"))
    if found["anchor"]:
        return reader.say(Text(f"到期前 {said.zh}", f"{said.en} before due"))
    if not span:
        return reader.say(Text("起算时", "At the start"))
    return reader.say(Text(f"起算后 {said.zh}", f"{said.en} after the start"))


def _of(reader: Reader, profile: Profile, promise: Promise) -> OfPromise:
    limits = reader.listed(
        f"{reader.word('level', level)} {reader.say(limit(span))}" if level else _said(reader, span)
        for level, span in _limits(profile, promise)
    )
    name = reader.say(Text(promise.zh, promise.en))
    return OfPromise(name, reader.clause(promise.clause), limits)


def _said(reader: Reader, span: timedelta) -> str:
    return reader.say(limit(span))


def _limits(profile: Profile, promise: Promise) -> Iterable[tuple[str, timedelta]]:
    """Each limit with its level; "" where the level does not matter."""
    kind, _, path = promise.limit.partition(":")
    if kind == "fixed":
        yield "", profile.span(path)
    elif kind == "level":
        for level in Level:
            span = profile.level_limit(path, level)
            if span is not None:
                yield level, span
    elif kind == "band":
        for _, span in profile.bands:
            yield "", span


def _manners(reader: Reader, profile: Profile) -> Iterable[tuple[str, str]]:
    value = profile.value

    def names(key: str) -> str:
        return reader.listed(channel(reader, code) for code in value(key))

    yield (
        reader.say(Text("一级", "Level 1")),
        reader.say(
            Text(f"{names('notices.level_1')}，同时", f"{names('notices.level_1')}, at once")
        ),
    )
    yield reader.say(Text("二级", "Level 2")), names("notices.level_2")
    usual = names("notices.usual")
    first = Text(f"{usual}，取第一个到得了的", f"the first that reaches him of {usual}")
    yield reader.say(Text("其余", "The rest")), reader.say(first)
    rest = limit(duration(value("notices.rest_after_ack")))
    yield (
        reader.say(Text("确认后", "Once acknowledged")),
        reader.say(
            Text(
                f"歇 {rest.zh}，最多歇时限的四分之一；到期照样通知",
                f"it rests {rest.en}, at most a quarter of the limit; due is told all the same",
            )
        ),
    )
    quiet = f"{value('notices.quiet_from')}–{value('notices.quiet_to')}"
    yield (
        reader.say(Text("夜间", "At night")),
        reader.say(
            Text(
                f"{quiet} 只是提醒的等到早上；一级、二级和当班的人不分昼夜",
                f"{quiet}: mere reminders wait; levels 1 and 2 and who is on duty do not",
            )
        ),
    )
