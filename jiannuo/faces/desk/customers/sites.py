"""A site: where it lies, how far from which office and why, how soon we have to be there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.archive import browsing
from jiannuo.customers import directory
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import SiteCard
from jiannuo.equipment import listing as equipment
from jiannuo.equipment.listing import DeviceRow, Wanted
from jiannuo.faces.desk.acting.answering import answer
from jiannuo.faces.desk.acting.sheets import Sheet
from jiannuo.faces.desk.acting.voices import NOBODY, voice
from jiannuo.faces.desk.customers.lists import CustomerLists
from jiannuo.faces.desk.customers.rows import event_rows, hotline, method
from jiannuo.faces.desk.showing import shown
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import Spot
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, limit
from jiannuo.people import queries as people
from jiannuo.people.permits import require
from jiannuo.web.actor import ActorRequest
from jiannuo.web.components import Press, TimelineRow
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.spots import Band, Bands, bands, spot_map

UNKNOWN = "unknown"
DEVICES = 50


@dataclass(frozen=True)
class SitePage:
    card: SiteCard
    owner: str
    report: str
    limit: str
    why: tuple[str, ...]
    km: str
    geo: str
    office: str
    picture: Bands
    devices: tuple[DeviceRow, ...]
    events: tuple[TimelineRow, ...]
    change: Press | None


def site_page(actor: Actor, reader: Reader, site: UUID) -> SitePage:
    require(actor, "read_cases")
    card = directory.site(actor, site)
    profile = customers.base_profile(reader.at)
    found = customers.reach(card, profile)
    offices = dict(people.named_offices())
    known = card.method != UNKNOWN
    href = reverse("desk:site_open", args=[site])
    may = voice(actor, "site_changed") != NOBODY
    return SitePage(
        card=card,
        owner=reverse("desk:customer_show", args=[card.customer]),
        report=hotline(card.customer) + f"&site={card.code}",
        limit=reader.say(limit(found.limit)),
        why=tuple(_why(reader, card, offices)),
        km=f"{card.km} km" if known else "",
        geo=f"{card.lat:.5f}, {card.lon:.5f}" if card.spot else "",
        office=offices.get(card.office, ""),
        picture=_picture(reader, profile, card, offices),
        devices=tuple(equipment.listed(actor, Wanted(site=site), DEVICES)),
        events=tuple(
            event_rows(reader, profile, browsing.of_subjects([site], browsing.Filter(), 20))
        ),
        change=Press(reader.say(Text("改站点", "Change")), href, "pen", True) if may else None,
    )


def _why(reader: Reader, card: SiteCard, offices: dict[str, str]) -> list[str]:
    """How the distance was found (A5)."""
    lines = [reader.say(method(card.method))]
    if card.method == UNKNOWN:
        late = Text(
            "登记坐标或合同公里数后重新计算", "worked out once somebody notes where it lies"
        )
        return [*lines, reader.say(late)]
    name = offices.get(card.office, card.office)
    if card.office_named:
        lines.append(reader.say(Text(f"指定由{name}服务", f"served by {name} as agreed")))
    elif name:
        lines.append(reader.say(Text(f"{name}最近", f"{name} is the nearest")))
    return lines


def _picture(reader: Reader, profile: Profile, card: SiteCard, offices: dict[str, str]) -> Bands:
    rows = [Band(upper, reader.say(limit(span))) for upper, span in profile.bands]
    places = {spot.code: spot for spot in people.offices()}
    office = (offices.get(card.office, ""), places.get(card.office))
    km = None if card.method == UNKNOWN else card.km
    last = reader.say(Text("更远", "beyond")) + f" · {rows[-1].limit}"
    return bands(rows, km, office, (card.name, card.spot), last)


@require_GET
def show_site(request: HttpRequest, site: UUID) -> HttpResponse:
    asked = cast(ActorRequest, request)
    return shown(asked, "desk/site/show.html", site_page(asked.actor, asked.reader, site))


@require_http_methods(["GET", "HEAD", "POST"])
def open_site(request: HttpRequest, site: UUID) -> HttpResponse:
    """Where it lies, corrected or noted at last."""
    asked = cast(ActorRequest, request)
    require(asked.actor, "read_cases")
    card = directory.site(asked.actor, site)
    back = reverse("desk:site_show", args=[site])
    usual = {
        "called": [card.name],
        "geo": [f"{card.lat}, {card.lon}"] if card.spot else [],
        "contract_km": [str(card.contract_km)] if card.contract_km is not None else [],
        "office": [card.office_named] if card.office_named else [],
    }
    sheet = Sheet(
        reader=asked.reader,
        address=reverse("desk:site_open", args=[site]),
        back=back,
        ref=card.name,
        title=card.customer_name,
        options=CustomerLists(asked.reader, card.customer),
        key=str(site),
        known=usual,
        subject=site,
    )
    return answer(asked, on_map(asked.reader, sheet, card.customer, card), "site_changed")


def on_map(reader: Reader, sheet: Sheet, customer: UUID, own: SiteCard | None = None) -> Sheet:
    """The same form with a field of coordinates to press on."""
    names = dict(people.named_offices())
    offices = [(names[spot.code], spot) for spot in people.offices()]
    others: list[tuple[str, Spot]] = [
        (one.name, one.spot)
        for one in customers.sites(customer)
        if one.spot is not None and (own is None or one.id != own.id)
    ]
    picture = spot_map("f-geo", offices, others, own.spot if own else None)

    def draw(field: Field) -> Field:
        return replace(field, within=picture) if field.name == "geo" else field

    return replace(sheet, draw=draw)
