"""The one way in which a step is taken on the desk: the form is shown; what was sent is read, held
against what others did meanwhile and against the second factor, taken, told, and left behind.

What is refused stands where it was typed, with all the rest.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse

from jiannuo.faces.desk.acting.matter import Matter
from jiannuo.faces.desk.acting.page import ONCE, Sent, act_page, news_since
from jiannuo.faces.desk.acting.reading import said
from jiannuo.faces.desk.acting.speaking import Speaker, in_name_of
from jiannuo.faces.desk.acting.voices import voice
from jiannuo.faces.desk.showing import gone, shown
from jiannuo.journey.step import Done, When
from jiannuo.kernel.ids import id_in
from jiannuo.kernel.refusal import Refusal
from jiannuo.web import drafts, second_factor
from jiannuo.web.actor import ActorRequest


def answer(request: ActorRequest, matter: Matter, kind: str) -> HttpResponse:
    """The form of a step, or the step itself."""
    if request.method == "POST":
        return _left(request) or _sent(request, matter, kind)
    typed = drafts.laid_aside(request)
    return _form(request, matter, kind, Sent(typed or request.GET), bound=typed is not None)


def _left(request: ActorRequest) -> HttpResponse | None:
    """He goes to show a second factor first, and comes back to what he typed."""
    back = drafts.lay_aside(request) if drafts.DETOUR in request.POST else None
    return gone(request, second_factor.address(request, back)) if back else None


def _sent(request: ActorRequest, matter: Matter, kind: str) -> HttpResponse:
    post, reader = request.POST, request.reader
    found = said(matter.shape(kind), post, reader.zone)
    if found.wrong:
        return _form(request, matter, kind, Sent(post, found.wrong), status=422)
    op = id_in(post.get(ONCE, ""))
    news = news_since(reader, matter, request.actor, _seen(post.get("seen", "")), op)
    if news:
        return _form(request, matter, kind, Sent(post, news=news), status=409)
    fields = dict(found.fields)
    when = When(fields.pop("at", None), _why(matter, kind, fields), op)
    try:
        done = _taken(request, matter, kind, when, fields)
    except Refusal as refusal:
        return _form(request, matter, kind, Sent(post, refusal=refusal), status=409)
    drafts.sent(request)
    saying = matter.saying(done, fields)
    if saying is not None:
        messages.success(request, reader.say(saying))
    return gone(request, matter.after(done))


def _taken(
    request: ActorRequest, matter: Matter, kind: str, when: When, fields: dict[str, Any]
) -> Done:
    step, before = matter.amounts_to(kind)
    second_factor.require(request, step, before)
    second_factor.require(request, step, {**before, **fields})
    post = request.POST
    speaker = Speaker(post.get("said_by", "").strip(), post.get("heard", ""))
    acting = in_name_of(request.actor, matter, kind, voice(request.actor, kind), speaker)
    return matter.take(kind, acting, when, fields)


def _why(matter: Matter, kind: str, fields: dict[str, Any]) -> str:
    """Why it is entered late. A step that has a `why` of its own is told it once for both."""
    own = "why" in matter.shape(kind).fields
    return str(fields.get("why") or "") if own else str(fields.pop("why", "") or "")


def _seen(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _form(
    request: ActorRequest,
    matter: Matter,
    kind: str,
    sent: Sent,
    *,
    bound: bool = True,
    status: int = 200,
) -> HttpResponse:
    """Alone for a dialog, else as a page of its own."""
    page = act_page(request.actor, request.reader, matter, kind, sent, bound=bound)
    step, before = matter.amounts_to(kind)
    if second_factor.may_ask(request, step) and not page.refused:
        refused = sent.refusal is not None and sent.refusal.code == second_factor.NEEDED
        first = refused or second_factor.demanded(step, before)
        page = page.asking(request.reader, first=first)
    inside = bool(request.headers.get("HX-Request"))
    template = "desk/act/_form.html" if inside else "desk/act/show.html"
    return shown(request, template, page, status=status)
