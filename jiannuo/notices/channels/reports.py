"""Call-backs of a gateway, as reports: who took the call, which key was pressed.

A post holds one report or a list of them:
{"key": ours, "what": "answered", "digit": "", "reference": "the gateway's name of this report",
"at": "when it happened, ISO 8601 with its zone; may be left out"}.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, get_args
from zoneinfo import ZoneInfo

from jiannuo.notices.channels.channel import NotSent, Report, Reported
from jiannuo.notices.channels.signing import verify

WORDS: dict[str, Reported] = {word: word for word in get_args(Reported)}
#: What the two names of a report may measure; ours are far shorter.
LONGEST = 300
BEIJING = ZoneInfo("Asia/Shanghai")


def heard(secret: str, headers: Mapping[str, str], body: bytes) -> tuple[Report, ...]:
    """The reports of a genuine call-back; `NotSent` for any other, all or nothing."""
    verify(secret, headers, body)
    return read(body, _read)


def read(body: bytes, one_by_one: Callable[[list[Any]], Iterable[Report]]) -> tuple[Report, ...]:
    """A report, or a list of them, as JSON. Raises `NotSent` where any of it cannot be read."""
    try:
        found = json.loads(body)
        return tuple(one_by_one(found if isinstance(found, list) else [found]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise NotSent("回调内容读不懂。", "The call-back cannot be read.", again=False) from None


def _read(found: list[Any]) -> Iterator[Report]:
    for one in found:
        key, reference = text_of(one["key"]), text_of(one.get("reference", ""))
        digit = text_of(one.get("digit", ""))
        if not key or len(digit) > 1:
            raise ValueError
        yield Report(key, WORDS[one["what"]], digit, reference, _moment(one.get("at")))


def _moment(value: object) -> datetime | None:
    """A time without its zone is nobody's."""
    if value is None:
        return None
    found = datetime.fromisoformat(text_of(value))
    if found.tzinfo is None:
        raise ValueError
    return found


def local(value: object) -> datetime:
    """A time of the Chinese clouds, "2026-03-02 09:00:00", which is that of Beijing."""
    return datetime.fromisoformat(text_of(value)).replace(tzinfo=BEIJING)


def text_of(value: object) -> str:
    """A text of bearable length. Raises `ValueError` for anything else."""
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError
    return value
