"""The views of the one box. They decide nothing."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.finding.finding import LIVE, PAGE, TITLES, WHOLE, finds
from jiannuo.faces.desk.showing import shown
from jiannuo.oversight.finding import GROUPS
from jiannuo.web.actor import ActorRequest


@require_GET
def list_finds(request: HttpRequest) -> HttpResponse:
    """Everything that holds what was typed; the whole number of a case opens that case."""
    asked = cast(ActorRequest, request)
    typed, group = request.GET.get("q", ""), request.GET.get("in", "")
    one = group if group in TITLES else ""
    page = finds(
        asked.actor,
        asked.reader,
        typed,
        limit=WHOLE if one else PAGE,
        groups=[one] if one else GROUPS,
        after=request.GET.get("after", "") if one else "",
    )
    if page.exact and not one and "all" not in request.GET:
        return redirect("desk:case_show", number=page.exact)
    return shown(asked, "desk/find/list.html", page)


@require_GET
def show_finds(request: HttpRequest) -> HttpResponse:
    """The list under a box while somebody types. `pick` is the form of ours that takes a row
    over: each row leads there with what it carries; `in` names groups, with commas."""
    asked = cast(ActorRequest, request)
    named = [group for group in request.GET.get("in", "").split(",") if group in TITLES]
    page = finds(
        asked.actor,
        asked.reader,
        request.GET.get("q", ""),
        limit=LIVE,
        groups=named or GROUPS,
        pick=_ours(request.GET.get("pick", "")),
        brief=True,
    )
    return render(request, "desk/find/_results.html", {"page": page})


def _ours(address: str) -> str:
    """An address of this desk, or none: a list of ours leads nowhere else."""
    ours = address.startswith("/") and url_has_allowed_host_and_scheme(address, None)
    return address if ours else ""
