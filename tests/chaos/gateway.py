"""The simulated gateway from outside: told how to behave, and its log read."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: A mood is told to hold for so many messages; how many are left says how many it met.
MANY = 1_000_000


class Gateway:
    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log

    def tell(self, **mood: Any) -> dict[str, Any]:
        """Change its mood; all it says of itself."""
        request = urllib.request.Request(f"{self.url}/control", json.dumps(mood).encode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def begin(self, mode: str, **more: float) -> None:
        self.tell(mode=mode, times=MANY, **more)

    def met(self) -> int:
        """How many messages met the mood that was begun."""
        with urllib.request.urlopen(f"{self.url}/control", timeout=5) as answer:
            left = json.load(answer)["times"]
        return MANY - int(left) if left is not None else 0

    def lines(self) -> list[dict[str, Any]]:
        """Its log; a line that is being written is left for later."""
        if not self.log.exists():
            return []
        found = self.log.read_text(encoding="utf-8").split("\n")[:-1]
        return [json.loads(line) for line in found]


def count(lines: list[dict[str, Any]], word: str) -> int:
    return sum(line["line"] == word for line in lines)


def first_messages(lines: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What was delivered, by key."""
    return {line["key"]: line for line in lines if line["line"] == "message"}
