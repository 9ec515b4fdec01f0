"""The door of every page: who is signed in comes in, who owes something does that first, and a
form that meets nobody signed in keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import resolve, reverse

from jiannuo.people.queries import StaffCard
from jiannuo.web import drafts, second_factor, sessions
from jiannuo.web.drafts import Carrying, Draft

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def on_the_way(view: View) -> View:
    """A page of the sign-in itself: open to who still owes something."""
    vars(view)["on_the_way"] = True
    return drafts.never(view)


class SignInRequired:
    """Every address asks for a sign-in unless its view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, *_: object
    ) -> HttpResponseBase | None:
        """What needs nobody, as the probes of the machine, asks no database."""
        if not getattr(view, "login_required", True) or sessions.alive(request):
            return None
        if _by_script(request):  # the page stays as it is, with what is typed there
            return HttpResponse(status=401)
        draft = drafts.of(request)
        if draft is not None:
            return sign_in(request, draft)
        return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))


def _by_script(request: HttpRequest) -> bool:
    """A part of a page, or the stream of its news: neither can show a sign-in."""
    return "HX-Request" in request.headers or request.headers.get("Accept") == "text/event-stream"


def sign_in(request: HttpRequest, draft: Draft) -> HttpResponseBase:
    """The sign-in page at the address that was asked for, with the draft in it."""
    cast(Carrying, request).draft = draft
    view: Callable[[HttpRequest], HttpResponseBase] = resolve(resolve_url(settings.LOGIN_URL)).func
    return view(request)


def owed(request: HttpRequest, card: StaffCard) -> str:
    """The address of what comes before anything else; "" where nothing does."""
    if second_factor.owed(request, card):
        return reverse("desk:factor_open")
    return reverse("desk:password_set") if card.password_lent else ""


def led(request: HttpRequest, card: StaffCard, view: object) -> HttpResponseBase | None:
    """Who owes something is led there, and comes back after it."""
    if getattr(view, "on_the_way", False):
        return None
    where = owed(request, card)
    if not where:
        return None
    if _by_script(request):
        return HttpResponse(status=401)
    draft = drafts.of(request)
    if draft is not None:
        drafts.keep(request, draft)
        return HttpResponseRedirect(f"{where}?{urlencode({'next': reverse('web:draft_show')})}")
    back = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{where}?{urlencode({'next': back})}")
