"""The files of a case: who put them there, how large they are, where to save them from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from jiannuo.archive.files import FileCard
from jiannuo.manual.events import Event
from jiannuo.web.components import Evidence
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class FileRow:
    name: str
    href: str
    size: str
    at: str
    who: str


#: Where to save a file from, by what an event calls it.
Places = Mapping[str, Evidence]


def file_rows(reader: Reader, number: str, cards: Sequence[FileCard]) -> tuple[FileRow, ...]:
    """The newest first."""
    return tuple(
        FileRow(
            card.name,
            _href(number, card),
            filesizeformat(card.size),
            reader.clock(card.kept_at),
            reader.who(card.kept_by),
        )
        for card in reversed(cards)
    )


def places(number: str, cards: Sequence[FileCard]) -> Places:
    return {
        card.mark: Evidence(
            f"{card.name}\N{NO-BREAK SPACE}({filesizeformat(card.size)})", _href(number, card)
        )
        for card in cards
    }


def named(found: Places, event: Event) -> tuple[Evidence, ...]:
    """The files an event speaks of; one that was only named leads nowhere."""
    said = event.d.get("files") or () if event.kind == "log_added" else ()
    return tuple(found.get(one, Evidence(one)) for one in said)


def _href(number: str, card: FileCard) -> str:
    return reverse("desk:file_show", args=[number, card.id])
