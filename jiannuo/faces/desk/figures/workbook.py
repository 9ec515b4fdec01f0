"""A table as an Excel file, row by row to disk. Every cell is text or a number: what somebody typed
can be no formula."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

Value = str | int | float | None
MOST = 100_000  # rows of one file; what is beyond is said in its last one
LONGEST = 32_000  # characters in a cell; Excel takes a few more
#: What Excel, LibreOffice or WPS read as the beginning of a formula when a cell is typed again.
RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """`head`: lines above the table that say what it shows; `file`: the file's name."""

    name: str
    title: str
    head: Sequence[str]
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Sequence[Value]]
    file: str


def guarded(value: Value) -> Value:
    """Text that begins like a formula stands behind an apostrophe; what no XML holds is left out."""
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST]
    return f"'{text}" if text.startswith(RISKY) else text


def written(sheet: Sheet) -> IO[bytes]:
    """The file, open at its beginning; it is gone when it is closed."""
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.name[:31])
    for at, (_, width) in enumerate(sheet.columns):
        page.column_dimensions[get_column_letter(at + 1)].width = width
    page.freeze_panes = f"A{len(sheet.head) + 4}"

    def cell(value: Value, *, bold: bool = False, size: int = 11) -> Any:
        made = WriteOnlyCell(page, guarded(value))
        if isinstance(made.value, str):
            made.data_type = "s"
            made.alignment = Alignment(vertical="top", wrap_text=not bold)
        if bold:
            made.font = Font(bold=True, size=size)
        return made

    page.append([cell(sheet.title, bold=True, size=14)])
    for line in sheet.head:
        page.append([WriteOnlyCell(page, guarded(line))])
    page.append([])
    page.append([cell(name, bold=True) for name, _ in sheet.columns])
    for row in sheet.rows:
        page.append([cell(value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  whoever sends it closes it
    book.save(file)
    file.seek(0)
    return file
