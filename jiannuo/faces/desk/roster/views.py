"""The addresses of the duty roster."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.reading import local
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.roster.drawing import draft, draw_page
from jiannuo.faces.desk.roster.options import ShiftLists
from jiannuo.faces.desk.roster.page import shift_page, week_page
from jiannuo.faces.desk.roster.saying import desk_name, stretch, week_of
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import rostering
from jiannuo.journey.step import When
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.reader import Reader

KINDS = (
    "shift_overridden",
    "shift_added",
    "swap_asked",
    "swap_accepted",
    "absence_recorded",
    "absence_ended",
)


@require_GET
def list_roster(request: HttpRequest) -> HttpResponse:
    """A week of duty."""
    asked = cast(ActorRequest, request)
    page = week_page(asked.actor, asked.reader, _day(request.GET.get("week", "")))
    return shown(asked, "desk/roster/week.html", page)


@require_GET
def show_shift(request: HttpRequest, code: str) -> HttpResponse:
    """One stretch of a desk: who is called, what was changed, what can be done."""
    asked = cast(ActorRequest, request)
    desk, span = request.GET.get("desk", ""), _span(request, asked.reader)
    if not desk or span is None:
        raise Http404
    page = shift_page(asked.actor, asked.reader, code, desk, span)
    return shown(asked, "desk/roster/shift.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def open_shift(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """The form of a change, or the change itself."""
    asked = cast(ActorRequest, request)
    if kind not in KINDS:
        raise Http404
    require(asked.actor, "read_roster")
    return answer(asked, _matter(request, asked.reader, code, kind), kind)


def _matter(request: HttpRequest, reader: Reader, code: str, kind: str) -> Sheet:
    """Once it is taken, back to the week of the stretch."""
    here = reverse("desk:shift_open", args=[code, kind])
    desk, span = request.GET.get("desk", ""), _span(request, reader)
    back = reverse("desk:roster_list")
    if span is not None:
        back = f"{back}?week={week_of(reader.local(span[0]).date())}"
    swap = request.GET.get("swap", "")
    title = f"{desk_name(reader, desk)} {stretch(reader, *span)}" if desk and span else ""
    query = request.GET.urlencode()
    return Sheet(
        reader=reader,
        address=f"{here}?{query}" if query else here,
        ref=reader.say(Text("值班表", "Roster")),
        title=title,
        back=back,
        options=ShiftLists(reader, desk, span),
        key=code,
        given={"swap": swap} if kind == "swap_accepted" and swap else {},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def open_roster(request: HttpRequest) -> HttpResponse:
    """The next weeks: first to be looked at, then published."""
    asked = cast(ActorRequest, request)
    actor, reader = asked.actor, asked.reader
    require(actor, "roster_published")
    sent = request.POST if request.method == "POST" else request.GET
    typed = {name: value.strip() for name, value in sent.dict().items()}
    if request.method != "POST":
        return shown(asked, "desk/roster/draw.html", draw_page(actor, reader, typed))
    try:
        made = draft(reader, typed)
        if typed.get("do") != "publish":
            page = draw_page(actor, reader, typed, draft=made)
            return shown(asked, "desk/roster/draw.html", page)
        rostering.draw(actor, made, When(op=id_in(typed.get("op", ""))))
    except Refusal as refusal:
        page = draw_page(actor, reader, typed, refusal)
        return shown(asked, "desk/roster/draw.html", page, status=409)
    messages.success(
        request, reader.say(Text("已发布，从现在起算数", "Published; it counts from now"))
    )
    day = week_of(reader.local(made.span[0]).date())
    return redirect(f"{reverse('desk:roster_list')}?week={day}")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _span(request: HttpRequest, reader: Reader) -> tuple[datetime, datetime] | None:
    start, end = (local(request.GET.get(name, ""), reader.zone) for name in ("from", "to"))
    return (start, end) if start and end and start < end else None
