"""Tables on a terminal: a Chinese character is two columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width


def width(text: str) -> int:
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table whose columns are as wide as their widest cell; the last one is free."""
    widths = [max(width(row[n]) for row in (heads, *rows)) for n in range(len(heads) - 1)]
    yield _line(heads, widths)
    yield "  ".join("-" * w for w in (*widths, width(heads[-1])))
    for row in rows:
        yield _line(row, widths)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell + " " * (w - width(cell)) for cell, w in zip(cells, widths, strict=False)]
    return "  ".join([*padded, cells[-1]]).rstrip()
