"""What a request says beside its address: its body, its operation id, its language."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError
from django.http.request import RawPostDataException
from django.utils.translation.trans_real import parse_accept_lang_header

from jiannuo.journey.step import When
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import LANGUAGES, Text
from jiannuo.web.shapes import Malformed, Wrong, called

KEY = "Idempotency-Key"
#: For keys that are no UUID themselves.
SPACE = UUID("0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11")
NO_OBJECT = Text("须是一个 JSON 对象", " must be one JSON object")
UNKEPT = re.compile("[\x00\ud800-\udfff]")
BAD_TEXT = Text("含有不能保存的字符", " holds characters that cannot be kept")


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; no body at all is an empty one. Raises `Malformed`."""
    try:
        raw = request.body.decode() or "{}"
        found = json.loads(raw, parse_constant=_no_number)
    except RequestDataTooBig:
        raise
    except (ValueError, RecursionError, RawPostDataException, UnreadablePostError):
        raise _wrong(NO_OBJECT) from None
    if not isinstance(found, dict):
        raise _wrong(NO_OBJECT)
    if not _keepable(found):
        raise _wrong(BAD_TEXT)
    return found


def _wrong(says: Text) -> Malformed:
    return Malformed(Wrong("body", called("body") + says))


def _no_number(name: str) -> None:
    raise ValueError(name)


def _keepable(found: Any) -> bool:
    """No database keeps a zero character or half of a pair; both come in as escapes."""
    waiting = [found]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            waiting += [*one, *one.values()]
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str) and UNKEPT.search(one):
            return False
    return True


def operation(request: HttpRequest, actor: Actor) -> UUID | None:
    """The client's id of what it asks for: the same one again is the same request. A text of his
    own choosing counts among that person's only, so that two programs may both begin at 1."""
    key = request.headers.get(KEY, "").strip()
    if not key:
        return None
    try:
        return UUID(key)
    except ValueError:
        return uuid5(SPACE, f"{actor.id}:{key}")


def when(request: HttpRequest, actor: Actor, said: dict[str, Any]) -> When:
    return When(said.get("at"), said.get("why") or "", operation(request, actor))


def language(request: HttpRequest) -> str:
    """The first of our languages that the client accepts; Chinese unless it says otherwise."""
    for accepted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if accepted[:2] in LANGUAGES:
            return accepted[:2]
    return LANGUAGES[0]
