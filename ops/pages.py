"""Write the pages of docs/manual that are made from data: `make docs`.

Nobody edits them by hand; a test compares each with what is made here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from ops import clauses, words

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "manual"


def pages() -> Iterator[tuple[Path, str]]:
    """Each page that is made, with its text."""
    yield MANUAL / "clauses.md", clauses.page()
    yield MANUAL / "readings.md", words.readings_page()
    yield MANUAL / "words.md", words.words_page()


def main() -> int:
    for path, text in pages():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.relative_to(ROOT)} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
