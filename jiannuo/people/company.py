"""The company itself: what stands on its papers, and the numbers that customers call. Kept as events;
the last one counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from jiannuo.archive import queries as archive
from jiannuo.archive.commands import Subject

HOUSE = uuid5(NAMESPACE_OID, "jiannuo")
SUBJECT = Subject("house", HOUSE)


@dataclass(frozen=True, slots=True)
class Company:
    """`facts`: what was entered, by field; `hotlines`: none where nobody entered any."""

    facts: Mapping[str, Any]
    hotlines: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.facts.get("called", ""))


def company() -> Company:
    said: dict[str, Mapping[str, Any]] = {}
    for _, event in archive.of_kinds("house", ("company_set", "hotlines_set"), [HOUSE]):
        said[event.kind] = event.d
    numbers = said.get("hotlines_set", {}).get("numbers", ())
    return Company(said.get("company_set", {}), tuple(numbers))
