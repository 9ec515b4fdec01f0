"""The pages of the stores. Views decide nothing: they ask, take the step, and say what it did."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.archive import queries as archive
from jiannuo.faces.desk.acting.page import ActPage, Sent
from jiannuo.faces.desk.acting.reading import said
from jiannuo.faces.desk.acting.voices import CUSTOMER, voice
from jiannuo.faces.desk.showing import shown
from jiannuo.faces.desk.stores.booking import OF_CASE, OF_PART, STEPS, Form, leads_to, operation
from jiannuo.faces.desk.stores.cards import counter
from jiannuo.faces.desk.stores.counter import store
from jiannuo.faces.desk.stores.scanning import cleaned, scanned
from jiannuo.journey import speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, word
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.shapes import shape

SCANNED_ON = Text(
    "上一件没有记账：先按回车记下，再扫下一件",
    "the last one was not booked: press Enter to book it before you scan the next",
)
NOTHING = Text("要写明是哪一件", "Say which one it is about")


@require_GET
def show_store(request: HttpRequest) -> HttpResponse:
    asked = cast(ActorRequest, request)
    page = store(asked.actor, asked.reader, {k: str(v) for k, v in request.GET.items()})
    return shown(asked, "desk/stores/counter.html", page, page.beat)


@require_http_methods(["GET", "HEAD", "POST"])
def open_booking(request: HttpRequest, kind: str) -> HttpResponse:
    """A step of the stores: its form, or the step itself."""
    asked = cast(ActorRequest, request)
    if kind not in STEPS:
        raise Http404
    require(asked.actor, "read_stores")
    if request.method == "POST":
        return _taken(asked, kind, request.POST)
    return _form(asked, kind, Sent(request.GET), bound=False)


def _taken(request: ActorRequest, kind: str, post: QueryDict) -> HttpResponse:
    on = cleaned(post.get("on", "")) if kind not in OF_PART else post.get("on", "").strip()
    found = said(shape(kind), post, request.reader.zone)
    if (
        "qty" in found.wrong
        and post.get("at_counter")
        and _is_scan(request.actor, post.get("qty", ""))
    ):
        messages.warning(request, request.reader.say(SCANNED_ON))
        return redirect(counter(scan=cleaned(post.get("qty", "")), case=post.get("case", "")))
    if found.wrong or not on or len(on) > 120:
        return _form(request, kind, Sent(post, found.wrong), status=422)
    fields = dict(found.fields)
    op = operation(post.get("op", ""))
    when = When(fields.pop("at", None), str(fields.pop("why", "") or ""), op)
    try:
        acting = _who(request.actor, kind, on, post)
        done = _take(kind, acting, on, when, fields)
    except Refusal as refusal:
        return _form(request, kind, Sent(post, refusal=refusal), status=409)
    messages.success(request, request.reader.say(_told(kind, on, done)))
    return _go(request, leads_to(post.get("to", "")))


def _take(kind: str, actor: Actor, on: str, when: When, fields: dict[str, Any]) -> Done:
    """A quote is about a case elsewhere, and about a repair order here."""
    if kind in ("quote_made", "quote_approved"):
        return take(kind, actor, None, when, repair_order=on, **fields)
    return take(kind, actor, on, when, **fields)


def _is_scan(actor: Actor, text: str) -> bool:
    """A scanner that was aimed at the next thing while the quantity had the focus."""
    found = scanned(actor, text)
    return bool(found.case or found.unit or found.repair or found.parts)


def _who(actor: Actor, kind: str, on: str, post: QueryDict) -> Actor:
    """Himself, or the person of the customer by whose word it is entered."""
    whose = voice(actor, kind)
    if whose != CUSTOMER:
        return actor
    order = parts.known_repair(on) if kind not in OF_CASE else None
    number = on if order is None else order.case or ""
    person, heard = post.get("said_by", "").strip(), post.get("heard", "")
    return speaking.for_customer(actor, number, kind, person, heard)


def _told(kind: str, on: str, done: Done) -> Text:
    """What was booked, and what is left of it."""
    line = archive.event_of(done.event)
    name = word("action", kind)
    if done.again:
        return Text(f"这一笔已经记过：{name.zh} {on}", f"Booked before: {name.en} {on}")
    saying = Text(f"已记下：{name.zh} {on}", f"Booked: {name.en} {on}")
    qty = line.happening.d.get("qty") if line else None
    if qty is not None:
        saying += f" × {qty}"
    left = stores.lines_named([on]).get(on) if kind in OF_PART else None
    if left is not None:
        saying += Text(f"，现有 {left.on_hand} 件", f", {left.on_hand} on hand")
    return saying


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """A form in a dialog is answered by a script, which has to be told to leave the page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _form(
    request: ActorRequest, kind: str, sent: Sent, *, bound: bool = True, status: int = 200
) -> HttpResponse:
    on = sent.post.get("on", "").strip()[:120]
    to = leads_to(sent.post.get("to", ""))
    page: ActPage = Form(request.actor, request.reader, kind, on, sent, bound, to).page()
    inside = bool(request.headers.get("HX-Request"))
    template = "desk/act/_form.html" if inside else "desk/act/show.html"
    return shown(request, template, page, status=status)
