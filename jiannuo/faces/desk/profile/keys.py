"""The keys of a profile as people read and type them: names by clause, kinds of values, choices."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.faces.desk.telling.naming import channel
from jiannuo.manual import policy as policies
from jiannuo.manual.policy import BEYOND, ProfileError, checker, duration, leaves
from jiannuo.manual.profile import LADDERS, Profile, readings, shipped
from jiannuo.manual.words import Text, limit, word
from jiannuo.web.reader import Reader

BANDS = "onsite_arrival.bands_km"
#: Times of a day, not lengths.
CLOCKS = frozenset(
    {
        "alerts.morning",
        "notices.quiet_from",
        "notices.quiet_to",
        "house.advance_delivery.5x9xNBD",
    }
)
_BETWEEN = re.compile(r"[\s、,，;；]+")
_SPAN = re.compile(r"(\d{1,4})[:：](\d{2})")
_BAND = re.compile(r"^\D*?(\d+(?:\.\d+)?)?\D*?(\d{1,4}[:：]\d{2})\s*$")


@dataclass(frozen=True, slots=True)
class Group:
    """Keys of one clause with their names."""

    name: Text
    clause: str
    keys: Mapping[str, Text]


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def groups() -> tuple[Group, ...]:
    return tuple(
        Group(
            Text(*one["name"]),
            one["clause"],
            {key: Text(*pair) for key, pair in one["keys"].items()},
        )
        for one in _raw()["group"]
    )


@cache
def hidden() -> frozenset[str]:
    return frozenset(_raw()["hidden"])


@cache
def _samples() -> Mapping[str, Any]:
    return dict(leaves(shipped().policy))


@cache
def _names() -> Mapping[str, tuple[Group, Text]]:
    return {key: (group, name) for group in groups() for key, name in group.keys.items()}


def known(key: str) -> bool:
    return key in _samples()


def name_of(key: str) -> Text:
    """「电话响应 · 三级故障」; a key that nobody types by its path."""
    if key.startswith(LADDERS):
        return Text("通知阶梯 ", "Ladder ") + key.removeprefix(LADDERS)
    if key not in _names():
        return Text(key, key)
    group, name = _names()[key]
    return group.name + " · " + name


def clause_of(key: str) -> str:
    return _names()[key][0].clause if key in _names() else ""


@cache
def reading_of(key: str) -> tuple[str, Text] | None:
    """The ambiguity of the manual that a key decides: its id, and how it is read."""
    found = (one for one in readings() if key in one.keys)
    return next(((one.id, Text(one.zh, one.en)) for one in found), None)


#: Numbers of ours, which the manual does not promise (A23), beside all that begin with "house".
_OURS = ("house.", "emergency.dispatch", "emergency.propose", "emergency.default", "emergency.next")


def ours(key: str) -> bool:
    """A target of the house, never printed as a promise of the manual."""
    return key.startswith(_OURS)


@cache
def choices(key: str) -> tuple[str, ...]:
    """What may stand there, where that is a closed list."""
    sample = _samples()[key]
    if isinstance(sample, bool):
        return ("true", "false")
    if isinstance(sample, list):
        return ()
    try:
        checker(key, sample)(object())
    except ProfileError as error:
        found = tuple(error.allowed.split(" | "))
        return found if all(one in _raw()["choice"] for one in found) else ()
    return ()


def choice_words(one: str) -> Text:
    return Text(*_raw()["choice"][one])


# -- from what is typed -----------------------------------------------------------------------------


def typed(key: str, text: str) -> Any:
    """The value of a key from what stands in its field. Raises `ProfileError`."""
    sample, text = _samples()[key], text.strip()
    value = _value(key, sample, text)
    try:
        checker(key, sample)(value)
    except ProfileError as error:
        raise ProfileError(key, text, error.allowed) from None
    return value


def _value(key: str, sample: Any, text: str) -> Any:
    if isinstance(sample, bool):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(sample, int):
        return _whole(text)
    if key == BANDS:
        return [_band(line) for line in text.splitlines() if line.strip()]
    if isinstance(sample, list):
        parts = [part for part in _BETWEEN.split(text) if part]
        numbers = bool(sample) and all(isinstance(one, int) for one in sample)
        return [_whole(part) if numbers else _span(part) for part in parts]
    return _span(text)


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


def _span(text: str) -> str:
    """Hours with two digits, as a profile writes them; what is no span stays."""
    found = _SPAN.fullmatch(text)
    return f"{int(found[1]):02}:{found[2]}" if found else text


def _band(line: str) -> list[Any]:
    found = _BAND.match(line)
    if found is None:
        return [line]
    km = found[1]
    bound: Any = "beyond" if km is None or "beyond" in line or "以外" in line else float(km)
    if isinstance(bound, float) and bound.is_integer():
        bound = int(bound)
    return [bound, _span(found[2])]


def raw(key: str, value: Any) -> str:
    """A value as its field holds it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if key == BANDS:
        rows = ((f"{km}" if km not in BEYOND else "以外 beyond", span) for km, span in value)
        return "\n".join(f"{km} {span}" for km, span in rows)
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    return str(value)


