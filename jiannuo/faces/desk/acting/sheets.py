"""A step on anything that is no case, as a form: what it is about, whose word it is, what it asks.

The same fields, speakers and words as for a case; a new step needs a line in sheets.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from jiannuo.archive import queries as archive
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.fields import Fields
from jiannuo.faces.desk.acting.looks import verbs
from jiannuo.faces.desk.acting.matter import Lists
from jiannuo.faces.desk.acting.page import LATE, ActPage, Sent, news_of
from jiannuo.faces.desk.acting.reading import Said, said
from jiannuo.faces.desk.acting.speaking import Speaker, speaker_fields
from jiannuo.faces.desk.acting.voices import CUSTOMER, NOBODY, voice
from jiannuo.faces.desk.showing import shown
from jiannuo.journey import speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.telling import told
from jiannuo.manual.words import Text, word
from jiannuo.people.permits import refusal_of
from jiannuo.web.actor import ActorRequest
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.refusing import ABSENT
from jiannuo.web.shapes import Shape, shape

#: What leads away from any of these forms.
BACK = Text("回去", "Go back")

Decorate = Callable[[Field], Field]


@dataclass(frozen=True)
class Sheet:
    """What a form is about. `ref`: the thing by its reference, None where the step makes one;
    `given`: fields that the address says; `usual`: what stands in the others at first;
    `subject`: whose events are looked at for what others did meanwhile."""

    kind: str
    href: str
    back: str
    name: str
    about: str
    lists: Lists
    ref: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    usual: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subject: UUID | None = None
    customer: UUID | None = None
    decorate: Decorate | None = None

    @property
    def shape(self) -> Shape:
        own = shape(self.kind)
        return Shape(own.kind, {n: f for n, f in own.fields.items() if n not in self.given})

    @property
    def events(self) -> Sequence[Event]:
        return archive.stream(self.subject)[self.subject] if self.subject else ()


def filled(
    request: ActorRequest, sheet: Sheet, after: Callable[[Done], str] | None = None
) -> HttpResponse:
    """The form, or the step that it takes. `after`: where to go then; back, if not said."""
    if request.method != "POST":
        return _form(request, sheet, Sent(request.GET), bound=False)
    post, reader = request.POST, request.reader
    found = said(sheet.shape, post, reader.zone)
    if found.wrong:
        return _form(request, sheet, Sent(post, found.wrong), status=422)
    op = _op(post.get("op", ""))
    if news := _news(request, sheet, op):
        return _form(request, sheet, Sent(post, news=news), status=409)
    try:
        done = _taken(request, sheet, found, op)
    except Refusal as refusal:
        if refusal.code in ABSENT:
            raise
        return _form(request, sheet, Sent(post, refusal=refusal), status=409)
    _say(request, done)
    return go(request, after(done) if after else sheet.back)


def _news(request: ActorRequest, sheet: Sheet, op: UUID | None) -> list[str]:
    """What others changed since the form was opened: nobody writes over what he has not seen."""
    seen = request.POST.get("seen", "")
    if sheet.subject is None or not seen.isascii() or not seen.isdigit() or len(seen) > 7:
        return []
    later = sheet.events[int(seen) :]
    profile = customers.base_profile(request.reader.at)
    return news_of(request.reader, profile, later, request.actor, op)


def _taken(request: ActorRequest, sheet: Sheet, found: Said, op: UUID | None) -> Done:
    fields = {**found.fields, **sheet.given}
    when = When(fields.pop("at", None), str(fields.pop("why", "") or ""), op)
    refs = [] if sheet.ref is None else [sheet.ref]
    actor = _acting(request.actor, sheet, request.POST)
    return take(sheet.kind, actor, *refs, when, **fields)


def _acting(actor: Actor, sheet: Sheet, post: QueryDict) -> Actor:
    """In the customer's name where it is his to say."""
    if voice(actor, sheet.kind) != CUSTOMER or sheet.customer is None:
        return actor
    person, heard = post.get("said_by", "").strip(), post.get("heard", "")
    return speaking.of(actor, sheet.customer, sheet.kind, person, heard)


def go(request: ActorRequest, address: str) -> HttpResponse:
    """A form in a dialog is answered by a script, which has to be told to leave the page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _op(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _say(request: ActorRequest, done: Done) -> None:
    line = archive.event_of(done.event)
    if line is None:
        return
    profile = customers.base_profile(request.reader.at)
    began = Text("已经记过：", "Noted already: ") if done.again else Text("已记下：", "Noted: ")
    sentence = began + told(profile, line.happening).text
    messages.success(request, request.reader.say(sentence))


# -- the form -----------------------------------------------------------------------------------


def _form(
    request: ActorRequest, sheet: Sheet, sent: Sent, *, bound: bool = True, status: int = 200
) -> HttpResponse:
    page = _Maker(request.actor, request.reader, sheet, sent, bound).page()
    inside = bool(request.headers.get("HX-Request"))
    template = "desk/act/_form.html" if inside else "desk/act/show.html"
    return shown(request, template, page, status=status)


@dataclass(frozen=True)
class _Maker:
    actor: Actor
    reader: Reader
    sheet: Sheet
    sent: Sent
    bound: bool

    def page(self) -> ActPage:
        reader, sheet, kind = self.reader, self.sheet, self.sheet.kind
        whose = voice(self.actor, kind)
        refusal = self.sent.refusal
        mine = self._fields() if whose != NOBODY else []
        heard = Speaker(self._first("said_by"), self._first("heard"))
        late = bool(self._first("at")) or (refusal is not None and refusal.code in LATE)
        return ActPage(
            number=sheet.name,
            kind=kind,
            case=sheet.about,
            where="",
            ask=reader.say(word("action", kind)),
            verb=reader.say(verbs()[kind]),
            href=sheet.href,
            back=sheet.back,
            op=self._first("op") if self.bound else str(new_id()),
            seen=len(sheet.events),
            back_words=reader.say(BACK),
            speaker=tuple(speaker_fields(reader, sheet.lists, kind, whose, heard)),
            fields=tuple(mine),
            when=tuple(self._maker().when()),
            late=late,
            gate=None,
            error=reader.say(Text(refusal.zh, refusal.en)) if refusal else "",
            refused=self._not_his() if whose == NOBODY else "",
            news=tuple(self.sent.news),
            bare=False,
        )

    def _maker(self) -> Fields:
        return Fields(self.reader, self.sheet.lists, self._values, self.sent.wrong)

    def _fields(self) -> list[Field]:
        found = self._maker().of(self.sheet.shape, gated=False)
        change = self.sheet.decorate or (lambda one: one)
        return [change(_typed(one)) for one in found]

    def _values(self, name: str) -> Sequence[str]:
        if self.bound or name in self.sent.post:
            return [value for value in self.sent.post.getlist(name) if value]
        return [value for value in self.sheet.usual.get(name, ()) if value]

    def _first(self, name: str) -> str:
        return self.sent.post.get(name, "").strip()

    def _not_his(self) -> str:
        found = refusal_of(self.actor, self.sheet.kind)
        return self.reader.say(Text(found.zh, found.en))


def _typed(one: Field) -> Field:
    """Several in one line stand there with commas between."""
    several = one.widget in ("text", "long") and len(one.values) > 1
    return replace(one, values=("、".join(one.values),)) if several else one
