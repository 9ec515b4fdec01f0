"""The page of the house's health. The view decides nothing."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.health.health import health
from jiannuo.faces.desk.showing import shown
from jiannuo.web.actor import ActorRequest


@never_cache
@require_GET
def show_health(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/health/page.html", health(asked.actor, asked.reader))
