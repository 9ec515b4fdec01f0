"""How the columns of somebody else's export are read: a small TOML, checked whole."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jiannuo.imports.table import plain
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.vocabulary import Level

SHIPPED = Path(__file__).parent / "mappings"

#: What a column may be for; of several columns the first with a value counts, those of `text`
#: are joined. The first four cannot be missing.
NEEDED = ("number", "state", "opened", "level")
FIELDS = (
    *NEEDED,
    "changed",
    "changed_by",
    "turn",
    "opened_by",
    "resolved",
    "resolved_by",
    "closed",
    "channel",
    "caller",
    "assigned",
    "text",
    "symptom",
    "outcome",
    "reopened",
    "made_sla",
)
MOMENTS = ("opened", "changed", "resolved", "closed")
WAITS = ("customer", "parts", "vendor", "approval", "force_majeure")
STATES = ("new", "working", "resolved", "closed", "cancelled", *(f"waiting:{w}" for w in WAITS))
CHANNELS = ("phone", "fax", "portal", "email", "im", "monitoring", "on_site")
LEVELS = tuple(level.value for level in Level if level not in (Level.CONSULT, Level.OTHER))
LONGEST_SOURCE = 39
#: Fields whose words are translated, and into what.
WORDS = {"state": STATES, "level": LEVELS, "channel": CHANNELS, "made_sla": ("yes", "no")}


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """`source` with an incident's number makes a case once; `zone`: of the moments written;
    `unknown`: what stands for nothing; `values`: their word, made plain, to ours."""

    source: str
    zone: ZoneInfo
    dates: tuple[str, ...]
    unknown: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, str]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    @property
    def wanted(self) -> set[str]:
        return {name for names in self.columns.values() for name in names}


def shipped() -> dict[str, Path]:
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def load(path: Path) -> ColumnMap:
    """A map from TOML. Raises `Refusal` naming the key, its value and what is allowed."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise bad_map("file", str(problem), "TOML in UTF-8") from None
    known = [field.name for field in fields(ColumnMap)]
    for key in raw:
        if key not in known:
            raise bad_map(key, raw[key], ", ".join(known))
    return ColumnMap(
        source=_source(raw),
        zone=_zone(raw.get("zone", "")),
        dates=_dates(raw.get("dates", [])),
        unknown=frozenset(plain(text) for text in ["", *_texts("unknown", raw.get("unknown", []))]),
        columns=_columns(_table(raw, "columns")),
        values={name: _values(name, words) for name, words in _table(raw, "values").items()},
        defaults=_defaults(_table(raw, "defaults")),
        **{key: _text(raw, key) for key in ("encoding", "sheet") if key in raw},
        delimiter=_delimiter(raw.get("delimiter", "")),
    )


def bad_map(key: str, value: object, allowed: str) -> Refusal:
    return Refusal(
        "bad_map",
        f"映射文件的 {key} 不能是 {value!r}，可以是：{allowed}",
        f"{key} of the map cannot be {value!r}; allowed: {allowed}",
    )


def _text(raw: Mapping[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise bad_map(key, value, "a text")
    return value


def _delimiter(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1 or value in ('"', "\r", "\n"):
        raise bad_map("delimiter", value, "one character, as ; or \\t")
    return value


def _source(raw: Mapping[str, Any]) -> str:
    """It stands before every number in the case's origin, which has room for both."""
    text = _text(raw, "source")
    if len(text) > LONGEST_SOURCE or ":" in text:
        raise bad_map("source", text, f"at most {LONGEST_SOURCE} characters and no colon")
    return text


def _texts(key: str, value: Any) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(text, str) for text in values):
        raise bad_map(key, value, "a text or a list of texts")
    return tuple(values)


def _dates(value: Any) -> tuple[str, ...]:
    for form in _texts("dates", value):
        try:
            datetime.strptime("", form)  # noqa: DTZ007  only its form is asked
        except ValueError as problem:
            if "does not match" not in str(problem):
                raise bad_map("dates", form, "a form such as %d/%m/%Y %H:%M") from None
    return _texts("dates", value)


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key, {})
    if not isinstance(value, dict):
        raise bad_map(key, value, "a table")
    return value


def _zone(name: Any) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise bad_map("zone", name, "a time zone, as Asia/Shanghai or UTC") from None


def _columns(table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    for name in table:
        if name not in FIELDS:
            raise bad_map(f"columns.{name}", table[name], ", ".join(FIELDS))
    for name in NEEDED:
        if name not in table:
            raise bad_map(f"columns.{name}", None, "the name of a column")
    return {name: _texts(f"columns.{name}", value) for name, value in table.items()}


def _values(name: str, words: Any) -> dict[str, str]:
    if name not in WORDS:
        raise bad_map(f"values.{name}", words, ", ".join(WORDS))
    if not isinstance(words, dict):
        raise bad_map(f"values.{name}", words, "a table")
    return {plain(word): _ours(f"values.{name}", WORDS[name], our) for word, our in words.items()}


def _defaults(table: Mapping[str, Any]) -> dict[str, str]:
    for name in table:
        if name not in ("channel", "level"):
            raise bad_map(f"defaults.{name}", table[name], "channel, level")
    return {name: _ours(f"defaults.{name}", WORDS[name], our) for name, our in table.items()}


def _ours(key: str, allowed: tuple[str, ...], our: Any) -> str:
    if our not in allowed:
        raise bad_map(key, our, ", ".join(allowed))
    return str(our)
