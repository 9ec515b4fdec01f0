"""The closed list of what can happen, with its fields: checked on the way in, typed on the
way out. The list itself is `catalogue.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.kernel.refusal import Refusal

EXCLUSIONS = tuple(f"EX{n}" for n in range(1, 9))
CAUSES = ("quality", "aging", "config", "unknown", *EXCLUSIONS)
STATES = ("ok", "abnormal", "not_checked")
CONSENT_HOW = ("call", "signed", "portal", "letter", "fax")
MONEY = re.compile(r"[0-9]+\.[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    required: bool

    @property
    def allowed(self) -> str:
        """What may stand here, for the person who must mend it."""
        return WORDS.get(self.type, self.type.replace("|", " | "))


@dataclass(frozen=True, slots=True)
class EventKind:
    """A kind of event: on which subjects, by which roles, with which fields."""

    kind: str
    subjects: tuple[str, ...]
    by: frozenset[str]
    fields: Mapping[str, Field]
    story: bool


@cache
def kinds() -> Mapping[str, EventKind]:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {kind: _kind(kind, row) for kind, row in raw.items()}


def _kind(kind: str, row: Mapping[str, Any]) -> EventKind:
    fields = {
        name: Field(name, spec.lstrip("!"), spec.startswith("!"))
        for name, spec in row["fields"].items()
    }
    return EventKind(
        kind, tuple(row["subjects"]), frozenset(row["by"]), fields, row.get("story", True)
    )


def bad_input(key: str, value: object, allowed: str) -> Refusal:
    return Refusal(
        "bad_input",
        f"「{key}」不能是 {value!r}，可以是：{allowed}",
        f"{key} cannot be {value!r}; allowed: {allowed}",
    )


def parsed(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an event, checked and typed; absent ones stay absent.

    Raises `Refusal` ("bad_input") naming the field, the value and what is allowed.
    """
    if kind not in kinds():
        raise bad_input("e", kind, ", ".join(kinds()))
    known = kinds()[kind].fields
    found = {}
    for name, value in given.items():
        if name not in known:
            raise bad_input(name, value, ", ".join(known) or "no field")
        if value is not None:
            found[name] = parsed_value(known[name], value)
    for field in known.values():
        if field.required and field.name not in found:
            raise bad_input(field.name, None, field.allowed)
    return found


def parsed_value(field: Field, value: Any) -> Any:
    check = TYPES.get(field.type)
    if check is None:
        if value not in field.type.split("|"):
            raise bad_input(field.name, value, field.allowed)
        return value
    try:
        return check(value)
    except (TypeError, ValueError, ArithmeticError, KeyError):
        raise bad_input(field.name, value, field.allowed) from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or "\x00" in value:
        raise ValueError
    return value


def _time(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError
    return moment.astimezone(UTC)


def _date(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else _exact(value, date)


def _exact(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise ValueError
    return value


def _money(value: Any) -> str:
    text = str(value)
    if not MONEY.fullmatch(text):
        raise ValueError
    return text


def _decimal(value: Any) -> str:
    text = str(value)
    if not Decimal(text).is_finite():
        raise ValueError
    return text


def _quantity(value: Any) -> str:
    if Decimal(_decimal(value)) < 0:
        raise ValueError
    return str(value)


def _count(value: Any) -> int:
    found: int = _exact(value, int)
    if found < 0:
        raise ValueError
    return found


def _names(value: Any) -> list[str]:
    return [_text(item) for item in _exact(value, list)]


def _word(words: tuple[str, ...]) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in words:
            raise ValueError
        return str(value)

    return check


def _consent(value: Any) -> dict[str, str]:
    return {"by": _text(value["by"]), "how": _word(CONSENT_HOW)(value["how"])}


def _statemap(value: Any) -> dict[str, str]:
    return {_text(key): _word(STATES)(state) for key, state in _exact(value, dict).items()}


def _scoremap(value: Any) -> dict[str, int]:
    scores = {_text(key): _exact(score, int) for key, score in _exact(value, dict).items()}
    if any(not 0 <= score <= 100 for score in scores.values()):
        raise ValueError
    return scores


def _geo(value: Any) -> list[float]:
    lat, lon = value
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError
    return [float(lat), float(lon)]


TYPES: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "time": _time,
    "date": _date,
    "int": _count,
    "bool": lambda value: _exact(value, bool),
    "money": _money,
    "decimal": _decimal,
    "quantity": _quantity,
    "names": _names,
    "cause": _word(CAUSES),
    "exclusion": _word(EXCLUSIONS),
    "consent": _consent,
    "statemap": _statemap,
    "scoremap": _scoremap,
    "changes": lambda value: _exact(value, dict),
    "geo": _geo,
    "any": lambda value: _exact(value, dict),
}
WORDS = {
    "time": "a moment with its zone",
    "date": "YYYY-MM-DD",
    "int": "a whole number, not negative",
    "bool": "true | false",
    "money": 'yuan with two places, as "12.00"',
    "decimal": 'a number as text, as "2.5"',
    "quantity": 'a number as text, not negative, as "2.5"',
    "names": "a list of names",
    "cause": " | ".join(CAUSES),
    "exclusion": " | ".join(EXCLUSIONS),
    "consent": "{by, how: " + " | ".join(CONSENT_HOW) + "}",
    "statemap": "serial: " + " | ".join(STATES),
    "scoremap": "name: 0-100",
    "changes": "policy path: value",
    "geo": "[lat, lon]",
    "any": "fields of the corrected event",
}


def dumped(value: Any) -> Any:
    """A typed value as JSON keeps it; moments in UTC."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: dumped(item) for key, item in value.items()}
    return [dumped(item) for item in value] if isinstance(value, list | tuple) else value


@cache
def _moments(kind: str) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    fields = kinds()[kind].fields if kind in kinds() else {}
    return tuple((f.name, TYPES[f.type]) for f in fields.values() if f.type in ("time", "date"))


def loaded(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    """What `dumped` wrote, typed again."""
    for name, typed in _moments(kind):
        if name in detail:
            detail[name] = typed(detail[name])
    if kind == "correction" and "d" in detail:
        detail["d"] = loaded(detail.get("of_kind", ""), detail["d"])
    return detail
