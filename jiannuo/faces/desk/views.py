"""The desk's pages. Views decide nothing: they ask, and hand on what they were told."""

from __future__ import annotations

from collections.abc import Sized
from typing import cast
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.customers.directory import listed
from jiannuo.faces.desk.casefile import casefile
from jiannuo.faces.desk.door.going import home
from jiannuo.faces.desk.emergencies.board import board
from jiannuo.faces.desk.emergency import Unsaid
from jiannuo.faces.desk.queue import queue
from jiannuo.faces.desk.showing import Board, boarded, rendered, shown
from jiannuo.journey import attaching
from jiannuo.journey.step import When
from jiannuo.kernel.refusal import Refusal
from jiannuo.people.permits import allowed
from jiannuo.web.actor import ActorRequest
from jiannuo.web.live.sharing import Shared
from jiannuo.web.refusing import ABSENT
from jiannuo.web.saving import to_save

#: Room for the operations of whoever has no id of his own.
LINES = UUID("0197c1d0-6f0e-7a41-8d11-2a4be0c1f9a7")

#: Hundreds have the queue open, and all ask for it when something happens.
QUEUES: Shared[Board] = Shared()


@require_GET
def list_cases(request: HttpRequest) -> HttpResponse:
    """Open cases by time to breach; `find`, as older bookmarks have it, is the one box."""
    asked = cast(ActorRequest, request)
    if not allowed(asked.actor, "read_cases"):
        return redirect(home(asked.actor))
    typed = request.GET.get("find", "").strip()
    if typed:
        return redirect(f"{reverse('desk:finding_list')}?{urlencode({'q': typed})}")
    every_late, everything = (request.GET.get(name) == "all" for name in ("late", "rows"))
    more = {name: "all" for name, all_of in (("late", every_late), ("rows", everything)) if all_of}
    address = reverse("desk:case_list") + (f"?{urlencode(more)}" if more else "")

    def make() -> Board:
        page = queue(asked.actor, asked.reader, every_late=every_late, everything=everything)
        return rendered(asked.reader, "desk/case/_board.html", page, address)

    key = (asked.actor.customer, asked.reader.lang, address)
    board = QUEUES.get(key, make)
    if board.empty and allowed(asked.actor, "read_setup") and not listed(asked.actor, 1):
        return redirect("desk:setup_show")  # a new house begins there
    return boarded(asked, "desk/case/list.html", board)


@require_http_methods(["GET", "HEAD", "POST"])
def open_line(request: HttpRequest, number: str) -> HttpResponse:
    """A line of the live log, with files. What is refused stands where it was typed; files have
    to be chosen again, no page can put them back. Whoever comes without one sees the case."""
    if request.method != "POST":
        return redirect("desk:case_show", number=number)
    asked = cast(ActorRequest, request)
    text, sent = request.POST.get("text", ""), request.FILES.getlist("files")
    try:
        attaching.write_log(asked.actor, number, _once(asked, number), text=text, uploads=sent)
    except Refusal as refusal:
        if refusal.code == "not_permitted" or refusal.code in ABSENT:
            raise
        if request.POST.get("board") and (
            shown_board := _board(asked, number, text, sent, refusal)
        ):
            return shown_board
        page = casefile(asked.actor, asked.reader, number, unsaid=Unsaid(text, len(sent), refusal))
        return shown(asked, "desk/case/show.html", page, page.beat, status=409)
    name = "desk:emergency_show" if request.POST.get("board") else "desk:case_show"
    return redirect(f"{reverse(name, args=[number])}#emergency")


def _board(
    request: ActorRequest, number: str, text: str, sent: Sized, refusal: Refusal
) -> HttpResponse | None:
    """The board again with the line that was refused; None where no emergency stands any more."""
    page = board(request.actor, request.reader, number, Unsaid(text, len(sent), refusal))
    if page is None:
        return None
    return shown(request, "desk/emergency/show.html", page, page.beat, status=409)


def _once(request: ActorRequest, number: str) -> When:
    """The same line of the same person sent again is the same operation."""
    post = request.POST
    names = [f"{one.name} {one.size}" for one in request.FILES.getlist("files")]
    said = "\n".join((number, post.get("n", ""), post.get("text", ""), *names))
    return When(op=uuid5(request.actor.id or LINES, said))


@require_GET
def show_file(request: HttpRequest, number: str, one: UUID) -> HttpResponse:
    """To be saved; nothing that somebody sent is shown in a page of ours."""
    return to_save(*attaching.opened(cast(ActorRequest, request).actor, number, one))


@require_GET
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = casefile(asked.actor, asked.reader, number, request.GET.get("axis", ""))
    return shown(asked, "desk/case/show.html", page, page.beat)
