"""字都还在: what was typed before the sign-in, with one button that sends it again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jiannuo.web import drafts
from jiannuo.web.drafts import Draft


def draft_page(request: HttpRequest, draft: Draft, status: int = 200) -> HttpResponse:
    return render(request, "web/draft.html", {"draft": draft}, status=status)


@never_cache
@drafts.never
@require_http_methods(["GET", "HEAD", "POST"])
def show_draft(request: HttpRequest) -> HttpResponse:
    """POST drops it: he does not want it any more."""
    draft = drafts.kept(request)
    if request.method == "POST":
        drafts.drop(request)
        return HttpResponseRedirect("/")
    return draft_page(request, draft) if draft is not None else HttpResponseRedirect("/")
