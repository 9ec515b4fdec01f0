"""Workbooks handed out: the template of a kind, and the lines that are to be mended."""

from __future__ import annotations

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from jiannuo.faces.desk.figures.workbook import Sheet as Book
from jiannuo.faces.desk.figures.workbook import guarded
from jiannuo.imports import queries
from jiannuo.imports.queries import Sheet
from jiannuo.journey.bringing.kind import Column, Kind, said
from jiannuo.journey.bringing.looking import table_of
from jiannuo.journey.bringing.registry import KINDS
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader

WIDTH = 22
BOLD = Font(bold=True)
REASON = Text("要改什么", "What to mend")
NOTES = Text("说明", "Notes")
HEADS = (
    Text("列", "Column"),
    Text("必填", "Needed"),
    Text("例", "Example"),
    Text("说明", "Note"),
    Text("也认这些表头", "Other heads that are known"),
)
HOW = (
    Text(
        "一行一条，表头放在前 20 行的任何一行都行。",
        "One thing a row; the header in any of the first 20 rows.",
    ),
    Text(
        "自己的表不用改格式，表头认得就行。",
        "Your own list may stay as it is where its heads are known.",
    ),
    Text(
        "多传几次不会重复：已有的认得出来。",
        "Sent twice nothing is doubled: what is here is recognised.",
    ),
)


def template(reader: Reader, kind: Kind) -> bytes:
    """A workbook to fill in: the heads, and on a second page what each is for. Its cells are text,
    so that Excel eats no digits."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = reader.say(kind.name)
    page.freeze_panes = "A2"
    for at, column in enumerate(kind.columns, 1):
        cell = page.cell(1, at, ("*" * column.needed) + reader.say(column.head))
        cell.font = BOLD
        letter = page.column_dimensions[get_column_letter(at)]
        letter.width, letter.number_format = WIDTH, "@"
    notes = book.create_sheet(reader.say(NOTES))
    for line in HOW:
        notes.append([reader.say(line)])
    notes.append([])
    notes.append([reader.say(head) for head in HEADS])
    for column in kind.columns:
        notes.append(_noted(reader, column))
    for letter_, width in zip("ABCDE", (WIDTH, 8, 30, 40, 60), strict=True):
        notes.column_dimensions[letter_].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _noted(reader: Reader, column: Column) -> list[str]:
    needed = reader.say(Text("是", "yes")) if column.needed else ""
    told = [reader.say(column.head), needed, column.example, reader.say(column.note)]
    return [str(guarded(one)) for one in (*told, "、".join(column.also))]


def to_mend(reader: Reader, sheet: Sheet) -> Book:
    """The lines that were refused, as they came, each with what is to be mended; it can be sent
    again as it is."""
    name = reader.say(KINDS[sheet.kind].name)
    title = Text(f"{name}：要改的行", f"{name}: rows to mend")
    columns = [(reader.say(REASON), 48), *((head, WIDTH) for head in sheet.heads)]
    file = Text(f"{name}-要改的行-导入{sheet.number}", f"{name}-to-mend-{sheet.number}")
    rows = _rows(reader, sheet)
    return Book(name, reader.say(title), [sheet.file_name], columns, rows, reader.say(file))


def _rows(reader: Reader, sheet: Sheet) -> Iterator[list[str]]:
    wrong = {line.row: line for line in queries.lines(sheet.number, ["refused", "failed"])}
    for line in table_of(sheet).lines:
        card = wrong.get(line.number)
        if card is not None and card.fate != "kept":
            told = [reader.say(Text(one["zh"], one["en"])) for one in card.troubles]
            yield ["；".join(told), *(said(cell) for cell in line.cells)]
