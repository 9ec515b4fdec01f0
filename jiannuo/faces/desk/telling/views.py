"""The pages of telling. Views decide nothing."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiannuo.faces.desk.door.going import back
from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.telling.inbox import inbox
from jiannuo.faces.desk.telling.link import link, network, wrong
from jiannuo.journey import telling
from jiannuo.kernel.ids import id_in
from jiannuo.manual.words import Text
from jiannuo.notices import acknowledging
from jiannuo.web.actor import ActorRequest
from jiannuo.web.reading import CODES, HTML, LANGUAGE_COOKIE

NOTED = Text("已记下：您知道了", "Noted: you know")
MOST = 50  # further messages of one card
BEFORE = Text("这条已经确认过，或不必再处理", "Acknowledged before, or over by now")


@never_cache
@require_GET
def list_inbox(request: HttpRequest) -> HttpResponse:
    """Whoever opens it has seen it, which is not told. The page never renews itself: a button
    must not move away under a thumb."""
    asked = cast(ActorRequest, request)
    page = inbox(asked.actor, asked.reader)
    if asked.actor.id is not None:
        acknowledging.see(asked.actor.id, page.seen)
    return shown(asked, "desk/inbox/list.html", page)


@require_POST
def close_bundle(request: HttpRequest, bundle: UUID) -> HttpResponse:
    """He says that he knows."""
    asked = cast(ActorRequest, request)
    also = [one for one in map(id_in, request.POST.getlist("also")[:MOST]) if one is not None]
    found = sum(telling.acknowledge(asked.actor, one) for one in (bundle, *also))
    messages.success(request, asked.reader.say(NOTED if found else BEFORE))
    return redirect(back(request, reverse("desk:inbox_list")))


def _wrong_code(request: ActorRequest) -> HttpResponse:
    """Counted by where it came from, and slowed down. A right code is never kept waiting: people
    behind one proxy share an address, and it has more bits than anybody guesses."""
    origin = network(request.META.get("REMOTE_ADDR", ""))
    if acknowledging.may_try(origin):
        acknowledging.guess(origin)
        said = {"sayings": wrong(request.reader, patience=False)}
        return render(request, "desk/link/wrong.html", said, status=404)
    said = {"sayings": wrong(request.reader, patience=True)}
    answer = render(request, "desk/link/wrong.html", said, status=429)
    answer.headers["Retry-After"] = str(acknowledging.GUESSING_REST)
    return answer


# No sign-in and no token of a form: the code in the address is the key, and the browsers inside
# chat programs keep no cookies. Programs that preview links GET them, so only POST says anything.
@login_not_required
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_link(request: HttpRequest, delivery: int, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = link(asked.reader, delivery, code, chosen=LANGUAGE_COOKIE in request.COOKIES)
    if page is None:
        return _wrong_code(asked)
    if request.method == "POST":
        telling.acknowledge_by_link(delivery, code)
        return redirect(request.path)
    with translation.override(CODES[page.lang]):
        context = {"page": page, "lang": page.lang, "html_lang": HTML[page.lang]}
        return render(request, "desk/link/show.html", context)
