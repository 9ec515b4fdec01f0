"""Rows of an export as typed changes; what cannot be read is rejected by line and column."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from jiannuo.imports import moments
from jiannuo.imports.reading import LOST
from jiannuo.imports.table import Cell, Line, Table, called, plain
from jiannuo.journey.histories.mapping import MOMENTS, NEEDED, WORDS, ColumnMap
from jiannuo.journey.histories.rejects import Rejects
from jiannuo.kernel.refusal import Refusal

#: What fits where the house keeps it.
LONGEST = {"number": 40} | dict.fromkeys(
    ("caller", "assigned", "changed_by", "opened_by", "resolved_by"), 100
)
WHOLE = ("turn", "reopened")
JOINED = " / "
#: What no database holds.
NOTHING = "\x00"
#: What Excel makes of a long number: the digits are gone, and many numbers become one.
SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
FORMULA_ERROR = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one incident. `state` is our word for it, `said` the log's; what the row
    does not know is empty or None. Moments are aware."""

    line: int
    number: str
    state: str
    said: str
    at: datetime
    by: str = ""
    turn: int = 0
    opened: datetime | None = None
    opened_by: str = ""
    resolved: datetime | None = None
    resolved_by: str = ""
    closed: datetime | None = None
    channel: str = ""
    level: str = ""
    level_said: str = ""
    caller: str = ""
    assigned: str = ""
    text: str = ""
    symptom: str = ""
    outcome: str = ""
    reopened: int | None = None
    made_sla: bool | None = None


class _Bad(Exception):
    """A row that cannot be taken: why, in which column."""

    def __init__(self, reason: str, *said: object, column: str = "", value: object = "") -> None:
        super().__init__(reason)
        self.reason, self.said, self.column, self.value = reason, said, column, value


