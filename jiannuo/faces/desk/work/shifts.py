"""A swap of shifts that a colleague asked for, as a form."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.urls import reverse

from jiannuo.faces.desk.acting.lists import People
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader


class NoLists(People):
    """Nothing is chosen in it."""

    def of(self, kind: str, field: str) -> tuple[Choice, ...]:
        return ()


def swap_sheet(actor: Actor, reader: Reader, swap: UUID) -> Sheet:
    """Raises `Http404` for one that was not asked of him, or is accepted."""
    found = next((one for one in people.open_swaps(reader.at) if one.id == swap), None)
    if found is None or found.other != actor.name:
        raise Http404
    return Sheet(
        reader,
        reverse("desk:swap_open", args=[swap]),
        found.person,
        reader.say(Text(f"{found.person}想和你调班", f"{found.person} would swap with you")),
        reverse("desk:work_show"),
        NoLists(reader),
        key=found.roster,
        given={"swap": str(swap)},
    )
