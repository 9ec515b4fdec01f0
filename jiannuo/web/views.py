"""The few addresses that all faces share: language, theme, heartbeat."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from jiannuo.notices import queries as notices
from jiannuo.notices.queries import Badge
from jiannuo.web import drafts, sessions
from jiannuo.web.actor import ActorRequest
from jiannuo.web.beat import beat
from jiannuo.web.reader import millis
from jiannuo.web.reading import CODES, LANGUAGE_COOKIE, THEME_COOKIE, THEMES, YEAR


@drafts.never
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in a cookie and go back."""
    return _kept(request, LANGUAGE_COOKIE, request.POST.get("language", ""), tuple(CODES))


@drafts.never
@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    return _kept(request, THEME_COOKIE, request.POST.get("theme", ""), THEMES)


def _kept(request: HttpRequest, cookie: str, value: str, allowed: tuple[str, ...]) -> HttpResponse:
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    answer = HttpResponseRedirect(back if ours else "/")
    if value in allowed:
        answer.set_cookie(
            cookie, value, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return answer


@never_cache
@require_GET
def show_beat(request: HttpRequest) -> JsonResponse:
    """The server's time, whether the clocks are kept, what is new in the inbox, how long he stays
    signed in without doing anything; asked by tick.js, with `used` where somebody did."""
    asked = cast(ActorRequest, request)
    reader, found = asked.reader, beat(asked.reader.at)
    badge = notices.badge(asked.actor.id) if asked.actor.id else Badge(0, 0)
    return JsonResponse(
        {
            "now": millis(reader.at),
            "bad": found.bad,
            "words": found.words(reader),
            "unseen": badge.unseen,
            "asking": badge.asking,
            "stays": sessions.seconds_left(request),
        }
    )
