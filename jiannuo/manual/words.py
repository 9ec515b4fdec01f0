"""What the manual's closed words are called in Chinese and English, and how times are said.

Pure: pages, papers and the command line say the same thing in the same words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One saying in both languages."""

    zh: str
    en: str

    def said(self, lang: str) -> str:
        return self.en if lang == "en" else self.zh

    def __add__(self, other: Text | str) -> Text:
        """Sayings are joined each in its own language; plain text counts for both."""
        if isinstance(other, str):
            return Text(self.zh + other, self.en + other)
        return Text(self.zh + other.zh, self.en + other.en)


@cache
def tables() -> Mapping[str, Mapping[str, Text]]:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {name: {word: Text(*pair) for word, pair in rows.items()} for name, rows in raw.items()}


def word(table: str, value: object) -> Text:
    """What a stored word is called; the word itself where nobody named it."""
    key = str(value).lower() if isinstance(value, bool) else str(value)
    return tables()[table].get(key) or Text(key, key)


def filled(saying: Text, fields: Mapping[str, Text | str]) -> Text:
    """A saying with its fields, each in its own language."""
    zh = {name: v.zh if isinstance(v, Text) else v for name, v in fields.items()}
    en = {name: v.en if isinstance(v, Text) else v for name, v in fields.items()}
    return Text(saying.zh.format_map(zh), saying.en.format_map(en))


def length(span: timedelta, *, seconds: bool = True) -> Text:
    """How long something took: 29 分 59 秒, 3 时 58 分, 5 天 02 时. Seconds from an hour on
    only where asked for, never beyond two days; nothing that is zero is said after the first."""
    total = int(span.total_seconds())
    days, hours, minutes, rest = total // 86400, total // 3600, total // 60, total % 60
    if days >= 2:
        return _joined((days, "天", "d"), (hours % 24, "时", "h"))
    if hours:
        tail = (rest if seconds else 0, "秒", "s")
        return _joined((hours, "时", "h"), (minutes % 60, "分", "m"), tail)
    return (
        _joined((minutes, "分", "m"), (rest, "秒", "s")) if minutes else _joined((rest, "秒", "s"))
    )


def _joined(first: tuple[int, str, str], *others: tuple[int, str, str]) -> Text:
    found = Text(f"{first[0]} {first[1]}", f"{first[0]} {first[2]}")
    for count, zh, en in others:
        if count:
            found += Text(f" {count:02} {zh}", f" {count:02} {en}")
    return found


def limit(span: timedelta) -> Text:
    """A limit as the manual writes it: 30 分钟, 2 小时, 5 天."""
    minutes = int(span.total_seconds()) // 60
    if minutes % 60:
        return Text(f"{minutes} 分钟", f"{minutes} min")
    hours = minutes // 60
    if hours > 48 and hours % 24 == 0:
        return Text(f"{hours // 24} 天", f"{hours // 24} d")
    return Text(f"{hours} 小时", f"{hours} h")


def moment(local: datetime, since: datetime | None = None) -> Text:
    """A local moment to the second; the day is left out where it is that of `since`."""
    clock = f"{local:%H:%M:%S}"
    if since is not None and local.date() == since.date():
        return Text(clock, clock)
    return Text(f"{local:%m-%d} {clock}", f"{local:%m-%d} {clock}")
