"""A story as plain values: its facts and its timeline, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


class StoryError(ValueError):
    """A story that cannot be played: where, what, what is allowed."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path}:{line}: {what}")


@dataclass(frozen=True)
class Told:
    """One line of the timeline, checked. `ref_kind` is "case", "stock" ...; moments aware."""

    line: int
    kind: str
    t: datetime
    rec: datetime
    why: str
    id: str
    ref_kind: str
    ref: str
    by: str
    d: dict[str, Any]

    @property
    def attempt(self) -> bool:
        return self.kind == "attempt"


@dataclass(frozen=True)
class Story:
    path: Path
    facts: Mapping[str, Any]
    told: tuple[Told, ...]
    master: Mapping[str, Any]
    zone: ZoneInfo

    @property
    def as_of(self) -> datetime:
        return self.moment(self.facts["as_of"])

    def moment(self, text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=self.zone)

    @property
    def expected(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.facts.get("expected")
        return found
