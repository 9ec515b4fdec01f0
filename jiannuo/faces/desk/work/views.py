"""My work: the page, how much there is, and the steps that are taken from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.cases import queries as cases
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.case import CaseMatter
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.work.board import items, work
from jiannuo.faces.desk.work.items import Me
from jiannuo.faces.desk.work.shifts import swap_sheet
from jiannuo.journey.step import Done
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest


@never_cache
@require_GET
def show_work(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = work(asked.actor, asked.reader, request)
    return shown(asked, "desk/work/show.html", page, page.beat)


@never_cache
@require_GET
def show_waiting(request: HttpRequest) -> JsonResponse:
    """How much waits for him, for the number in the rail; asked once a minute, by no page."""
    asked = cast(ActorRequest, request)
    return JsonResponse({"n": len(items(Me(asked.actor, asked.reader), ""))})


@dataclass(frozen=True)
class Deed(CaseMatter):
    """A step of a case that is taken from here, and leads back here."""

    @property
    def back(self) -> str:
        return reverse("desk:work_show")

    @property
    def back_words(self) -> Text:
        return Text("回到我的事", "Back to my work")

    def href(self, kind: str) -> str:
        return reverse("desk:deed_open", args=[self.ref, kind])

    def after(self, done: Done) -> str:
        return self.back


@require_http_methods(["GET", "HEAD", "POST"])
def open_deed(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in looks() or kind == "correction":
        raise Http404
    require(asked.actor, "read_cases")
    return answer(asked, Deed(asked.reader, cases.view_for(asked.actor, number)), kind)


@require_http_methods(["GET", "HEAD", "POST"])
def open_swap(request: HttpRequest, swap: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "swap_accepted")
    return answer(asked, swap_sheet(asked.actor, asked.reader, swap), "swap_accepted")
