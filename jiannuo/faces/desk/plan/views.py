"""Pages of inspections. Views decide nothing: they ask, and hand on what they were told."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.looks import looks_of
from jiannuo.faces.desk.acting.reading import local
from jiannuo.faces.desk.plan import dates, lists
from jiannuo.faces.desk.plan.checking import check_page, following, typed
from jiannuo.faces.desk.plan.grid import grid
from jiannuo.faces.desk.plan.inspection import inspection_page
from jiannuo.faces.desk.plan.matter import InspectionMatter, inspection_matter
from jiannuo.faces.desk.plan.report import report_page
from jiannuo.faces.desk.showing import shown
from jiannuo.inspections.sheet import Part
from jiannuo.journey import checklist
from jiannuo.journey.attaching import Upload
from jiannuo.journey.step import When
from jiannuo.kernel.ids import id_in, new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT
from jiannuo.web.saving import to_save


@require_GET
def list_plan(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/plan/grid.html", grid(asked.actor, asked.reader, request.GET))


@require_http_methods(["GET", "HEAD", "POST"])
def open_dates(request: HttpRequest) -> HttpResponse:
    """Dates for every project that has none, on one page."""
    asked = cast(ActorRequest, request)
    actor, reader = asked.actor, asked.reader
    if request.method != "POST":
        return shown(asked, "desk/plan/dates.html", dates.dates_page(actor, reader, request.GET))
    op = id_in(request.POST.get("op", "")) or new_id()
    count, wrong = dates.send(actor, reader, request.POST, op)
    if wrong or not count:
        page = dates.dates_page(actor, reader, request.GET, request.POST, wrong)
        return shown(asked, "desk/plan/dates.html", page, status=422)
    said = Text(f"已给 {count} 个项目发可选日期", f"Dates were sent to {count} projects")
    messages.success(request, reader.say(said))
    return redirect("desk:plan_list")


@require_GET
def show_inspection(request: HttpRequest, contract: UUID, quarter: str) -> HttpResponse:
    asked, matter = _asked(request, contract, quarter)
    page = inspection_page(asked.actor, asked.reader, matter)
    return shown(asked, "desk/plan/inspection.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def open_step(request: HttpRequest, contract: UUID, quarter: str, kind: str) -> HttpResponse:
    """The form of a step of an inspection, or the step itself."""
    asked, matter = _asked(request, contract, quarter)
    if kind not in looks_of("inspection"):
        raise Http404
    return answer(asked, matter, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def open_checklist(request: HttpRequest, contract: UUID, quarter: str) -> HttpResponse:
    """One part of the checklist, or what was found of it."""
    asked, matter = _asked(request, contract, quarter)
    require(asked.actor, "inspection_checked")
    ref = request.GET.get("part", "")
    left = matter.sheet.unfinished or matter.sheet.parts
    part = matter.sheet.part(ref) if ref else left[0]
    if part is None:
        raise Http404
    if request.method == "POST":
        return _looked(asked, matter, part)
    return _sheet(asked, matter, part)


def _looked(request: ActorRequest, matter: InspectionMatter, part: Part) -> HttpResponse:
    post, said = request.POST, typed(part, request.POST)
    if said.wrong:
        page = check_page(request.actor, request.reader, matter, part, post, said.wrong)
        return shown(request, "desk/plan/check.html", page, status=422)
    photos: dict[str, Upload] = {}
    for code in said.answers:
        one = request.FILES.get(f"p:{code}")
        if isinstance(one, UploadedFile):
            photos[code] = one
    try:
        when = _when(request)
        done = checklist.look_at(
            request.actor,
            matter.quarter,
            when,
            matter.contract.id,
            part.ref,
            {code: one.plain() for code, one in said.answers.items()},
            photos,
            post.get("version", "").replace("\0", "").strip()[:60],
        )
    except Refusal as refusal:
        if refusal.code == "not_permitted" or refusal.code in ABSENT:
            raise
        page = check_page(request.actor, request.reader, matter, part, post, refusal=refusal)
        return shown(request, "desk/plan/check.html", page, status=409)
    name = request.reader.say(part.name)
    kept = Text(f"已记下：{name}", f"Noted: {name}")
    same = Text(f"{name} 没有改动", f"Nothing was changed on {name}")
    messages.success(request, request.reader.say(kept if done else same))
    fresh = inspection_matter(request.reader, matter.contract.id, matter.quarter)
    return redirect(following(fresh, part.ref))


def _when(request: ActorRequest) -> When:
    """When it was looked at, if that is not now, and why it is entered late."""
    post = request.POST
    op = id_in(post.get("op", ""))
    text = post.get("at", "").strip()
    if not text:
        return When(op=op)
    at = local(text, request.reader.zone)
    if at is None:
        raise Refusal("late_time_wrong", "发生时间不对", "the time is not right")
    return When(at, post.get("why", ""), op)


def _sheet(request: ActorRequest, matter: InspectionMatter, part: Part) -> HttpResponse:
    page = check_page(request.actor, request.reader, matter, part)
    return shown(request, "desk/plan/check.html", page)


@require_POST
def open_finding(request: HttpRequest, contract: UUID, quarter: str) -> HttpResponse:
    """A finding becomes a case; pressed again, it leads to the same one."""
    asked, matter = _asked(request, contract, quarter)
    key = request.POST.get("finding", "")[:300]
    try:
        done = checklist.open_case(asked.actor, matter.contract.id, matter.quarter, key)
    except Refusal as refusal:
        if refusal.code == "not_permitted":
            raise
        messages.error(request, asked.reader.say(Text(refusal.zh, refusal.en)))
        return redirect(f"{matter.back}#findings")
    said = Text(f"已转报修：{done.number}", f"Made a case: {done.number}")
    messages.success(request, asked.reader.say(said))
    return redirect(f"{matter.back}#findings")


@require_GET
def show_report(request: HttpRequest, contract: UUID, quarter: str) -> HttpResponse:
    asked, matter = _asked(request, contract, quarter)
    return shown(asked, "desk/plan/report.html", report_page(asked.actor, asked.reader, matter))


@require_GET
def show_photo(request: HttpRequest, contract: UUID, quarter: str, one: UUID) -> HttpResponse:
    """To be saved; nothing that somebody sent is shown in a page of ours."""
    asked, matter = _asked(request, contract, quarter)
    return to_save(*checklist.photo(asked.actor, matter.contract.id, matter.quarter, one))


@require_http_methods(["GET", "HEAD", "POST"])
def open_lists(request: HttpRequest) -> HttpResponse:
    """The checklists of the house."""
    asked = cast(ActorRequest, request)
    code = request.GET.get("list", "")
    try:
        if request.method != "POST":
            page = lists.list_page(asked.actor, asked.reader, code)
            return shown(asked, "desk/plan/lists.html", page)
        lists.publish(asked.actor, code, request.POST, id_in(request.POST.get("op", "")))
    except KeyError:
        raise Http404 from None
    except Refusal as refusal:
        if refusal.code == "not_permitted":
            raise
        error = asked.reader.say(Text(refusal.zh, refusal.en))
        page = lists.list_page(asked.actor, asked.reader, code, request.POST, error)
        return shown(asked, "desk/plan/lists.html", page, status=409)
    messages.success(request, asked.reader.say(lists.SAVED))
    return redirect(f"{reverse('desk:checklists_open')}?list={code}")


def _asked(
    request: HttpRequest, contract: UUID, quarter: str
) -> tuple[ActorRequest, InspectionMatter]:
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    return asked, inspection_matter(asked.reader, contract, quarter)
