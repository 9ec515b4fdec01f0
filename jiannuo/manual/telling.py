"""What happened, told in a sentence: one line of the timeline in Chinese and English. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, moment, word

SYSTEM = Text("系统", "The system")

_PART = re.compile(r"\[([^\[\]]*)\]")
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


@dataclass(frozen=True, slots=True)
class Told:
    """`proof`: signed or otherwise proven; `seen`: a note made for the customer to read, or not;
    None for what is no note."""

    text: Text
    proof: bool
    seen: bool | None = None


@cache
def _sentences() -> Mapping[str, tuple[Text, bool]]:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        kind: (Text(*pair), table == "proof")
        for table in ("plain", "proof")
        for kind, pair in raw[table].items()
    }


def known() -> frozenset[str]:
    """The kinds of event that have a sentence of their own."""
    return frozenset(key.partition(":")[0] for key in _sentences())


def told(profile: Profile, event: Event) -> Told:
    """An event as a sentence; one without a sentence is told by the name of what he did."""
    sentences = _sentences()
    variants = (f"{event.kind}:{k}={str(v).lower()}" for k, v in event.d.items())
    key = next((v for v in variants if v in sentences), event.kind)
    plain = Text("{name}：", "{name}: ") + word("action", event.kind)
    saying, proof = sentences.get(key, (plain, False))
    name = SYSTEM if "system" in event.by.roles else event.by.name
    fields = {**event.d, "name": name}
    text = Text(_said(saying.zh, fields, profile, "zh"), _said(saying.en, fields, profile, "en"))
    seen = bool(event.d.get("visible")) if event.kind == "noted" else None
    return Told(text, proof, seen)


def _said(saying: str, fields: Mapping[str, Any], profile: Profile, lang: str) -> str:
    def part(found: re.Match[str]) -> str:
        wanted = [name for name, _ in _FIELD.findall(found[1])]
        return found[1] if all(fields.get(name) not in (None, "", []) for name in wanted) else ""

    def field(found: re.Match[str]) -> str:
        value = fields.get(found[1])
        return "" if value is None else _shown(value, found[2] or "", profile).said(lang)

    return _FIELD.sub(field, _PART.sub(part, saying))


def _shown(value: Any, table: str, profile: Profile) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, datetime):
        return moment(profile.local(value))
    if isinstance(value, list | tuple):
        return Text("、".join(map(str, value)), ", ".join(map(str, value)))
    if isinstance(value, Mapping):  # a consent: by whom and how
        return Text(value["by"], value["by"]) + " " + word("how", value["how"])
    return (
        word(table, value) if table not in ("", "time", "names") else Text(str(value), str(value))
    )
