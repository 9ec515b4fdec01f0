"""The lists of the stores: parts, loaners, repair orders, replacements, labels to print."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.stores.labels import labels
from jiannuo.faces.desk.stores.machines import loaner_page, replacement_page
from jiannuo.faces.desk.stores.repairs import repair_list, repair_page
from jiannuo.faces.desk.stores.stock import part_list, part_page
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest


def _asked(request: HttpRequest) -> ActorRequest:
    found = cast(ActorRequest, request)
    require(found.actor, "read_stores")
    return found


@require_GET
def list_parts(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    find, only = request.GET.get("find", "")[:100], request.GET.get("only", "")
    page = part_list(asked.actor, asked.reader, find.replace("\x00", ""), short=only == "short")
    return shown(asked, "desk/stores/parts.html", page)


@require_GET
def show_part(request: HttpRequest, part: UUID) -> HttpResponse:
    asked = _asked(request)
    page = part_page(asked.actor, asked.reader, part)
    if page is None:
        raise Http404
    return shown(asked, "desk/stores/part.html", page)


@require_GET
def list_loaners(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    return shown(asked, "desk/stores/loaners.html", loaner_page(asked.actor, asked.reader))


@require_GET
def list_repairs(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    return shown(asked, "desk/stores/repairs.html", repair_list(asked.reader))


@require_GET
def show_repair(request: HttpRequest, number: str) -> HttpResponse:
    asked = _asked(request)
    page = repair_page(asked.actor, asked.reader, number)
    if page is None:
        raise Http404
    return shown(asked, "desk/stores/repair.html", page)


@require_GET
def list_replacements(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    page = replacement_page(asked.actor, asked.reader)
    return shown(asked, "desk/stores/replacements.html", page)


@require_GET
def show_labels(request: HttpRequest) -> HttpResponse:
    """Labels of repair orders and of parts, as many as were asked for, to be printed."""
    asked = _asked(request)
    page = labels(asked.reader, request.build_absolute_uri("/stores/"), request.GET)
    return shown(asked, "desk/stores/labels.html", page)
