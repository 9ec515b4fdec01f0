"""What a kind of list is: its columns, how its lines are looked at, written, taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from jiannuo.imports.commands import Found
from jiannuo.imports.table import Cell, Table, called
from jiannuo.journey.bringing.cells import Read, Wrong, bare, is_blank
from jiannuo.journey.step import When
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. `also`: other heads that mean the same; `several`: more than one
    column may be it; `example`, `note`: for the template."""

    name: str
    head: Text
    read: Read
    also: tuple[str, ...] = ()
    needed: bool = False
    several: bool = False
    example: str = ""
    note: Text = Text("", "")

    @property
    def heads(self) -> tuple[str, ...]:
        return (self.head.zh, self.head.en, *self.also)


#: Under this name a line keeps what would differ: by column, what stood and what would stand.
DIFFERS = "differs"


def plainly(value: Any) -> str:
    """A value as it is read beside another."""
    if isinstance(value, list | tuple):
        return "、".join(str(one) for one in value)
    return "" if value is None else str(value)


@dataclass(slots=True)
class Row:
    """One row being looked at: what its cells say, what is wrong with them, what it would do."""

    number: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    troubles: list[dict[str, str]] = field(default_factory=list)
    verdict: str = "new"
    label: str = ""

    def refuse(self, column: str, zh: str, en: str) -> None:
        self.verdict = "refused"
        told = {"head": self.heads.get(column, ""), "cell": self.cells.get(column, "")[:200]}
        self.troubles.append({"field": column, **told, "zh": zh, "en": en})

    def given(self, name: str, usual: Any = "") -> Any:
        return self.values.get(name, usual)

    def compare(self, stands: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """The same as what is here, or changed; what stood stays on the row to be read."""
        was = {name: plainly(stands.get(name)) for name in wanted}
        now = {name: plainly(value) for name, value in wanted.items()}
        differs = {name: [was[name], now[name]] for name in wanted if was[name] != now[name]}
        self.verdict = "changed" if differs else "same"
        if differs:
            self.values[DIFFERS] = differs

    @property
    def good(self) -> bool:
        return self.verdict != "refused"

    def found(self) -> Found:
        values = self.values if self.good else {}
        return Found(self.number, self.verdict, self.label, values, self.troubles)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every entry of an import says of itself, and the operations by which a line is written
    once. `subject`: the list's own id."""

    number: int
    subject: UUID

    def when(self, row: int, step: str) -> When:
        return When(op=uuid5(self.subject, f"{row} {step}"), why=f"{self.mark}第 {row} 行")

    def undoing(self, row: int, step: str) -> When:
        op = uuid5(self.subject, f"undo {row} {step}")
        return When(op=op, why=f"{self.undo_mark}第 {row} 行")

    @property
    def mark(self) -> str:
        return f"导入 {self.number} "

    @property
    def undo_mark(self) -> str:
        return f"撤销导入 {self.number} "

    @property
    def ours(self) -> tuple[str, str]:
        return self.mark, self.undo_mark


#: What a line made: "step" that made it, "id", and what is needed to take it back.
Made = dict[str, Any]
Judge = Callable[[Actor, Sequence[Row]], None]
Write = Callable[[Actor, Mapping[str, Any], Stamp, int], list[Made]]
Look = Callable[[Table, Mapping[str, Sequence[int]], Actor], list[Found]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`permit`: who may bring it; `judge`: looks at all good rows at once and says of each what it
    would do; `write`: one line, by the steps that the pages take; `look`: for a list whose lines say
    something together only."""

    code: str
    name: Text
    what: Text
    permit: str
    columns: tuple[Column, ...]
    judge: Judge
    write: Write
    look: Look | None = None

    @property
    def heads(self) -> list[str]:
        return [head for column in self.columns for head in column.heads]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def rows_of(kind: Kind, table: Table, columns: Mapping[str, Sequence[int]]) -> list[Row]:
    """Every row with what its cells say; those that cannot be read are refused."""
    heads = {name: table.names[places[0]] for name, places in columns.items() if places}
    known = [column for column in kind.columns if columns.get(column.name)]
    rows = []
    for line in table.lines:
        cells = {
            column.name: [line.cells[at] for at in columns[column.name] if at < len(line.cells)]
            for column in known
        }
        shown = {name: " / ".join(said(cell) for cell in found) for name, found in cells.items()}
        row = Row(line.number, shown, heads)
        for column in known:
            _read(column, cells[column.name], row)
        for column in kind.columns:
            if column.needed and column.name not in row.values and row.good:
                row.refuse(
                    column.name, f"「{column.head.zh}」必须填", f"{column.head.en} is needed"
                )
        rows.append(row)
    return rows


def said(cell: Cell) -> str:
    """A cell as a person reads it, also one that cannot be taken."""
    try:
        return bare(cell)
    except Wrong:
        return str(cell)


def _read(column: Column, cells: Sequence[Cell], row: Row) -> None:
    for cell in cells:
        if is_blank(cell):
            continue
        try:
            value = column.read(cell)
        except Wrong as wrong:
            row.refuse(column.name, wrong.zh, wrong.en)
            return
        if column.several and column.name in row.values:
            value = [*row.values[column.name], *value]
        row.values.setdefault(column.name, value)
        if not column.several:
            return
        row.values[column.name] = value


def matched(kind: Kind, heads: Sequence[str], learned: Mapping[str, str]) -> dict[str, list[int]]:
    """For what each column is taken: as it was chosen last time, else by its head; the head may
    say more than the word (客户名称（全称）, *序列号)."""
    found: dict[str, list[int]] = {}
    open_ = {column.name: column for column in kind.columns}
    words = {called(head): c.name for c in kind.columns for head in c.heads}
    ways: Iterable[Callable[[str], str | None]] = (
        learned.get,
        words.get,
        lambda head: words.get(_core(head)),
    )
    for way in ways:
        for place, head in enumerate(heads):
            name = way(called(head))
            taken = any(place in places for places in found.values())
            if name in open_ and not taken and (name not in found or open_[name].several):
                found.setdefault(name, []).append(place)
    return found


def _core(head: str) -> str:
    """Without what stands in brackets, and the star of what is needed."""
    inner = head.split("(")[0].split("（")[0]
    return inner.strip("*:：·. ")


def doubled(rows: Iterable[Row], key: Callable[[Row], Any], column: str) -> None:
    """The same thing twice in one list: the first counts, the others are told where it is."""
    seen: dict[Any, int] = {}
    for row in rows:
        if not row.good or (own := key(row)) in (None, ""):
            continue
        first = seen.setdefault(own, row.number)
        if first != row.number:
            row.refuse(
                column,
                f"与第 {first} 行重复，请删掉一行",
                f"the same as row {first}; delete one of them",
            )
