"""Pages of contracts that end."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.looks import looks_of
from jiannuo.faces.desk.plan import renewing
from jiannuo.faces.desk.showing import shown
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest


@require_GET
def list_renewals(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = renewing.renewal_list(asked.actor, asked.reader, request.GET)
    return shown(asked, "desk/plan/renewals.html", page)


@require_GET
def show_renewal(request: HttpRequest, contract: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = renewing.renewal_page(asked.actor, renewing.renewal_matter(asked.reader, contract))
    return shown(asked, "desk/plan/renewal.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def open_renewal(request: HttpRequest, contract: UUID, kind: str) -> HttpResponse:
    """The form of a step of a contract, or the step itself."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    if kind not in looks_of("contract"):
        raise Http404
    return answer(asked, renewing.renewal_matter(asked.reader, contract), kind)
