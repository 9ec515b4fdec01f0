"""The pages of figures. Views decide nothing: they ask, and hand on what they were told."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from jiannuo.faces.desk.figures.cases import cases_page
from jiannuo.faces.desk.figures.duties import duty_page, duty_rows
from jiannuo.faces.desk.figures.kpis import kpi_page
from jiannuo.faces.desk.figures.lists import miss_list, promise_list
from jiannuo.faces.desk.figures.register import register_page
from jiannuo.faces.desk.figures.sheets import sheet
from jiannuo.faces.desk.figures.workbook import written
from jiannuo.faces.desk.showing import shown
from jiannuo.web.actor import ActorRequest

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _asked(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.GET.items()}


@require_GET
def open_figures(request: HttpRequest) -> HttpResponseRedirect:
    return redirect("desk:promise_list")


@require_GET
def list_promises(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = register_page(asked.actor, asked.reader, _asked(request))
    return shown(asked, "desk/figures/promises.html", page)


@require_GET
def show_promise(request: HttpRequest, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = promise_list(asked.actor, asked.reader, _asked(request), code)
    return shown(asked, "desk/figures/promise.html", page)


@require_GET
def list_misses(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = miss_list(asked.actor, asked.reader, _asked(request))
    return shown(asked, "desk/figures/late.html", page)


@require_GET
def list_kpis(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(
        asked, "desk/figures/kpis.html", kpi_page(asked.actor, asked.reader, _asked(request))
    )


@require_GET
def show_kpi(request: HttpRequest, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = cases_page(asked.actor, asked.reader, _asked(request), code)
    return shown(asked, "desk/figures/kpi.html", page)


@require_GET
def list_duties(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = duty_page(asked.actor, asked.reader, _asked(request))
    return shown(asked, "desk/figures/duties.html", page)


@require_GET
def show_duty(request: HttpRequest, code: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = duty_rows(asked.actor, asked.reader, _asked(request), code)
    return shown(asked, "desk/figures/duty.html", page)


@require_GET
def show_sheet(request: HttpRequest, what: str) -> HttpResponse:
    """An Excel file, made row by row. Its name says what it shows and of which days."""
    asked = cast(ActorRequest, request)
    found = sheet(asked.actor, asked.reader, _asked(request), what)
    with written(found) as file:
        answer = HttpResponse(file.read(), content_type=EXCEL)
    name = content_disposition_header(True, f"{found.file}.xlsx")
    answer["Content-Disposition"] = name or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
