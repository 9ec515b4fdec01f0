"""A table as Excel keeps it in .xlsx."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from itertools import islice, zip_longest
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jiannuo.imports.table import (
    NO_LIMITS,
    TITLES,
    Cell,
    Limits,
    Line,
    Table,
    cut,
    found_in,
    headed,
    refused,
)

#: What a package that is no workbook, or a damaged one, makes of openpyxl.
BROKEN = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,  # of its XML
    OSError,
)
#: A format of zeros: 123 is shown as 00123, and meant so.
PADDED = re.compile(r"0{2,}")


def workbook(raw: bytes, wanted: Collection[str], sheet: str, within: Limits = NO_LIMITS) -> Table:
    """The table of a sheet: the one that is named, else the first visible one with most of the
    columns that are looked for. Raises `Refusal` for what is no workbook."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of looks that openpyxl leaves aside
            return _table(raw, wanted, sheet, within)
    except BROKEN as problem:
        raise refused(
            "打不开：请在 Excel 里另存为 .xlsx 或 CSV（旧 .xls 同此；压缩包先解压，加密的先去掉密码）",
            "it cannot be opened: save it as .xlsx or CSV in Excel (an old .xls too); unpack a "
            f"zip, take a password off first: {problem}",
        ) from None


def _table(raw: bytes, wanted: Collection[str], sheet: str, within: Limits) -> Table:
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        within.size(sum(part.file_size for part in packed.infolist()))
        if any(part.endswith("vbaProject.bin") for part in packed.namelist()):
            raise refused(
                "工作簿里有宏，请在 Excel 里另存为不带宏的 .xlsx 再上传",
                "the workbook holds macros; save it as .xlsx without them and send it again",
            )
        reckoned = any(FORMULA in packed.read(part) for part in _pages(packed))
    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    page = _page(book, wanted, sheet)
    lines = list[Line]()
    for line in _lines(page):
        lines.append(line)
        within.rows(len(lines) - TITLES)
    book.close()
    if reckoned:
        lines = _with_formulas(lines, raw, page.title)
    if not lines:
        raise refused("工作表是空的", "the sheet is empty")
    names, rows, where = headed(lines, wanted)
    form = f"xlsx, sheet {page.title}{where}"
    return Table(names, [_filled(row, len(names)) for row in rows], form)


#: How a formula stands in a sheet.
FORMULA = b"</f>"


def _pages(packed: zipfile.ZipFile) -> list[str]:
    return [part for part in packed.namelist() if part.startswith("xl/worksheets/")]


def _with_formulas(lines: list[Line], raw: bytes, title: str) -> list[Line]:
    """What a formula came to is what a person read; one that was never reckoned stands as its own
    text, so that nothing is taken for blank."""
    book = load_workbook(io.BytesIO(raw), read_only=True)
    told = {line.number: line.cells for line in _lines(book[title])}
    book.close()
    return [Line(ln.number, _filled_in(ln.cells, told.get(ln.number, ()))) for ln in lines]


def _filled_in(cells: tuple[Cell, ...], told: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(
        text if cell == "" and isinstance(text, str) and text.startswith("=") else cell
        for cell, text in zip_longest(cells, told, fillvalue="")
    )


def _page(book: Any, wanted: Collection[str], sheet: str) -> Any:
    pages = {page.title: page for page in book.worksheets}
    if sheet:
        if sheet not in pages:
            raise refused(
                f"没有名为「{sheet}」的工作表，有：{'、'.join(pages)}",
                f"there is no sheet {sheet!r}; there are {', '.join(pages)}",
            )
        return pages[sheet]

    def named(page: Any) -> int:
        return max(
            (found_in(line.cells, wanted) for line in islice(_lines(page), TITLES)), default=0
        )

    shown = [page for page in pages.values() if page.sheet_state == "visible"]
    return max(shown or pages.values(), key=named)


def _lines(page: Any) -> Iterator[Line]:
    page.reset_dimensions()  # what other programs write there is wrong too often
    for number, row in enumerate(page.iter_rows(), 1):
        cells = tuple(map(_written, row))
        if any(cells):
            yield Line(number, cells)


def _written(cell: Any) -> Cell:
    """A cell as a person reads it: whole numbers without ".0", 123 as 00123 where it is shown so."""
    value = cell.value
    if isinstance(value, datetime):
        return value
    if type(value) is int and PADDED.fullmatch(cell.number_format or ""):
        return str(value).zfill(len(cell.number_format))
    for kind, say in SAYING:
        if isinstance(value, kind):
            return say(value)
    return str(value).strip()


SAYING: tuple[tuple[type, Callable[[object], str]], ...] = (
    (type(None), lambda value: ""),
    (bool, lambda value: str(value).upper()),
    (float, lambda value: f"{value:.15g}"),
)


def _filled(row: Line, width: int) -> Line:
    """Empty cells at the end of a row are not stored in a workbook."""
    cells = cut(row, width).cells
    return Line(row.number, cells + ("",) * (width - len(cells)))
