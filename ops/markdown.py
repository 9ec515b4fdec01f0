"""Tables as Markdown has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MADE = (
    "<!-- Made by `make docs`; do not edit. What it is made of is named below. -->\n"
    "<!-- 由 make docs 生成，请勿手改；来源见文中。 -->\n"
)


def cell(text: str) -> str:
    """One cell: no line ends, no bars."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell(text) for text in line) + " |\n" for line in lines)
