"""Claims and complaints: what waits for us, each with its clocks and its one action (2, 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.archive import browsing
from jiannuo.cases import directory as cases
from jiannuo.cases import queries as case_queries
from jiannuo.cases.queries import ClaimCard, ComplaintCard
from jiannuo.clocks import queries as clocks
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.customers.rows import event_rows
from jiannuo.faces.desk.showing import shown
from jiannuo.kernel.ids import id_in
from jiannuo.manual.actor import Actor
from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, word
from jiannuo.papers import queries as papers
from jiannuo.people.permits import refusal_of, require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.clockview import ClockView, view
from jiannuo.web.components import NextStep, PageState, Press, TimelineRow
from jiannuo.web.reader import Reader

PAGE = 50
#: What comes next, by how far it is.
NEXT_OF_CLAIM = {"received": "claim_acknowledged", "acknowledged": "claim_decided"}
NEXT_OF_COMPLAINT = {"received": "complaint_closed"}


@dataclass(frozen=True, slots=True)
class Row:
    href: str
    number: str
    name: str
    customer: str
    state: str
    chip: ClockView | None


@dataclass(frozen=True, slots=True)
class ListPage:
    claims: tuple[Row, ...]
    complaints: tuple[Row, ...]
    over: bool
    more_claims: str
    more_complaints: str
    state: PageState | None


@require_GET
def list_claims(request: HttpRequest) -> HttpResponse:
    """Those that wait for us; `over=1`: those that are settled."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    over = request.GET.get("over") == "1"
    claims = cases.claims_page(PAGE + 1, over=over, before=id_in(request.GET.get("claim", "")))
    before = id_in(request.GET.get("complaint", ""))
    complaints = cases.complaints_page(PAGE + 1, over=over, before=before)
    maker = _Rows(asked.reader, claims[:PAGE], complaints[:PAGE])
    rows, others = maker.claims_rows(), maker.complaints_rows()
    page = ListPage(
        rows,
        others,
        over,
        str(claims[PAGE - 1].id) if len(claims) > PAGE else "",
        str(complaints[PAGE - 1].id) if len(complaints) > PAGE else "",
        None if rows or others else _none(asked.reader, over),
    )
    return shown(asked, "desk/claim/list.html", page)


def _none(reader: Reader, over: bool) -> PageState:
    fact = Text("没有等我们办的索赔和投诉", "No claim and no complaint waits for us")
    if over:
        fact = Text("还没有办完的", "None is settled yet")
    return PageState("empty", reader.say(fact))


@dataclass(frozen=True)
class _Rows:
    reader: Reader
    claims: Sequence[ClaimCard]
    complaints: Sequence[ComplaintCard]

    def claims_rows(self) -> tuple[Row, ...]:
        profile = customers.base_profile(self.reader.at)
        kept = clocks.clocks_of([one.id for one in self.claims])
        return tuple(
            Row(
                reverse("desk:claim_show", args=[one.number]),
                one.number,
                f"{self.reader.word('ground', one.ground)} · {self._said[one.id]}",
                self._names.get(one.customer, ""),
                self.reader.word("claim", one.status),
                nearest(self.reader, profile, kept[one.id]),
            )
            for one in self.claims
        )

    def complaints_rows(self) -> tuple[Row, ...]:
        return tuple(
            Row(
                reverse("desk:complaint_show", args=[one.number]),
                one.number,
                self._said[one.id],
                self._names.get(one.customer, "") if one.customer else "",
                self.reader.word("claim", one.status),
                None,
            )
            for one in self.complaints
        )

    @cached_property
    def _said(self) -> dict[UUID, str]:
        return cases.texts_of([one.id for one in self.claims], [one.id for one in self.complaints])

    @cached_property
    def _names(self) -> dict[UUID, str]:
        own = {one.customer for one in self.claims}
        own |= {one.customer for one in self.complaints if one.customer}
        return customers.names(own)


def nearest(reader: Reader, profile: Profile, kept: Sequence[Clock]) -> ClockView | None:
    """The chip of the promise that runs out next."""
    running = [c for c in kept if c.stop is None and not c.excused and c.due is not None]
    first = min(running, key=lambda c: c.due or reader.at, default=None)
    promise = profile.by_code.get(first.promise) if first else None
    return view(reader, first, promise) if first and promise else None


# -- one ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ClaimPage:
    """A claim or a complaint; `kind`: which of them."""

    kind: str
    number: str
    title: str
    customer: str
    owner: str
    state: str
    text: str
    result: str
    chips: tuple[tuple[ClockView, str], ...]
    step: NextStep
    papers: tuple[tuple[str, str], ...]
    events: tuple[TimelineRow, ...]