# -- in words ---------------------------------------------------------------------------------------


def written(reader: Reader, key: str, value: Any) -> str:
    """A value as a service manager reads it."""
    if key.startswith(LADDERS):
        rungs = len(value)
        return reader.say(Text(f"{rungs} 级", f"{rungs} rungs"))
    if key not in _samples():
        return str(value)
    if key == BANDS:
        return reader.listed(_band_words(reader, km, span) for km, span in value)
    if isinstance(value, list):
        return reader.listed(_item(reader, key, one) for one in value) or reader.say(NONE)
    plain = raw(key, value)
    if choices(key):
        return reader.say(choice_words(plain))
    if isinstance(value, str) and key not in CLOCKS and _SPAN.fullmatch(value):
        return reader.say(limit(duration(value)))
    return plain or reader.say(NONE)


NONE = Text("没有", "none")


def _band_words(reader: Reader, km: Any, span: str) -> str:
    within = limit(duration(span))
    if km in BEYOND:
        return reader.say(Text(f"更远 {within.zh}", f"beyond: {within.en}"))
    return reader.say(Text(f"≤ {km} 公里 {within.zh}", f"≤ {km} km {within.en}"))


def _item(reader: Reader, key: str, one: Any) -> str:
    if key.startswith("notices."):
        return channel(reader, str(one))
    if key == "exclusion_not_applicable":
        promise = shipped().by_code.get(str(one))
        return reader.say(Text(promise.zh, promise.en)) if promise else str(one)
    if isinstance(one, str) and _SPAN.fullmatch(one):
        return reader.say(limit(duration(one)))
    return reader.say(word("word", one)) if isinstance(one, str) else str(one)


#: What may stand somewhere, as the checks say it in English.
_ALLOWED = {
    'hours and minutes as "HH:MM"': "时:分，如 04:00",
    "a whole number, not negative": "不小于 0 的整数",
    "a decimal number": "数字",
    "a decimal number above zero": "大于 0 的数字",
    "the lower and the upper limit": "下限和上限，下限不大于上限",
    "a list of 3": "三个，用顿号隔开",
    "a list of 2": "两个，用顿号隔开",
    'rising bounds [[km, "HH:MM"], ..., ["beyond", "HH:MM"]], the last one open': (
        "每行一档「公里 时:分」，从近到远，最后一行写「以外 时:分」"
    ),
}


def allowed_words(error: ProfileError) -> Text:
    """What may stand there instead."""
    zh = _ALLOWED.get(error.allowed)
    if zh is None and all(one in _raw()["choice"] for one in error.allowed.split(" | ")):
        found = [choice_words(one) for one in error.allowed.split(" | ")]
        return Text("、".join(t.zh for t in found), ", ".join(t.en for t in found))
    return Text(zh or error.allowed, error.allowed)


# -- compared ---------------------------------------------------------------------------------------


def tighter(profile: Profile, key: str, old: Any, new: Any) -> str:
    """ "tighter" or "looser" where a limit of a promise changes, else ""."""
    limits = {promise.limit.partition(":")[2] for promise in profile.promises}
    if key not in limits and key.rpartition(".")[0] not in limits:
        return ""
    try:
        was, will = duration(old), duration(new)
    except ProfileError:
        return ""
    return "" if was == will else "tighter" if will < was else "looser"


def differences(old: Profile, new: Profile) -> dict[str, tuple[Any, Any]]:
    """Every key whose value differs, with both values, in the order of the edition."""
    before, after = dict(leaves(old.policy)), dict(leaves(new.policy))
    return {key: (before[key], after[key]) for key in after if before.get(key) != after[key]}


# -- as a file --------------------------------------------------------------------------------------


def exported(profile: Profile) -> str:
    """A version as TOML: every key with its name above it."""
    lines = [f'edition = "{profile.edition}"', f"version = {profile.version}", "", "[policy]"]
    for key, value in leaves(profile.policy):
        name = name_of(key)
        lines += [f"# {name.zh}" if name.zh != key else "", f"{key} = {_toml(value)}"]
    return "\n".join(line for n, line in enumerate(lines) if line or n == 2) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}"'
    return str(value)


def imported(text: str) -> dict[str, Any]:
    """The values of a file by path. Raises `ProfileError` for what is no profile."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError("TOML", str(error), "valid TOML") from None
    values = dict(leaves(found.get("policy", {})))
    for path in values:
        if path not in _samples():
            near = policies.near(path, _samples())
            raise ProfileError(path, values[path], near)
    if not values:
        raise ProfileError("policy", None, "[policy]")
    return values
