"""The addresses of the emergency board."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from jiannuo.faces.desk.emergencies.board import board
from jiannuo.faces.desk.emergencies.running import emergencies
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import id_in
from jiannuo.manual.words import Text
from jiannuo.web.actor import ActorRequest

#: How a call ended: the step, and what it says.
ENDED = {"told": ("notified", "call_answered"), "missed": ("notify_attempt", "call_unanswered")}


@require_GET
def list_emergencies(request: HttpRequest) -> HttpResponse:
    """The only one is opened at once."""
    asked = cast(ActorRequest, request)
    page = emergencies(asked.actor, asked.reader)
    real = [row for row in page.rows if not row.drill and not row.watching]
    if len(page.rows) == 1 and len(real) == 1 and "all" not in request.GET:
        return redirect("desk:emergency_show", number=real[0].number)
    return shown(asked, "desk/emergency/list.html", page, page.beat)


@require_GET
def show_emergency(request: HttpRequest, number: str) -> HttpResponse:
    """Its board; a case without an emergency is shown as the case it is."""
    asked = cast(ActorRequest, request)
    page = board(asked.actor, asked.reader, number)
    if page is None:
        return redirect("desk:case_show", number=number)
    return shown(asked, "desk/emergency/show.html", page, page.beat)


@require_POST
def close_call(request: HttpRequest, number: str) -> HttpResponse:
    """A call to one of the three is over: one press, no form."""
    asked, post = cast(ActorRequest, request), request.POST
    kind, how = ENDED.get(post.get("ended", ""), ENDED["missed"])
    said = {"role": post.get("role", ""), "person": post.get("person", ""), "how": how}
    take(kind, asked.actor, number, When(op=id_in(post.get("op", ""))), **said)
    name, at = said["person"], asked.reader.clock(asked.reader.at)
    done = (
        Text(f"已记下：{at} 打通{name}", f"Noted: {name} reached at {at}")
        if kind == "notified"
        else Text(f"已记下：{at} {name}没接", f"Noted: {name} did not answer at {at}")
    )
    messages.success(request, asked.reader.say(done))
    return redirect("desk:emergency_show", number=number)
