"""Why there is no usable database, and what to do about it."""

from __future__ import annotations


class DatabaseTrouble(Exception):
    """The database cannot be used; the sentences tell an administrator what to do."""

    def __init__(self, en: str, zh: str, *, detail: str = "") -> None:
        super().__init__("\n".join(part for part in (en, zh, detail.strip()) if part))
        self.en = en
        self.zh = zh
        self.detail = detail
