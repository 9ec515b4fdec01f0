"""The installed base: the list, a device, what may be done with it. Views decide nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.cases import directory as cases
from jiannuo.customers import directory
from jiannuo.equipment import listing as equipment
from jiannuo.equipment.listing import DeviceRow, Wanted
from jiannuo.equipment.queries import UnitCard
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.devices.device import ACTIONS, device_page
from jiannuo.faces.desk.showing import shown
from jiannuo.kernel.ids import id_in
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

PAGE = 60


@dataclass(frozen=True, slots=True)
class ListPage:
    rows: tuple[tuple[DeviceRow, int], ...]
    find: str
    owner: str
    customer: str
    retired: bool
    more: str
    state: PageState | None


@require_GET
def list_devices(request: HttpRequest) -> HttpResponse:
    """By serial; `find` filters, `customer` and `site` narrow, `after` is the last one seen."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    query = request.GET
    customer, after = id_in(query.get("customer", "")), id_in(query.get("after", ""))
    owner = directory.known(asked.actor, customer).name if customer else ""
    last = (equipment.known(asked.actor, after).serial, after) if after else None
    find, retired = query.get("find", "").strip()[:100], query.get("retired") == "1"
    wanted = Wanted(find, customer, id_in(query.get("site", "")), retired, last)
    found = equipment.listed(asked.actor, wanted, PAGE + 1)
    rows = found[:PAGE]
    page = ListPage(
        tuple(zip(rows, _open(rows), strict=True)),
        find,
        owner,
        str(customer or ""),
        retired,
        str(rows[-1].id) if len(found) > PAGE else "",
        None if rows else _none(asked.reader, find),
    )
    return shown(asked, "desk/device/list.html", page)


def _open(rows: Sequence[DeviceRow]) -> list[int]:
    counted = cases.count_open_of([row.id for row in rows])
    return [counted.get(row.id, 0) for row in rows]


def _none(reader: Reader, find: str) -> PageState:
    fact = Text("还没有登记设备", "No devices are registered")
    then = Text(
        "在合同页登记：粘贴序列号即可。", "Register them on a contract's page: paste the serials."
    )
    if find:
        fact = Text(f"没有与「{find}」相符的设备", f"No device matches '{find}'")
        then = Text(
            "序列号的横线、空格、大小写都不影响查找。",
            "Dashes, blanks and capitals of a serial do not matter.",
        )
    return PageState("empty", reader.say(fact), reader.say(then))


@require_GET
def show_device(request: HttpRequest, unit: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/device/show.html", device_page(asked.actor, asked.reader, unit))


@require_http_methods(["GET", "HEAD", "POST"])
def open_device(request: HttpRequest, unit: UUID, kind: str) -> HttpResponse:
    """It is moved, renamed, retired, gets a board."""
    asked = cast(ActorRequest, request)
    if kind not in ACTIONS:
        raise Http404
    require(asked.actor, "read_cases")
    card = equipment.known(asked.actor, unit)
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:device_open", args=[unit, kind]),
        back=reverse("desk:device_show", args=[unit]),
        ref=card.serial,
        title=" ".join(part for part in (card.brand, card.model) if part),
        options=CustomerLists(asked.reader, card.customer),
        key=str(unit),
        known=_usual(kind, card),
        subject=unit,
    )
    return answer(asked, sheet, kind)


def _usual(kind: str, card: UnitCard) -> dict[str, list[str]]:
    if kind == "serial_corrected":
        return {"serial": [card.serial]}
    if kind == "device_moved":
        now = [row for row in equipment.places_of(card.id) if row.end is None]
        there = now[0] if now else None
        function, place = (there.function, there.place) if there else ("", "")
        return {"site": [str(card.site or "")], "function": [function], "place": [place]}
    return {}
