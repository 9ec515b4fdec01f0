"""The addresses of canned phrases."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.phrases.page import offered, phrases_page
from jiannuo.faces.desk.showing import shown
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.knowledge import phrases
from jiannuo.manual.words import Text
from jiannuo.web.actor import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
def list_phrases(request: HttpRequest) -> HttpResponse:
    """One's own, and the house's where they are his to write. What is refused stays written."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return shown(asked, "desk/phrases/list.html", phrases_page(asked.actor, asked.reader))
    post = request.POST.dict()
    gone = id_in(post.get("drop", ""))
    try:
        if gone is not None:
            phrases.drop(asked.actor, gone)
        else:
            key, text = post.get("key", ""), post.get("text", "")
            phrases.keep(asked.actor, key, text, house=bool(post.get("house")))
    except Refusal as refusal:
        if refusal.code == "not_permitted":
            raise
        page = phrases_page(asked.actor, asked.reader, post, refusal)
        return shown(asked, "desk/phrases/list.html", page, status=409)
    said = Text("已删除", "Dropped") if gone else Text("已保存", "Saved")
    messages.success(request, asked.reader.say(said))
    return redirect("desk:phrase_list")


@never_cache
@require_GET
def show_offer(request: HttpRequest) -> JsonResponse:
    """`case`: what the text is about."""
    asked = cast(ActorRequest, request)
    number = request.GET.get("case", "")[:40]
    return JsonResponse({"phrases": offered(asked.actor, asked.reader, number)})
