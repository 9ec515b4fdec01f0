"""The promise strip 承诺带: every clock of a case on one time axis, on a plain scale. Pure.

A logarithmic scale would lie about who had how much time. Where one clock is more than ten
times as long as the shortest, the first hours can be looked at alone; while they last, that
is what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from jiannuo.manual.clocks import Clock
from jiannuo.manual.words import Text
from jiannuo.web.clockview import ClockView
from jiannuo.web.reader import Reader

FIRST = timedelta(hours=6)
MANY = 10
MARGIN = 2.0  # per cent left free at both ends, so that no line stands on the edge
STEPS = tuple(
    timedelta(minutes=m) for m in (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200)
)
TICKS = 6
NEAR_NOW = 18.0  # per cent within which a tick's label would touch the one of now
NEAR_EDGE = 7.0
SLACK = timedelta(minutes=30)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Track:
    """One clock on the axis, in per cent: the window given, the part used, the due mark."""

    chip: ClockView
    name: str
    clause: str
    href: str
    house: bool
    left: float
    width: float
    used: float
    due: float
    tone: str
    cut: bool


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Strip:
    """`now` is None once nothing runs; `zoom` the word for the other scale, "" where needless."""

    template: ClassVar[str] = "web/components/strip.html"

    tracks: tuple[Track, ...]
    ticks: tuple[Tick, ...]
    now: float | None
    now_label: str
    anchor: str
    summary: str
    zoom: str
    zoom_query: str


@dataclass(frozen=True, slots=True)
class Row:
    """What a track is made of."""

    clock: Clock
    chip: ClockView
    name: str
    clause: str
    href: str
    house: bool = False


@dataclass(frozen=True, slots=True)
class _Axis:
    start: datetime
    end: datetime

    def place(self, moment: datetime) -> float:
        part = (moment - self.start) / (self.end - self.start)
        return round(MARGIN + max(0.0, min(1.0, part)) * (100 - 2 * MARGIN), 2)


def strip(reader: Reader, rows: Sequence[Row], axis: str = "") -> Strip | None:
    """The strip of a case's clocks; None where none has begun. `axis`: "first" for the first
    hours only, "all" for the whole time, else what tells more now."""
    begun = [row for row in rows if row.clock.start is not None and row.clock.due is not None]
    if not begun:
        return None
    start = min(row.clock.start for row in begun if row.clock.start)
    end = max(_end(row.clock, reader.at) for row in begun)
    running = any(row.clock.stop is None and not row.clock.excused for row in begun)
    zooms = _zooms(begun, end - start)
    early = running and reader.at <= start + FIRST - SLACK
    first = zooms and (axis == "first" or (axis != "all" and early))
    scale = _Axis(start, start + FIRST if first else max(end, start + STEPS[0]))
    now = scale.place(reader.at) if running and reader.at <= scale.end else None
    return Strip(
        tracks=tuple(_track(scale, row, reader.at) for row in begun),
        ticks=tuple(_ticks(reader, scale, now)),
        now=now,
        now_label=reader.say(Text("现在 ", "now ")) + reader.clock(reader.at),
        anchor=_anchor(now),
        summary=_summary(reader, rows),
        zoom=_zoom(reader, first=first) if zooms else "",
        zoom_query="?axis=all" if first else "?axis=first",
    )


def _anchor(now: float | None) -> str:
    """A label at the very edge is written inwards."""
    if now is None or NEAR_EDGE < now < 100 - NEAR_EDGE:
        return "middle"
    return "start" if now <= NEAR_EDGE else "end"


def _end(clock: Clock, at: datetime) -> datetime:
    """Where a clock ends on the axis: an open one that is late reaches to now."""
    ends = [moment for moment in (clock.due, clock.stop) if moment is not None]
    if clock.stop is None and not clock.excused:
        ends.append(at)
    return max(ends)


def _zooms(rows: Sequence[Row], whole: timedelta) -> bool:
    spans = [r.clock.due - r.clock.start for r in rows if r.clock.due and r.clock.start]
    return whole > FIRST and whole > MANY * min(spans)


def _zoom(reader: Reader, *, first: bool) -> str:
    if first:
        return reader.say(Text("看全程", "The whole time"))
    return reader.say(Text("放大前 6 小时", "The first 6 hours"))


def _track(axis: _Axis, row: Row, at: datetime) -> Track:
    clock = row.clock
    start, due = clock.start or axis.start, clock.due or axis.end
    until = clock.stop or (clock.judged_at or at if clock.excused else at)
    left = axis.place(start)
    return Track(
        chip=row.chip,
        name=row.name,
        clause=row.clause,
        href=row.href,
        house=row.house,
        left=left,
        width=round(max(axis.place(due) - left, 0.4), 2),
        used=round(max(axis.place(until) - left, 0.4), 2),
        due=axis.place(due),
        tone=row.chip.state,
        cut=due > axis.end,
    )


def _ticks(reader: Reader, axis: _Axis, now: float | None) -> list[Tick]:
    """Round local times, at most six, none where the label of now stands."""
    whole = axis.end - axis.start
    step = next((s for s in STEPS if whole / s <= TICKS), STEPS[-1])
    local = reader.local(axis.start)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    at = midnight + (-((midnight - local) // step)) * step
    found, shown = list[Tick](), None
    while at <= reader.local(axis.end):
        place = axis.place(at)
        if now is None or abs(place - now) > NEAR_NOW:
            label = f"{at:%m-%d}" if step >= DAY else _label(at, shown)
            found.append(Tick(place, label))
            shown = at.date()
        at += step
    return found


def _label(at: datetime, shown: object) -> str:
    """The time; the day with it where the day has changed since the last label."""
    return f"{at:%H:%M}" if shown in (None, at.date()) else f"{at:%m-%d %H:%M}"


def _summary(reader: Reader, rows: Sequence[Row]) -> str:
    """5 项，已兑现 4 项: house numbers and what does not apply are not counted."""
    counted = [row for row in rows if row.chip.state != "na" and not row.house]
    kept = sum(1 for row in counted if row.chip.state == "met")
    return reader.say(
        Text(f"{len(counted)} 项，已兑现 {kept} 项", f"{len(counted)} promises, {kept} kept")
    )
