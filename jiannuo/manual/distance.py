"""How far a site is from our office, and which arrival limit that gives (A5, table 2-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from math import asin, cos, radians, sin, sqrt

from jiannuo.manual.policy import number
from jiannuo.manual.profile import Profile

TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map: degrees, north and east positive."""

    code: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Distance:
    """Kilometres to 0.1, the office they are from, and how they were found."""

    km: Decimal
    office: str
    method: str


def great_circle_km(a: Spot, b: Spot, radius_km: float) -> float:
    """Length of the great circle through two places (haversine), in km."""
    lat_a, lat_b = radians(a.lat), radians(b.lat)
    north, east = lat_b - lat_a, radians(b.lon - a.lon)
    chord = sin(north / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin(east / 2) ** 2
    return 2 * radius_km * asin(sqrt(min(1.0, chord)))


def distance(
    profile: Profile,
    site: Spot,
    offices: Sequence[Spot],
    *,
    named_office: str = "",
    contract_km: Decimal | None = None,
) -> Distance:
    """Site to office by the profile's method (R-7.4-C-2): contract kilometres win, else the air line
    (times the road factor) to the named or nearest office."""
    radius = float(number(profile.value("distance.earth_radius_km")))
    factor = number(profile.value("distance.road_factor"))
    by_name = profile.value("distance.office") == "named_or_nearest"
    chosen = [o for o in offices if by_name and o.code == named_office] or list(offices)
    office = min(chosen, key=lambda o: great_circle_km(site, o, radius))
    if contract_km is not None and profile.value("distance.method") == "contract_first":
        return Distance(contract_km.quantize(TENTH, ROUND_HALF_UP), office.code, "contract")
    air = Decimal(repr(great_circle_km(site, office, radius))) * factor
    method = "great_circle" if factor == 1 else f"great_circle x {factor}"
    return Distance(air.quantize(TENTH, ROUND_HALF_UP), office.code, method)


def band_limit(profile: Profile, km: Decimal) -> tuple[timedelta, str]:
    """The limit of the band that holds `km` (upper bound inclusive) and the band's name."""
    lower = Decimal(0)
    for upper, limit in profile.bands:
        if upper is None:
            return limit, f">{lower} km"
        if km <= upper:
            return limit, f"<={upper} km"
        lower = upper
    raise AssertionError("the last band is open")
