"""From what a browser sends to the fields of a step, typed; what is wrong stays at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from jiannuo.manual.catalogue import Field
from jiannuo.manual.words import Text
from jiannuo.web.shapes import LATE, Malformed, Shape, allowed_in, read

_BETWEEN = re.compile(r"[、,，;；\n]+")
_GEO = re.compile(r"[,，;；\s]+")
_TRUE = {"true": True, "on": True, "false": False}
MISSING = Text("这一项要填", "This is needed")
WHICH = Text("这一项不对，应为", "This is not right; it should be ")


@dataclass(frozen=True, slots=True)
class Said:
    """What was sent: the typed fields, or what is wrong by field."""

    fields: Mapping[str, Any]
    wrong: Mapping[str, Text]


def said(shape: Shape, post: QueryDict, zone: ZoneInfo) -> Said:
    """The fields of a step with `at` and `why`; a field left empty was not said."""
    known = LATE | dict(shape.fields)
    body = {name: _value(field, post, zone) for name, field in known.items()}
    try:
        return Said(read(shape, body), {})
    except Malformed as error:
        return Said({}, {one.field: _mend(known[one.field], body) for one in error.wrong})


def _mend(field: Field, body: Mapping[str, Any]) -> Text:
    return MISSING if body.get(field.name) is None else WHICH + Text("：", "") + allowed_in(field)


def _value(field: Field, post: QueryDict, zone: ZoneInfo) -> Any:
    """As the interface for programs would be sent it; None where nothing was said."""
    if field.type == "names":
        return names(post, field.name) or None
    if field.type in ("scoremap", "any"):
        return entries(post, field.name) or None
    if field.type == "quantity":
        return post.get(field.name, "").replace("，", ",").removesuffix("km").strip() or None
    if field.type == "consent":
        by, how = (post.get(f"{field.name}_{part}", "").strip() for part in ("by", "how"))
        return {"by": by, "how": how} if by or how else None
    text = post.get(field.name, "").strip()
    if not text:
        return None
    if field.type == "time":
        return moment(text, zone)
    return PLAIN.get(field.type, str)(text)


def whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text


def names(post: QueryDict, name: str) -> list[str]:
    """Several: each by its box, the others typed with commas between."""
    found = [one.strip() for value in post.getlist(name) for one in _BETWEEN.split(value)]
    return list(dict.fromkeys(one for one in found if one))


def entries(post: QueryDict, name: str) -> dict[str, Any]:
    """A value for each of several names: marks as numbers, headings as text."""
    found = {}
    for key in post:
        if key.startswith(f"{name}:") and (text := post.get(key, "").strip()):
            found[key.removeprefix(f"{name}:")] = text if name == "headings" else whole(text)
    return found


def local(text: str, zone: ZoneInfo) -> datetime | None:
    """What a field for date and time holds is the company's local time; None for anything else."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def moment(text: str, zone: ZoneInfo) -> str:
    found = local(text, zone)
    return found.isoformat() if found is not None else text


def yuan(text: str) -> str:
    """12, 12.5 and 12.50 are all the same amount."""
    plain = text.replace(",", "").replace("，", "").removesuffix("元").strip()
    whole, point, part = plain.partition(".")
    if whole.isdigit() and len(part) < 3 and (part.isdigit() or not part):
        return f"{whole}.{part:0<2}"
    return plain if not point else text


def geo(text: str) -> Any:
    """Latitude and longitude, as the browser's own reading puts them or a map's page copies
    them."""
    parts = [part for part in _GEO.split(text.strip("()（）[] ")) if part]
    try:
        found = [float(part.rstrip("°")) for part in parts]
    except ValueError:
        return text
    # Maps copy a place either way round; what cannot be a latitude is the longitude.
    if len(found) == 2 and abs(found[0]) > 90 >= abs(found[1]):
        found.reverse()
    return found if len(found) == 2 else text


#: A field's text as the interface for programs would be sent it; what is not right stays text.
PLAIN: dict[str, Callable[[str], Any]] = {
    "bool": lambda text: _TRUE.get(text, text),
    "int": whole,
    "money": yuan,
    "geo": geo,
}
