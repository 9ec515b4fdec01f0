"""What the body of each step may hold: from the step's own signature and the catalogue.

The journey checks its fields too, one after the other; a program is told of all that is wrong at
once, and its OpenAPI document says the same.
"""

from __future__ import annotations

import inspect
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jiannuo.journey.steps import STEPS
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import Field, kinds, parsed_value
from jiannuo.manual.vocabulary import HEARD
from jiannuo.manual.words import Text

#: Parameters of a step that are no fields: who, when, and what it is about (the address says it).
ABOUT = frozenset({"actor", "when", "ref", "repair_order", "contract"})
#: The same of subjects whose steps have no address for programs.
INSIDE: Mapping[tuple[str, ...], frozenset[str]] = {
    ("inspection",): frozenset({"quarter", "year", "contract"}),
    ("training",): frozenset({"training_code", "customer"}),
    ("claim",): frozenset({"claim"}),
    ("complaint",): frozenset({"complaint"}),
    ("contract",): frozenset({"contract"}),
    ("roster",): frozenset({"roster"}),
    ("article",): frozenset({"article"}),
}
#: Steps that have an address here, by what they are about.
STOCK = tuple(k for k in STEPS if kinds()[k].subjects == ("stock",))
ROSTER = ("shift_overridden", "swap_asked", "swap_accepted")
CASE = tuple(k for k in STEPS if "case" in kinds()[k].subjects and k != "reported")
#: The address up to the step, the parameter of the step that it says, its steps.
SUBJECTS = (
    ("cases/{number}", "case", CASE),
    ("stock/{part}", "part", STOCK),
    ("rosters/{roster}", "roster", ROSTER),
)

LONGEST = 10_000  # characters of one text
MOST = 2**31 - 1
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
#: Times outside are slips of a keyboard, and no calendar reckons with them.
FIRST, LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field and what is wrong with it, told with its name in both languages."""

    field: str
    says: Text


class Malformed(Exception):
    """A body that cannot be the step's; nothing was tried."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__(", ".join(one.field for one in wrong))
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a step by name."""

    kind: str
    fields: Mapping[str, Field]


#: Beside the fields of any step. One that has a `why` of its own is told once for both.
LATE = {"at": Field("at", "time", False), "why": Field("why", "text", False)}
#: Beside those of a case's step: on whose word it is entered, and how that was heard of. Both or
#: neither; `journey.speaking` says what may be entered for whom.
SPOKEN = {
    "said_by": Field("said_by", "text", False),
    "heard": Field("heard", "|".join(HEARD), False),
}


def beside(kind: str) -> Mapping[str, Field]:
    """What may stand beside the fields of a step."""
    return {**LATE, **SPOKEN} if kind in CASE else LATE


@cache
def names() -> Mapping[str, Text]:
    raw = tomllib.loads(Path(__file__).with_name("fields.toml").read_text(encoding="utf-8"))
    return {name: Text(*pair) for name, pair in raw.items()}


@cache
def shape(kind: str) -> Shape:
    subject = {parameter for _, parameter, steps in SUBJECTS if kind in steps}
    told = inspect.signature(STEPS[kind]).parameters.values()
    inside = INSIDE.get(kinds()[kind].subjects, frozenset())
    own = [p for p in told if p.name not in ABOUT | subject | inside]
    return Shape(kind, {p.name.rstrip("_"): _field(kind, p) for p in own})


def _field(kind: str, said: inspect.Parameter) -> Field:
    name, required = said.name.rstrip("_"), said.default is inspect.Parameter.empty
    known = kinds()[kind].fields.get(name)
    type_ = "uuid" if "UUID" in str(said.annotation) else known.type if known else _plain(said)
    return Field(name, type_, required)


def _plain(said: inspect.Parameter) -> str:
    """Of what the event does not keep as it was said."""
    return "date" if str(said.annotation).partition(" ")[0] == "date" else "text"


# -- reading a body ---------------------------------------------------------------------------


def read(shape: Shape, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a body with those beside them, checked and typed. Raises `Malformed` naming
    everything that is wrong."""
    known, found, wrong = {**beside(shape.kind), **shape.fields}, {}, []
    for name, value in body.items():
        if name not in known:
            wrong.append(unknown(name, known))
        elif value is not None:
            try:
                found[name] = _typed(known[name], value)
            except (ValueError, Refusal):
                wrong.append(bad(known[name]))
    missing = (f for f in shape.fields.values() if f.required and body.get(f.name) is None)
    wrong += map(lacking, [*missing, *_half_spoken(known, body)])
    if wrong:
        raise Malformed(*wrong)
    return found


