"""The pages of lists that are brought. Views decide nothing: what is refused is shown where it was
asked for."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.archive.files import must_fit
from jiannuo.faces.desk.bringing.books import template, to_mend
from jiannuo.faces.desk.bringing.lists import bringing, lists
from jiannuo.faces.desk.bringing.sheet import page
from jiannuo.faces.desk.figures.views import EXCEL
from jiannuo.faces.desk.figures.workbook import written
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.bringing import looking, working
from jiannuo.journey.bringing.registry import kind_of
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web import drafts
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT

require_GET_or_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_GET
def list_imports(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/import/list.html", lists(asked.actor, asked.reader))


@drafts.never
@require_GET_or_POST
def open_import(request: HttpRequest, kind: str) -> HttpResponse:
    """The form; POST keeps the file and goes on to what was found of it."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        return shown(asked, "desk/import/open.html", bringing(asked.actor, asked.reader, kind))
    require(asked.actor, "import_lists")
    try:
        number = looking.bring(asked.actor, kind, *_file(request))
    except Refusal as refusal:
        if refusal.code in ABSENT:
            raise
        form = bringing(asked.actor, asked.reader, kind, refusal)
        return shown(asked, "desk/import/open.html", form, status=409)
    looking.look_at_once(asked.actor, number)
    return redirect("desk:import_show", number=number)


def _file(request: HttpRequest) -> tuple[str, bytes]:
    """Its name and bytes. Raises `Refusal` for none, and for one that is too large."""
    upload = request.FILES.get("file")
    if upload is None:
        raise Refusal("no_file_chosen", "请先选一个文件", "choose a file first")
    if upload.size:
        must_fit(upload.size)
    return upload.name or "list", upload.read()


@require_GET
def show_template(request: HttpRequest, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "import_lists")
    found = kind_of(asked.actor, kind)
    reader = asked.reader
    name = f"{reader.say(found.name)}-{reader.say(Text('模板', 'template'))}"
    return _saved(name, template(reader, found))


@require_GET
def show_refused(request: HttpRequest, number: int) -> HttpResponse:
    """The lines to be mended, with what to do, as a workbook that can be sent again."""
    asked = cast(ActorRequest, request)
    book = to_mend(asked.reader, looking.opened_by(asked.actor, number))
    with written(book) as file:
        return _saved(book.file, file.read())


def _saved(name: str, data: bytes) -> HttpResponse:
    answer = HttpResponse(data, content_type=EXCEL)
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.xlsx") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@drafts.of_somebody
@require_GET_or_POST
def show_import(request: HttpRequest, number: int) -> HttpResponse:
    """A list; POST chooses its columns, writes it, takes it back or drops it, as `do` says."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        found = page(asked.actor, asked.reader, number, request.GET.dict())
        return shown(asked, "desk/import/show.html", found)
    chosen = request.POST.getlist("column")
    try:
        said = _done(asked, number, request.POST.get("do", ""), chosen)
    except Refusal as refusal:
        if refusal.code in (*ABSENT, "not_permitted"):
            raise
        found = page(asked.actor, asked.reader, number, {}, chosen=chosen or None, refused=refusal)
        return shown(asked, "desk/import/show.html", found, status=409)
    if said is not None:
        messages.success(request, asked.reader.say(said))
    if request.POST.get("do") == "drop":
        return redirect("desk:import_list")
    return redirect("desk:import_show", number=number)


def _done(asked: ActorRequest, number: int, do: str, chosen: list[str]) -> Text | None:
    if do == "write":
        working.write(asked.actor, number, at_once=asked.POST.get("at_once") == "on")
        return None
    if do == "undo":
        working.undo(asked.actor, number)
        return None
    if do == "drop":
        working.drop(asked.actor, number)
        return Text("这份清单不导了，什么都没有写入", "The list is dropped; nothing was written")
    looking.choose(asked.actor, number, chosen)
    looking.look_at_once(asked.actor, number)
    return Text("列已记住，下次同样的表头自动认出", "The columns are kept for the next list")
