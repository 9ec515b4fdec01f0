"""The glossary and the readings of the manual: docs/manual/words.md and readings.md.

Names of promises, papers, gates and the like come from the shipped profile and from the closed
words of the product; the rest is written by hand in docs/manual/terms.toml and questions.toml.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.manual import policy
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.policy import ProfileError
from jiannuo.manual.profile import Reading, readings, shipped
from jiannuo.manual.vocabulary import CUSTOMER_ROLES, VENDOR_ROLES
from jiannuo.manual.words import tables, word
from ops.markdown import MADE, table

ROOT = Path(__file__).resolve().parents[1]
MANUAL = ROOT / "docs" / "manual"
TELLING = ROOT / "jiannuo" / "manual" / "telling.toml"

#: Tables of words.toml that name things, with their headings; the others are whole sentences.
CLOSED = {
    "level": ("故障级别", "Levels"),
    "kind": ("请求类型", "Kinds of request"),
    "status": ("工单状态", "States of a case"),
    "verdict": ("判为", "Verdicts"),
    "excuse": ("不适用的原因", "Why a promise does not apply"),
    "entitlement": ("权益", "Entitlements"),
    "channel": ("报修渠道", "Channels"),
    "cause": ("故障原因", "Causes"),
}

CLASSES = {"hard": "硬 hard", "soft": "软 soft", "log": "记录 log"}

Row = tuple[str, ...]


@cache
def _toml(path: Path) -> Mapping[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def terms() -> list[tuple[str, str, list[tuple[str, str, str, str]]]]:
    """The hand-written groups: (Chinese heading, English heading, terms with their notes)."""
    groups = _toml(MANUAL / "terms.toml")["group"]
    return [(g["zh"], g["en"], [(t[0], t[1], t[2], t[3]) for t in g["terms"]]) for g in groups]


def own_events() -> Mapping[str, tuple[str, str]]:
    """Names of events that no sentence of the timeline tells, or tells too particularly."""
    events = _toml(MANUAL / "terms.toml")["event"]
    return {code: (zh, en) for code, (zh, en) in events.items()}


def questions() -> Mapping[str, tuple[str, str]]:
    """What is unclear, by reading."""
    asked = _toml(MANUAL / "questions.toml")["question"]
    return {code: (zh, en) for code, (zh, en) in asked.items()}


def nouns() -> Iterator[tuple[str, str]]:
    """(Chinese, English) of everything that is called by a name: no sentences, no commands."""
    for _, _, rows in terms():
        yield from ((zh, en) for zh, en, _, _ in rows)
    profile = shipped()
    for entries in (profile.papers.values(), profile.exclusions.values(), profile.services):
        yield from ((one.zh, one.en) for one in entries)
    for name in (*CLOSED, "role"):
        yield from ((text.zh, text.en) for text in tables()[name].values())


def words_page() -> str:
    """docs/manual/words.md"""
    parts = [MADE, WORDS_HEAD]
    for zh, en, rows in terms():
        parts.append(f"\n## {zh} · {en}\n\n")
        parts.append(table(("中文", "English", "说明", "Meaning"), rows))
    for title, head, make in GENERATED:
        parts.append(f"\n## {title}\n\n{table(head, make())}")
    for name, (zh, en) in CLOSED.items():
        rows_ = [(f"`{code}`", text.zh, text.en) for code, text in tables()[name].items()]
        parts.append(f"\n## {zh} · {en}\n\n{table(NAMED, rows_)}")
    return "".join(parts)


WORDS_HEAD = """\
# 词汇 · Words

每个中文词只有一个英文词，英文照此命名代码、页面与文件。
前半由人写在 terms.toml；后半取自服务规范与 words.toml，生成而成，不会走样。

