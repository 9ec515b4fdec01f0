"""How steps are shown: stage, button, the words of their fields. Read from acts.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jiannuo.manual.words import Text
from jiannuo.web.shapes import names

#: Steps on other things than cases: their verbs and what their forms ask.
SHEETS = "sheets.toml"
STAGES = ("intake", "phone", "remote", "onsite", "emergency", "loaner", "money")
#: The steps of other subjects, each in a table of its own.
OTHERS = ("inspection", "training", "contract")


@dataclass(frozen=True, slots=True)
class Look:
    """A step as a button: its stage and its verb."""

    kind: str
    stage: str
    verb: Text


@cache
def _raw() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("acts.toml").read_text(encoding="utf-8"))


@cache
def _sheets() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name(SHEETS).read_text(encoding="utf-8"))


@cache
def verbs() -> Mapping[str, Text]:
    """The button of every step that is taken on a sheet, by its kind."""
    return {kind: Text(*pair) for kind, pair in _sheets()["verbs"].items()}


@cache
def looks() -> Mapping[str, Look]:
    """Every step that the page of a case offers, in the order of the manual."""
    return {
        kind: Look(kind, stage, Text(*pair))
        for stage in STAGES
        for kind, pair in _raw()[stage].items()
    }


@cache
def looks_of(subject: str) -> Mapping[str, Look]:
    """Every step that the pages of another subject offer."""
    return {kind: Look(kind, subject, Text(*pair)) for kind, pair in _raw()[subject].items()}


def look(kind: str) -> Look:
    """A step of whatever it may be about. Raises KeyError for one that no page offers."""
    if kind in looks():
        return looks()[kind]
    return next(found[kind] for other in OTHERS if kind in (found := looks_of(other)))


def verb(kind: str) -> Text:
    """The word on the button of a step of the stores."""
    return Text(*_raw()["stores"][kind])


def stage_name(stage: str) -> Text:
    return Text(*_raw()["stages"][stage])


def asked(kind: str, field: str) -> tuple[Text, Text]:
    """The label of a field and its hint, which may be empty."""
    key = f"{kind}.{field}"
    own = _raw()["asks"].get(key) or _sheets()["asks"].get(key)
    if own is not None:
        return Text(own[0], own[1]), Text(own[2], own[3])
    return names()[field], Text("", "")
