"""What the simulated gateway took: one line each, kept in memory and, where asked, in a file.

A key that was taken before is taken as the same message: it gets the same reference, a line that
says duplicate, and is delivered no second time. That holds across restarts when there is a file.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any, Literal

from jiannuo.kernel.moment import now

Kind = Literal["sms", "voice"]
ZH = {"sms": "短信", "voice": "语音"}
#: What is kept of a message, as it came.
FIELDS = ("key", "to", "name", "text", "press", "callback")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that was taken, and whether it had been taken before."""

    kind: Kind
    reference: str
    key: str
    to: str
    name: str
    text: str
    press: str
    callback: str
    duplicate: bool


class Book:
    """Safe in any number of threads."""

    def __init__(self, path: Path | None = None) -> None:
        self._path, self._lock = path, threading.Lock()
        self._lines: list[dict[str, Any]] = []
        self._references: dict[tuple[str, str], str] = {}
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            for line in path.read_text(encoding="utf-8").splitlines():
                self._recall(line)

    def take(self, kind: Kind, fields: dict[str, str]) -> Arrival:
        kept = {name: fields.get(name, "") for name in FIELDS}
        with self._lock:
            known = self._references.get((kind, kept["key"]))
            reference = known or f"sim-{kind}-{len(self._references) + 1:06d}"
            self._references[kind, kept["key"]] = reference
            line = "duplicate" if known else "message"
            self._write({"line": line, "kind": kind, "reference": reference, **kept})
        return Arrival(kind=kind, reference=reference, duplicate=known is not None, **kept)

    def reported(self, arrival: Arrival, report: dict[str, str], said: str) -> None:
        """A call-back that was posted, and what the other side said to it."""
        with self._lock:
            self._write({"line": "report", "kind": arrival.kind, **report, "said": said})

    def lines(self, kind: str | None = None) -> list[dict[str, Any]]:
        """Everything so far, oldest first; `kind`: only lines of "message", "duplicate"..."""
        with self._lock:
            return [one for one in self._lines if kind in (None, one["line"])]

    def _write(self, entry: dict[str, Any]) -> None:
        at = now()
        entry = {
            "at": at.astimezone(UTC).isoformat(timespec="milliseconds"),
            "ms": int(at.timestamp() * 1000),
            "simulated": True,
            **entry,
        }
        self._lines.append(entry)
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _recall(self, line: str) -> None:
        try:
            entry = json.loads(line)
            self._lines.append(entry)
            if entry["line"] == "message":
                self._references[entry["kind"], entry["key"]] = entry["reference"]
        except (ValueError, KeyError, TypeError):
            return  # half a line, written as the machine went down
