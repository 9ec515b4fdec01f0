"""What is set up of the stores: minimum levels, codes of parts, places; and the stock-take."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.stores.cards import counter
from jiannuo.faces.desk.stores.counting import Sheet, book, pieces, sheet
from jiannuo.faces.desk.stores.places import place_page
from jiannuo.faces.desk.stores.scanning import cleaned
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.parts import commands, stores
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest

NO_NUMBER = Text("下限要填数字，或留空表示不设", "A minimum is a number, or empty for none")
LEARNT = Text("记住了条码 ", "Learnt the code ")
KEPT = Text("已改下限", "The minimum is changed")
BOOKED = Text("记下 {n} 项清点", "{n} counts booked")


@require_POST
def set_minimum(request: HttpRequest, part: UUID) -> HttpResponse:
    """What must lie of a part at a place."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "stock_received")
    if stores.line(part) is None:
        raise Http404
    post = request.POST
    text, place = post.get("least", "").strip(), post.get("place", stores.STORE)
    least = pieces(text) if text else None
    if (text and least is None) or place not in _codes():
        messages.warning(request, asked.reader.say(NO_NUMBER))
    else:
        commands.keep_at_least(asked.actor, part, place, least)
        messages.success(request, asked.reader.say(KEPT))
    return redirect("desk:part_show", part=part)


def _codes() -> set[str]:
    return {one.code for one in stores.places()}


@require_POST
def set_code(request: HttpRequest) -> HttpResponse:
    """A code that a scanner reads on the boxes of a part."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "stock_received")
    code = cleaned(request.POST.get("code", ""))
    part = id_in(request.POST.get("part", ""))
    line = stores.line(part) if part else None
    if line is None:
        raise Http404
    try:
        commands.learn_code(asked.actor, line.id, code)
    except Refusal as refusal:
        messages.warning(request, asked.reader.say(Text(refusal.zh, refusal.en)))
        return redirect("desk:part_show", part=line.id)
    messages.success(request, asked.reader.say(LEARNT + code))
    return redirect(counter(scan=code))


@require_http_methods(["GET", "HEAD", "POST"])
def open_place(request: HttpRequest) -> HttpResponse:
    """The places, and a new one."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_stores")
    if request.method != "POST":
        return shown(asked, "desk/stores/places.html", place_page(asked.actor, asked.reader, {}))
    post = {name: str(value).strip() for name, value in request.POST.items()}
    names = ("code", "name", "kind", "holder")
    try:
        said = [post.get(name, "")[:60].replace("\x00", "") for name in names]
        commands.open_location(asked.actor, said[0], said[1], said[2], said[3])
    except Refusal as refusal:
        page = place_page(asked.actor, asked.reader, post, refusal)
        return shown(asked, "desk/stores/places.html", page, status=409)
    return redirect("desk:place_open")


@require_http_methods(["GET", "HEAD", "POST"])
def open_count(request: HttpRequest) -> HttpResponse:
    """The count sheet of a place. What agrees is booked at once; what differs comes back for its
    reason, what was moved meanwhile to be counted again."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_stores")
    given = request.POST if request.method == "POST" else request.GET
    place = given.get("at", stores.STORE)
    if place not in _codes():
        raise Http404
    if request.method != "POST":
        return _sheet(asked, sheet(asked.actor, asked.reader, place))
    require(asked.actor, "stock_counted")
    done, page = book(asked.actor, asked.reader, place, request.POST)
    if done:
        said = Text(BOOKED.zh.format(n=done), BOOKED.en.format(n=done))
        messages.success(request, asked.reader.say(said))
    if page is not None:
        return _sheet(asked, page, 409)
    return redirect(f"{reverse('desk:count_open')}?at={place}")


def _sheet(request: ActorRequest, page: Sheet, status: int = 200) -> HttpResponse:
    return shown(request, "desk/stores/count.html", page, status=status)
