"""Numbers of the profile in words: which promise a setting is, what the manual says, what this
contract says instead (R-0-1)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jiannuo.customers import queries as customers
from jiannuo.manual.policy import leaves
from jiannuo.manual.profile import Profile, readings
from jiannuo.manual.vocabulary import Level
from jiannuo.manual.words import Text, word
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

#: Ladders are drawn, not typed; how the house reads its own logs is no contract's matter.
NEVER = ("ladders", "notices", "wording", "alerts")


@dataclass(frozen=True, slots=True)
class Promised:
    """A number of a contract beside the manual's."""

    key: str
    name: str
    clause: str
    manual: str
    here: str


def in_words(profile: Profile, key: str) -> tuple[Text, str]:
    """What a key is called, and the clause that it comes from."""
    path, _, last = key.rpartition(".")
    for promise in profile.promises:
        kind, _, where = promise.limit.partition(":")
        if where == key or (kind in ("level", "order_level") and where == path):
            name = Text(promise.zh, promise.en)
            named = word("level", last) if last in set(Level) else Text(last, last)
            return (name + " · " + named if where == path else name), promise.clause
    for reading in readings():
        if key in reading.keys:
            return Text(reading.zh, reading.en), reading.id
    return Text(key, key), ""


def overrides(reader: Reader, profile: Profile, own: Mapping[str, Any]) -> list[Promised]:
    """`profile`: the manual's numbers without the contract's own."""
    rows = []
    for key, value in sorted(own.items()):
        name, clause = in_words(profile, key)
        usual = written(profile.value(key))
        rows.append(Promised(key, reader.say(name), clause, usual, written(value)))
    return rows


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def choices(reader: Reader) -> list[Choice]:
    """Every number that a contract may say otherwise, the promises' own first."""
    profile = customers.base_profile(reader.at)
    found = []
    for key, value in leaves(profile.policy):
        if key.partition(".")[0] in NEVER:
            continue
        name, _ = in_words(profile, key)
        note = f"{reader.say(name)} = {written(value)}" if name.zh != key else written(value)
        found.append((name.zh == key, Choice(key, key, note)))
    return [choice for _, choice in sorted(found, key=lambda one: one[0])]
