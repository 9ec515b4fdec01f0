"""What a notice says: the company's own words where it wrote some, else those that ship.

A template is plain text with `$words` from a closed list. It can do nothing but stand there:
no calls, no attributes, no conditions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Template

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.models import Wording

#: What a text may name. Whoever posts a notice gives what he has; the rest is left blank.
WORDS = (
    "case",
    "customer",
    "site",
    "device",
    "text",
    "level",
    "promise",
    "clause",
    "due",
    "left",
    "late",
    "role",
    "engineer",
    "ref",
    "what",
    "time",
    "count",
    "list",
    "trouble",
    "person",
    "note",
)
#: What a notice is about: whoever is told has to know of which case, or of what.
ABOUT = ("case", "ref", "list")
DIGEST = "digest"
DRILL = {"zh": "【演练】", "en": "[DRILL] "}
DOUBT = {
    "zh": "（服务器时钟刚跳变过，时间请以手表为准）",
    "en": " (the server's clock has just jumped: trust your watch)",
}
LONGEST = 500

_NAMED = re.compile(r"\$(?:\{(\w+)\}|(\w+))", re.ASCII)


@dataclass(frozen=True, slots=True)
class Words:
    """A template of a kind in one language."""

    title: str
    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    title: str
    text: str


@cache
def _shipped() -> Mapping[str, Mapping[str, Words]]:
    raw = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        kind: {language: Words(*pair) for language, pair in texts.items()}
        for kind, texts in raw.items()
    }


def kinds() -> tuple[str, ...]:
    """Every kind of notice that has words of its own, in the order in which it ships."""
    return tuple(_shipped())


def own(language: str) -> dict[str, Words]:
    """The company's own words of every kind that has some, by one question."""
    newest = Wording.objects.filter(language=language).order_by("kind", "-id").distinct("kind")
    return {row.kind: Words(row.title, row.text, own=True) for row in newest if row.text}


def words_of(kind: str, language: str, written: Mapping[str, Words] | None = None) -> Words:
    """The words of a kind: "warn:phone_response", else "warn", else "other"; of each the
    company's own before those that ship. `written`: what `own` found, where many are asked."""
    own_words = own(language) if written is None else written
    for name in _asked(kind):
        if name in own_words:
            return own_words[name]
        if name in _shipped():
            return _shipped()[name][language]
    raise LookupError(f"no words for {kind}")


def _asked(kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((kind, kind.partition(":")[0], "other")))


def say(
    kind: str,
    language: Language,
    given: Mapping[str, str],
    *,
    drill: bool = False,
    written: Mapping[str, Words] | None = None,
) -> Said:
    """The words filled in. `written`: as in `words_of`."""
    found = words_of(kind, language, written)
    filled = dict.fromkeys(WORDS, "") | dict(given)
    title = Template(found.title).safe_substitute(filled)
    text = Template(found.text).safe_substitute(filled)
    before = DRILL[language] if drill else ""
    return Said(before + _tidy(title), before + _tidy(text))


def _tidy(text: str) -> str:
    """Without the gaps that blank words leave."""
    text = re.sub(r"[ \t]{2,}", " ", text)
    text = re.sub(r" +(?=[：，。！？,.:)])|（）|\(\)", "", text)
    text = re.sub(r"(?<=[：，。])[，。]|(?<=[:.,])[.,](?= )", "", text)
    text = re.sub(r"(· )+(?=·)|^ *· | · *$", "", text, flags=re.MULTILINE)
    return text.strip()


def write(actor: Actor, kind: str, language: Language, title: str, text: str) -> None:
    """Keep the company's own words; blank ones go back to those that ship. Raises `Refusal` for
    a word that no notice has, for too long a text, and for half of one."""
    if kind not in _shipped():
        raise Refusal("no_kind", f"没有「{kind}」这种通知", f"there is no notice {kind}")
    if title or text:
        check(title, text, needed(kind, language))
    Wording.objects.create(
        kind=kind, language=language, title=title, text=text, set_at=now(), set_by=actor.name
    )


def needed(kind: str, language: str) -> tuple[str, ...]:
    """Of the words that say what it is about, those that the shipped text of a kind has."""
    shipped = next(_shipped()[name] for name in _asked(kind) if name in _shipped())
    return tuple(name for name in ABOUT if name in _named(shipped[language]))


def _named(words: Words) -> set[str]:
    whole = f"{words.title}\n{words.text}".replace("$$", "")
    return {a or b for a, b in _NAMED.findall(whole)}


def check(title: str, text: str, needed: Sequence[str] = ()) -> None:
    """Raises `Refusal` naming what is wrong with a template; `needed`: words it may not lack."""
    if not (title and text):
        raise Refusal(
            "half_a_text",
            "标题和正文都要填；想用回原来的，请按「恢复出厂措辞」",
            "title and text are both needed; to go back, press Back to the shipped words",
        )
    whole = f"{title}\n{text}"
    if len(whole) > LONGEST:
        raise Refusal(
            "text_too_long",
            f"最多 {LONGEST} 字，现在 {len(whole)} 字",
            f"at most {LONGEST} characters, these are {len(whole)}",
        )
    if not Template(whole).is_valid():
        raise Refusal(
            "lone_dollar",
            "单独的 $ 不能用；要写出 $ 请写 $$",
            "a lone $ cannot stand; write $$ for the sign itself",
        )
    named = _named(Words(title, text))
    unknown = sorted(named - set(WORDS))
    if unknown:
        names = "、".join(f"${name}" for name in WORDS)
        raise Refusal(
            "unknown_word",
            f"没有 ${unknown[0]} 这个词；可用：{names}",
            f"there is no ${unknown[0]}; there are {', '.join(WORDS)}",
        )
    # A case's number stands for a reference, and the other way round.
    named |= {"case", "ref"} if named & {"case", "ref"} else set()
    lacking = [name for name in needed if name not in named]
    if lacking:
        raise Refusal(
            "lacks_a_word",
            f"要有 ${lacking[0]}，否则收到的人不知道说的是哪一件",
            f"it needs ${lacking[0]}: without it nobody knows what it is about",
        )


def history(kind: str, language: str) -> Sequence[tuple[datetime, str, str]]:
    """Who worded a kind when, and how, newest first."""
    rows = Wording.objects.filter(kind=kind, language=language).order_by("-id")
    return list(rows.values_list("set_at", "set_by", "text"))
