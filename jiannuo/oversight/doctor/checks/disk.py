"""Room on the disk: for the data folder, and for the database's log where it is ours."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import Check, Finding, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine

MB = 1 << 20
GB = 1 << 30

#: A full database stops at once: what is left in bytes counts as much as the share. (share, bytes)
LOW = (0.10, 2 * GB)
FULL = (0.03, GB // 2)
LONGEST_LOG = 4 * GB  # our own server keeps to one; more means that something holds it back

FREE = Text(
    "删除或搬走旧文件，或换更大的硬盘；写满时系统会停下。",
    "Remove or move old files, or fit a larger disk: when it is full, everything stops.",
)
HELD = Text(
    "数据库日志（pg_wal）被占住了，请数据库管理员查复制槽和归档。",
    "Something holds the database's log (pg_wal) back: have replication slots and archiving looked at.",
)


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes that are free and bytes in all."""

    free: int
    size: int

    def under(self, bound: tuple[float, int]) -> bool:
        """Short by share and by bytes: a tenth of a large disk is plenty."""
        share, least = bound
        return self.free < least or (self.free < share * self.size and self.free < 10 * least)


def room(folder: Path) -> Room:
    """Of the disk that holds a folder, or the nearest one above that is there."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    found = os.statvfs(there)
    return Room(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def look(machine: Machine, measure: Callable[[Path], Room] = room) -> Finding:
    places = _places(machine)
    found = [(name, measure(folder)) for name, folder in places]
    said = joined([_said(name, one) for name, one in found])
    if any(one.under(FULL) for _, one in found):
        return broken(said, FREE)
    if any(one.under(LOW) for _, one in found):
        return heed(said, FREE)
    wal = log_size(machine.cluster)
    if wal > LONGEST_LOG:
        return heed(Text(f"pg_wal 已有 {_size(wal)}。", f"pg_wal has grown to {_size(wal)}."), HELD)
    return fine(said.zh + "。", said.en + ".")


def _places(machine: Machine) -> list[tuple[Text, Path]]:
    """The log may lie on a disk of its own, by a link."""
    places = [(Text("数据目录", "data folder"), machine.data)]
    if machine.cluster is not None and (machine.cluster / "pg_wal").is_symlink():
        places.append((Text("数据库日志", "database log"), (machine.cluster / "pg_wal").resolve()))
    return places


def log_size(cluster: Path | None) -> int:
    """Bytes of the database's log; 0 where it is not ours to see."""
    if cluster is None:
        return 0
    try:
        return sum(one.stat().st_size for one in (cluster / "pg_wal").iterdir() if one.is_file())
    except OSError:
        return 0


def _said(name: Text, one: Room) -> Text:
    share = 100 * one.free // max(one.size, 1)
    left = _size(one.free)
    return name + Text(f"剩 {left}（{share}%）", f": {left} free ({share} %)")


def _size(count: int) -> str:
    return f"{count / GB:.1f} GB" if count >= GB else f"{count // MB} MB"


CHECK = Check("disk", Text("硬盘空间", "Disk"), look, database=False)
