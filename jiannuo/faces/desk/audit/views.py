"""The page of the audit: look, check, hand out."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jiannuo.archive import queries, searching
from jiannuo.archive.searching import Checked
from jiannuo.faces.desk.audit.audit import WrongDay, exported, page
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import accounts
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest

UPTO = "audit_checked"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_audit(request: HttpRequest) -> HttpResponse:
    """POST checks the chain, a bite at a time, or hands out what was looked for."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_audit")
    if request.method != "POST":
        return shown(
            asked, "desk/audit/list.html", page(asked.actor, asked.reader, request.GET.dict())
        )
    said = request.POST.dict()
    if said.get("do") == "export":
        answer = _handed_out(asked)
        if answer is not None:
            return answer
    checked = _checked(asked) if said.get("do") == "verify" else None
    return shown(asked, "desk/audit/list.html", page(asked.actor, asked.reader, said, checked))


def _checked(asked: ActorRequest) -> Checked:
    """The next bite of the check that he began, or the first of a new one."""
    length = queries.head().n
    upto, goal = asked.session.get(UPTO) or (0, length)
    checked = searching.check(min(upto, goal), goal)
    if checked.done:
        asked.session.pop(UPTO, None)
        accounts.note_verified(asked.actor, whole=not checked.problem, links=checked.upto)
    else:
        asked.session[UPTO] = [checked.upto, checked.length]
    return checked


def _handed_out(asked: ActorRequest) -> HttpResponse | None:
    """None where a day could not be read: the page says so."""
    try:
        text, rows, what = exported(asked.actor, asked.reader, asked.POST.dict())
    except WrongDay:
        return None
    accounts.note_handed_out(asked.actor, rows, what)
    # With the mark by which spreadsheets know UTF-8.
    answer = HttpResponse(("﻿" + text).encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{asked.reader.at:%Y%m%d}.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer
