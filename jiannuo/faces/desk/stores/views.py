"""The pages of the stores. Views decide nothing: they ask, take the step, and say what it did."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.reading import said
from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.stores.booking import STEPS, booked
from jiannuo.faces.desk.stores.cards import counter
from jiannuo.faces.desk.stores.counter import store
from jiannuo.faces.desk.stores.scanning import cleaned, scanned
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.shapes import shape

SCANNED_ON = Text(
    "上一件没有记账：先按回车记下，再扫下一件",
    "the last one was not booked: press Enter to book it before you scan the next",
)


@require_GET
def show_store(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = store(asked.actor, asked.reader, {k: str(v) for k, v in request.GET.items()})
    return shown(asked, "desk/stores/counter.html", page, page.beat)


@require_http_methods(["GET", "HEAD", "POST"])
def open_booking(request: HttpRequest, kind: str) -> HttpResponse:
    """A step of the stores: its form, or the step itself."""
    asked = cast(ActorRequest, request)
    if kind not in STEPS:
        raise Http404
    require(asked.actor, "read_stores")
    if request.method == "POST" and _scanned_on(asked, kind):
        messages.warning(request, asked.reader.say(SCANNED_ON))
        post = request.POST
        return redirect(counter(scan=cleaned(post.get("qty", "")), case=post.get("case", "")))
    given = request.POST if request.method == "POST" else request.GET
    return answer(asked, booked(asked.actor, asked.reader, kind, given), kind)


def _scanned_on(request: ActorRequest, kind: str) -> bool:
    """A scanner was aimed at the next thing while the quantity of the last had the focus."""
    post = request.POST
    if (
        not post.get("at_counter")
        or "qty" not in said(shape(kind), post, request.reader.zone).wrong
    ):
        return False
    found = scanned(request.actor, post.get("qty", ""))
    return bool(found.case or found.unit or found.repair or found.parts)
