"""The door of a stream: who listens, and to what he may. Afterwards the request is over; what is
sent from then on (site/streams.py) costs neither a thread nor a connection to the database."""

from __future__ import annotations

import re
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jiannuo.web import sessions
from jiannuo.web.actor import ActorRequest
from jiannuo.web.live.hub import HUB, Stream
from jiannuo.web.live.ticket import TICKET, Ticket
from jiannuo.web.live.topics import CASE, topics

MOST = 5  # topics of one page


@never_cache
@require_GET
def show_live(request: HttpRequest) -> HttpResponse:
    """`on`: topics; `since`: the moment of the page; `writing`: a form is begun there. Where the
    server cannot stream nothing comes (204), and the page asks by itself every now and then."""
    asked = cast(ActorRequest, request)
    names = dict.fromkeys(request.GET.getlist("on")[:MOST])
    found = tuple(topic for name in names for topic in topics(asked.actor, name))
    ticket: Ticket | None = getattr(request, "scope", {}).get(TICKET)
    if not found or asked.actor.id is None:
        raise Http404
    if ticket is None:
        return HttpResponse(status=204)
    if HUB.full:
        return HttpResponse(status=503)
    ticket.stream = Stream(
        person=asked.actor.id,
        session=request.session.session_key or "",
        stay=sessions.stay(request),
        topics=found,
        since=_since(request.headers.get("Last-Event-ID", ""), request.GET.get("since", "")),
        writing="writing" in request.GET,
    )
    headers = {"X-Accel-Buffering": "no"}  # a proxy in between hands each line on at once
    return HttpResponse(content_type="text/event-stream", headers=headers)


def _since(*said: str) -> int:
    """The last that it heard, before the moment at which it was made."""
    return next((int(one) for one in said if re.fullmatch("[0-9]{1,15}", one)), 0)


@never_cache
@require_GET
def show_here(request: HttpRequest, number: str) -> HttpResponse:
    """Who else has a case open; asked by its page when somebody comes or goes."""
    topics(cast(ActorRequest, request).actor, f"{CASE}{number}")
    return render(request, "web/here.html", {"number": number})
