"""The files that people put to cases, inside a backup: each under its own hash, which proves it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from jiannuo.site.database.trouble import DatabaseTrouble

FOLDER = "files"
CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")


def pack(archive: zipfile.ZipFile, data: Path) -> int:
    """Put every file that is kept in the data folder into the backup; how many.

    Called after the dump: a file is stored before its row, so none that the dump speaks of is
    left out.
    """
    count = 0
    for path in sorted((data / FOLDER).glob("*/*")):
        if _HASH.fullmatch(path.name):
            archive.write(path, f"{FOLDER}/{path.name}")
            count += 1
    return count


def packed(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """The hash and the member of each file in a backup."""
    for member in archive.infolist():
        folder, _, name = member.filename.partition("/")
        if folder == FOLDER and _HASH.fullmatch(name):
            yield name, member


def check(archive: zipfile.ZipFile) -> int:
    """How many files the backup holds; raises `DatabaseTrouble` for one that was changed."""
    count = 0
    for name, member in packed(archive):
        digest = hashlib.sha256()
        with archive.open(member) as source:
            while block := source.read(CHUNK):
                digest.update(block)
        if digest.hexdigest() != name:
            raise DatabaseTrouble(
                "A kept file in this backup was changed after it was written.",
                "备份里有一个附件在写成后被改动过。",
                detail=name,
            )
        count += 1
    return count


def unpack(archive: zipfile.ZipFile, data: Path) -> int:
    """Put the files of a checked backup into the data folder; how many. What is there stays."""
    count = 0
    for name, member in packed(archive):
        count += 1
        place = data / FOLDER / name[:2] / name
        if place.exists():
            continue
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = place.with_name(f"{name}.partial")
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with archive.open(member) as source, os.fdopen(opened, "wb") as target:
            shutil.copyfileobj(source, target, CHUNK)
        draft.replace(place)
    return count
