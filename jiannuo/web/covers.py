"""What covers a device as a picture: every spell on one axis of years, and the day of today. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

MARGIN = 0.04  # of the axis, free at both ends
MOST_TICKS = 9
NEAR = 9.0  # per cent within which a year's label would touch the one of today


@dataclass(frozen=True, slots=True)
class Spell:
    """A warranty or a contract: `label` whose, `why` inside the bar, `until` at the end. `tone`:
    ok, warn for what is missing, void for what was taken back."""

    label: str
    why: str
    until: str
    start: date
    end: date
    tone: str = "ok"
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    spell: Spell
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Year:
    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Covers:
    """`now` in per cent of the axis."""

    template: ClassVar[str] = "web/components/covers.html"

    bars: tuple[Bar, ...]
    years: tuple[Year, ...]
    now: float
    now_words: str

    @property
    def anchor(self) -> str:
        return "start" if self.now < 8 else "end" if self.now > 92 else "middle"


def covers(spells: Sequence[Spell], today: date, now_words: str) -> Covers | None:
    """None where nothing ever covered it."""
    if not spells:
        return None
    first = min([spell.start for spell in spells] + [today])
    last = max([spell.end for spell in spells] + [today]) + timedelta(days=1)
    span = max((last - first).days, 30)
    whole = span * (1 + 2 * MARGIN)

    def at(day: date) -> float:
        return round(100 * ((day - first).days + span * MARGIN) / whole, 2)

    bars = tuple(
        Bar(s, at(s.start), max(0.6, round(at(s.end + timedelta(days=1)) - at(s.start), 2)))
        for s in spells
    )
    now = at(today)
    step = 1 + (last.year - first.year) // MOST_TICKS
    years = tuple(
        Year(at(date(year, 1, 1)), str(year))
        for year in range(first.year + 1, last.year + 1, step)
        if abs(at(date(year, 1, 1)) - now) > NEAR
    )
    return Covers(bars, years, now, now_words)
