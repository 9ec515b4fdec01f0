"""The desk's pages. Views decide nothing: they ask, and hand on what they were told."""

from __future__ import annotations

from typing import cast

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.casefile import casefile
from jiannuo.faces.desk.forms import SignIn
from jiannuo.faces.desk.queue import queue
from jiannuo.faces.desk.showing import shown
from jiannuo.web.actor import ActorRequest

open_session = auth.LoginView.as_view(
    template_name="desk/session/open.html",
    authentication_form=SignIn,
    redirect_authenticated_user=True,
)
# Whoever is signed in may leave, also a login behind which no person stands.
close_session = login_not_required(auth.LogoutView.as_view())


@require_GET
def list_cases(request: HttpRequest) -> HttpResponse:
    """Open cases by time to breach; a number in `find` opens that case."""
    asked = cast(ActorRequest, request)
    number = request.GET.get("find", "").strip()
    if number:
        return redirect("desk:case_show", number=number)
    page = queue(
        asked.actor,
        asked.reader,
        every_late=request.GET.get("late") == "all",
        everything=request.GET.get("rows") == "all",
    )
    return shown(asked, "desk/case/list.html", page, page.beat)


@require_GET
def show_case(request: HttpRequest, number: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = casefile(asked.actor, asked.reader, number, request.GET.get("axis", ""))
    return shown(asked, "desk/case/show.html", page, page.beat)
