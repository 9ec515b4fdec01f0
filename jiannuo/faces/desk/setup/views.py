"""The pages of the set-up. Views decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.setup.page import set_up
from jiannuo.faces.desk.showing import shown
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people.company import HOUSE, Company, company
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.spots import spot_map

#: The steps that have a form of their own, and the event that each writes.
FORMS = {"company": "company_set", "hotlines": "hotlines_set", "offices": "office_opened"}


@never_cache
@require_GET
def show_setup(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/setup/page.html", set_up(asked.actor, asked.reader))


@require_http_methods(["GET", "HEAD", "POST"])
def open_setup(request: HttpRequest, step: str) -> HttpResponse:
    """The form of a step; what is there already stands in it."""
    asked = cast(ActorRequest, request)
    kind = FORMS.get(step)
    if kind is None:
        raise Http404
    require(asked.actor, kind)
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:setup_open", args=[step]),
        back=reverse("desk:setup_show"),
        ref=asked.reader.say(Text("开张", "Set-up")),
        title="",
        options=CustomerLists(asked.reader, None),
        known=_known(kind, company()),
        subject=HOUSE if kind != "office_opened" else None,
    )
    return answer(asked, _on_map(asked.reader, sheet) if step == "offices" else sheet, kind)


def _known(kind: str, now: Company) -> Mapping[str, Sequence[str]]:
    if kind == "company_set":
        return {name: [str(value)] for name, value in now.facts.items()}
    return {"numbers": list(now.hotlines)} if kind == "hotlines_set" else {}


def _on_map(reader: Reader, sheet: Sheet) -> Sheet:
    """With the offices that are there, and a map to press on."""
    names = dict(people.named_offices())
    there = [(names[spot.code], spot) for spot in people.offices()]
    picture = spot_map("f-geo", there, [], None) if there else None

    def draw(field: Field) -> Field:
        return replace(field, within=picture) if field.name == "geo" else field

    return replace(sheet, draw=draw)
