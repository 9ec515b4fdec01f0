"""The addresses of what is known. Views decide nothing."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.knowledge.matter import new, step
from jiannuo.faces.desk.knowledge.page import list_page, show_page
from jiannuo.faces.desk.showing import shown
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest

LONGEST = 400  # characters of what is looked for


@require_GET
def list_articles(request: HttpRequest) -> HttpResponse:
    """All of them, what holds `q`, or what fits a `case`."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    typed = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
    page = list_page(asked.actor, asked.reader, typed, request.GET.get("case", "").strip())
    return shown(asked, "desk/knowledge/list.html", page)


@require_GET
def show_article(request: HttpRequest, number: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    return shown(asked, "desk/knowledge/show.html", show_page(asked.actor, asked.reader, number))


@require_http_methods(["GET", "HEAD", "POST"])
def open_article(request: HttpRequest) -> HttpResponse:
    """A new one; `case`: out of which."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    sheet = new(asked.actor, asked.reader, request.GET.get("case", "").strip())
    return answer(asked, sheet, "article_drafted")


@require_http_methods(["GET", "HEAD", "POST"])
def open_edition(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    return answer(asked, step(asked.reader, number, kind, request.GET.dict()), kind)
