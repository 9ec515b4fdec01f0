"""The addresses of the API. Each hands on what it was told; the journey decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, cast
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from ninja import File, Form, NinjaAPI, Query, Status
from ninja.files import UploadedFile
from ninja.operation import Operation
from ninja.responses import Response

from jiannuo import __version__
from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.faces.api import (
    asking,
    clocks,
    describing,
    duty,
    finding,
    guide,
    history,
    listed,
    refusing,
    shown,
)
from jiannuo.faces.api.clocks import ClockList, ClockTold
from jiannuo.faces.api.describing import asks
from jiannuo.faces.api.duty import Moment, OnDuty
from jiannuo.faces.api.finding import Findings
from jiannuo.faces.api.history import Timeline, Turned
from jiannuo.faces.api.listed import CaseList, Wanted
from jiannuo.faces.api.saying import both
from jiannuo.faces.api.shown import Attached, CaseShown, Me, Refused, Taken
from jiannuo.faces.api.signing_in import ProgramRequest, callers
from jiannuo.journey import attaching, speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.scopes import SCOPES, WIDE
from jiannuo.web import second_factor
from jiannuo.web.actor import ActorRequest
from jiannuo.web.saving import to_save
from jiannuo.web.shapes import CASE, ROSTER, STOCK, Malformed, bad, read, shape


class Api(NinjaAPI):
    """Each address is named in the document as its function is here."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = Api(
    title="践诺 jiannuo",
    version=__version__,
    description=describing.GREETING,
    openapi_url=None,
    urls_namespace="api",
    auth=callers(),
)
refusing.listen(api)

READ = {401: Refused, 403: Refused, 503: Refused}
FOUND = {**READ, 404: Refused}
LISTED = {**READ, 422: Refused}
WROTE = {200: Taken, 201: Taken, **FOUND, 409: Refused, 413: Refused, 422: Refused}
READS, WRITES = "cases:read", "cases:write"


@api.get(
    "/me", url_name="person_show", summary=both("我是谁", "Who am I"), response={200: Me, **READ}
)
def show_me(request: HttpRequest) -> Me:
    return shown.me(_actor(request), cast(ProgramRequest, request).token)


@api.get("/openapi.json", url_name="document_show", include_in_schema=False)
def show_document(request: HttpRequest) -> HttpResponse:
    return Response(describing.document(api), json_dumps_params={"ensure_ascii": False})


@api.get(
    "/cases",
    url_name="case_list",
    summary=both("未结工单", "Open cases"),
    response={200: CaseList, **LISTED},
    **asks(READS),
)
def list_cases(request: HttpRequest, wanted: Query[Wanted]) -> CaseList:
    return listed.open_cases(_actor(request), wanted)


@api.post(
    "/cases",
    url_name="case_open",
    summary=both("报修", "Report a case"),
    response=WROTE,
    description=both(
        "先存下，再补全：只需知道渠道与类别。",
        "Save first, complete later: only the channel and the kind must be known.",
    ),
    **asks(WRITES, **describing.taking("reported")),
)
def open_case(request: HttpRequest) -> Status[Taken]:
    """Save first, complete later: only the channel and the kind must be known."""
    return _taken(request, "reported")


@api.post(
    "/cases/{path:number}/steps/{step}",
    url_name="step_open",
    summary=describing.ANY_CASE_STEP,
    response=WROTE,
    **asks(WRITES),
)
def take_case_step(request: HttpRequest, number: str, step: str) -> Status[Taken]:
    return _taken(request, _known(step, CASE), number)


@api.post(
    "/cases/{path:number}/files",
    url_name="file_open",
    summary=both("附件", "Put a file to a case"),
    response={201: Attached, **FOUND, 409: Refused, 413: Refused, 422: Refused},
    description=both(
        "按内容散列保存，并记入工单；单个不超过 20 MB。",
        "Kept under its own hash and noted in the log of the case; at most 20 MB.",
    ),
    **asks(WRITES, parameters=describing.HEADERS),
)
def attach_file(
    request: HttpRequest, number: str, file: File[UploadedFile], text: Form[str] = ""
) -> Status[Attached]:
    """Kept under its own hash and noted in the log of the case; at most 20 MB. With an
    `Idempotency-Key` the same request again is one line."""
    actor = _actor(request)
    when = When(op=asking.operation(request, actor))
    (found,) = attaching.write_log(actor, number, when, text=text, uploads=[file])
    return Status(201, shown.attached(found))


@api.get(
    "/cases/{path:number}/files/{uuid:one}",
    url_name="file_show",
    summary=both("下载附件", "A file"),
    description=both(
        "原样取出，只供保存。",
        "Its bytes, to be saved and never shown in place.",
    ),
    response=FOUND,
    **asks(READS, responses={200: describing.BYTES}),
)
def show_file(request: HttpRequest, number: str, one: UUID) -> HttpResponse:
    """Its bytes, to be saved and never shown in place."""
    return to_save(*attaching.opened(_actor(request), number, one))


@api.get(
    "/cases/{path:number}/timeline",
    url_name="event_list",
    summary=both("经过", "What happened to a case"),
    response={200: Timeline, **FOUND, 422: Refused},
    **asks(READS),
)
def list_events(request: HttpRequest, number: str, turned: Query[Turned]) -> Timeline:
    return history.timeline(_actor(request), number, turned)


@api.get(
    "/cases/{path:number}/clocks",
    url_name="clock_list",
    summary=both("承诺", "The promises of a case"),
    response={200: ClockList, **FOUND},
    **asks(READS),
)
def list_clocks(request: HttpRequest, number: str) -> ClockList:
    return clocks.of_case(_actor(request), number)


