"""Pages of trainings."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.looks import looks_of
from jiannuo.faces.desk.plan import sheets, teaching
from jiannuo.faces.desk.plan.course import course_matter, course_page
from jiannuo.faces.desk.showing import shown
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest

#: Steps with which a session may begin.
OPENERS = ("training_planned", "training_plan_published", "training_plan_agreed")


@require_GET
def list_training(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    text = request.GET.get("page", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    find = request.GET.get("find", "")[:100]
    page = teaching.training_list(asked.actor, asked.reader, find, number)
    return shown(asked, "desk/plan/training_list.html", page)


@require_GET
def show_training(request: HttpRequest, customer: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = teaching.training_page(asked.actor, asked.reader, customer)
    return shown(asked, "desk/plan/training.html", page)


@require_GET
def show_course(request: HttpRequest, customer: UUID, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    matter = course_matter(asked.reader, customer, code)
    return shown(asked, "desk/plan/course.html", course_page(asked.actor, asked.reader, matter))


@require_http_methods(["GET", "HEAD", "POST"])
def open_course(request: HttpRequest, customer: UUID, code: str, kind: str) -> HttpResponse:
    """The form of a step of a training, or the step itself."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    if kind not in looks_of("training") or len(code) > 40 or not code.isprintable():
        raise Http404
    matter = course_matter(asked.reader, customer, code, new=kind in OPENERS)
    return answer(asked, matter, kind)


@require_GET
def show_signin(request: HttpRequest, customer: UUID, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = sheets.signin_page(asked.actor, asked.reader, customer, code)
    return shown(asked, "desk/plan/signin.html", page)


@require_GET
def show_certificate(request: HttpRequest, customer: UUID, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    who = request.GET.get("name", "")[:100]
    page = sheets.certificate_page(asked.actor, asked.reader, customer, code, who)
    return shown(asked, "desk/plan/certificate.html", page)
