"""Whether this process can do its work: asked by `jiannuo up`, load balancers and CI.

Two questions. Alive: does it answer at all, or should it be started anew? Ready: should people be
led to it?
"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor import examining, machine
from jiannuo.oversight.doctor.checks import disk, sweep
from jiannuo.oversight.doctor.finding import Check
from jiannuo.site import schema

Wrong = tuple[str, Text]

AWAY = ("database", Text("数据库没有应答。", "The database does not answer."))


def answer(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "here"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when people can work here, else 503; `wrong` tells what keeps them from it."""
    wrong = [{"code": code, "zh": said.zh, "en": said.en} for code, said in _wrong()]
    return JsonResponse(
        {"ready": not wrong, "wrong": wrong},
        status=503 if wrong else 200,
        json_dumps_params={"ensure_ascii": False},
    )


def _wrong() -> list[Wrong]:
    try:
        missing = schema.missing()
    except DatabaseError:
        return [AWAY, *_found(disk.CHECK)]
    if missing:
        return [("migrations", _waiting(len(missing))), *_found(disk.CHECK)]
    return [*_found(sweep.CHECK), *_found(disk.CHECK)]


def _waiting(count: int) -> Text:
    return Text(
        f"表结构更新还有 {count} 项没有做。", f"Changes of the tables not applied yet: {count}."
    )


def _found(check: Check) -> list[Wrong]:
    """What a check calls broken; what is only to be heeded keeps nobody from his work."""
    made = examining.report(check, machine.here())
    return [(made.code, made.finding.found)] if made.state == "bad" else []
