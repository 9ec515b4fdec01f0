"""A table as people export it: any encoding and delimiter, packed or not, or a workbook."""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from jiannuo.kernel.refusal import Refusal

Cell = str | datetime

DELIMITERS = (",", ";", "\t", "|")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
GZIP, ZIP, OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: What a packed file may unpack to; beyond it somebody means harm or took the wrong file.
MOST = 1 << 30
#: Excel writes ="00123" so that it does not eat the zeros.
KEPT_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` is where it begins, in lines of the file or rows of the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its column names. `form` says how it was read; `size` guides a progress bar;
    `lossy`: some characters could not be read and stand as U+FFFD."""

    names: tuple[str, ...]
    lines: Sequence[Line]
    form: str
    lossy: bool = False


def plain(name: str) -> str:
    """A name or word as it is compared: full-width folded, case and outer spaces ignored."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def read(
    path: Path, wanted: Collection[str], *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Table:
    """The table of a file. `wanted`: names expected among the columns, by which the delimiter is
    told; the rest is found out where it is not said. Raises `Refusal` for what is no table."""
    raw = _unpacked(path)
    if raw.startswith(ZIP):
        return _workbook(raw, sheet)
    if raw.startswith(OLD_EXCEL) or raw[:512].lstrip().lower().startswith((b"<html", b"<table")):
        raise _refused(
            "这不是 CSV 或 .xlsx，请在 Excel 里另存为其中一种",
            "this is neither CSV nor .xlsx; save it as one of them in Excel",
        )
    text, found, lossy = decoded(raw, encoding)
    return _parted(text, found, wanted, delimiter, lossy)


def _refused(zh: str, en: str) -> Refusal:
    return Refusal("no_table", zh, en)


def _unpacked(path: Path) -> bytes:
    raw = path.read_bytes()
    if not raw.startswith(GZIP):
        return raw
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            found = packed.read(MOST + 1)
    except (OSError, EOFError) as problem:
        raise _refused("压缩文件已损坏", f"the packed file is damaged: {problem}") from None
    if len(found) > MOST:
        raise _refused("解压后超过 1 GB", "it unpacks to more than 1 GB")
    return found


# -- text -------------------------------------------------------------------------------------


def decoded(raw: bytes, told: str = "") -> tuple[str, str, bool]:
    """(text, encoding, lossy). Without a byte order mark UTF-8 is tried before GB18030, which
    would read nearly anything; where neither fits throughout, the one that loses less."""
    marked = next((name for mark, name in BOMS.items() if raw.startswith(mark)), "")
    sure = told or marked or _utf_16(raw)
    candidates = [sure] if sure else ["utf-8", "gb18030"]
    losses = {name: _loss(raw, name) for name in candidates}
    best = min(losses, key=lambda name: losses[name])
    if losses[best] * 20 > len(raw):
        raise _refused(
            "认不出文件的编码，请在映射文件里写明 encoding",
            "the encoding cannot be told; say it as `encoding` in the map",
        )
    text = raw.decode(best, errors="replace").removeprefix("\ufeff")
    return text, best, losses[best] > 0


def _loss(raw: bytes, encoding: str) -> int:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(encoding, errors="replace").count(LOST)
    except LookupError:
        raise _refused(f"没有名为 {encoding} 的编码", f"no encoding is called {encoding}") from None
    return 0


def _utf_16(raw: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain Latin text is zero."""
    head = raw[:4000]
    if head[1::2].count(0) * 3 > len(head) // 2:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) * 3 > len(head) // 2 else ""


def _parted(text: str, encoding: str, wanted: Collection[str], told: str, lossy: bool) -> Table:
    csv.field_size_limit(1 << 24)
    first, _, rest = text.partition("\n")
    skipped = 0
    if first.strip().lower().startswith("sep="):  # Excel's own word for it
        told, text, skipped = told or first.strip()[4:5] or "\t", rest, 1
    delimiter = told or _delimiter(text, wanted)
    lines = list(_lines(text, delimiter, skipped))
    if not lines:
        raise _refused("文件是空的", "the file is empty")
    form = f"{encoding}, {NAMES.get(delimiter, delimiter)}"
    names = _header(lines[0].cells)
    return Table(names, [_cut(line, len(names)) for line in lines[1:]], form, lossy)


NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def _delimiter(text: str, wanted: Collection[str]) -> str:
    """The one that finds most of the names that are looked for, then most columns."""
    names = {plain(name) for name in wanted}

    def score(delimiter: str) -> tuple[int, int]:
        cells = next(csv.reader(io.StringIO(text[: 1 << 16]), delimiter=delimiter), [])
        return sum(plain(cell) in names for cell in cells), len(cells)

    return max(DELIMITERS, key=score)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield Line(skipped + before + 1, tuple(_bare(cell) for cell in cells))
        before = reader.line_num


def _bare(cell: str) -> str:
    kept = KEPT_AS_TEXT.match(cell)
    return kept[1] if kept else cell.strip()


def _header(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The names of the columns; empty ones at the end are no columns."""
    names = [str(cell).strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _cut(row: Line, width: int) -> Line:
    """Empty cells beyond the last column are a delimiter too many, no column."""
    cells = row.cells
    while len(cells) > width and cells[-1] == "":
        cells = cells[:-1]
    return row if cells is row.cells else Line(row.number, cells)


# -- workbooks ----------------------------------------------------------------------------------


def _workbook(raw: bytes, sheet: str) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST:
                raise _refused("解压后超过 1 GB", "it unpacks to more than 1 GB")
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as problem:
        raise _refused("打不开这个工作簿", f"the workbook cannot be opened: {problem}") from None
    if sheet and sheet not in book.sheetnames:
        raise _refused(
            f"没有名为「{sheet}」的工作表，有：{'、'.join(book.sheetnames)}",
            f"there is no sheet {sheet!r}; there are {', '.join(book.sheetnames)}",
        )
    page = book[sheet or book.sheetnames[0]]
    rows = [
        Line(number, tuple(map(_written, cells)))
        for number, cells in enumerate(page.iter_rows(values_only=True), 1)
        if any(cell is not None for cell in cells)
    ]
    book.close()
    if not rows:
        raise _refused("工作表是空的", "the sheet is empty")
    names = _header(rows[0].cells)
    return Table(names, [_padded(row, len(names)) for row in rows[1:]], f"xlsx, sheet {page.title}")


def _written(value: object) -> Cell:
    """A cell as a person reads it: whole numbers without ".0", TRUE for true."""
    if isinstance(value, datetime):
        return value
    for kind, say in SAYING:
        if isinstance(value, kind):
            return say(value)
    return str(value).strip()


SAYING: tuple[tuple[type, Callable[[object], str]], ...] = (
    (type(None), lambda value: ""),
    (bool, lambda value: str(value).upper()),
    (float, lambda value: f"{value:.15g}"),
)


def _padded(row: Line, width: int) -> Line:
    """Empty cells at the end of a row are not stored in a workbook."""
    cells = _cut(row, width).cells
    return Line(row.number, cells + ("",) * (width - len(cells)))
