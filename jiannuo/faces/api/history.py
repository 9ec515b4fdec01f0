"""What happened to a case, line by line, for programs: as it stands, with what it was before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from jiannuo.archive import files
from jiannuo.archive import queries as archive
from jiannuo.archive.files import FileCard
from jiannuo.archive.queries import Line
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.faces.api import cursors
from jiannuo.faces.api.listed import After
from jiannuo.faces.api.saying import both
from jiannuo.manual.actor import Actor
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.events import Event
from jiannuo.manual.telling import told
from jiannuo.people.permits import require


class Turned(Schema):
    """Which lines of it are asked for."""

    limit: int = Field(100, ge=1, le=500, description=both("一页的条数", "how many a page"))
    after: After = None
    order: Literal["newest", "oldest"] = Field(
        "newest", description=both("新的在前，或旧的在前", "which come first")
    )


class FileNamed(Schema):
    """A file that a line names; `id` is null where it was only named and is not kept here."""

    id: UUID | None
    name: str


class EventShown(Schema):
    """One thing that happened, as it stands after corrections.

    It happened at `happened_at` and was written down at `recorded_at`; `late` entries say `why`.
    `by` did or said it; `hand` entered it for him, having `heard` of it so, where he did not do
    that himself. Where its time was corrected, `was_at` is what it said before.
    """

    id: UUID
    kind: str
    zh: str
    en: str
    happened_at: datetime
    recorded_at: datetime
    was_at: datetime | None
    corrected_at: datetime | None
    by: str
    roles: list[str]
    hand: str
    heard: str
    late: bool
    why: str
    visible: bool | None
    fields: dict[str, Any]
    files: list[FileNamed]


class Timeline(Schema):
    """`next`: what to ask the following lines with; null at the end."""

    number: str
    events: list[EventShown]
    next: str | None


def timeline(actor: Actor, number: str, turned: Turned) -> Timeline:
    """Raises `Refusal` ("no_case") for a number that is not there."""
    require(actor, "read_cases")
    view = cases.view_for(actor, number)
    of = f"timeline {view.card.id} {turned.order}"
    ahead = _ahead(view.story.log.events, turned, cursors.place(of, turned.after))
    page = ahead[: turned.limit]
    return Timeline(
        number=view.card.number,
        events=_shown(view, page),
        next=cursors.of_place(of, page[-1].place) if len(ahead) > len(page) else None,
    )


def _ahead(
    events: Sequence[Event], turned: Turned, after: tuple[datetime, int] | None
) -> list[Event]:
    """The lines that follow a place, in the order asked for, with one more than fits."""
    if turned.order == "oldest":
        found = [e for e in events if after is None or e.place > after]
    else:
        found = [e for e in reversed(events) if after is None or e.place < after]
    return found[: turned.limit + 1]


def _shown(view: CaseView, page: Sequence[Event]) -> list[EventShown]:
    written = {line.happening.id: line for line in archive.timeline([view.card.id])}
    kept: Mapping[str, FileCard] = {}
    if any(event.d.get("files") for event in page):
        kept = {card.mark: card for card in files.files_of(view.card.id)}
    return [_event(view, event, written.get(event.id), kept) for event in page]


def _event(
    view: CaseView, event: Event, line: Line | None, kept: Mapping[str, FileCard]
) -> EventShown:
    said = told(view.profile, event)
    was = line.happening.t if line is not None else event.t
    return EventShown(
        id=UUID(event.id),
        kind=event.kind,
        zh=said.text.zh,
        en=said.text.en,
        happened_at=event.t,
        recorded_at=event.recorded,
        was_at=was if was != event.t else None,
        corrected_at=event.corrected_at,
        by=event.by.name,
        roles=sorted(event.by.roles),
        hand=event.by.hand,
        heard=event.by.heard,
        late=line.late if line else False,
        why=line.why if line else "",
        visible=said.seen,
        fields=dumped(dict(event.d)),
        files=_files(event, kept),
    )


def _files(event: Event, kept: Mapping[str, FileCard]) -> list[FileNamed]:
    marks = event.d.get("files") or () if event.kind == "log_added" else ()
    cards = [(mark, kept.get(mark)) for mark in marks]
    return [
        FileNamed(id=card.id if card else None, name=card.name if card else mark)
        for mark, card in cards
    ]
