"""What the day of an engineer is taken by: visits he was sent on, absences; for gates and boards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jiannuo.cases import needing
from jiannuo.cases.queries import CaseCard
from jiannuo.customers import queries as customers
from jiannuo.customers.queries import SiteCard
from jiannuo.manual.distance import Spot
from jiannuo.manual.profile import Profile
from jiannuo.people import days as people
from jiannuo.visits import queries as visits
from jiannuo.visits.queries import DayVisit
from jiannuo.visits.rules import Busy, Stay, busy_with, clashes, pace

#: How far back a visit may have begun that still runs into a stretch.
LOOK_BACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Outing:
    """A visit with its case and the place of it; `site` None where the case names none."""

    visit: DayVisit
    case: CaseCard
    site: SiteCard | None

    @property
    def stay(self) -> Stay:
        v, site = self.visit, self.site
        return Stay(
            self.case.number,
            spot_of(site),
            v.sent_at,
            v.expected_at,
            v.expected_until,
            v.arrived_at,
            v.left_at,
            None if site is None else float(site.km),
        )


def spot_of(site: SiteCard | None) -> Spot | None:
    return site.spot if site is not None else None


def outings(
    start: datetime, end: datetime, engineers: Iterable[UUID] | None = None
) -> dict[UUID, list[Outing]]:
    """The visits of a stretch by engineer. Three questions to the database, however many."""
    found = visits.in_span(start, end, engineers)
    cards = {card.id: card for card in needing.cards_of({v.case for v in found})}
    sites = sites_of(cards.values())
    by: dict[UUID, list[Outing]] = {}
    for visit in found:
        card = cards[visit.case]
        site = sites.get(card.site) if card.site else None
        by.setdefault(visit.engineer, []).append(Outing(visit, card, site))
    return by


def sites_of(cards: Iterable[CaseCard]) -> Mapping[UUID, SiteCard]:
    wanted = {card.site for card in cards if card.site is not None}
    return customers.sites_by_id(wanted) if wanted else {}


def clashing(
    profile: Profile, engineer: UUID, start: datetime, end: datetime, at: datetime, but: str
) -> tuple[str, ...]:
    """What stands in the way of sending somebody for a stretch, over the whole of it: other
    visits of his, being away. `but`: the case itself is no hindrance."""
    pace_ = pace(profile)
    mine = outings(start - LOOK_BACK, end, [engineer]).get(engineer, [])
    busy = [busy_with(one.stay, at, pace_) for one in mine if one.case.number != but]
    busy += [Busy(a.start, a.end, "away") for a in people.absences(engineer, start, end)]
    return clashes(busy, start, end)
