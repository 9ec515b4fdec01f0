"""What a table is, wherever it was read from, and which of its rows names its columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.refusal import Refusal

Cell = str | datetime

MB = 1 << 20
#: Rows among which the header is looked for: reports begin with a title and a date.
TITLES = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` is where it begins, in lines of the file or rows of the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its column names. `form` says how it was read; `lossy`: some characters could
    not be read and stand as U+FFFD."""

    names: tuple[str, ...]
    lines: Sequence[Line]
    form: str
    lossy: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may unpack to, in bytes, and how many rows it may hold; beyond it somebody means
    harm or took the wrong file."""

    unpacked: int = 1024 * MB
    most_rows: int = 0

    def size(self, found: int) -> None:
        """Raises `Refusal` for a file that unpacks to more."""
        if found > self.unpacked:
            most = f"{self.unpacked // MB} MB" if self.unpacked < 1024 * MB else "1 GB"
            raise refused(f"解压后超过 {most}", f"it unpacks to more than {most}")

    def rows(self, found: int) -> None:
        """Raises `Refusal` for more rows."""
        if self.most_rows and found > self.most_rows:
            raise refused(
                f"超过 {self.most_rows} 行，请分成几个文件",
                f"more than {self.most_rows} rows; make several files of it",
            )


NO_LIMITS = Limits()


def plain(name: str) -> str:
    """A name or word as it is compared: full-width folded, case and outer spaces ignored."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def called(name: Cell) -> str:
    """The name of a column as it is compared: a line broken in its cell changes nothing."""
    return plain(str(name)).replace(" ", "")


def refused(zh: str, en: str) -> Refusal:
    return Refusal("no_table", zh, en)


def found_in(cells: Sequence[Cell], wanted: Collection[str]) -> int:
    """How many of the columns that are looked for a row names."""
    return len({called(cell) for cell in cells} & {called(name) for name in wanted})


def headed(
    lines: Sequence[Line], wanted: Collection[str]
) -> tuple[tuple[str, ...], Sequence[Line], str]:
    """(names, rows below, where it was if not on top). Titles above the header are no rows."""
    at = max(range(min(TITLES, len(lines))), key=lambda n: (found_in(lines[n].cells, wanted), -n))
    where = f", header in row {lines[at].number}" if at else ""
    return _header(lines[at].cells), lines[at + 1 :], where


def _header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of the columns; empty ones at the end are no columns."""
    names = [" ".join(str(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def cut(row: Line, width: int) -> Line:
    """Empty cells beyond the last column are a delimiter too many, no column."""
    cells = row.cells
    while len(cells) > width and cells[-1] == "":
        cells = cells[:-1]
    return row if cells is row.cells else Line(row.number, cells)
