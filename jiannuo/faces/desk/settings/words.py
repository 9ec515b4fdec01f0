"""The words of notices: each kind as it reads, the company's own words, who changed them."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.telling.naming import language_of
from jiannuo.journey.wording import words_for
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.notices import queries as notices
from jiannuo.notices import wording
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.queries import Sample
from jiannuo.notices.wording import Words
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

LANGUAGES: tuple[tuple[Language, str], ...] = (("zh", "中文"), ("en", "English"))


@cache
def _explained() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _means(word: str) -> Text:
    return Text(*_explained()["word"][word]["means"])


def _example(word: str, kind: str = "") -> Text:
    """What a word stands for in the example of a kind."""
    own = _explained()["kind"].get(kind, {})
    return Text(*own.get(word, _explained()["word"][word]["example"]))


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: str
    title: str
    text: str
    own: bool
    clause: str


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word that may stand in a text; `example`: what the preview shows for it."""

    name: str
    means: str
    example: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Change:
    at: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A kind in one language: as it is kept (or was typed and refused), and as it reads."""

    language: Language
    name: str
    title: str
    text: str
    own: bool
    read_title: str
    read_text: str
    examples: str
    history: tuple[Change, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class KindPage:
    """`real`: the notice that the preview is of, "" where it is an example."""

    kind: str
    name: str
    clause: str
    real: str
    sheets: tuple[Sheet, ...]
    words: tuple[WordRow, ...]
    may: bool


def examples(kind: str, lang: str) -> dict[str, str]:
    return {name: _example(name, kind).said(lang) for name in wording.WORDS}


def kinds(actor: Actor, reader: Reader) -> tuple[KindRow, ...]:
    """Every kind as it reads now, in the reader's language."""
    require(actor, "read_settings")
    lang, found = language_of(reader), list[KindRow]()
    written, profile = wording.own(lang), customers.base_profile(reader.at)
    for kind in wording.kinds():
        words = wording.words_of(kind, lang, written)
        as_read = examples(kind, lang)
        title, text = _read(words.title, as_read), _read(words.text, as_read)
        found.append(KindRow(kind, title, text, words.own, _clause(reader, profile, kind)))
    return tuple(found)


def kind_page(
    actor: Actor,
    reader: Reader,
    kind: str,
    typed: Mapping[Language, Words] | None = None,
) -> KindPage:
    """`typed`: what he wrote and was refused: his words stay on the page."""
    require(actor, "read_settings")
    if kind not in wording.kinds():
        raise Refusal("no_such_page", f"没有「{kind}」这种通知", f"there is no notice {kind}")
    profile, sample = customers.base_profile(reader.at), notices.newest_of(kind)
    shown = {
        lang: as_posted(sample, profile, lang) if sample else examples(kind, lang)
        for lang, _ in LANGUAGES
    }
    sheets = tuple(_sheet(reader, kind, lang, shown[lang], typed) for lang, _ in LANGUAGES)
    lang = language_of(reader)
    needed = wording.needed(kind, lang)
    words = tuple(
        WordRow(name, reader.say(_means(name)), shown[lang][name], name in needed)
        for name in wording.WORDS
    )
    own = next(sheet for sheet in sheets if sheet.language == lang)
    return KindPage(
        kind,
        own.read_title,
        _clause(reader, profile, kind),
        f"{shown[lang]['case']} {reader.clock(sample.posted_at)}".strip() if sample else "",
        sheets,
        words,
        allowed(actor, "set_up_channels"),
    )


def as_posted(sample: Sample, profile: Profile, lang: Language) -> dict[str, str]:
    """What the words stood for in a notice, at the moment it was posted."""
    found = words_for(sample.kind, sample.payload, profile, lang, sample.posted_at)
    return dict.fromkeys(wording.WORDS, "") | found


def _clause(reader: Reader, profile: Profile, kind: str) -> str:
    """Where the manual asks for it: the clause of its promise, the duty behind its alert."""
    promise = profile.by_code.get(kind.rpartition(":")[2])
    if promise is not None:
        return reader.clause(promise.clause)
    alert = profile.alerts.get(kind)
    return alert.requirement if alert else ""


def _sheet(
    reader: Reader,
    kind: str,
    language: Language,
    as_read: Mapping[str, str],
    typed: Mapping[Language, Words] | None,
) -> Sheet:
    words = wording.words_of(kind, language)
    shown = (typed or {}).get(language, words)
    return Sheet(
        language=language,
        name=dict(LANGUAGES)[language],
        title=shown.title,
        text=shown.text,
        own=words.own,
        read_title=_read(words.title, as_read),
        read_text=_read(words.text, as_read),
        examples=json.dumps(dict(as_read), ensure_ascii=False),
        history=tuple(
            Change(reader.clock(at), by, said or reader.say(SHIPPED))
            for at, by, said in wording.history(kind, language)
        ),
        error=_wrong(reader, shown, wording.needed(kind, language)) if typed else "",
    )


def _wrong(reader: Reader, typed: Words, needed: Sequence[str]) -> str:
    try:
        wording.check(typed.title, typed.text, needed)
    except Refusal as refusal:
        return reader.say(Text(refusal.zh, refusal.en))
    return ""


SHIPPED = Text("恢复出厂措辞", "back to the words that ship")


def _read(text: str, as_read: Mapping[str, str]) -> str:
    """How it reads; every word has an example, so that no gaps are left."""
    return Template(text).safe_substitute(as_read)
