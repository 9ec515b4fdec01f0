"""The addresses of a case's steps."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from jiannuo.cases import queries as cases
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.case import CaseMatter
from jiannuo.faces.desk.acting.correcting import CorrectionMatter
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest


@require_http_methods(["GET", "HEAD", "POST"])
def open_act(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The form of a step, or the step itself."""
    asked = cast(ActorRequest, request)
    if kind not in looks() or kind == "correction":
        raise Http404
    require(asked.actor, "read_cases")
    return answer(asked, CaseMatter(asked.reader, cases.view_for(asked.actor, number)), kind)


@require_http_methods(["GET", "HEAD", "POST"])
def open_correction(request: HttpRequest, number: str, event: UUID) -> HttpResponse:
    """The form that corrects an entry, or the correction itself."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "correction")
    view = cases.view_for(asked.actor, number)
    found = next((e for e in view.story.log.events if e.id == str(event)), None)
    if found is None or found.kind == "correction":
        raise Http404
    return answer(asked, CorrectionMatter(asked.reader, view, found), "correction")
