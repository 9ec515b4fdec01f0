"""Reading a story file: every mistake names the file, the line and what is allowed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from jiannuo.faces.rehearsal.facts import check_facts
from jiannuo.faces.rehearsal.references import check_references
from jiannuo.faces.rehearsal.telling import Story, StoryError, Told
from jiannuo.faces.rehearsal.words import ANY, ASKED, BLOCKS, COMPANY, REFS, STORY
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import EventKind, Field, kinds, parsed_value
from jiannuo.manual.policy import ProfileError, leaves
from jiannuo.manual.profile import shipped

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$")


class _Lines:
    """Where each mapping, key and item of a YAML document stands."""

    def __init__(self, text: str) -> None:
        self.lines: dict[tuple[Any, ...], int] = {}
        self.twice: list[tuple[str, int]] = []
        node = yaml.compose(text, Loader=LOADER)
        if node is not None:
            self._walk(node, ())

    def _walk(self, node: yaml.Node, path: tuple[Any, ...]) -> None:
        self.lines[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if (*path, key.value) in self.lines:
                    self.twice.append((str(key.value), key.start_mark.line + 1))
                self._walk(value, (*path, key.value))
                self.lines[(*path, key.value)] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for place, item in enumerate(node.value):
                self._walk(item, (*path, place))

    def at(self, path: tuple[Any, ...]) -> int:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


@dataclass
class _Reader:
    path: Path
    lines: _Lines
    zone: ZoneInfo

    def fail(self, at: tuple[Any, ...], what: str) -> StoryError:
        return StoryError(self.path, self.lines.at(at), what)

    def check(self, value: Any, shape: Any, at: tuple[Any, ...]) -> None:
        name = ".".join(str(part) for part in at) or "the story"
        if shape == ANY:
            return
        if isinstance(shape, dict):
            self._mapping(value, shape, at, name)
        elif isinstance(shape, list):
            self._list(value, shape[0], at, name)
        elif isinstance(shape, tuple):
            if value not in shape:
                raise self.fail(at, f"{name} = {value!r}; allowed: {', '.join(shape)}")
        elif not TYPES[shape][0](value):
            raise self.fail(at, f"{name} = {value!r}; allowed: {TYPES[shape][1]}")

    def _list(self, value: Any, shape: Any, at: tuple[Any, ...], name: str) -> None:
        if not isinstance(value, list):
            raise self.fail(at, f"{name} must be a list")
        for place, item in enumerate(value):
            self.check(item, shape, (*at, place))

    def _mapping(self, value: Any, shape: dict[str, Any], at: tuple[Any, ...], name: str) -> None:
        known = {key.lstrip("!"): inner for key, inner in shape.items()}
        if not isinstance(value, dict):
            raise self.fail(at, f"{name} must be a mapping with {', '.join(known)}")
        for key, inner in value.items():
            if key not in known:
                allowed = ", ".join(known)
                raise self.fail((*at, key), f"unknown key {key!r} in {name}; allowed: {allowed}")
            self.check(inner, known[key], (*at, key))
        for key in shape:
            if key.startswith("!") and key[1:] not in value:
                raise self.fail(at, f"{name} lacks {key[1:]!r}")

    def told(self, place: int, row: Mapping[str, Any]) -> Told:
        at = ("timeline", place)
        refs = [ref for ref in REFS if ref in row]
        if len(refs) != 1:
            raise self.fail(at, f"exactly one of {', '.join(REFS)} is needed, found {refs}")
        if "rec" in row and "why" not in row:
            raise self.fail((*at, "rec"), "a late entry (rec) needs why")
        t = self._moment(row["t"])
        rec = self._moment(row.get("rec", row["t"]))
        if rec < t:
            raise self.fail((*at, "rec"), "rec lies before t")
        d = self._detail(row, refs[0], at)
        return Told(
            self.lines.at(at),
            row["e"],
            t,
            rec,
            row.get("why", ""),
            row.get("id", ""),
            refs[0],
            row[refs[0]],
            row["by"],
            d,
        )

    def _moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    def _detail(self, row: Mapping[str, Any], ref: str, at: tuple[Any, ...]) -> dict[str, Any]:
        given = row.get("d") or {}
        if not isinstance(given, dict):
            raise self.fail((*at, "d"), f"d = {given!r}; allowed: a mapping")
        given = dict(given)
        if row["e"] == "attempt":
            return self._asked(given, at)
        known = kinds().get(row["e"])
        if known is None or not known.story:
            allowed = ", ".join([*(k for k, v in kinds().items() if v.story), "attempt"])
            raise self.fail((*at, "e"), f"unknown event {row['e']!r}; allowed: {allowed}")
        if ref not in known.subjects:
            allowed = " or ".join(known.subjects)
            raise self.fail(at, f"{row['e']} needs the key {allowed}, not {ref}")
        return self._fields(known, given, at)

    def _fields(
        self, known: EventKind, given: dict[str, Any], at: tuple[Any, ...]
    ) -> dict[str, Any]:
        fields = {n: f for n, f in known.fields.items() if n != "of_kind"}
        found = self._typed(fields, given, at)
        for field in fields.values():
            if field.required and field.name not in found:
                raise self.fail(at, f"{known.kind} lacks {field.name} ({field.allowed})")
        return found

    def _asked(self, given: dict[str, Any], at: tuple[Any, ...]) -> dict[str, Any]:
        action = given.pop("action", None)
        if action not in ASKED:
            allowed = ", ".join(ASKED)
            raise self.fail((*at, "d", "action"), f"unknown action {action!r}; allowed: {allowed}")
        fields = {
            name.lstrip("!"): Field(name.lstrip("!"), spec, name.startswith("!"))
            for name, spec in ASKED[action].items()
        }
        found = self._typed(fields, given, at)
        for field in fields.values():
            if field.required and field.name not in found:
                raise self.fail(at, f"attempt {action} lacks {field.name} ({field.allowed})")
        return {"action": action, **found}

    def _typed(
        self, fields: Mapping[str, Field], given: dict[str, Any], at: tuple[Any, ...]
    ) -> dict[str, Any]:
        found = {}
        for name, value in given.items():
            if name not in fields:
                allowed = ", ".join(fields) or "no fields"
                raise self.fail((*at, "d", name), f"unknown field {name!r}; allowed: {allowed}")
            found[name] = self._value(fields[name], value, (*at, "d", name))
        return found

    def _value(self, field: Field, value: Any, at: tuple[Any, ...]) -> Any:
        if field.type == "time" and isinstance(value, str) and MOMENT.match(value):
            value = self._moment(value)
        if field.type in ("money", "decimal", "quantity") and not isinstance(value, str):
            raise self.fail(at, f"{field.name} = {value!r}; allowed: {field.allowed}")
        try:
            return parsed_value(field, value)
        except Refusal as refused:
            raise self.fail(at, refused.en) from None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _is_moment(value: Any) -> bool:
    if not isinstance(value, str) or not MOMENT.match(value):
        return False
    try:
        return bool(datetime.fromisoformat(value))
    except ValueError:
        return False


TYPES: dict[str, tuple[Any, str]] = {
    "text": (lambda v: isinstance(v, str) and bool(v), "text"),
    "text or null": (lambda v: v is None or (isinstance(v, str) and bool(v)), "text or null"),
    "mapping": (lambda v: isinstance(v, dict), "a mapping"),
    "number": (_is_number, "a number"),
    "whole": (lambda v: isinstance(v, int) and not isinstance(v, bool), "a whole number"),
    "truth": (lambda v: isinstance(v, bool), "true, false"),
    "day": (_is_day, "'YYYY-MM-DD'"),
    "moment": (_is_moment, "'YYYY-MM-DDTHH:MM:SS'"),
    "money": (
        lambda v: isinstance(v, str) and re.match(r"^\d+\.\d\d$", v) is not None,
        "'0.00'",
    ),
    "decimal": (
        lambda v: isinstance(v, str) and re.match(r"^\d+(\.\d+)?$", v) is not None,
        "a number as text",
    ),
}


def read_story(path: Path, master: Mapping[str, Any]) -> Story:
    """Read and check one story. Raises `StoryError`."""
    lines, facts = _loaded(path)
    zone = ZoneInfo(str(master.get("timezone", "Asia/Shanghai")))
    reader = _Reader(path, lines, zone)
    reader.check(facts, STORY, ())
    if not isinstance(facts.get("expected") or {}, dict):
        raise reader.fail(("expected",), f"expected must be a mapping with {', '.join(BLOCKS)}")
    for block in facts.get("expected") or {}:
        if block not in BLOCKS:
            allowed = ", ".join(BLOCKS)
            raise reader.fail(("expected", block), f"unknown block {block!r}; allowed: {allowed}")
    told = tuple(reader.told(place, row) for place, row in enumerate(facts["timeline"]))
    story = Story(path, facts, told, master, zone)
    check_facts(reader.fail, story)
    check_references(reader.fail, story)
    return story


def read_master(path: Path) -> Mapping[str, Any]:
    """Read and check the company of a story. Raises `StoryError`."""
    lines, found = _loaded(path)
    reader = _Reader(path, lines, ZoneInfo("UTC"))
    reader.check(found, COMPANY, ())
    try:
        shipped().with_changes(dict(leaves(found.get("policy", {}))))
    except ProfileError as error:
        raise reader.fail(("policy", *error.key.split(".")), str(error)) from None
    master: Mapping[str, Any] = found
    return master


def _loaded(path: Path) -> tuple[_Lines, Any]:
    try:
        text = path.read_text(encoding="utf-8")
        lines = _Lines(text)
        found = yaml.load(text, Loader=LOADER)  # the safe one, in C where it is built in
    except UnicodeDecodeError:
        raise StoryError(path, 1, "the file is not UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = " ".join(str(error).split())
        raise StoryError(path, mark.line + 1 if mark else 1, f"no YAML: {why}") from None
    for key, line in lines.twice:
        raise StoryError(path, line, f"the key {key!r} is given twice")
    return lines, found
