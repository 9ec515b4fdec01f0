"""Sizes that bite: a file that outgrows them is two files."""

from __future__ import annotations

import io
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODULE = 300  # code lines
TEMPLATE = 120  # lines

SILENT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENCODING,
    tokenize.ENDMARKER,
}


def modules() -> list[Path]:
    found = (path for path in (ROOT / "jiannuo").rglob("*.py") if "migrations" not in path.parts)
    return sorted(found)


def code_lines(source: str) -> int:
    """Lines that hold code: no blanks, no comments, no docstrings."""
    lines: set[int] = set()
    fresh = True  # at the start of a statement, where a string is a docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in SILENT:
            fresh = fresh or token.type == tokenize.NEWLINE
        elif not (fresh and token.type == tokenize.STRING):
            lines.update(range(token.start[0], token.end[0] + 1))
            fresh = False
    return len(lines)


def test_docstrings_comments_and_blanks_are_not_code() -> None:
    source = '"""One\ntwo."""\n\n# three\nx = (\n    1  # four\n)\n\n\ndef f():\n    "five"\n    return x\n'
    assert code_lines(source) == 5


def test_no_module_is_too_long() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules()
        if (count := code_lines(path.read_text())) > MODULE
    }
    assert not long, long


def test_no_template_is_too_long() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count}"
        for path in (ROOT / "jiannuo").rglob("templates/**/*.*")
        if (count := len(path.read_text().splitlines())) > TEMPLATE
    ]
    assert not long, long
