"""Labels with a QR code: the tag of a faulty part (R-7.7-I1), and those of shelves and boxes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe

from jiannuo.cases import queries as cases
from jiannuo.customers import queries as customers
from jiannuo.parts import queries as parts
from jiannuo.parts import stores
from jiannuo.web.reader import Reader

MOST = 60  # labels of one print


@dataclass(frozen=True, slots=True)
class Label:
    """`qr`: the code as SVG; it holds an address of the counter, so that a telephone's camera
    opens it and a scanner types it. `tag`: of a faulty part, with a box to tick by hand."""

    title: str
    number: str
    qr: SafeString
    fits: str = ""
    tag: bool = False
    serial: str = ""
    case: str = ""
    since: str = ""
    symptom: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    rows: tuple[Label, ...]


def labels(reader: Reader, counter: str, query: QueryDict) -> Labels:
    """Of the repair orders, parts and places that were named, `n` of each part."""
    numbers, ids = query.getlist("repair")[:MOST], query.getlist("part")[:MOST]
    n = query.get("n", "")
    copies = int(n) if n.isascii() and n.isdecimal() and len(n) < 3 else 1
    found = [_tag(reader, counter, number) for number in numbers]
    found += [_of_part(counter, one) for one in ids for _ in range(max(1, copies))]
    found += [_of_place(counter, code) for code in query.getlist("place")[:MOST]]
    return Labels(tuple(one for one in found if one is not None)[:MOST])


def _tag(reader: Reader, counter: str, number: str) -> Label | None:
    order = parts.repair_named(number) if "\x00" not in number else None
    if order is None:
        return None
    card = cases.card(order.case) if order.case else None
    since = f"{reader.local(order.received_at):%Y-%m-%d}" if order.received_at else ""
    return Label(
        customers.customer_name(order.customer) if order.customer else "",
        order.number,
        _qr(counter, order.number),
        tag=True,
        serial=order.serial,
        case=order.case or "",
        since=since,
        symptom=card.text if card else "",
    )


def _of_part(counter: str, part: str) -> Label | None:
    try:
        line = stores.line(UUID(part))
    except ValueError:
        return None
    if line is None:
        return None
    return Label(line.name, "", _qr(counter, line.name), "、".join(line.fits))


def _of_place(counter: str, code: str) -> Label | None:
    place = next((one for one in stores.places() if one.code == code), None)
    return Label(place.name, place.code, _qr(counter, place.code)) if place else None


def _qr(counter: str, text: str) -> SafeString:
    kept = BytesIO()
    code = segno.make(f"{counter}?{urlencode({'scan': text})}", error="m", micro=False)
    code.save(kept, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=2, svgclass="qr")
    return mark_safe(kept.getvalue().decode())
