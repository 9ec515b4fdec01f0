"""Places as pictures of our own, without anybody's map: the bands around an office, and a field
of coordinates on which a place is picked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import atan2, cos, radians, sin
from typing import ClassVar

from jiannuo.manual.distance import Spot

SIZE = 340  # of the picture of bands, in its own units
MARGIN = 26


@dataclass(frozen=True, slots=True)
class Ring:
    """A band's outer bound: its radius in the picture, its words; `own`: the site lies in it."""

    r: float
    words: str
    limit: str
    own: bool

    @property
    def y(self) -> float:
        """Where its words stand: above it."""
        return SIZE / 2 - self.r - 5


@dataclass(frozen=True, slots=True)
class Bands:
    """The office in the middle, a ring for each band, the site where it lies."""

    template: ClassVar[str] = "web/components/bands.html"

    rings: tuple[Ring, ...]
    office: str
    site: str
    x: float | None
    y: float | None
    beyond: str
    size: int = SIZE

    @property
    def half(self) -> float:
        return self.size / 2

    @property
    def flip(self) -> bool:
        """Its name stands on the side that has room."""
        return self.x is not None and self.x > self.half


@dataclass(frozen=True, slots=True)
class Band:
    """`upper`: kilometres, inclusive; None for the last."""

    upper: Decimal | None
    limit: str


def bands(
    rows: Sequence[Band],
    km: Decimal | None,
    office: tuple[str, Spot | None],
    site: tuple[str, Spot | None],
    beyond: str,
) -> Bands:
    """Drawn so far out that the site's band is whole; the scale is plain. A site that nobody has
    located stands nowhere."""
    bounds = [row.upper for row in rows if row.upper is not None]
    far = next((n for n, upper in enumerate(bounds) if km is not None and km <= upper), None)
    last = len(bounds) - 1 if far is None else max(far, min(1, len(bounds) - 1))
    if km is None:
        last = min(1, len(bounds) - 1)
    outside = km is not None and far is None
    reach = float(km) * 1.08 if outside and km is not None else float(bounds[last])
    scale = (SIZE / 2 - MARGIN) / reach
    rings = tuple(
        Ring(float(upper) * scale, f"{upper} km", rows[n].limit, own=n == far)
        for n, upper in enumerate(bounds[: last + 1])
    )
    x = y = None
    if km is not None and office[1] is not None and site[1] is not None:
        angle = bearing(office[1], site[1])
        x = SIZE / 2 + float(km) * scale * sin(angle)
        y = SIZE / 2 - float(km) * scale * cos(angle)
    elif km is not None and km > 0:  # kilometres of the contract alone: somewhere on its ring
        x, y = SIZE / 2 + float(km) * scale, SIZE / 2.0
    return Bands(rings, office[0], site[0], x, y, beyond if outside else "")


def bearing(a: Spot, b: Spot) -> float:
    """The direction from one place to another, radians from north."""
    north = radians(b.lat - a.lat)
    east = radians(b.lon - a.lon) * cos(radians((a.lat + b.lat) / 2))
    return atan2(east, north)


@dataclass(frozen=True, slots=True)
class Dot:
    """A place on the field, in its units; `kind`: office or site."""

    x: float
    y: float
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Line:
    """A whole degree: where it runs, and how it is called."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class SpotMap:
    """A field of coordinates with what we know: a press on it fills the field it belongs to.
    `k`: how much narrower a degree of longitude is drawn."""

    template: ClassVar[str] = "web/components/spot.html"

    field: str
    x: float
    y: float
    width: float
    height: float
    k: float
    dots: tuple[Dot, ...]
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    here: Dot | None = None

    @property
    def box(self) -> str:
        return f"{self.x:.4f} {self.y:.4f} {self.width:.4f} {self.height:.4f}"

    @property
    def r(self) -> float:
        return self.width / 110

    @property
    def font(self) -> float:
        return self.width / 42


LEAST = 0.6  # degrees shown at least
STEPS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


def spot_map(
    field: str,
    offices: Sequence[tuple[str, Spot]],
    sites: Sequence[tuple[str, Spot]],
    here: Spot | None,
) -> SpotMap | None:
    """Around the customer's own sites and the nearest office; None where nothing is known."""
    near = [spot for _, spot in sites] + ([here] if here else [])
    known = near + [spot for _, spot in (_nearest(offices, near) if near else offices)]
    if not known:
        return None
    lat = sum(spot.lat for spot in known) / len(known)
    k = max(0.2, cos(radians(lat)))
    xs, ys = [spot.lon * k for spot in known], [-spot.lat for spot in known]
    width = max(max(xs) - min(xs), (max(ys) - min(ys)) * 1.6, LEAST) * 1.35
    height = width / 1.6
    x, y = (min(xs) + max(xs) - width) / 2, (min(ys) + max(ys) - height) / 2
    step = next((s for s in STEPS if width / s <= 8), STEPS[-1])
    dots = [_dot(k, name, spot, "office") for name, spot in offices]
    dots += [_dot(k, name, spot, "site") for name, spot in sites]
    inside = tuple(d for d in dots if x < d.x < x + width and y < d.y < y + height)
    return SpotMap(
        field,
        x,
        y,
        width,
        height,
        k,
        inside,
        tuple(Line(at * k, f"{at:g}°E") for at in _whole(x / k, (x + width) / k, step)),
        tuple(Line(-at, f"{at:g}°N") for at in _whole(-y - height, -y, step)),
        _dot(k, "", here, "here") if here else None,
    )


def _nearest(offices: Sequence[tuple[str, Spot]], near: Sequence[Spot]) -> list[tuple[str, Spot]]:
    first = near[0]

    def away(one: tuple[str, Spot]) -> float:
        return abs(one[1].lat - first.lat) + abs(one[1].lon - first.lon)

    return sorted(offices, key=away)[:1]


def _dot(k: float, name: str, spot: Spot, kind: str) -> Dot:
    return Dot(spot.lon * k, -spot.lat, name, kind)


def _whole(start: float, end: float, step: float) -> list[float]:
    first = int(start / step) - 1
    found = [round((first + n) * step, 3) for n in range(int((end - start) / step) + 4)]
    return [at for at in found if start < at < end]
