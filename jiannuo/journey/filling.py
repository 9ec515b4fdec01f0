"""Inspections that are due, fitted to the days of those who are out anyway (1, R-1-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from jiannuo.customers import queries as customers
from jiannuo.customers.queries import SiteCard
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import DueInspection
from jiannuo.manual.profile import Profile
from jiannuo.visits.rules import Busy, Pace, pace
from jiannuo.visits.suggesting import Engineer, FillIn, fill_in

NEAR_KM = 40.0
SOON = timedelta(days=45)
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Filling:
    """An inspection due, at which site of the customer's, and where it fits; None: nowhere yet."""

    due: DueInspection
    site: SiteCard
    fits: FillIn | None


def fillings(
    profile: Profile, crew: Sequence[Engineer], span: tuple[datetime, datetime]
) -> list[Filling]:
    """The inspections due soon, the first due chooses first; those that fit beside somebody's way
    stand on top. Two questions."""
    today = profile.local(span[0]).date()
    due = inspections.due_by(today, today + SOON, LIMIT)
    speed = pace(profile)
    places: dict[object, list[SiteCard]] = {}
    for site in customers.sites_of({one.customer for one in due}):
        places.setdefault(site.customer, []).append(site)
    free = [one for one in crew if not any(b.over for b in one.busy)]
    found = []
    for one in due:
        fits = [
            (site, fill_in(site.spot, free, span, NEAR_KM, speed) if site.spot else None)
            for site in places.get(one.customer, ())
        ]
        if fits:
            site, where = min(fits, key=lambda pair: _rank(pair[1]))
            found.append(Filling(one, site, where))
            free = _taken(free, where, site, speed)
    return sorted(found, key=lambda f: (*_rank(f.fits), f.due.due_on))


def _taken(
    crew: Sequence[Engineer], fit: FillIn | None, site: SiteCard, speed: Pace
) -> list[Engineer]:
    """The same people, one of them with this to do as well."""
    if fit is None:
        return list(crew)
    end = fit.start + speed.way(fit.km) + speed.work
    more = Busy(fit.start, end, place=site.spot, sure=False)
    return [replace(o, busy=(*o.busy, more)) if o.name == fit.name else o for o in crew]


def _rank(fit: FillIn | None) -> tuple[int, float]:
    """Beside a visit, then in a free window, then nowhere; the nearer the better."""
    if fit is None:
        return 2, 0.0
    return (0 if fit.ref else 1), fit.km
