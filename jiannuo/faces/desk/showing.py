"""A page of the desk with what its head needs: the heartbeat and what the clocks' lag says. And
where it goes on."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jiannuo.web.actor import ActorRequest
from jiannuo.web.beat import Beat, beat


def shown(
    request: ActorRequest, template: str, page: Any, heart: Beat | None = None, status: int = 200
) -> HttpResponse:
    """The page rendered; `heart`: the heartbeat, where the page asked for it already."""
    reader = request.reader
    found = heart or beat(reader.at)
    context = {
        "page": page,
        "beat": found,
        "beat_words": found.words(reader),
        "lag": found.state(reader),
    }
    return render(request, template, context, status=status)


def gone(request: ActorRequest, address: str) -> HttpResponse:
    """On to another page. A form in a dialog is answered by a script, which has to be told to
    leave its own."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