def _half_spoken(known: Mapping[str, Field], body: Mapping[str, Any]) -> list[Field]:
    """On whose word without how it was heard of, or the other way round."""
    lacks = [f for name, f in SPOKEN.items() if name in known and body.get(name) is None]
    return lacks if len(lacks) == 1 else []


def _typed(field: Field, value: Any) -> Any:
    check = CHECKS.get(field.type)
    if check is not None:
        value = check(value)
    if field.type == "uuid":
        return value
    typed = parsed_value(field, value)
    if isinstance(typed, datetime) and not FIRST <= typed < LAST:
        raise ValueError(field.name)
    return typed


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return UUID(value)


def _text(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST:
        raise ValueError("too long")
    return value


def _texts(value: Any) -> Any:
    return [_text(one) for one in value] if isinstance(value, list) else value


def _number(value: Any) -> Any:
    """Plain notation only: whoever writes 1e999999 does not count pieces."""
    if isinstance(value, bool) or not NUMBER.fullmatch(str(value)):
        raise ValueError("no plain number")
    return str(value)


def _whole(value: Any) -> Any:
    """JSON has one kind of number: 3.0 is a whole one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and value > MOST:
        raise ValueError("too large")
    return value


CHECKS: dict[str, Callable[[Any], Any]] = {
    "uuid": _uuid,
    "text": _text,
    "names": _texts,
    "int": _whole,
    "money": _number,
    "decimal": _number,
    "quantity": _number,
}


# -- saying what is wrong ---------------------------------------------------------------------


def called(name: str) -> Text:
    """A field by its name here and its name in words: 「level 等级」, level (level)."""
    word = names().get(name)
    return (
        Text(f"「{word.zh} {name}」", f"{name} ({word.en})") if word else Text(f"「{name}」", name)
    )


def bad(field: Field) -> Wrong:
    allowed = allowed_in(field)
    says = Text(f"不对，应为：{allowed.zh}", f" is not right; it should be {allowed.en}")
    return Wrong(field.name, called(field.name) + says)


def lacking(field: Field) -> Wrong:
    allowed = allowed_in(field)
    says = Text(f"没有填，应为：{allowed.zh}", f" is missing; it should be {allowed.en}")
    return Wrong(field.name, called(field.name) + says)


def unknown(name: str, known: Mapping[str, Field]) -> Wrong:
    listed = ", ".join(known)
    says = Text(f"不是这一步的字段，可以有：{listed}", f" is no field here; there are {listed}")
    short = name[:40]
    return Wrong(short, called(short) + says)


#: What may stand in a field of each type.
ALLOWED = {
    "text": Text("不为空的文字", "text that is not empty"),
    "uuid": Text("标识（UUID）", "an id (UUID)"),
    "time": Text("带时区的时间，如 2026-05-20T12:00:00+08:00", "a moment with its zone"),
    "date": Text("日期，如 2026-05-20", "a date, as 2026-05-20"),
    "int": Text("不小于 0 的整数", "a whole number, not negative"),
    "bool": Text("true 或 false", "true or false"),
    "money": Text('金额，两位小数的文字，如 "12.00"', 'yuan with two places, as "12.00"'),
    "decimal": Text("数字", "a number"),
    "quantity": Text("不小于 0 的数字", "a number, not negative"),
    "names": Text("文字的列表", "a list of texts"),
    "geo": Text("[纬度, 经度]", "[latitude, longitude]"),
    "any": Text("对象", "an object"),
}


def allowed_in(field: Field) -> Text:
    return ALLOWED.get(field.type) or Text(field.allowed, field.allowed)
