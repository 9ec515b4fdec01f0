"""The addresses of the profile and its drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.customers import versions
from jiannuo.faces.desk.profile import keys
from jiannuo.faces.desk.profile.draft import day, draft_page
from jiannuo.faces.desk.profile.form import edit_page
from jiannuo.faces.desk.profile.page import version_page, versions_page
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import profiling, what_if
from jiannuo.journey.step import When
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.policy import ProfileError
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.refusing import ABSENT

require_GET_or_POST = require_http_methods(["GET", "HEAD", "POST"])
Typed = Mapping[str, str]
LARGEST = 200_000  # bytes of a file


@require_GET_or_POST
def list_profiles(request: HttpRequest) -> HttpResponse:
    """The versions; POST begins a draft of one."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        page = versions_page(asked.actor, asked.reader)
        return shown(asked, "desk/profile/list.html", page)
    source = request.POST.get("source", "")
    number = int(source) if source.isascii() and source.isdigit() and len(source) < 9 else 0
    draft = profiling.begin(asked.actor, number, _when(request))
    return redirect("desk:draft_open", one=draft)


@require_GET
def show_profile(request: HttpRequest, number: int) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = version_page(asked.actor, asked.reader, number)
    return shown(asked, "desk/profile/show.html", page)


@require_GET
def show_file(request: HttpRequest, number: int) -> HttpResponse:
    """A version as a file that can be read in again."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_profile")
    text = keys.exported(versions.profile_of(number))
    said = f'attachment; filename="profile-v{number}.toml"'
    headers = {"Content-Disposition": said}
    return HttpResponse(text, content_type="application/toml; charset=utf-8", headers=headers)


@require_GET_or_POST
def show_draft(request: HttpRequest, one: UUID) -> HttpResponse:
    """A draft; POST does what the pressed button says."""
    asked = cast(ActorRequest, request)
    if request.method != "POST":
        page = draft_page(asked.actor, asked.reader, one)
        return shown(asked, "desk/profile/draft.html", page)
    require(asked.actor, "read_profile")
    typed = {name: value.strip() for name, value in request.POST.dict().items()}
    try:
        said = DOES[typed.get("do", "try")](asked.actor, one, typed, _when(request))
    except Refusal as refusal:
        if refusal.code in ABSENT or refusal.code == "not_permitted":
            raise
        page = draft_page(asked.actor, asked.reader, one, refusal, typed)
        return shown(asked, "desk/profile/draft.html", page, status=409)
    messages.success(request, asked.reader.say(said))
    return redirect("desk:draft_show", one=one)


def _try(actor: Actor, one: UUID, typed: Typed, when: When) -> Text:
    what_if.ask(actor, one, day(typed.get("first", "")), day(typed.get("last", "")))
    return Text("在推演", "It is being tried")


def _offer(actor: Actor, one: UUID, typed: Typed, when: When) -> Text:
    profiling.offer(actor, one, when)
    return Text("已提交，等另一个人批准", "Handed in; somebody else has to approve it")


def _approve(actor: Actor, one: UUID, typed: Typed, when: When) -> Text:
    done = profiling.approve(actor, one, typed.get("mark", ""), when)
    return Text(
        f"第 {done.number} 版生效：此后报修的工单按它办",
        f"Version {done.number} is in force: cases reported from now on begin with it",
    )


def _drop(actor: Actor, one: UUID, typed: Typed, when: When) -> Text:
    profiling.drop(actor, one, typed.get("reason", ""), when)
    return Text("草案已作废", "The draft is dropped")


DOES: Mapping[str, Callable[[Actor, UUID, Typed, When], Text]] = {
    "try": _try,
    "offer": _offer,
    "approve": _approve,
    "drop": _drop,
}


@require_GET_or_POST
def open_draft(request: HttpRequest, one: UUID) -> HttpResponse:
    """The form of a draft; POST keeps it, whole or from a file."""
    asked = cast(ActorRequest, request)
    actor, reader = asked.actor, asked.reader
    if request.method != "POST":
        return shown(asked, "desk/profile/edit.html", edit_page(actor, reader, one))
    require(actor, "profile_drafted")
    typed = {name: value.replace("\r\n", "\n") for name, value in request.POST.dict().items()}
    changes, wrong = _changes(request, one, typed)
    if wrong:
        page = edit_page(actor, reader, one, typed, wrong)
        return shown(asked, "desk/profile/edit.html", page, status=422)
    try:
        profiling.write(actor, one, changes, typed.get("reason", "").strip(), _when(request))
    except Refusal as refusal:
        if refusal.code in ABSENT or refusal.code == "not_permitted":
            raise
        page = edit_page(actor, reader, one, typed, refusal=refusal)
        return shown(asked, "desk/profile/edit.html", page, status=409)
    messages.success(request, reader.say(Text("已存", "Saved")))
    return redirect("desk:draft_show", one=one)


def _changes(
    request: HttpRequest, one: UUID, typed: Typed
) -> tuple[dict[str, Any], dict[str, Text]]:
    """The values that were sent, and what is wrong by key; "toml" for a file."""
    if typed.get("do") == "import":
        try:
            return keys.imported(_file(request) or typed.get("toml", "")), {}
        except (ProfileError, UnicodeDecodeError) as error:
            return {}, {"toml": Text(f"文件读不懂：{error}", f"the file cannot be read: {error}")}
    kept = versions.draft(one).changes
    named = {key for group in keys.groups() for key in group.keys}
    found: dict[str, Any] = {key: value for key, value in kept.items() if key not in named}
    wrong = {}
    for key in named:
        if f"k:{key}" in typed:
            try:
                found[key] = keys.typed(key, typed[f"k:{key}"])
            except ProfileError as error:
                wrong[key] = Text("应为：", "It should be: ") + keys.allowed_words(error)
    return found, wrong


def _file(request: HttpRequest) -> str:
    sent = request.FILES.get("file")
    return sent.read(LARGEST).decode() if sent else ""


def _when(request: HttpRequest) -> When:
    return When(op=id_in(request.POST.get("op", "")))
