"""A quarter of a project as one square: glyph, day, word. Red only while nobody said why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from jiannuo.inspections.queries import OwedInspection
from jiannuo.manual.warranty import add_months
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader

SOON = 14  # days before the last one from which a quarter without a date presses
DAY = timedelta(days=1)
QUARTERS = (
    Text("一季度", "Q1"),
    Text("二季度", "Q2"),
    Text("三季度", "Q3"),
    Text("四季度", "Q4"),
)


@dataclass(frozen=True, slots=True)
class Column:
    """A calendar quarter; both days included."""

    first: date
    last: date

    @property
    def name(self) -> str:
        return f"{self.first.year}Q{(self.first.month + 2) // 3}"

    def words(self, reader: Reader, before: Column | None = None) -> str:
        """2026 四季度; without the year where the column before has it."""
        quarter = reader.say(QUARTERS[(self.first.month - 1) // 3])
        same = before is not None and before.first.year == self.first.year
        return quarter if same else f"{self.first.year} {quarter}"


def column_of(day: date) -> Column:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Column(first, add_months(first, 3) - DAY)


def columns(middle: Column, back: int, ahead: int) -> list[Column]:
    return [column_of(add_months(middle.first, 3 * n)) for n in range(-back, ahead + 1)]


#: What a square says by its state: glyph and word. The same words stand in the legend.
LEGEND: dict[str, tuple[str, Text]] = {
    "done": ("✓", Text("按时", "on time")),
    "late": ("✓", Text("迟做", "done late")),
    "madeup": ("✕", Text("补做了", "made up")),
    "missed": ("✕", Text("未做", "missed")),
    "explained": ("✕", Text("未做，定了补做日", "missed, to be made up")),
    "planned": ("○", Text("已约", "planned")),
    "passed": ("!", Text("过了约定日", "day has passed")),
    "sent": ("…", Text("已发日期，等客户选", "dates sent")),
    "soon": ("!", Text("将到期", "due soon")),
    "none": ("", Text("未约", "no date")),
    "later": ("", Text("还没到", "to come")),
    "waived": ("豁", Text("豁免", "waived")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """`state` is a key of LEGEND, or "" for a quarter that is not owed."""

    state: str
    glyph: str
    text: str
    word: str
    href: str = ""
    calm: bool = False


def state_of(owed: OwedInspection, today: date) -> str:
    if owed.signed is not None:
        if owed.signed <= owed.quarter.due:
            return "done"
        return "madeup" if owed.make_up is not None else "late"
    if owed.waived is not None:
        return "waived"
    if owed.quarter.due < today:
        made_up = owed.make_up is not None and owed.make_up >= today
        return "explained" if made_up or _dated(owed, today) else "missed"
    if owed.planned is not None:
        return "planned" if owed.planned >= today else "passed"
    return _without_date(owed, today)


def _dated(owed: OwedInspection, today: date) -> bool:
    """Is there a reason, and a day still to come on which it is made up?"""
    return owed.make_up is not None and owed.planned is not None and owed.planned >= today


def _without_date(owed: OwedInspection, today: date) -> str:
    if owed.proposed is not None:
        return "sent"
    if owed.quarter.start > today:
        return "later"
    return "soon" if (owed.quarter.due - today).days <= SOON else "none"


def cell(reader: Reader, owed: OwedInspection, href: str) -> Cell:
    state = state_of(owed, reader.today)
    glyph, word = LEGEND[state]
    return Cell(state, glyph, _text(reader, owed, state), reader.say(word), href)


def _text(reader: Reader, owed: OwedInspection, state: str) -> str:
    days: dict[str, date | None] = {
        "done": owed.signed,
        "late": owed.signed,
        "madeup": owed.signed,
        "planned": owed.planned,
        "passed": owed.planned,
        "explained": owed.planned if owed.make_up is None else owed.make_up,
    }
    day = days.get(state)
    if day is not None:
        shown = f"{day:%m-%d}"
        if state == "explained":
            return reader.say(Text(f"{shown} 补", f"due {shown}"))
        return shown
    if state == "soon":
        left = (owed.quarter.due - reader.today).days
        return reader.say(Text(f"余 {left} 天", f"{left} d left"))
    short = {"sent": Text("已发日期", "dates sent")}
    return reader.say(short.get(state) or LEGEND[state][1])


def calmed(rows: Sequence[Sequence[Cell]], worst: int = 5) -> list[list[Cell]]:
    """No more than the five worst in solid red: the oldest ones; the rest have the outline."""
    red, found = 0, []
    for row in rows:
        line = []
        for one in row:
            if one.state == "missed":
                red += 1
                if red > worst:
                    one = Cell(one.state, one.glyph, one.text, one.word, one.href, calm=True)
            line.append(one)
        found.append(line)
    return found
