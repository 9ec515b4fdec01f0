"""The files that people put to cases, inside a backup: each under its own hash, which proves it.

A damaged file costs nobody the others, nor the database: it is left out and named.
"""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

FOLDER = "files"
_HASH = re.compile(r"[0-9a-f]{64}")


def pack(archive: zipfile.ZipFile, data: Path) -> set[str]:
    """Put every file that is kept in the data folder into the backup; the hashes of those that
    are in it. One that cannot be read or is not what it was is left out.

    Called after the dump: a file is stored before its row, so that none is missed.
    """
    packed = set()
    for path in sorted((data / FOLDER).glob("*/*")):
        content = _read(path) if _HASH.fullmatch(path.name) else None  # else a draft
        if content is not None:
            archive.writestr(zipfile.ZipInfo(f"{FOLDER}/{path.name}"), content)
            packed.add(path.name)
    return packed


def _read(path: Path) -> bytes | None:
    """A kept file; None where it is not what it was."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == path.name else None


def whole(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """The files of a backup that are what they were, by their hashes."""
    for member in archive.infolist():
        folder, _, name = member.filename.partition("/")
        if folder != FOLDER or not _HASH.fullmatch(name):
            continue
        try:
            content = archive.read(member)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError):
            continue  # whatever is wrong with one of them must not cost the others
        if hashlib.sha256(content).hexdigest() == name:
            yield name, content


def unpack(archive: zipfile.ZipFile, data: Path | None) -> set[str]:
    """Put the files of a backup into the data folder, or only look at them; the hashes of those
    that are there now. What is there already and whole stays."""
    found = set()
    for name, content in whole(archive):
        found.add(name)
        place = data / FOLDER / name[:2] / name if data is not None else None
        if place is not None and _read(place) is None:
            _put(place, content)
    return found


def _put(place: Path, content: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_name(f"{place.name}.partial")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(opened, "wb") as target:
        target.write(content)
    draft.replace(place)
