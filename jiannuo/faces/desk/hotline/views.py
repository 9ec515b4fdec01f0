"""The hotline's addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiannuo.cases import drafts
from jiannuo.faces.desk.hotline.page import Picked, hotline_page, rows, shown_page
from jiannuo.faces.desk.hotline.read import reading
from jiannuo.faces.desk.hotline.typed import NAMES, typed
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.hotline import Taken, take_call, tell_caller
from jiannuo.journey.step import When
from jiannuo.kernel.ids import id_in, new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest

PICKS = ("contact", "customer", "device", "site", "number")


@require_http_methods(["GET", "HEAD", "POST"])
def show_hotline(request: HttpRequest) -> HttpResponse:
    """The call in hand. `number`: who rings, by the telephone system or a link."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "reported")
    if request.method == "POST":
        return _taken(asked)
    picked = Picked(**{name: _plain(request.GET.get(name, ""))[:200] for name in PICKS})
    draft = id_in(request.GET.get("draft", ""))
    page = hotline_page(asked.actor, asked.reader, draft, picked)
    return shown(asked, "desk/hotline/page.html", page)


@require_POST
def set_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is typed, and show beside it what it would come to."""
    asked = cast(ActorRequest, request)
    draft, raw = _draft(request.POST), _raw(request.POST)
    card = drafts.keep(asked.actor, draft, raw)
    page = shown_page(asked.actor, asked.reader, draft, raw, card)
    return shown(asked, "desk/hotline/_look.html", page)


@require_GET
def list_found(request: HttpRequest) -> HttpResponse:
    """What the box finds."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "reported")
    text, draft = request.GET.get("q", ""), request.GET.get("draft", "")
    found = rows(asked.actor, asked.reader, draft, text) if text.strip() else ()
    return shown(asked, "desk/hotline/_found.html", {"rows": found, "text": text, "draft": draft})


@require_POST
def close_draft(request: HttpRequest) -> HttpResponse:
    """Nothing came of the call."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "reported")
    drafts.drop(asked.actor, _draft(request.POST))
    return redirect("desk:hotline_show")


@require_http_methods(["GET", "HEAD", "POST"])
def show_read(request: HttpRequest, number: str) -> HttpResponse:
    """What to read to the caller; pressed once it was read."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "promise_read")
    if request.method == "POST":
        tell_caller(asked.actor, number, When(op=id_in(request.POST.get("op", ""))))
        return redirect("desk:hotline_show")
    return shown(asked, "desk/hotline/read.html", reading(asked.actor, asked.reader, number))


def _taken(request: ActorRequest) -> HttpResponse:
    post, reader = request.POST, request.reader
    draft, raw = _draft(post), _raw(post)
    said = typed(raw, reader.zone, reader.at)
    later = post.get("do") == "later"
    try:
        if not later and not said.level:
            raise _no_level()
        taken = (
            Taken()
            if later
            else Taken(said.level, said.said("engineer"), article=said.said("article"))
        )
        arrived = said.arrived if said.channel != "phone" else None
        done = take_call(request.actor, draft, said.report, taken, arrived)
    except Refusal as refusal:
        if refusal.code == "not_permitted":
            raise
        return _again(request, draft, raw, refusal)
    return redirect("desk:read_show", number=done.number)


def _no_level() -> Refusal:
    return Refusal(
        "no_level",
        "先回答定级的问题，或按「先存，稍后补」",
        "answer the questions of the level first, or save it for now",
    )


def _again(
    request: ActorRequest, draft: UUID, raw: Mapping[str, str], refusal: Refusal
) -> HttpResponse:
    """What was refused, with everything that was typed."""
    error = request.reader.say(Text(refusal.zh, refusal.en))
    card = drafts.draft(request.actor, draft)
    page = shown_page(request.actor, request.reader, draft, raw, card, error)
    return shown(request, "desk/hotline/page.html", page, status=409)


def _draft(post: QueryDict) -> UUID:
    return id_in(post.get("draft", "")) or new_id()


def _raw(post: QueryDict) -> dict[str, str]:
    """No database keeps a zero character."""
    return {name: _plain(post.get(name, "")) for name in NAMES}


def _plain(text: str) -> str:
    return text.replace("\x00", "").strip()
