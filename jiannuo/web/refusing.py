"""Refusals and errors as pages: what happened, what is kept, what to press. Never a stack."""

from __future__ import annotations

import errno
import logging
import sys
from dataclasses import dataclass
from typing import cast

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.web import door, drafts, sessions
from jiannuo.web.actor import ActorRequest, Answer, NobodysLogin
from jiannuo.web.components import PageState
from jiannuo.web.draft_page import draft_page

log = logging.getLogger("jiannuo.web")

#: Refusals that mean "there is no such thing"; everybody else's things look the same (R-X-4).
ABSENT = frozenset(
    {"no_file", "no_case", "no_claim", "no_complaint", "no_roster", "no_such_page", "no_inspection"}
    | {"no_customer", "no_person", "no_site", "no_contract", "no_unit", "no_extra", "no_import"}
)

LATER = Text(
    "没有存下半步。请稍后再来，先看这一步在不在，再决定要不要重做。",
    "Nothing is half saved. Come back in a moment, and look whether the step is there before you"
    " take it again.",
)

FACTS: dict[int, tuple[str, Text, Text]] = {
    404: (
        "empty",
        Text("没有这一页", "There is no such page"),
        Text("地址可能抄错了。", "The address may be mistyped."),
    ),
    403: (
        "warn",
        Text("这一步不归你", "This step is not yours"),
        Text("请找值班经理。", "Ask the duty manager."),
    ),
    400: (
        "warn",
        Text("没看懂这个请求", "The request could not be read"),
        Text("请退回上一页再试。", "Go back and try again."),
    ),
    503: ("crit", Text("暂时无法服务", "Out of service for a moment"), LATER),
    500: (
        "crit",
        Text("系统出了问题，已经记下", "Something broke, and it is noted"),
        Text(
            "已存的都在；承诺照走，急事请打电话。",
            "What was saved is safe; the promises run on, so telephone if it is urgent.",
        ),
    ),
}
#: Seconds after which the same request may be sent again (Retry-After).
WAIT = "5"
DISK_FULL = "53100"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
#: Given up for the sake of another step, or waited too long for one.
BUSY = frozenset({"40001", "40P01", "55P03", "57014"})
CHECK = Text("请核对编号。", "Check the number.")
NOBODY = Text("这个账号没有对应的员工", "No member of staff stands behind this login")
TELL_ADMIN = Text("请管理员把账号与人员对上。", "Ask the administrator to link it to a person.")
EXPIRED = Text("页面放太久了，没有提交", "The page was open too long; nothing was sent")
AGAIN = Text("请退回上一页，刷新后再提交。", "Go back, reload, and send it again.")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why the database or the disk does not answer, for programs and for people."""

    code: str
    fact: Text


AWAY = Trouble("database_away", Text("数据库暂时连不上", "The database cannot be reached just now"))
FULL = Trouble("disk_full", Text("磁盘已满，请管理员腾出空间", "The disk is full; free some space"))
CROWDED = Trouble("database_busy", Text("数据库正忙", "The database is busy"))


def unavailable(error: BaseException | None) -> Trouble | None:
    """What to tell of an error that is the machine's and not ours; None of any other."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return FULL
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    state = getattr(error.__cause__, "sqlstate", None)
    return FULL if state == DISK_FULL else CROWDED if state in BUSY else AWAY


class RefusalMiddleware:
    """What a command refused is told in the reader's language, with the duty behind it; and what
    the database could not do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return _away(request, error)
        fact = Text(error.zh, error.en)
        if error.code in ABSENT:
            return _page(request, 404, fact=fact, following=CHECK)
        status = 403 if error.code == "not_permitted" else 409
        return _page(request, status, fact=fact, rule=error.requirement)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 400)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, NobodysLogin):
        return _page(request, 403, fact=NOBODY, following=TELL_ADMIN)
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Asked while the error is being handled: what failed before any view, such as who is signed
    in, comes here and not to the middleware."""
    return _away(request, sys.exc_info()[1]) or _page(request, 500)


def _away(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    trouble = unavailable(error)
    if trouble is None:
        return None
    log.error("%s: %s", request.path, error)
    answer = _page(request, 503, fact=trouble.fact, following=LATER)
    answer.headers["Retry-After"] = WAIT
    return answer


def expired(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The form's token was too old or missing (CSRF). What one of our own pages sent is not
    lost: it can be sent again with a fresh one."""
    draft = drafts.of(request)
    if draft is None:
        return _page(request, 403, fact=EXPIRED, following=AGAIN)
    match = request.resolver_match
    if match is not None and getattr(match.func, "login_required", True):
        if not sessions.alive(request):
            return door.sign_in(request, draft)
        drafts.keep(request, draft)
    return draft_page(request, draft, status=403)


def _page(
    request: HttpRequest,
    status: int,
    *,
    fact: Text | None = None,
    following: Text | None = None,
    rule: str = "",
) -> HttpResponse:
    kind, usual, usual_next = FACTS.get(status, FACTS[403])
    lang = cast(ActorRequest, request).reader.lang if hasattr(request, "reader") else "zh"
    state = PageState(
        kind,
        (fact or usual).said(lang),
        (following or usual_next).said(lang),
        href="/",
        verb=Text("回到队列", "Back to the queue").said(lang),
    )
    context = {"state": state, "status": status, "rule": rule}
    if status == 503:  # the page must not ask who is signed in
        context["user"] = None
    return render(request, "web/error.html", context, status=status)
