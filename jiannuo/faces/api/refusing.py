"""Refusals and failures as JSON: a code for the program, a sentence for whoever reads its log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import DecimalException
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from jiannuo.faces.api.asking import language
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.words import Text
from jiannuo.web.actor import NobodysLogin
from jiannuo.web.reading import HTML
from jiannuo.web.refusing import ABSENT, FACTS, NOBODY, WAIT, unavailable
from jiannuo.web.shapes import Malformed, Wrong, called

log = logging.getLogger("jiannuo.api")

SIGN_IN = Text("请带上令牌：Authorization: Bearer …", "Bring a token: Authorization: Bearer …")
FORGED = Text("缺少防伪令牌 X-CSRFToken", "The X-CSRFToken header is missing or wrong")
TOO_BIG = Text("请求太大", "The request is too large")
MALFORMED = Text("请求里有字段不对", "Some fields of the request are not right")
OUT_OF_RANGE = Text(
    "有内容存不下（太长、太大或不是文字），没有保存",
    "Something does not fit (too long, too large, or no text); nothing was saved",
)
CONTRADICTS = Text("与已存的资料矛盾，没有保存", "It contradicts what is stored; nothing was saved")


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    says: Text,
    requirement: str = "",
    **more: Any,
) -> HttpResponse:
    lang = language(request)
    told = {
        "code": code,
        "zh": says.zh,
        "en": says.en,
        "message": says.said(lang),
        "requirement": requirement,
    }
    found = JsonResponse(told | more, status=status, json_dumps_params={"ensure_ascii": False})
    found.headers["Content-Language"] = HTML[lang]
    return found


def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
    says = Text(error.zh, error.en)
    reasons = list(error.reasons)
    return answer(request, status_of(error), error.code, says, error.requirement, reasons=reasons)


#: He is known, and this is not his to ask.
FORBIDDEN = ("not_permitted", "scope_missing", "sign_in_unfinished", "second_factor_needed")


def status_of(error: Refusal) -> int:
    if error.code in FORBIDDEN:
        return 403
    if error.code in ABSENT or error.code.startswith("no_such"):
        return 404
    return 422 if error.code == "bad_input" else 409


def malformed(request: HttpRequest, error: Malformed) -> HttpResponse:
    wrong = [{"field": w.field, "zh": w.says.zh, "en": w.says.en} for w in error.wrong]
    return answer(request, 422, "malformed", MALFORMED, fields=wrong)


def mistyped(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A parameter of the address."""
    names = [str(one["loc"][-1]) for one in error.errors]
    says = Text("不对", " is not right")
    return malformed(request, Malformed(*(Wrong(name, called(name) + says) for name in names)))


def unsigned(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    found = answer(request, 401, "not_signed_in", SIGN_IN)
    found.headers["WWW-Authenticate"] = "Bearer"
    return found


def nobody(request: HttpRequest, error: NobodysLogin) -> HttpResponse:
    return answer(request, 403, "nobodys_login", NOBODY)


def forged(request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(request, error.status_code, "forged", FORGED)


def too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return answer(request, 413, "too_big", TOO_BIG)


def out_of_range(request: HttpRequest, error: Exception) -> HttpResponse:
    """A value that nothing can reckon with or keep, found only when that was tried."""
    log.warning("%s: %s", request.path, error)
    return answer(request, 422, "out_of_range", OUT_OF_RANGE, fields=[])


def contradicts(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    log.warning("%s: %s", request.path, error)
    return answer(request, 409, "contradicts", CONTRADICTS)


def away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database is not there, full, or too busy: the same request may be sent again."""
    trouble = unavailable(error)
    if trouble is None:
        return broken(request, error)
    log.error("%s: %s", request.path, error)
    found = answer(request, 503, trouble.code, trouble.fact)
    found.headers["Retry-After"] = WAIT
    return found


def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s failed", request.path, exc_info=error)
    return answer(request, 500, "broken", FACTS[500][1])


HANDLERS: dict[type[Exception], Callable[..., HttpResponse]] = {
    Refusal: refused,
    Malformed: malformed,
    ValidationError: mistyped,
    AuthenticationError: unsigned,
    NobodysLogin: nobody,
    HttpError: forged,
    RequestDataTooBig: too_big,
    DataError: out_of_range,
    OverflowError: out_of_range,
    DecimalException: out_of_range,
    IntegrityError: contradicts,
    OperationalError: away,
    InterfaceError: away,
    OSError: away,
    Exception: broken,
}


def listen(api: NinjaAPI) -> None:
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)
