"""What a check is and what it finds, in words for somebody who is no expert. Plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from jiannuo.manual.words import Text, length
from jiannuo.oversight.doctor.machine import Machine

State = Literal["ok", "warn", "bad"]

#: The worst last.
STATES: tuple[State, ...] = ("ok", "warn", "bad")
NAMES: dict[State, Text] = {
    "ok": Text("正常", "ok"),
    "warn": Text("注意", "heed"),
    "bad": Text("坏", "broken"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found, and what to do about it; nothing where all is well."""

    state: State
    found: Text
    do: Text | None = None


def fine(zh: str, en: str) -> Finding:
    return Finding("ok", Text(zh, en))


def heed(found: Text, do: Text) -> Finding:
    return Finding("warn", found, do)


def broken(found: Text, do: Text) -> Finding:
    return Finding("bad", found, do)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at. `database`: there is nothing to look at without it."""

    code: str
    name: Text
    look: Callable[[Machine], Finding]
    database: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """A check that was made."""

    code: str
    name: Text
    finding: Finding

    @property
    def state(self) -> State:
        return self.finding.state


def ago(span: timedelta) -> Text:
    """42 秒前, 3 时 58 分前."""
    said = length(max(span, timedelta()), seconds=span < timedelta(hours=1))
    return Text(f"{said.zh}前", f"{said.en} ago")


def joined(parts: list[Text], zh: str = "；", en: str = "; ") -> Text:
    return Text(zh.join(part.zh for part in parts), en.join(part.en for part in parts))