@require_GET
def show_claim(request: HttpRequest, number: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    card = _claim(asked.actor, number)
    maker = _Page(asked.actor, asked.reader, card.id, card.number)
    owner = directory.known(asked.actor, card.customer)
    page = ClaimPage(
        kind="claim",
        number=card.number,
        title=asked.reader.say(Text("索赔：", "Claim: ") + word("ground", card.ground)),
        customer=owner.name,
        owner=reverse("desk:customer_show", args=[owner.id]),
        state=asked.reader.word("claim", card.status),
        text=cases.words_of_claim(card.id).text,
        result="",
        chips=maker.chips(),
        step=maker.step(NEXT_OF_CLAIM.get(card.status), "desk:claim_open"),
        papers=maker.papers(),
        events=maker.events(),
    )
    return shown(asked, "desk/claim/show.html", page)


@require_GET
def show_complaint(request: HttpRequest, number: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    card = _complaint(asked.actor, number)
    maker = _Page(asked.actor, asked.reader, card.id, card.number)
    owner = directory.known(asked.actor, card.customer) if card.customer else None
    said = cases.words_of_complaint(card.id)
    page = ClaimPage(
        kind="complaint",
        number=card.number,
        title=asked.reader.say(Text("投诉", "Complaint")),
        customer=owner.name if owner else "",
        owner=reverse("desk:customer_show", args=[owner.id]) if owner else "",
        state=asked.reader.word("claim", card.status),
        text=said.text,
        result=said.result,
        chips=maker.chips(),
        step=maker.step(NEXT_OF_COMPLAINT.get(card.status), "desk:complaint_open"),
        papers=maker.papers(),
        events=maker.events(),
    )
    return shown(asked, "desk/claim/show.html", page)


def _claim(actor: Actor, number: str) -> ClaimCard:
    """Raises `Refusal` for one that is not there, in the same words for one that is not his."""
    card = case_queries.claim(number.replace("\x00", ""))
    directory.known(actor, card.customer)
    return card


def _complaint(actor: Actor, number: str) -> ComplaintCard:
    card = case_queries.complaint(number.replace("\x00", ""))
    if card.customer is not None:
        directory.known(actor, card.customer)
    return card


@dataclass(frozen=True)
class _Page:
    actor: Actor
    reader: Reader
    id: UUID
    number: str

    @property
    def profile(self) -> Profile:
        return customers.base_profile(self.reader.at)

    def chips(self) -> tuple[tuple[ClockView, str], ...]:
        """Each promise with where it comes from."""
        found = []
        for clock in clocks.clocks_of([self.id])[self.id]:
            promise = self.profile.by_code.get(clock.promise)
            if promise is not None:
                chip = view(self.reader, clock, promise)
                due = self.reader.bound(clock.due, clock.op) if clock.due else ""
                found.append((chip, due))
        return tuple(found)

    def step(self, kind: str | None, where: str) -> NextStep:
        """The one thing to do, or that nothing is."""
        say = self.reader.say
        if kind is None:
            done = Text("已办完，没有下一步", "Settled: nothing is left to do")
            return NextStep("", say(done), "", over=True)
        what = say(word("action", kind))
        if voice(self.actor, kind) == NOBODY:
            refused = refusal_of(self.actor, kind)
            return NextStep("", what, say(Text(refused.zh, refused.en)), wait=True)
        href = reverse(where, args=[self.number, kind])
        press = Press(say(look(kind).verb), href, within=True)
        return NextStep(self.actor.name, what, "", buttons=(press,))

    def papers(self) -> tuple[tuple[str, str], ...]:
        names = {code: Text(e.zh, e.en) for code, e in self.profile.papers.items()}
        return tuple(
            (self.reader.say(names[one.kind]), self.reader.clock(one.made_at))
            for one in papers.papers(self.id)
        )

    def events(self) -> tuple[TimelineRow, ...]:
        lines = browsing.of_subjects([self.id], browsing.Filter(), 50)
        return tuple(event_rows(self.reader, self.profile, lines))


@require_http_methods(["GET", "HEAD", "POST"])
def open_claim(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in NEXT_OF_CLAIM.values():
        raise Http404
    require(asked.actor, "read_cases")
    card = _claim(asked.actor, number)
    sheet = _sheet(asked, kind, "claim", card.number, card.id, card.customer)
    return answer(asked, sheet, kind)


@require_http_methods(["GET", "HEAD", "POST"])
def open_complaint(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    asked = cast(ActorRequest, request)
    if kind not in NEXT_OF_COMPLAINT.values():
        raise Http404
    require(asked.actor, "read_cases")
    card = _complaint(asked.actor, number)
    sheet = _sheet(asked, kind, "complaint", card.number, card.id, card.customer)
    return answer(asked, sheet, kind)


def _sheet(
    request: ActorRequest, kind: str, what: str, number: str, subject: UUID, owner: UUID | None
) -> Sheet:
    name = customers.customer_name(owner) if owner else ""
    return Sheet(
        reader=request.reader,
        address=reverse(f"desk:{what}_open", args=[number, kind]),
        back=reverse(f"desk:{what}_show", args=[number]),
        ref=number,
        title=name,
        options=CustomerLists(request.reader, owner),
        key=number,
        subject=subject,
        customer=owner,
    )
