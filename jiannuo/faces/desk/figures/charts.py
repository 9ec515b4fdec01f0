"""Small pictures drawn by ourselves: squares and bars of a ledger, a line of months. Pure.

Every picture says in words what it shows; what is not known leaves a gap and no zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

SQUARES = 12  # up to so many due: one square each, because 2 of 3 is not 66.7 %
BAR = 176
SIDE, GAP = 12, 3


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    width: float
    kind: str  # "ok" | "miss"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Kept and not kept as one square each, or as a bar."""

    template: ClassVar[str] = "desk/figures/_ledger.html"

    rects: tuple[Rect, ...]
    words: str
    width: int = BAR


def ledger(kept: int, due: int, words: str) -> Ledger | None:
    """None where nothing was due."""
    if not due:
        return None
    if due <= SQUARES:
        step = SIDE + GAP
        return Ledger(
            tuple(Rect(n * step, SIDE, "ok" if n < kept else "miss") for n in range(due)), words
        )
    if kept == due:
        return Ledger((Rect(0, BAR, "ok"),), words)
    miss = max(5.0, round((BAR - 2) * (due - kept) / due, 1))
    ok = BAR - 2 - miss
    rects = [Rect(0, ok, "ok")] if kept else []
    return Ledger((*rects, Rect(ok + 2, miss, "miss")), words)


@dataclass(frozen=True, slots=True)
class Point:
    """A month: its value (None: nothing to measure), of how many, and what opens."""

    label: str
    value: float | None
    words: str
    href: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    x: float
    y: float
    words: str
    href: str = ""
    height: float = 0.0
    label: str = ""


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A line over months; with `bars`, how many were not kept under it."""

    template: ClassVar[str] = "desk/figures/_trend.html"

    words: str
    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    rules: tuple[Tick, ...]
    months: tuple[Tick, ...]
    bars: tuple[Mark, ...]
    bar_rules: tuple[Tick, ...]
    floor: str


WIDTH, LEFT, RIGHT = 640, 44, 8
TOP, BOTTOM = 10, 190
BAR_TOP, BAR_BOTTOM = 222, 286
#: Where the axis of a percentage may begin, and its steps.
FLOORS = ((95, 1), (90, 5), (85, 5), (80, 10), (60, 20), (40, 20), (20, 20), (0, 25))


def trend(points: Sequence[Point], words: str) -> Trend:
    """Percentages by month above, counts below. The axis begins where it has to, and says so."""
    low = min((p.value for p in points if p.value is not None), default=0.0)
    floor, step = next((at, step) for at, step in FLOORS if at <= low)
    xs = _xs(len(points), LEFT, WIDTH - RIGHT)

    def height(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - floor) / (100 - floor), 1)

    marks = tuple(
        Mark(x, height(p.value), p.words, p.href)
        for x, p in zip(xs, points, strict=True)
        if p.value is not None
    )
    most = max([1, *(p.count for p in points)])
    top = most + (-most) % 2
    scale = (BAR_BOTTOM - BAR_TOP) / top
    bars = tuple(
        Mark(round(x - 9, 1), round(BAR_BOTTOM - p.count * scale, 1), p.words, p.href,
             round(p.count * scale, 1))
        for x, p in zip(xs, points, strict=True)
        if p.count
    )  # fmt: skip
    return Trend(
        words=words,
        lines=_lines(
            points, [(x, height(p.value or floor)) for x, p in zip(xs, points, strict=True)]
        ),
        marks=marks,
        rules=tuple(Tick(height(t), f"{t}%") for t in range(floor, 101, step)),
        months=tuple(Tick(x, p.label) for x, p in zip(xs, points, strict=True)),
        bars=bars,
        bar_rules=tuple(Tick(round(BAR_BOTTOM - t * scale, 1), str(t)) for t in (0, top // 2, top)),
        floor=f"{floor}%",
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of months beside a number, from its own lowest to its own highest."""

    template: ClassVar[str] = "desk/figures/_spark.html"

    words: str
    lines: tuple[str, ...]
    last: Mark | None


SPARK_WIDTH, SPARK_HEIGHT = 132, 30


def spark(points: Sequence[Point], words: str) -> Spark | None:
    """None where fewer than two months have anything to measure."""
    values = [p.value for p in points if p.value is not None]
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    spread = high - low or 1.0
    xs = _xs(len(points), 4, SPARK_WIDTH - 5)

    def height(value: float) -> float:
        flat = high == low
        share = 0.5 if flat else (value - low) / spread
        return round(SPARK_HEIGHT - 4 - (SPARK_HEIGHT - 8) * share, 1)

    places = [
        (x, height(p.value if p.value is not None else low))
        for x, p in zip(xs, points, strict=True)
    ]
    last = next(
        (Mark(*place, p.words) for place, p in zip(reversed(places), reversed(points), strict=True)
         if p.value is not None),
        None,
    )  # fmt: skip
    return Spark(words, _lines(points, places), last)


def _xs(count: int, left: float, right: float) -> list[float]:
    step = (right - left) / max(1, count - 1) if count > 1 else 0
    inset = 14 if right - left > 300 else 0
    width = right - left - 2 * inset
    return (
        [round(left + inset + width * n / max(1, count - 1), 1) for n in range(count)]
        if step
        else [left + inset]
    )


def _lines(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """Stretches without a gap, as SVG says them."""
    found: list[list[str]] = [[]]
    for point, (x, y) in zip(points, places, strict=True):
        if point.value is None:
            found.append([])
        else:
            found[-1].append(f"{x},{y}")
    return tuple(" ".join(one) for one in found if len(one) > 1)
