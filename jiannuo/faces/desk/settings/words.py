"""The words of notices: each kind as it reads, the company's own words, who changed them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from jiannuo.faces.desk.telling.naming import language_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.notices import wording
from jiannuo.notices.channels.channel import Language
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

LANGUAGES: tuple[tuple[Language, str], ...] = (("zh", "中文"), ("en", "English"))

#: What the $words stand for in an example. A real case of the demo company.
EXAMPLE: Mapping[str, Text] = {
    "case": Text("2605-00112", "2605-00112"),
    "customer": Text("眉山东坡智慧交通指挥中心", "Meishan Traffic Command Centre"),
    "site": Text("核心机房", "core machine room"),
    "device": Text("CX-N6800 CXN6800-2505-0009", "CX-N6800 CXN6800-2505-0009"),
    "text": Text("核心交换机一块主控板告警", "One board of the core switch alarms"),
    "level": Text("二级", "Level 2"),
    "promise": Text("电话响应", "Phone response"),
    "clause": Text("7.2 C 2", "7.2 C 2"),
    "due": Text("19:40:00", "19:40:00"),
    "left": Text("12 分 30 秒", "12 m 30 s"),
    "late": Text("7 分 12 秒", "7 m 12 s"),
    "role": Text("值班经理", "duty manager"),
    "engineer": Text("李伟", "Li Wei"),
    "ref": Text("2605-00112", "2605-00112"),
    "what": Text("建议判定一级", "Level one proposed"),
    "time": Text("19:27:30", "19:27:30"),
    "count": Text("3", "3"),
    "list": Text(
        "· 电话响应 提醒\n· 巡检 14 天内到期", "· Phone response\n· Inspection in 14 days"
    ),
    "trouble": Text("号码停机", "number out of service"),
    "person": Text("刘洋", "Liu Yang"),
    "note": Text("客户要求改期", "the customer asked for another day"),
}
#: What each word is, for whoever writes a text.
MEANS: Mapping[str, Text] = {
    "case": Text("工单号", "case number"),
    "customer": Text("客户", "customer"),
    "site": Text("地点", "site"),
    "device": Text("型号和序列号", "model and serial"),
    "text": Text("报修时说的故障", "the fault as it was reported"),
    "level": Text("级别", "level"),
    "promise": Text("承诺", "promise"),
    "clause": Text("手册条款", "clause of the manual"),
    "due": Text("到期时刻", "due moment"),
    "left": Text("还剩多久", "time left"),
    "late": Text("已过多久", "time since due"),
    "role": Text("岗位", "role"),
    "engineer": Text("工程师", "engineer"),
    "ref": Text("编号", "reference"),
    "what": Text("什么事", "what it is"),
    "time": Text("发生时刻", "when it happened"),
    "count": Text("条数", "how many"),
    "list": Text("逐条列出", "each in a line"),
    "trouble": Text("没送达的原因", "why it failed"),
    "person": Text("人", "person"),
    "note": Text("理由", "reason"),
}


@dataclass(frozen=True, slots=True)
class KindRow:
    kind: str
    title: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word that may stand in a text; `example`: what the preview shows for it."""

    name: str
    means: str
    example: str


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
    kind: str
    name: str
    sheets: tuple[Sheet, ...]
    words: tuple[WordRow, ...]
    may: bool


def examples(lang: str) -> dict[str, str]:
    return {name: said.said(lang) for name, said in EXAMPLE.items()}


def kinds(actor: Actor, reader: Reader) -> tuple[KindRow, ...]:
    """Every kind as it reads now, in the reader's language."""
    require(actor, "read_settings")
    lang, found = language_of(reader), list[KindRow]()
    written = wording.own(lang)
    for kind in wording.kinds():
        words = wording.words_of(kind, lang, written)
        found.append(KindRow(kind, _read(words.title, lang), _read(words.text, lang), words.own))
    return tuple(found)


def kind_page(
    actor: Actor,
    reader: Reader,
    kind: str,
    typed: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> KindPage:
    """`typed`: what he wrote and was `refused`: his words stay on the page."""
    require(actor, "read_settings")
    if kind not in wording.kinds():
        raise Refusal("no_such_page", f"没有「{kind}」这种通知", f"there is no notice {kind}")
    sheets = tuple(_sheet(reader, kind, language, typed, refused) for language, _ in LANGUAGES)
    words = tuple(
        WordRow(name, reader.say(MEANS[name]), reader.say(EXAMPLE[name])) for name in wording.WORDS
    )
    own = next(sheet for sheet in sheets if sheet.language == language_of(reader))
    return KindPage(kind, own.read_title, sheets, words, allowed(actor, "set_up_channels"))


def _sheet(
    reader: Reader,
    kind: str,
    language: Language,
    typed: Mapping[str, str] | None,
    refused: Refusal | None,
) -> Sheet:
    words = wording.words_of(kind, language)
    mine = typed if typed and typed.get("language") == language else None
    title, text = (mine["title"], mine["text"]) if mine else (words.title, words.text)
    return Sheet(
        language=language,
        name=dict(LANGUAGES)[language],
        title=title,
        text=text,
        own=words.own,
        read_title=_read(words.title, language),
        read_text=_read(words.text, language),
        examples=json.dumps(examples(language), ensure_ascii=False),
        history=tuple(
            Change(reader.clock(at), by, said or reader.say(SHIPPED))
            for at, by, said in wording.history(kind, language)
        ),
        error=reader.say(Text(refused.zh, refused.en)) if refused and mine else "",
    )


SHIPPED = Text("恢复出厂措辞", "back to the words that ship")


def _read(text: str, lang: str) -> str:
    """How it reads; every word has an example, so that no gaps are left."""
    return Template(text).safe_substitute(examples(lang))
