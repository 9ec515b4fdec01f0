"""What the document says, in both languages in one text; its page shows one of them."""

from __future__ import annotations

from jiannuo.manual.words import Text

_SAID: dict[str, Text] = {}


def both(zh: str, en: str) -> str:
    """As OpenAPI has it: it knows one language only."""
    joined = f"{zh} {en}"
    _SAID[joined] = Text(zh, en)
    return joined


def said(joined: str) -> Text:
    """The two of them again; a text of another hand stands for both."""
    return _SAID.get(joined) or Text(joined, joined)