class Reader:
    """Reads the rows of one table by one map."""

    def __init__(self, table: Table, mapping: ColumnMap, rejects: Rejects, now: datetime) -> None:
        self.table, self.mapping, self.rejects, self.now = table, mapping, rejects, now
        places = {called(name): at for at, name in enumerate(table.names) if name}
        self.places = {
            field: [(places[called(name)], name) for name in names if called(name) in places]
            for field, names in mapping.columns.items()
        }
        self._check_columns()
        self._check_twice()
        self.seen: dict[tuple[Cell, ...], int] = {}
        self.moments: dict[Cell, datetime] = {}

    def _check_columns(self) -> None:
        lacking = [self.mapping.columns[name][0] for name in NEEDED if not self.places.get(name)]
        if lacking:
            there = ", ".join(name for name in self.table.names if name) or "-"
            raise Refusal(
                "no_column",
                f"表里没有这些列：{'、'.join(lacking)}；现有：{there}。请用 --map 指定映射",
                f"the table has no column {', '.join(lacking)}; it has {there}. Give a --map",
            )

    def _check_twice(self) -> None:
        names = Counter(map(called, self.table.names))
        twice = sorted(name for name in self.mapping.wanted if names[called(name)] > 1)
        if twice:
            raise Refusal(
                "column_twice",
                f"这些列名出现了不止一次，不知道该用哪一列：{'、'.join(twice)}。请改掉多余的列名",
                f"more than one column is called {', '.join(twice)}: it cannot be told which "
                "is meant. Rename the others",
            )

    @property
    def lacking(self) -> list[str]:
        """Columns of the map that the table has not and that can be done without."""
        found = {name for places in self.places.values() for _, name in places}
        return sorted(self.mapping.wanted - found)

    def changes(self) -> Iterator[Change]:
        for line in self.table.lines:
            change = self._change(line)
            if change is not None:
                yield change

    def _change(self, line: Line) -> Change | None:
        number = self._guessed(line)
        try:
            if len(line.cells) != len(self.table.names):
                raise _Bad("columns", len(line.cells), len(self.table.names))
            number = self._text(line, "number")
            if not number:
                raise _Bad("no_number", column=self.mapping.columns["number"][0])
            if SCIENTIFIC.fullmatch(number):
                column = self.mapping.columns["number"][0]
                raise _Bad("scientific", column=column, value=number)
            first = self.seen.setdefault(line.cells, line.number)
            if first != line.number:
                self.rejects.add(line.number, number, "duplicate", first, done="dropped")
                return None
            return self._typed(line, number)
        except _Bad as bad:
            self.rejects.add(
                line.number, number, bad.reason, *bad.said, column=bad.column, value=bad.value
            )
            return None

    def _guessed(self, line: Line) -> str:
        """Whose row it seems to be, also where it cannot be read: his others wait for it."""
        place = self.places["number"][0][0]
        cell = str(line.cells[place]) if place < len(line.cells) else ""
        return "" if plain(cell) in self.mapping.unknown else _number(cell)

    def _typed(self, line: Line, number: str) -> Change:
        at = {name: self._moment(line, name) for name in MOMENTS}
        state, said = self._word(line, "state")
        level, level_said = self._word(line, "level")
        made, _ = self._word(line, "made_sla")
        channel, _ = self._word(line, "channel")
        if not state:
            raise _Bad("missing", column=self.mapping.columns["state"][0])
        changed = at["changed"] if self.places.get("changed") else _stands_for(state, at)
        if changed is None:
            raise _Bad("no_moment", column=self.mapping.columns.get("changed", ("",))[0])
        return Change(
            line=line.number,
            number=number,
            state=state,
            said=said,
            at=changed,
            by=self._text(line, "changed_by"),
            turn=self._whole(line, "turn") or 0,
            opened=at["opened"],
            opened_by=self._text(line, "opened_by"),
            resolved=at["resolved"],
            resolved_by=self._text(line, "resolved_by"),
            closed=at["closed"],
            channel=channel,
            level=level,
            level_said=level_said,
            caller=self._text(line, "caller"),
            assigned=self._text(line, "assigned"),
            text=self._joined(line, "text"),
            symptom=self._text(line, "symptom"),
            outcome=self._text(line, "outcome"),
            reopened=self._whole(line, "reopened"),
            made_sla=made == "yes" if made else None,
        )

    # -- cells --------------------------------------------------------------------------------

    def _known(self, line: Line, field: str) -> Iterator[tuple[Cell, str]]:
        """The values of a field's columns that are known, with the column's name."""
        for place, name in self.places.get(field, ()):
            cell = line.cells[place]
            if isinstance(cell, datetime) or plain(cell) not in self.mapping.unknown:
                if NOTHING in str(cell) or (self.table.lossy and LOST in str(cell)):
                    raise _Bad("undecodable", column=name, value=cell)
                if FORMULA_ERROR.fullmatch(str(cell)):
                    raise _Bad("formula_error", column=name, value=cell)
                yield cell, name

    def _text(self, line: Line, field: str) -> str:
        for cell, name in self._known(line, field):
            text = _number(str(cell)) if field == "number" else " ".join(str(cell).split())
            if len(text) > LONGEST.get(field, len(text)):
                raise _Bad("too_long", LONGEST[field], column=name, value=text[:60])
            return text
        return ""

    def _joined(self, line: Line, field: str) -> str:
        return JOINED.join(str(cell) for cell, _ in self._known(line, field))

    def _whole(self, line: Line, field: str) -> int | None:
        for cell, name in self._known(line, field):
            try:
                return int(str(cell))
            except ValueError:
                raise _Bad("bad_number", column=name, value=cell) from None
        return None

    def _word(self, line: Line, field: str) -> tuple[str, str]:
        """Our word and theirs; ours is also taken where the export uses it already."""
        words = self.mapping.values.get(field, {})
        for cell, name in self._known(line, field):
            said = str(cell)
            ours = words.get(plain(said)) or (said if said in WORDS[field] else "")
            if not ours:
                raise _Bad("unknown_word", ", ".join(words) or "-", column=name, value=said)
            return ours, said
        return "", ""

    def _moment(self, line: Line, field: str) -> datetime | None:
        for cell, name in self._known(line, field):
            moment = self.moments.get(cell) or self._parsed(cell, name)
            if moment > self.now:
                raise _Bad("future", column=name, value=cell)
            self.moments[cell] = moment
            return moment
        return None

    def _parsed(self, cell: Cell, name: str) -> datetime:
        forms = self.mapping.dates
        found = cell if isinstance(cell, datetime) else moments.read(cell, forms)
        if found is None:
            raise _Bad("bad_moment", ", ".join((*forms, YEAR_FIRST)), column=name, value=cell)
        try:
            moment = moments.aware(found, self.mapping.zone)
        except OverflowError:
            moment = None
        if moment is None or moment < moments.OLDEST:
            raise _Bad("ancient", column=name, value=cell)
        return moment


#: What is read besides the forms of the map, as they would say it.
YEAR_FIRST = "%Y-%m-%d %H:%M"


def _number(text: str) -> str:
    """An incident's number: full-width figures and stray spaces make no other one of it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _stands_for(state: str, at: dict[str, datetime | None]) -> datetime | None:
    """When a row without a time of change was made, in an export of one row an incident."""
    order = {"closed": ("closed", "resolved"), "resolved": ("resolved",)}.get(state, ())
    return next((at[name] for name in (*order, "opened") if at[name] is not None), None)
