"""Backups that were made: a line for each in the data folder, so that somebody can ask."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

NAME = "backups.jsonl"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup: where it was written, when, how long the file was."""

    file: Path
    made_at: datetime
    size: int

    @property
    def there(self) -> bool:
        """Still where it was written; one that was carried elsewhere is not."""
        return self.file.is_file()


def note(data: Path, backup: Backup) -> None:
    """Keep that a backup was made."""
    data.mkdir(parents=True, exist_ok=True)
    line = {"file": str(backup.file), "made_at": backup.made_at.isoformat(), "size": backup.size}
    descriptor = os.open(data / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")


def newest(data: Path) -> Backup | None:
    """The last one that was noted here."""
    try:
        lines = (data / NAME).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    said = [json.loads(line) for line in lines if line.strip()]
    made = [Backup(Path(s["file"]), datetime.fromisoformat(s["made_at"]), s["size"]) for s in said]
    return max(made, key=lambda one: one.made_at, default=None)
