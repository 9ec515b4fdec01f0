"""A draft as a form: every key by its clause, with what it is now, the manual's and its reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from jiannuo.customers import versions
from jiannuo.faces.desk.profile import keys
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader


class Key(NamedTuple):
    """A key in the form. `now`: in the version it is made from, as it is typed; `words`: the
    same as it is read."""

    key: str
    name: str
    value: str
    now: str
    words: str
    manual: str
    reading: str
    reads: str
    choices: tuple[tuple[str, str], ...]
    lines: int
    ours: bool
    error: str


class Keys(NamedTuple):
    name: str
    clause: str
    rows: tuple[Key, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class EditPage:
    id: UUID
    base: int
    reason: str
    groups: tuple[Keys, ...]
    wrong: int
    op: str
    error: str
    toml: str


def edit_page(
    actor: Actor,
    reader: Reader,
    one: UUID,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, Text] | None = None,
    refusal: Refusal | None = None,
) -> EditPage:
    """`typed`: what was sent and is wrong somewhere. Raises `Refusal` ("no_such_page")."""
    require(actor, "profile_drafted")
    card = versions.draft(one)
    maker = _Form(reader, versions.profile_of(card.base), card.changes, typed, wrong or {})
    return EditPage(
        one,
        card.base,
        (typed or {}).get("reason", card.reason),
        tuple(maker.groups()),
        len(wrong or {}),
        str(new_id()),
        _error(reader, wrong or {}, refusal),
        (typed or {}).get("toml", ""),
    )


def _error(reader: Reader, wrong: Mapping[str, Text], refusal: Refusal | None) -> str:
    if refusal is not None:
        return reader.say(Text(refusal.zh, refusal.en))
    return reader.say(wrong["toml"]) if "toml" in wrong else ""


@dataclass(frozen=True)
class _Form:
    reader: Reader
    base: Profile
    changes: Mapping[str, Any]
    typed: Mapping[str, str] | None
    wrong: Mapping[str, Text]

    def groups(self) -> Iterator[Keys]:
        """What is changed or wrong stands open."""
        for group in keys.groups():
            rows = tuple(self._key(key, name) for key, name in group.keys.items())
            touched = any(row.value != row.now or row.error for row in rows)
            clause = self.reader.clause(group.clause) if group.clause else ""
            yield Keys(self.reader.say(group.name), clause, rows, touched)

    def _key(self, key: str, name: Text) -> Key:
        reader, now = self.reader, self.base.value(key)
        manual = shipped().value(key)
        reading = keys.reading_of(key)
        value = keys.raw(key, self.changes.get(key, now))
        if self.typed is not None and f"k:{key}" in self.typed:
            value = self.typed[f"k:{key}"]
        return Key(
            key,
            reader.say(name),
            value,
            keys.raw(key, now),
            keys.written(reader, key, now),
            "" if manual == now else keys.written(reader, key, manual),
            reading[0] if reading else "",
            reader.say(reading[1]) if reading else "",
            tuple((one, reader.say(keys.choice_words(one))) for one in keys.choices(key)),
            value.count("\n") + 1 if key == keys.BANDS else 0,
            keys.ours(key),
            reader.say(self.wrong[key]) if key in self.wrong else "",
        )
