"""The page of the wall. It is dark whatever the reader likes: it hangs in a room."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.wall.board import board
from jiannuo.web.actor import ActorRequest


@never_cache
@require_GET
def show_wall(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    codes = request.GET.get("codes") == "1"
    page = board(asked.actor, asked.reader, codes=codes)
    return render(request, "desk/wall/show.html", {"page": page, "theme": "dark"})