Each Chinese term has exactly one English word, and code, pages and papers are named by it.
The first part is written by hand in terms.toml; the rest is made from the service profile and
words.toml, so that it cannot drift. How unclear words of the manual are read:
[readings.md](readings.md). Which duty is kept where: [clauses.md](clauses.md).
"""

NAMED = ("代码 Code", "中文", "English")


def _promises() -> Iterator[Row]:
    for one in shipped().promises:
        whose = "内部目标 house" if one.house else ""
        yield f"`{one.code}`", one.zh, one.en, one.clause, whose


def _gates() -> Iterator[Row]:
    for one in shipped().gates.values():
        yield f"`{one.action}`", one.zh, one.en, CLASSES[one.cls], one.requirement


def _papers() -> Iterator[Row]:
    return ((f"`{p.code}`", p.zh, p.en, p.requirement) for p in shipped().papers.values())


def _alerts() -> Iterator[Row]:
    for one in shipped().alerts.values():
        told = (word("role", role) for role in one.tell)
        whom = "; ".join(f"{role.zh} {role.en}" for role in told)
        yield f"`{one.code}`", one.zh, one.en, whom


def _exclusions() -> Iterator[Row]:
    for one in shipped().exclusions.values():
        yield f"`{one.code}`", one.zh, one.en, ", ".join(one.lists)


def _services() -> Iterator[Row]:
    return ((f"`{one.code}`", one.zh, one.en) for one in shipped().services)


def _roles() -> Iterator[Row]:
    for side, roles in (("我方 ours", VENDOR_ROLES), ("客户 customer's", CUSTOMER_ROLES)):
        for role in roles:
            said = word("role", role)
            yield f"`{role}`", said.zh, said.en, side


def _events() -> Iterator[Row]:
    own = own_events()
    told = {**_toml(TELLING)["plain"], **_toml(TELLING)["proof"]}
    for code in kinds():
        unnamed = (code.replace("_", " "),) * 2  # a test says which
        zh, en = own.get(code) or [bare(text) for text in told.get(code, unnamed)]
        yield f"`{code}`", zh, en


def bare(saying: str) -> str:
    """A sentence of the timeline without its person and its particulars."""
    left = re.sub(r"\[[^\[\]]*\]", "", saying).replace("{name}", "", 1)
    left = re.sub(r"\{[^{}]*\}", "…", left)
    return re.sub(r"…(?:[ ,，：:（(×x]*…)+", "…", left).strip(" ：:,，")


GENERATED: tuple[tuple[str, Row, Callable[[], Iterator[Row]]], ...] = (
    ("承诺 · Promises", (*NAMED, "条款 Clause", ""), _promises),
    ("关口 · Gates", (*NAMED, "类别 Class", "义务 Duty"), _gates),
    ("文件 · Papers", (*NAMED, "义务 Duty"), _papers),
    ("提醒 · Alerts", (*NAMED, "告知 Told"), _alerts),
    ("责任排除 · Exclusions", (*NAMED, "清单 List"), _exclusions),
    ("服务项目 · Services", NAMED, _services),
    ("角色 · Roles", (*NAMED, "哪一方 Whose"), _roles),
    ("事实 · Events", NAMED, _events),
)


def readings_page() -> str:
    """docs/manual/readings.md"""
    head = ("编号 No.", "疑问 Question", "读法 Reading", "键 Key", "默认 Default", "可选 Allowed")
    return MADE + READINGS_HEAD + table(head, (_reading(one) for one in readings()))


READINGS_HEAD = """\
# 读法 · Readings

手册有些地方含糊或前后不一。每一处我们取一种读法，写成服务规范里的一个键，给出默认值。
公司可发布新版本改动，合同可单独约定；已开的工单用开单时的版本。
只有一个可选值的，是写明了的读法，还没有别的做法。

The manual is unclear or at odds with itself in places. For each we take one reading; it is a
key of the service profile with a default. A company may publish a new version, a contract may
have its own terms; a case keeps what it began with. A key with a single allowed value is a
reading put on record: the product knows no other way yet.

问题写在 questions.toml，读法在 jiannuo/manual/editions/readings.toml，默认值在 default.toml，
可选值由 jiannuo/manual/policy.py 检查。 Questions, readings, defaults and checks stand there.

"""


def _reading(one: Reading) -> Row:
    zh, en = questions()[one.id]
    values = [shipped().value(key) for key in one.keys]
    return (
        one.id,
        f"{zh}<br>{en}",
        f"{one.zh}<br>{one.en}",
        "<br>".join(f"`{key}`" for key in one.keys),
        "<br>".join(f"`{_said(value)}`" for value in values),
        "<br>".join(allowed(key, value) for key, value in zip(one.keys, values, strict=True)),
    )


def _said(value: object) -> str:
    """A value as it is written in the profile."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_said(item) for item in value) + "]"
    return str(value)


def allowed(key: str, value: object) -> str:
    """What a key of the policy may hold, in the words of its own check."""
    check = policy.checker(key, value)
    told = _refused(check, object())
    if told.startswith("a list") and isinstance(value, list):
        return f"{told}: {_refused(check, [object()] * max(len(value), 1))}"
    return told


def _refused(check: policy.Checker, value: object) -> str:
    try:
        check(value)
    except ProfileError as error:
        return error.allowed
    raise LookupError(f"{value} is let pass")
