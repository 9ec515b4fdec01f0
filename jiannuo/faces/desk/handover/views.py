"""The addresses of hand-overs between shifts."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from jiannuo.faces.desk.handover.page import Reading, Typed, Writing, reading, writing
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT


@require_http_methods(["GET", "HEAD", "POST"])
def list_handovers(request: HttpRequest) -> HttpResponse:
    """What is open now, to be handed over; and what was handed over before."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return _shown(asked, writing(asked.actor, asked.reader))
    require(asked.actor, "shift_handed_over")
    to, note = request.POST.get("to", "").strip(), request.POST.get("note", "")
    when = When(op=id_in(request.POST.get("op", "")))
    try:
        done = take("shift_handed_over", asked.actor, when, to=to, note=note or None)
    except Refusal as refusal:
        return _shown(asked, writing(asked.actor, asked.reader, Typed(to, note, refusal)), 409)
    said = Text(f"已交班给{to}，等他确认", f"Handed over to {to}, who has to confirm it")
    messages.success(request, asked.reader.say(said))
    return redirect("desk:handover_show", one=done.event)


@require_http_methods(["GET", "HEAD", "POST"])
def show_handover(request: HttpRequest, one: UUID) -> HttpResponse:
    """One hand-over; who comes on confirms it here."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return _shown(asked, reading(asked.actor, asked.reader, one))
    require(asked.actor, "shift_taken_over")
    remark, when = request.POST.get("remark", ""), When(op=id_in(request.POST.get("op", "")))
    try:
        take("shift_taken_over", asked.actor, one, when, remark=remark or None)
    except Refusal as refusal:
        if refusal.code in ABSENT:
            raise
        typed = Typed(text=remark, refusal=refusal)
        return _shown(asked, reading(asked.actor, asked.reader, one, typed), 409)
    messages.success(request, asked.reader.say(Text("已接班", "You are on")))
    return redirect("desk:dispatch_list")


def _shown(request: ActorRequest, page: Writing | Reading, status: int = 200) -> HttpResponse:
    name = "list" if isinstance(page, Writing) else "show"
    return shown(request, f"desk/handover/{name}.html", page, status=status)
