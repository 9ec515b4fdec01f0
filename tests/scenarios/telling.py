"""A small story to spoil in one place."""

from __future__ import annotations

from pathlib import Path

from jiannuo.faces.rehearsal.reading import read_master, read_story
from jiannuo.faces.rehearsal.telling import Story

HERE = Path(__file__).parent
SMALL = HERE / "small.yaml"
MASTER = HERE / "stories" / "_master.yaml"

#: The last event, to be put in another's place.
LAST = "case: C1, e: engineer_contact, by: 李伟, d: {call: outbound}"


def spoiled(folder: Path, old: str, new: str, name: str = "bad.yaml") -> Path:
    text = SMALL.read_text(encoding="utf-8")
    assert old in text, old
    path = folder / name
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def read(path: Path) -> Story:
    return read_story(path, read_master(MASTER))
