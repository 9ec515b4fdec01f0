"""Where a page of a list ends: opaque to its reader, and good for that list only.

Signed, so that nobody builds one; bound to the list and what it was narrowed to, so that one of
another list is told instead of misread. It opens nothing: each page asks anew what one may see.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer

from jiannuo.cases.queries import Spot
from jiannuo.manual.words import Text
from jiannuo.web.shapes import Malformed, Wrong, called

NOT_OURS = Text(
    "不是这个列表给出的，请从第一页重新开始",
    " was not given by this list; begin again at its first page",
)


def _signer(of: str) -> Signer:
    return Signer(sep=".", salt=f"jiannuo.api.after:{of}")


def _made(of: str, place: list[Any]) -> str:
    return _signer(of).sign_object(place)


def _read(of: str, after: str) -> list[Any]:
    """Raises `Malformed` for one that this list did not give."""
    try:
        found = _signer(of).unsign_object(after)
    except (BadSignature, ValueError, RecursionError):
        raise Malformed(Wrong("after", called("after") + NOT_OURS)) from None
    return list(found)


def of_spot(of: str, spot: Spot) -> str:
    return _made(of, [spot.due.isoformat() if spot.due else None, spot.id.hex])


def spot(of: str, after: str | None) -> Spot | None:
    if after is None:
        return None
    due, case = _read(of, after)
    return Spot(datetime.fromisoformat(due) if due else None, UUID(case))


def of_place(of: str, place: tuple[datetime, int]) -> str:
    return _made(of, [place[0].isoformat(), place[1]])


def place(of: str, after: str | None) -> tuple[datetime, int] | None:
    if after is None:
        return None
    at, seq = _read(of, after)
    return datetime.fromisoformat(at), int(seq)