@api.get(
    "/cases/{path:number}/clocks/{promise}",
    url_name="clock_show",
    summary=both("一项承诺为何此时到期", "Why a promise falls due when it does"),
    response={200: ClockTold, **FOUND},
    **asks(READS),
)
def show_clock(request: HttpRequest, number: str, promise: str) -> ClockTold:
    return clocks.one(_actor(request), number, promise)


@api.get(
    "/cases/{path:number}",
    url_name="case_show",
    summary=both("一张工单", "One case"),
    response={200: CaseShown, **FOUND},
    **asks(READS),
)
def show_case(request: HttpRequest, number: str) -> CaseShown:
    return shown.case(_actor(request), number)


@api.get(
    "/search",
    url_name="finding_list",
    summary=both("搜索", "Search"),
    description=both(
        "按工单号或序列号的开头；各组最多 limit 条。",
        "By how a case number or a serial begins; at most `limit` of each group.",
    ),
    response={200: Findings, **LISTED},
    **asks(READS),
)
def list_findings(
    request: HttpRequest,
    q: Annotated[
        str,
        Query(min_length=2, max_length=100, description=both("要找的字", "what to look for")),
    ],
    limit: Annotated[
        int, Query(ge=1, le=50, description=both("每组的条数", "how many of each group"))
    ] = 10,
) -> Findings:
    return finding.find(_actor(request), q, limit)


@api.post(
    "/stock/{path:part}/steps/{step}",
    url_name="stock_open",
    summary=describing.ANY_STOCK_STEP,
    response=WROTE,
    **asks("stock:write"),
)
def take_stock_step(request: HttpRequest, part: str, step: str) -> Status[Taken]:
    return _taken(request, _known(step, STOCK), part)


@api.get(
    "/rosters",
    url_name="duty_show",
    summary=both("值班", "Who is on duty"),
    response={200: OnDuty, **READ, 422: Refused},
    description=both(
        "现在或某一时刻：各岗位谁值、下一位是谁、两周内的空档、待答的调班。",
        "Now or then: who answers for each desk, who comes next, the gaps of two weeks, swaps that wait.",
    ),
    **asks("roster:read"),
)
def show_duty(request: HttpRequest, at: Moment | None = None, office: str | None = None) -> OnDuty:
    """Now or then: who answers for each desk, who comes next, the gaps of the two weeks that
    follow, and the swaps that wait for an answer."""
    return duty.on_duty(_actor(request), at, office)


@api.post(
    "/rosters/{path:roster}/steps/{step}",
    url_name="roster_open",
    summary=describing.ANY_ROSTER_STEP,
    response=WROTE,
    **asks("roster:write"),
)
def take_roster_step(request: HttpRequest, roster: str, step: str) -> Status[Taken]:
    return _taken(request, _known(step, ROSTER), roster)


@require_GET
def show_guide(request: HttpRequest) -> HttpResponse:
    """The document to read: a page behind the sign-in, as the others are."""
    asked = cast(ActorRequest, request)
    house = f"{request.scheme}://{request.get_host()}"
    context = {
        "groups": guide.guide(asked.reader, describing.document(api), house),
        "statuses": [(status, asked.reader.say(says)) for status, says in guide.STATUSES],
        "scopes": [(scope, asked.reader.say(says)) for scope, says in {**WIDE, **SCOPES}.items()],
        "base": f"{house}{describing.BASE}",
    }
    return render(request, "api/guide/page.html", context)


def _actor(request: HttpRequest) -> Actor:
    return cast(ActorRequest, request).actor


def _known(step: str, steps: tuple[str, ...]) -> str:
    if step not in steps:
        raise Refusal("no_such_step", f"没有「{step}」这一步", f"there is no step {step}")
    return step


def _taken(request: HttpRequest, kind: str, *subject: str) -> Status[Taken]:
    """The step of a request, and 201; for one that came before what it came to then, and 200."""
    actor, known = _actor(request), shape(kind)
    said = read(known, asking.body(request))
    if "customer" in known.fields:
        _there(said.get("customer"))
    fields = {name: value for name, value in said.items() if name in known.fields}
    if "Authorization" not in request.headers:  # in a browser; a program has no second factor
        _proved(request, kind, fields, *subject)
    when, taker = asking.when(request, actor, said), _by_whose_word(actor, kind, subject, said)
    done: Done = take(kind, taker, *subject, when, **fields)
    return Status(
        200 if done.again else 201,
        Taken(number=done.number, event=done.event, again=done.again),
    )


def _by_whose_word(
    actor: Actor, kind: str, subject: Sequence[str], said: Mapping[str, Any]
) -> Actor:
    """Who takes the step: whoever calls, or him for whom he enters it."""
    if "said_by" not in said or kind not in CASE:
        return actor
    person, heard = said["said_by"], said["heard"]
    if speaking.of_customer(kind):
        return speaking.for_customer(actor, subject[0], kind, person, heard)
    return speaking.for_colleague(actor, kind, person, heard)


def _proved(request: HttpRequest, kind: str, fields: dict[str, Any], *subject: str) -> None:
    """Raises `Refusal` for remote work, and for its correction, without a second factor."""
    second_factor.require(request, kind, fields)
    if kind != "correction":
        return
    for event in cases.view_for(_actor(request), *subject).story.log.events:
        if event.id == str(fields.get("of")):
            second_factor.require_to_correct(request, event, fields.get("d"))


def _there(customer: UUID | None) -> None:
    """Raises `Malformed` for an id that is no customer's."""
    if customer is None:
        return
    try:
        customers.customer_name(customer)
    except ObjectDoesNotExist:
        raise Malformed(bad(shape("reported").fields["customer"])) from None
