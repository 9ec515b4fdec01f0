"""Rows of an edition: from a TOML table to a frozen dataclass, checked field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields
from typing import Any, ClassVar, Protocol, TypeVar

from jiannuo.manual.policy import ProfileError


class Declared(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


T = TypeVar("T", bound=Declared)
Raw = Mapping[str, Any]


def _is(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is kind


def _list_of(kind: type) -> Callable[[Any], bool]:
    return lambda value: type(value) is list and all(type(item) is kind for item in value)


#: What a field's annotation asks of the TOML value, and how to say it.
TYPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "str": (_is(str), "text"),
    "int": (_is(int), "a whole number"),
    "bool": (_is(bool), "true | false"),
    "tuple[str, ...]": (_list_of(str), "a list of texts"),
    "tuple[int, ...]": (_list_of(int), "a list of whole numbers"),
}


def row(kind: type[T], given: Raw, table: str, name: str = "code") -> T:
    """One row as a `kind`. Raises `ProfileError` naming key, value and what is allowed."""
    where = f"{table}.{given.get(name, '?')}"
    known = {field.name: field for field in fields(kind)}
    for key, value in given.items():
        if key not in known:
            raise ProfileError(f"{where}.{key}", value, ", ".join(known))
        fits, allowed = TYPES[str(known[key].type)]
        if not fits(value):
            raise ProfileError(f"{where}.{key}", value, allowed)
    for field in known.values():
        if field.name not in given and _required(field):
            raise ProfileError(f"{where}.{field.name}", None, f"{_words(field)}; it is missing")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()})


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _words(field: Field[Any]) -> str:
    return TYPES[str(field.type)][1]


def named(kind: type[T], rows: Iterable[Raw], table: str, name: str = "code") -> dict[str, T]:
    """Rows by their name; a name given twice is an error."""
    found: dict[str, T] = {}
    for given in rows:
        if not isinstance(given, Mapping):
            raise ProfileError(table, rows, f"rows [[{table}]]")
        made = row(kind, given, table, name)
        key = str(getattr(made, name))
        if key in found:
            raise ProfileError(f"{table}.{key}", key, "a name that no other row has")
        found[key] = made
    return found


def one_of(key: str, value: str, allowed: Iterable[str]) -> None:
    """Raise unless `value` is among the words allowed."""
    words = list(allowed)
    if value not in words:
        raise ProfileError(key, value, " | ".join(words))
