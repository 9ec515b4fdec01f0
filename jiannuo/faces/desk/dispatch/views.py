"""The addresses of the dispatcher's board."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from jiannuo.cases import queries as cases
from jiannuo.faces.desk.acting.case import CaseMatter
from jiannuo.faces.desk.acting.page import news_since
from jiannuo.faces.desk.dispatch.board import Asked, board
from jiannuo.faces.desk.dispatch.chosen import STEP, Sent
from jiannuo.faces.desk.dispatch.lanes import SPANS
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT


@require_GET
def list_dispatch(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = board(asked.actor, asked.reader, _asked(request.GET))
    return shown(asked, "desk/dispatch/list.html", page, page.beat)


@require_POST
def open_visit(request: HttpRequest, number: str) -> HttpResponse:
    """Somebody is sent, or given the case: one press. What is not let through is asked about on
    the same board."""
    asked, post = cast(ActorRequest, request), request.POST
    kind = STEP.get(post.get("need", ""), STEP["go"])
    require(asked.actor, "read_cases")
    require(asked.actor, kind)
    view = cases.view_for(asked.actor, number)
    op, engineer = id_in(post.get("op", "")), post.get("engineer", "").strip()
    wanted = _asked(post, number)
    matter = CaseMatter(asked.reader, view)
    news = news_since(asked.reader, matter, asked.actor, _seen(post.get("seen", "")), op)
    override = post.get("override", "").strip()
    if news:
        return _again(asked, wanted, Sent(engineer, override, None, tuple(news)))
    try:
        take(kind, asked.actor, number, When(op=op), **_fields(kind, engineer, post))
    except Refusal as refusal:
        if refusal.code in ABSENT:
            raise
        return _again(asked, wanted, Sent(engineer, override, refusal))
    said = (
        Text(f"已派{engineer}去", f"{engineer} is sent")
        if kind == STEP["go"]
        else Text(f"已交给{engineer}", f"{engineer} has the case")
    )
    messages.success(request, asked.reader.say(said))
    return redirect(wanted.href())


def _again(request: ActorRequest, wanted: Asked, sent: Sent) -> HttpResponse:
    page = board(request.actor, request.reader, wanted, sent)
    return shown(request, "desk/dispatch/list.html", page, page.beat, status=409)


def _fields(kind: str, engineer: str, post: QueryDict) -> dict[str, Any]:
    if kind != STEP["go"]:
        return {"engineer": engineer}
    return {
        "engineer": engineer,
        "eta": _moment(post.get("eta", "")),
        "until": _moment(post.get("until", "")),
        "instead_of": post.get("instead_of", "").strip() or None,
        "override": post.get("override", "").strip() or None,
    }


def _asked(said: QueryDict, case: str | None = None) -> Asked:
    """What nobody could have meant is left out."""
    hours = said.get("hours", "")
    return Asked(
        said.get("case", "").strip() if case is None else case,
        _day(said.get("day", "")),
        int(hours) if hours in {str(one) for one in SPANS} else SPANS[0],
        said.get("lanes") == "all",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    """As the page wrote it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
