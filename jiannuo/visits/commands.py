"""Writes to field work. An arrival is never refused; an engineer is at one site at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q

from jiannuo.manual.distance import Spot, great_circle_km
from jiannuo.manual.policy import number
from jiannuo.manual.profile import Profile
from jiannuo.visits.models import Visit
from jiannuo.visits.states import VisitState


@dataclass(frozen=True, slots=True)
class Plan:
    """When somebody who is sent is expected there, and until when; None: nobody said."""

    eta: datetime | None = None
    until: datetime | None = None


def send(
    case: UUID, customer: UUID | None, engineer: UUID, at: datetime, plan: Plan | None = None
) -> None:
    """An engineer is sent; sending him again renews the order, it is no second one."""
    told = plan or Plan()
    said = {"sent_at": at, "expected_at": told.eta, "expected_until": told.until}
    waiting = Visit.objects.filter(case_id=case, engineer_id=engineer, state=VisitState.SENT)
    if not waiting.update(**said):
        Visit.objects.create(case_id=case, customer_id=customer, engineer_id=engineer, **said)


def call_off(case: UUID, engineer: UUID) -> bool:
    """He need not go; False where he was not on the way. Who is there already stays there."""
    rows = Visit.objects.filter(case_id=case, engineer_id=engineer, state=VisitState.SENT)
    return bool(rows.update(state=VisitState.CALLED_OFF))


@dataclass(frozen=True, slots=True)
class Arrival:
    """An engineer at the device site. `off_fence_m`: metres beyond the fence, None inside."""

    event: UUID
    at: datetime
    lat: float | None = None
    lon: float | None = None
    off_fence_m: int | None = None


def arrive(case: UUID, customer: UUID | None, engineer: UUID, arrival: Arrival) -> None:
    """Put him on site. Whoever is here has left wherever else he stood; entered late, he has gone
    on to where he turned up next."""
    _queue_for(engineer)
    others = Visit.objects.select_for_update().filter(
        Q(state=VisitState.ON_SITE) | Q(left_at__gt=arrival.at), engineer_id=engineer
    )
    following = list[datetime]()
    for other in others:
        if other.arrived_at and other.arrived_at > arrival.at:
            following.append(other.arrived_at)
        else:
            _leave(other, arrival.at, inferred=True)
    went_on = min(following, default=None)
    colleagues = Visit.objects.filter(case_id=case, state=VisitState.ON_SITE)
    visit = (
        Visit.objects.filter(case_id=case, engineer_id=engineer, state=VisitState.SENT)
        .order_by("sent_at")
        .first()
    ) or Visit(case_id=case, customer_id=customer, engineer_id=engineer)
    visit.state = VisitState.LEFT if went_on else VisitState.ON_SITE
    visit.left_at, visit.inferred = went_on, went_on is not None
    visit.arrived_at, visit.arrival = arrival.at, arrival.event
    visit.lat, visit.lon, visit.off_fence_m = arrival.lat, arrival.lon, arrival.off_fence_m
    visit.joined = colleagues.exists()
    visit.save()


def _queue_for(engineer: UUID) -> None:
    """One arrival of a person at a time: of two at once the second must see the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"on site {engineer}"]
        )


def leave(case: UUID, engineer: UUID, at: datetime) -> None:
    """He left the site of a case. Of a visit whose end was only inferred it is the true one, where
    it came earlier."""
    here = Visit.objects.filter(case_id=case, engineer_id=engineer)
    then = here.filter(arrived_at__lte=at).order_by("-arrived_at").first()
    for visit in [then] if then else here.filter(state=VisitState.ON_SITE):
        supposed = visit.inferred and visit.left_at is not None and at < visit.left_at
        if visit.state == VisitState.ON_SITE or supposed:
            _leave(visit, at, inferred=False)


def _leave(visit: Visit, at: datetime, *, inferred: bool) -> None:
    visit.state = VisitState.LEFT
    visit.left_at = max(at, visit.arrived_at or at)
    visit.inferred = inferred
    visit.save(update_fields=["state", "left_at", "inferred"])


def correct_arrival(event: UUID, at: datetime) -> None:
    """The time on a visit follows the corrected event."""
    for visit in Visit.objects.filter(arrival=event):
        visit.arrived_at = at
        if visit.left_at is not None:
            visit.left_at = max(visit.left_at, at)
        visit.save(update_fields=["arrived_at", "left_at"])


def off_fence(profile: Profile, site: Spot, lat: float, lon: float) -> int | None:
    """Metres from the site when outside the fence, else None: a flag, never a refusal (A25)."""
    radius = float(number(profile.value("distance.earth_radius_km")))
    metres = round(great_circle_km(site, Spot("", lat, lon), radius) * 1000)
    return metres if metres > profile.value("onsite_arrival.fence_m") else None
