"""Files put to a case: into the live log of an emergency, and to any other case."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from jiannuo.archive import files
from jiannuo.archive.commands import Subject
from jiannuo.archive.files import FileCard
from jiannuo.cases import queries as case_queries
from jiannuo.journey import emergency
from jiannuo.journey.step import NOW, When
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require


@transaction.atomic
def attach(
    actor: Actor, case: str, name: str, data: bytes, when: When = NOW, *, text: str = ""
) -> FileCard:
    """Keep a file and say so in the log, with its hash: the chain seals what it was."""
    require(actor, "log_added")
    view = case_queries.view_for(actor, case)
    card = view.card
    found = files.keep(actor, Subject("case", card.id, card.customer), name, data)
    said = [f"{found.name} ({found.sha256[:12]})"]
    emergency.add_to_log(actor, case, when, text=text.strip() or found.name, files=said)
    return found


def attached(actor: Actor, case: str) -> list[FileCard]:
    """What was put to a case, oldest first."""
    require(actor, "read_cases")
    return files.files_of(case_queries.view_for(actor, case).card.id)


def opened(actor: Actor, case: str, file: UUID) -> tuple[FileCard, bytes]:
    """One of them with its bytes."""
    require(actor, "read_cases")
    return files.opened(case_queries.view_for(actor, case).card.id, file)
