"""A clock as a chip shows it: one of eight states, its time, and when the state changes. Pure.

The states are presentation, the verdict is the manual's: warn and crit only say that a running
promise nears its end; their thresholds are the house's (design.md 3) and promise nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import Promise
from jiannuo.manual.vocabulary import Verdict
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader, millis

STATES = ("run", "warn", "crit", "late", "met", "past", "na", "unk")

#: Said to those who do not see the glyph.
SPOKEN = {
    "run": Text("进行中", "running"),
    "warn": Text("将到期", "due soon"),
    "crit": Text("快到期", "due very soon"),
    "late": Text("已超时", "late"),
    "met": Text("做到", "kept"),
    "past": Text("迟到做了", "done late"),
    "na": Text("不适用", "not applicable"),
    "unk": Text("待核", "unverified"),
}

WARN_PART, WARN_MOST = 4, timedelta(hours=4)
CRIT_PART, CRIT_LEAST, CRIT_MOST = 10, timedelta(minutes=2), timedelta(minutes=15)
TICK = timedelta(milliseconds=1)
CLOSE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClockView:
    """All that a chip shows. `percent` of the limit is used up; `due` and `changes` (state and
    when it begins) are milliseconds for the script, empty where nothing ticks."""

    template: ClassVar[str] = "web/components/clock.html"

    state: str
    time: str
    spoken: str
    name: str = ""
    title: str = ""
    note: str = ""
    percent: int = 0
    due: int | None = None
    start: int | None = None
    changes: tuple[tuple[str, int], ...] = ()

    @property
    def next(self) -> str:
        """The coming changes for data-next: "1716000000000:warn 1716000900000:late"."""
        return " ".join(f"{at}:{state}" for state, at in self.changes)

    @property
    def open(self) -> bool:
        return self.state in ("run", "warn", "crit", "late")


def view(
    reader: Reader,
    clock: Clock,
    promise: Promise,
    *,
    doubt: str = "",
    named: bool = True,
) -> ClockView:
    """The chip of a clock at the reader's moment.

    `doubt`: why the clock cannot be trusted now (the sweep lags, the events say otherwise); an
    unfinished one then is shown as unverified, never as good. `named`: the name on the chip.
    """
    state = state_of(clock, reader.at)
    if doubt and state in ("run", "warn", "crit"):
        state = "unk"
    begun = clock.start is not None and clock.due is not None
    ticks = state in ("run", "warn", "crit", "late") and clock.still_since is None
    return ClockView(
        state=state,
        time=_time(reader, clock, state),
        spoken=reader.say(SPOKEN[state]),
        name=reader.say(Text(promise.zh, promise.en)) if named else "",
        title=_title(reader, clock, promise, doubt if state == "unk" else ""),
        note=_note(reader, clock, state, doubt if named else ""),
        percent=_percent(clock, reader.at) if begun else 0,
        due=millis(clock.due) if ticks and clock.due else None,
        start=millis(clock.start) if ticks and clock.start else None,
        changes=_changes(clock, reader.at) if ticks else (),
    )


def state_of(clock: Clock, at: datetime) -> str:
    verdict = clock.verdict(at)
    if verdict == Verdict.NOT_APPLICABLE:
        return "na"
    if verdict in (Verdict.MET, Verdict.MET_BY_LOANER):
        return "met"
    if verdict == Verdict.BREACHED:
        return "late" if clock.stop is None else "past"
    if clock.still_since is not None or clock.due is None:
        return "run"
    warn, crit = thresholds(clock)
    return "crit" if at >= crit else "warn" if at >= warn else "run"


def thresholds(clock: Clock) -> tuple[datetime, datetime]:
    """When a running clock turns to warn and to crit, by its own window."""
    if clock.due is None or clock.start is None:
        raise ValueError("a clock that never began has no thresholds")
    window = max(clock.due - clock.start, timedelta())
    warn = min(window / WARN_PART, WARN_MOST)
    crit = min(max(window / CRIT_PART, CRIT_LEAST), CRIT_MOST, window)
    return clock.due - max(warn, crit), clock.due - crit


def _changes(clock: Clock, at: datetime) -> tuple[tuple[str, int], ...]:
    if clock.due is None or clock.stop is not None:
        return ()
    warn, crit = thresholds(clock)
    late = clock.due if clock.op == "lt" else clock.due + TICK
    coming = (("warn", warn), ("crit", crit), ("late", late))
    return tuple((state, millis(when)) for state, when in coming if when > at)


def _time(reader: Reader, clock: Clock, state: str) -> str:
    if state in ("na", "unk") or clock.due is None:
        return reader.say(SPOKEN[state])
    if clock.still_since is not None and clock.stop is None:
        return reader.say(Text("暂停", "paused"))
    if state == "late":
        return reader.late(reader.at - clock.due)
    if clock.stop is None:
        return reader.left(clock.due - reader.at)
    if state == "past":
        return reader.late(clock.stop - clock.due)
    return took(reader, clock)


def took(reader: Reader, clock: Clock) -> str:
    """How long a finished clock ran; to the second where a second may decide."""
    if clock.elapsed is None or clock.due is None or clock.stop is None:
        return ""
    short = clock.limit is not None and clock.limit < HOUR
    close = abs(clock.due - clock.stop) <= CLOSE
    return reader.took(clock.elapsed, seconds=short or close)


def _note(reader: Reader, clock: Clock, state: str, doubt: str) -> str:
    if state == "unk":
        return doubt
    if state == "na":
        return reader.word("excuse", clock.excused)
    if state == "met" and clock.by_loaner:
        return reader.say(Text("备用机", "loaner"))
    return ""


def _title(reader: Reader, clock: Clock, promise: Promise, doubt: str) -> str:
    """Why it is doubted, clause, start and due moment with its operator, for hover."""
    parts = [doubt] if doubt else []
    parts += [reader.say(Text("手册 ", "manual ")) + reader.clause(promise.clause)]
    if promise.house:
        parts.append(reader.say(Text("内部目标", "house target")))
    if clock.start is not None and clock.due is not None:
        since = reader.exact(clock.start)
        parts.append(reader.say(Text(f"自 {since}", f"since {since}")))
        parts.append(reader.bound(clock.due, clock.op))
    return " · ".join(parts)


def _percent(clock: Clock, at: datetime) -> int:
    if clock.start is None or clock.due is None or clock.due <= clock.start:
        return 100
    used = ((clock.stop or at) - clock.start) / (clock.due - clock.start)
    return max(0, min(100, int(used * 100)))
