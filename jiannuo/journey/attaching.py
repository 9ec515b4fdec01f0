"""Files put to a case: into the live log of an emergency, and to any other case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from django.db import transaction

from jiannuo.archive import files
from jiannuo.archive.commands import Subject
from jiannuo.archive.files import FileCard
from jiannuo.cases import queries as case_queries
from jiannuo.journey import emergency
from jiannuo.journey.step import NOW, When, used, written
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

MOST = 10  # files of one line
TOGETHER = 60 * 1024 * 1024  # bytes of them; a request may bring a little more


class Upload(Protocol):
    """A file on its way in, as a face was handed it: read only when it is kept."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self) -> bytes: ...


@transaction.atomic
def write_log(
    actor: Actor, case: str, when: When = NOW, *, text: str = "", uploads: Sequence[Upload] = ()
) -> tuple[FileCard, ...]:
    """A line of the live log with its files, kept whole or not at all (7.5 B 2)). The line names
    each with the beginning of its hash: the chain seals what it was.

    Raises `Refusal` for a line that says nothing, for too many files, for one that is empty or
    larger than `files.LARGEST`, and for an operation that brought other files before.
    """
    require(actor, "log_added")
    view = case_queries.view_for(actor, case)
    text = text.replace("\0", "").strip()
    if not text and not uploads:
        raise Refusal("bad_input", "请写一句话，或选一个文件", "write a line or choose a file")
    if len(uploads) > MOST:
        raise Refusal(
            "too_many_files",
            f"一次最多 {MOST} 个文件，请分几次传",
            f"at most {MOST} files at a time; send them in turns",
        )
    subject = Subject("case", view.card.id, view.card.customer)
    kept = tuple(_kept(actor, subject, one) for one in uploads)
    said, marks = text or "、".join(card.name for card in kept), [card.mark for card in kept]
    before = written(when, "log_added", case)
    if before is not None and list(before.happening.d.get("files") or ()) != marks:
        raise used()
    emergency.add_to_log(actor, case, when, text=said, files=marks)
    return kept


def _kept(actor: Actor, subject: Subject, upload: Upload) -> FileCard:
    files.must_fit(upload.size or 0)
    return files.keep(actor, subject, upload.name or "file", upload.read())


def attached(actor: Actor, case: str) -> list[FileCard]:
    """What was put to a case, oldest first."""
    require(actor, "read_cases")
    return files.files_of(case_queries.view_for(actor, case).card.id)


def opened(actor: Actor, case: str, file: UUID) -> tuple[FileCard, bytes]:
    """One of them with its bytes."""
    require(actor, "read_cases")
    return files.opened(case_queries.view_for(actor, case).card.id, file)
