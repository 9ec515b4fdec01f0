"""A step of a case from its form. What is refused stands where it was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.acting.correcting import BECAUSE, corrected, correction_page
from jiannuo.faces.desk.acting.looks import looks
from jiannuo.faces.desk.acting.matter import CaseMatter, Matter
from jiannuo.faces.desk.acting.page import ActPage, Sent, act_page, news_since
from jiannuo.faces.desk.acting.reading import said
from jiannuo.faces.desk.acting.speaking import Speaker, in_name_of
from jiannuo.faces.desk.acting.voices import voice
from jiannuo.faces.desk.showing import shown
from jiannuo.journey.correction import correct
from jiannuo.journey.step import Done, When
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.catalogue import dumped
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web import drafts, second_factor
from jiannuo.web.actor import ActorRequest
from jiannuo.web.shapes import shape


@require_http_methods(["GET", "HEAD", "POST"])
def open_act(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """The form of a step, or the step itself."""
    asked = cast(ActorRequest, request)
    if kind not in looks() or kind == "correction":
        raise Http404
    require(asked.actor, "read_cases")
    return answer(asked, CaseMatter(asked.reader, cases.view_for(asked.actor, number)), kind)


def answer(request: ActorRequest, matter: Matter, kind: str) -> HttpResponse:
    """The form of a step of anything, or the step itself."""
    if request.method == "POST":
        return _left(request) or _taken(request, matter, kind)
    typed = drafts.laid_aside(request)
    return _form(request, matter, kind, Sent(typed or request.GET), bound=typed is not None)


def _left(request: ActorRequest) -> HttpResponse | None:
    """He goes to show a second factor first, and comes back to what he typed."""
    back = drafts.lay_aside(request) if drafts.DETOUR in request.POST else None
    return _go(request, second_factor.address(request, back)) if back else None


def _taken(request: ActorRequest, matter: Matter, kind: str) -> HttpResponse:
    post, reader = request.POST, request.reader
    found = said(matter.shape(kind), post, reader.zone)
    if found.wrong:
        return _form(request, matter, kind, Sent(post, found.wrong), status=422)
    op = operation(post.get("op", ""))
    news = news_since(reader, matter, request.actor, _seen(post.get("seen", "")), op)
    if news:
        return _form(request, matter, kind, Sent(post, news=news), status=409)
    fields = dict(found.fields)
    when = When(fields.pop("at", None), _why(kind, fields), op)
    try:
        second_factor.require(request, kind, fields)
        speaker = Speaker(post.get("said_by", "").strip(), post.get("heard", ""))
        acting = in_name_of(request.actor, matter, kind, voice(request.actor, kind), speaker)
        done = matter.take(kind, acting, when, fields)
    except Refusal as refusal:
        return _form(request, matter, kind, Sent(post, refusal=refusal), status=409)
    drafts.sent(request)
    say_done(request, matter.profile, done, fields)
    return _go(request, f"{matter.back}#e-{done.event}")


@require_http_methods(["GET", "HEAD", "POST"])
def open_correction(request: HttpRequest, number: str, event: UUID) -> HttpResponse:
    """The form that corrects an entry, or the correction itself."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "correction")
    view = cases.view_for(asked.actor, number)
    found = next((e for e in view.story.log.events if e.id == str(event)), None)
    if found is None or found.kind == "correction":
        raise Http404
    if request.method == "POST":
        return _left(asked) or _corrected(asked, view, found)
    return _correction(asked, view, found, drafts.laid_aside(request))


def _corrected(request: ActorRequest, view: CaseView, event: Event) -> HttpResponse:
    post, number = request.POST, view.card.number
    made = corrected(event, post, request.reader)
    if made.wrong:
        return _correction(request, view, event, post, made.wrong, status=422)
    when, of, why = When(op=operation(post.get("op", ""))), UUID(event.id), post.get(BECAUSE, "")
    try:
        if made.t is None and not made.d:
            raise Refusal("nothing_corrected", "没有改动任何内容", "nothing was changed")
        second_factor.require_to_correct(request, event, made.d)
        done = correct(request.actor, number, when, of=of, reason=why, t=made.t, d=made.d or None)
    except Refusal as refusal:
        return _correction(request, view, event, post, refusal=refusal, status=409)
    drafts.sent(request)
    say_done(request, view.profile, done, {})
    return _go(request, f"{reverse('desk:case_show', args=[number])}#e-{event.id}")


def _why(kind: str, fields: dict[str, Any]) -> str:
    """Why it is entered late. A step that has a `why` of its own is told it once for both."""
    own = "why" in shape(kind).fields
    return str(fields.get("why") or "") if own else str(fields.pop("why", "") or "")


def operation(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def say_done(
    request: ActorRequest, profile: Profile, done: Done, fields: Mapping[str, Any]
) -> None:
    """What was written, or that it had been written before."""
    line = archive.event_of(done.event)
    if line is None:
        return
    event = line.happening
    sentence = told(profile, event).text
    at = request.reader.clock(event.t)
    if not done.again:
        saying = Text("已记下：", "Noted: ") + sentence
    elif all(dumped(event.d.get(name)) == dumped(value) for name, value in fields.items()):
        saying = Text(f"{at} 已经记过：", f"Noted already at {at}: ") + sentence
    else:
        saying = Text(
            f"这张表 {at} 已经记下，没有再改。要改请在经过里点「更正」：",
            f"This form was noted at {at} and is not changed. Use 'correct' in what happened: ",
        )
        saying += sentence
    messages.success(request, request.reader.say(saying))


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A form in a dialog is answered by a script, which has to be told to leave the page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _form(
    request: ActorRequest,
    matter: Matter,
    kind: str,
    sent: Sent,
    *,
    bound: bool = True,
    status: int = 200,
) -> HttpResponse:
    page = act_page(request.actor, request.reader, matter, kind, sent, bound=bound)
    if second_factor.may_ask(request, kind) and not page.refused:
        page = page.asking(request.reader, first=_wants(kind, {}, sent.refusal))
    return _drawn(request, page, status)


def _wants(kind: str, said: Mapping[str, Any], refusal: Refusal | None) -> bool:
    """Whether there is no way but over a second factor."""
    refused = refusal is not None and refusal.code == second_factor.NEEDED
    return refused or second_factor.demanded(kind, said)


def _correction(
    request: ActorRequest,
    view: CaseView,
    event: Event,
    post: QueryDict | None,
    wrong: Mapping[str, Text] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    page = correction_page(request.reader, view, event, post, wrong or {}, refusal)
    if second_factor.may_ask(request, event.kind):
        page = page.asking(request.reader, first=_wants(event.kind, event.d, refusal))
    return _drawn(request, page, status)


def _drawn(request: ActorRequest, page: ActPage, status: int = 200) -> HttpResponse:
    """Alone for a dialog, else as a page of its own."""
    inside = bool(request.headers.get("HX-Request"))
    template = "desk/act/_form.html" if inside else "desk/act/show.html"
    return shown(request, template, page, status=status)
