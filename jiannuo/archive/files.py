"""Files: stored under their own hash before their row is written, handed out to be saved only."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from jiannuo.archive.commands import Subject
from jiannuo.archive.models import File
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor

LARGEST = 20 * 1024 * 1024
LONGEST = 100  # characters of a name

#: What a file is by its first bytes; what it calls itself counts for nothing.
SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
)
ANY = "application/octet-stream"
_LEFT_OUT = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f]+')


@dataclass(frozen=True, slots=True)
class FileCard:
    """A kept file; `size` in bytes."""

    id: UUID
    name: str
    kind: str
    size: int
    sha256: str
    kept_at: datetime
    kept_by: str

    @property
    def mark(self) -> str:
        """How an event names it: what it was when it came is sealed with the event."""
        return f"{self.name} ({self.sha256[:12]})"


def keep(actor: Actor, subject: Subject, name: str, data: bytes) -> FileCard:
    """Keep a file; the same bytes under the same name again are the same file.

    Raises `Refusal` for an empty or too large one.
    """
    must_fit(len(data))
    digest = hashlib.sha256(data).hexdigest()
    _store(digest, data)
    row, _ = File.objects.get_or_create(
        subject=subject.id,
        sha256=digest,
        name=_cleaned(name),
        defaults={
            "kind": sniffed(data),
            "size": len(data),
            "subject_kind": subject.kind,
            "customer_id": subject.customer,
            "kept_at": now(),
            "kept_by": actor.name,
        },
    )
    return _card(row)


def must_fit(size: int) -> None:
    """Raises `Refusal` for a length in bytes that is not kept."""
    if not size:
        raise Refusal("empty_file", "文件是空的，请重新选择", "the file is empty; choose another")
    if size > LARGEST:
        limit = LARGEST // (1024 * 1024)
        raise Refusal(
            "file_too_large",
            f"文件超过 {limit} MB，请压缩后再传",
            f"the file is over {limit} MB; make it smaller",
        )


def _card(row: File) -> FileCard:
    return FileCard(row.id, row.name, row.kind, row.size, row.sha256, row.kept_at, row.kept_by)


def _cleaned(name: str) -> str:
    """A name that means the same everywhere: no folders, no control or direction marks."""
    plain = "".join(
        c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) != "Cf"
    )
    found = _LEFT_OUT.sub(" ", plain.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip(" .")
    stem, dot, end = found.rpartition(".")
    if dot and len(end) <= 10:
        return f"{stem[: LONGEST - len(end) - 1]}.{end}"
    return found[:LONGEST] or "file"


def sniffed(data: bytes) -> str:
    """What it is by its first bytes; text where it is readable text, else just bytes."""
    for sign, kind in SIGNS:
        if data.startswith(sign):
            return kind
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return ANY
    return "text/plain" if "\x00" not in text else ANY


def _place(digest: str) -> Path:
    folder: Path = settings.DATA / "files" / digest[:2]
    return folder / digest


def _store(digest: str, data: bytes) -> None:
    """Whole or not at all: written beside, flushed to the disk, then named."""
    place = _place(digest)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        try:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(place)
        except BaseException:
            Path(draft.name).unlink(missing_ok=True)
            raise


def files_of(subject: UUID) -> list[FileCard]:
    """What was put to a subject, oldest first."""
    return [_card(row) for row in File.objects.filter(subject=subject).order_by("kept_at", "id")]


def opened(subject: UUID, file: UUID) -> tuple[FileCard, bytes]:
    """A kept file with its bytes. Raises `Refusal` where there is none, or where what lies on the
    disk is not what was kept."""
    row = File.objects.filter(pk=file, subject=subject).first()
    if row is None:
        raise Refusal("no_file", "没有这个文件", "there is no such file")
    place = _place(row.sha256)
    data = place.read_bytes() if place.exists() else b""
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise Refusal(
            "file_damaged",
            f"「{row.name}」在磁盘上缺失或已损坏，请从备份恢复",
            f"{row.name} is missing from the disk or damaged; restore it from a backup",
        )
    return _card(row), data
