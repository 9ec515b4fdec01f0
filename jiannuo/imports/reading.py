"""A table as people export it: any encoding and delimiter, packed or not, or a workbook."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Collection, Iterator
from itertools import chain, islice
from pathlib import Path

from jiannuo.imports.table import (
    NO_LIMITS,
    TITLES,
    Limits,
    Line,
    Table,
    cut,
    found_in,
    headed,
    refused,
)
from jiannuo.imports.workbook import workbook
from jiannuo.kernel.refusal import Refusal

DELIMITERS = (",", ";", "\t", "|")
BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: How the stream of a locked workbook is called inside its container.
LOCKED = "EncryptedPackage".encode("utf-16-le")
GZIP, ZIP, OLD_EXCEL = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: Excel writes ="00123" so that it does not eat the zeros.
KEPT_AS_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
#: Excel's own word for the delimiter, before the header.
SEP = re.compile(r"\s*sep=([^\r\n]?)(?:\r\n|\n|\r)", re.IGNORECASE)
LOST = "\N{REPLACEMENT CHARACTER}"
#: Stands after the last line: whoever swallows it has a quote open.
END = "\x1e\x1e"


def read(
    path: Path, wanted: Collection[str], *, encoding: str = "", delimiter: str = "", sheet: str = ""
) -> Table:
    """The table of a file. `wanted`: names expected among the columns, by which the delimiter is
    told; the rest is found out where it is not said. Raises `Refusal` for what is no table."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise refused(f"读不了文件 {path}", f"the file cannot be read: {problem}") from None
    return opened(raw, wanted, encoding=encoding, delimiter=delimiter, sheet=sheet)


def opened(
    raw: bytes,
    wanted: Collection[str],
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    within: Limits = NO_LIMITS,
) -> Table:
    """The table in the bytes of a file; `within`: what a stranger's file may ask of us."""
    raw = _unpacked(raw, within)
    if raw.startswith(OLD_EXCEL):
        raise _old_excel(raw)
    if raw.startswith(ZIP):
        return workbook(raw, wanted, sheet, within)
    text, found, lossy = decoded(raw, encoding)
    if text.lstrip().startswith("<"):
        raise refused(
            "这是网页或 XML，不是 CSV 或 .xlsx，请在 Excel 里另存为其中一种",
            "this is a web page or XML, neither CSV nor .xlsx; save it as one of them in Excel",
        )
    table = _parted(text, found, wanted, delimiter, lossy)
    within.rows(len(table.lines))
    return table


def _old_excel(raw: bytes) -> Refusal:
    """The container of an old .xls is also that of a workbook with a password."""
    if LOCKED in raw:
        return refused(
            "这个工作簿有打开密码，请在 Excel 里去掉密码再上传",
            "this workbook opens with a password only; take it off in Excel and send it again",
        )
    return refused(
        "这是旧格式 .xls，请在 Excel 里另存为 .xlsx 再上传",
        "this is an old .xls; save it as .xlsx in Excel and send it again",
    )


def _unpacked(raw: bytes, within: Limits) -> bytes:
    if not raw.startswith(GZIP):
        return raw
    try:
        with gzip.open(io.BytesIO(raw)) as packed:
            found = packed.read(within.unpacked + 1)
    except (OSError, EOFError, zlib.error) as problem:
        raise refused(
            "压缩文件已损坏或不完整，请重新复制或下载",
            f"the packed file is damaged or cut off, copy it again: {problem}",
        ) from None
    within.size(len(found))
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
        raise refused(
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
        raise refused(f"没有名为 {encoding} 的编码", f"no encoding is called {encoding}") from None
    return 0


def _utf_16(raw: bytes) -> str:
    """UTF-16 without its mark: every other byte of plain Latin text is zero."""
    head = raw[:4000]
    if head[1::2].count(0) * 3 > len(head) // 2:
        return "utf-16-le"
    return "utf-16-be" if head[::2].count(0) * 3 > len(head) // 2 else ""


def _parted(text: str, encoding: str, wanted: Collection[str], told: str, lossy: bool) -> Table:
    csv.field_size_limit(1 << 24)
    skipped = 0
    sep = SEP.match(text)
    if sep:
        told, text, skipped = told or sep[1] or "\t", text[sep.end() :], 1
    delimiter = told or _delimiter(text, wanted)
    try:
        lines = list(_lines(text, delimiter, skipped))
    except csv.Error as problem:
        raise refused("这不是一张表", f"this is no table: {problem}") from None
    if not lines:
        raise refused("文件是空的", "the file is empty")
    names, rows, where = headed(lines, wanted)
    form = f"{encoding}, {NAMES.get(delimiter, delimiter)}{where}"
    return Table(names, [cut(line, len(names)) for line in rows], form, lossy)


NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def _delimiter(text: str, wanted: Collection[str]) -> str:
    """The one that finds most of the names that are looked for, then most columns."""

    def score(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=delimiter)
        return max((found_in(row, wanted), len(row)) for row in [[], *islice(rows, TITLES)])

    return max(DELIMITERS, key=score)


def _lines(text: str, delimiter: str, skipped: int) -> Iterator[Line]:
    reader = csv.reader(chain(io.StringIO(text, newline=""), [END]), delimiter=delimiter)
    start = before = 0
    for cells in reader:
        if cells == [END]:
            return
        start = skipped + before + 1
        if any(cell.strip() for cell in cells):
            yield Line(start, tuple(_bare(cell) for cell in cells))
        before = reader.line_num
    raise refused(
        f"第 {start} 行有一个引号没有闭合，后面的行都被它吞掉了；请补上引号",
        f"a quote opens in line {start} and never closes: all that follows is inside it; close it",
    )


def _bare(cell: str) -> str:
    kept = KEPT_AS_TEXT.match(cell)
    return kept[1] if kept else cell.strip()
