"""The archive of a customer or a device: what happened, calls, papers; by what, who and when
(R-7-5, R-7-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiannuo.archive import browsing
from jiannuo.archive.browsing import Filter
from jiannuo.archive.queries import CallLine, Line
from jiannuo.cases import directory as cases
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.equipment import listing as equipment
from jiannuo.faces.desk.customers.rows import event_rows
from jiannuo.faces.desk.showing import shown
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.words import Text
from jiannuo.papers import listing as papers
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.components import PageState, TimelineRow
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

PAGE, CALLS, PAPERS = 40, 100, 100
DAY = timedelta(days=1)
#: By which drawer one looks: the subjects of its events.
DRAWERS = {
    "": Text("全部", "Everything"),
    "case": Text("故障与服务", "Faults and service"),
    "inspection": Text("巡检", "Inspections"),
    "training": Text("培训", "Training"),
    "claim": Text("索赔与投诉", "Claims and complaints"),
    "setup": Text("资料变动", "Changes of what is on record"),
    "calls": Text("通话", "Calls"),
    "papers": Text("文件", "Papers"),
}
SUBJECTS = {
    "claim": ("claim", "complaint"),
    "setup": ("customer", "contact", "site", "device", "contract", "extra"),
}


@dataclass(frozen=True, slots=True)
class CallRow:
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    at: str
    name: str
    ref: str
    signed: bool


@dataclass(frozen=True)
class ArchivePage:
    title: str
    back: str
    drawers: tuple[tuple[Choice, str], ...]
    drawer: str
    person: str
    start: str
    end: str
    rows: tuple[TimelineRow, ...]
    calls: tuple[CallRow, ...]
    papers: tuple[PaperRow, ...]
    more: str
    state: PageState | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for, as the address says it."""

    drawer: str
    filter: Filter
    person: str
    start: date | None
    end: date | None


def read(reader: Reader, query: QueryDict) -> Asked:
    drawer = query.get("drawer", "")
    drawer = drawer if drawer in DRAWERS else ""
    start, end = _day(query.get("from", "")), _day(query.get("to", ""))
    person = query.get("person", "").strip()[:100]
    found = Filter(
        _kinds(drawer),
        person,
        _moment(reader, start),
        _moment(reader, end + DAY) if end else None,
        _place(query.get("before", "")),
    )
    return Asked(drawer, found, person, start, end)


def _kinds(drawer: str) -> tuple[str, ...]:
    wanted = set(SUBJECTS.get(drawer, (drawer,)))
    if not drawer or drawer in ("calls", "papers"):
        return ()
    return tuple(kind for kind, row in kinds().items() if wanted & set(row.subjects))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1990 <= day.year < 2100 else None


def _moment(reader: Reader, day: date | None) -> datetime | None:
    return datetime.combine(day, time(), reader.zone) if day else None


def _place(text: str) -> tuple[datetime, int] | None:
    """Where the page before ended: its moment and its number."""
    at, _, number = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    if moment.tzinfo is None or not number.isascii() or not number.isdigit() or len(number) > 18:
        return None
    return moment, int(number)


@require_GET
def show_archive(request: HttpRequest, customer: UUID) -> HttpResponse:
    """Of a customer: everything that has his name on it."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    card = directory.known(asked.actor, customer)
    wanted = read(asked.reader, request.GET)
    lines: list[Line] = []
    calls: list[CallLine] = []
    if wanted.drawer == "calls":
        calls = browsing.calls_of(customer, wanted.filter, CALLS)
    elif wanted.drawer != "papers":
        lines = browsing.of_customer(customer, wanted.filter, PAGE + 1)
    found = _papers(asked.reader, customer, wanted) if wanted.drawer == "papers" else []
    back = reverse("desk:customer_show", args=[customer])
    page = _page(asked, (card.name, back), wanted, lines, calls, found)
    return shown(asked, "desk/customer/archive.html", page)


@require_GET
def show_device_archive(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Of a device: what was changed of it, and its cases."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    card = equipment.known(asked.actor, unit)
    wanted = read(asked.reader, request.GET)
    subjects = [unit, *(one.id for one in cases.of_unit(unit, 500))]
    lines = browsing.of_subjects(subjects, wanted.filter, PAGE + 1)
    back = reverse("desk:device_show", args=[unit])
    page = _page(asked, (card.serial, back), wanted, lines, [], [], short=True)
    return shown(asked, "desk/customer/archive.html", page)


def _papers(reader: Reader, customer: UUID, wanted: Asked) -> list[PaperRow]:
    profile = customers.base_profile(reader.at)
    names = {code: Text(one.zh, one.en) for code, one in profile.papers.items()}
    span = (wanted.filter.start, wanted.filter.end)
    return [
        PaperRow(
            f"{reader.local(one.happened_at):%Y-%m-%d}",
            reader.say(names[one.kind]) if one.kind in names else one.kind,
            one.ref,
            one.signed,
        )
        for one in papers.of_customer(customer, span, PAPERS)
    ]


def _page(
    request: ActorRequest,
    about: tuple[str, str],
    wanted: Asked,
    lines: list[Line],
    calls: list[CallLine],
    found: list[PaperRow],
    *,
    short: bool = False,
) -> ArchivePage:
    reader = request.reader
    shown_ = lines[:PAGE]
    profile = customers.base_profile(reader.at)
    return ArchivePage(
        title=about[0],
        back=about[1],
        drawers=tuple(
            (Choice(code, reader.say(name)), _address(wanted, drawer=code))
            for code, name in DRAWERS.items()
            if not (short and code in ("calls", "papers", "claim", "training", "inspection"))
        ),
        drawer=wanted.drawer,
        person=wanted.person,
        start=wanted.start.isoformat() if wanted.start else "",
        end=wanted.end.isoformat() if wanted.end else "",
        rows=tuple(event_rows(reader, profile, shown_)),
        calls=tuple(_call(reader, one) for one in calls),
        papers=tuple(found),
        more=_further(wanted, shown_[-1]) if len(lines) > PAGE else "",
        state=None if lines or calls or found else _none(reader),
    )


def _none(reader: Reader) -> PageState:
    fact = Text("这里没有记录", "Nothing is on record here")
    then = Text("换一个抽屉，或放宽日期和人名。", "Try another drawer, or fewer bounds.")
    return PageState("empty", reader.say(fact), reader.say(then))


def _call(reader: Reader, one: CallLine) -> CallRow:
    way = Text("来电", "from") if one.direction == "inbound" else Text("去电", "to")
    silent = "" if one.answered else reader.say(Text("，没有接通", ", not answered"))
    words = reader.say(way + f" {one.person} · {one.agent}") + silent
    return CallRow(
        f"{reader.local(one.started_at):%Y-%m-%d %H:%M:%S}",
        f"{words}{'：' + one.summary if one.summary else ''}",
    )


def _address(wanted: Asked, **other: str) -> str:
    values = {
        "drawer": wanted.drawer,
        "person": wanted.person,
        "from": wanted.start.isoformat() if wanted.start else "",
        "to": wanted.end.isoformat() if wanted.end else "",
        **other,
    }
    return "?" + urlencode({name: value for name, value in values.items() if value})


def _further(wanted: Asked, last: Line) -> str:
    return _address(wanted, before=f"{last.happening.t.isoformat()}_{last.happening.seq}")
