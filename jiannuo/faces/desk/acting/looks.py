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

STAGES = ("intake", "phone", "remote", "onsite", "emergency", "loaner", "money")
#: The steps of other subjects, each in a table of its own.
OTHERS = ("inspection", "training", "contract")
#: Those that are taken on sheets, and those of the stores, which may be steps of cases as well.
SHEETS, STORES = "sheets", "stores"


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
    return _every()[kind]


@cache
def _every() -> Mapping[str, Look]:
    """What a case offers is called as it is there."""
    found = {kind: one for of in (STORES, SHEETS, *OTHERS) for kind, one in looks_of(of).items()}
    return {**found, **looks()}


def stage_name(stage: str) -> Text:
    return Text(*_raw()["stages"][stage])


def asked(kind: str, field: str) -> tuple[Text, Text]:
    """The label of a field and its hint, which may be empty."""
    own = _raw()["asks"].get(f"{kind}.{field}") or _raw()["asks"].get(field)
    if own is not None:
        return Text(own[0], own[1]), Text(own[2], own[3])
    return names()[field], Text("", "")
