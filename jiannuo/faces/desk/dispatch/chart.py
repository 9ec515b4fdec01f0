"""A map without tiles: places by their coordinates, scaled to what there is, with rings of
distance around the office. Needs no network. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

from jiannuo.manual.distance import Spot

WIDTH, HEIGHT, MARGIN = 900.0, 380.0, 46.0
DEGREE_KM = 111.2
LEAST_KM = 12.0  # a map of one place is not a point
FINER = (5.0, 10.0, 20.0)
#: Which mark covers which, where two stand at one place.
ORDER = ("office", "chosen", "need", "visit", "person", "fill")
LINE = 15.0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place: kind "office", "chosen", "need", "visit", "person" or "fill"."""

    kind: str
    spot: Spot
    label: str
    href: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark on the sheet; `lx`, `ly`, `anchor`: its label, left out where there is no room."""

    kind: str
    x: float
    y: float
    label: str
    href: str
    title: str
    lx: float
    ly: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Ring:
    x: float
    y: float
    r: float
    label: str
    lx: float
    ly: float


@dataclass(frozen=True, slots=True)
class Track:
    """A straight line from somebody to where he goes."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Chart:
    marks: tuple[Placed, ...]
    rings: tuple[Ring, ...]
    tracks: tuple[Track, ...]
    scale_km: int
    scale_px: float
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True)
class _Sheet:
    """Equirectangular: degrees of longitude shrink with the latitude of the middle."""

    lat: float
    lon: float
    px: float  # of a kilometre

    def at(self, spot: Spot) -> tuple[float, float]:
        east = (spot.lon - self.lon) * cos(radians(self.lat)) * DEGREE_KM
        north = (spot.lat - self.lat) * DEGREE_KM
        return round(WIDTH / 2 + east * self.px, 1), round(HEIGHT / 2 - north * self.px, 1)


def _sheet(spots: Sequence[Spot]) -> _Sheet:
    lats, lons = [s.lat for s in spots], [s.lon for s in spots]
    lat, lon = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    high = max((max(lats) - min(lats)) * DEGREE_KM, LEAST_KM)
    wide = max((max(lons) - min(lons)) * cos(radians(lat)) * DEGREE_KM, LEAST_KM)
    px = min((WIDTH - 2 * MARGIN - 120) / wide, (HEIGHT - 2 * MARGIN) / high)
    return _Sheet(lat, lon, px)


def chart(
    marks: Iterable[Mark],
    rings: Iterable[tuple[float, str]] = (),
    centre: Spot | None = None,
    tracks: Iterable[tuple[Spot, Spot, str]] = (),
    fit: Sequence[Spot] = (),
) -> Chart | None:
    """None where there is nothing to show. `fit`: the places it is scaled to, else all of them;
    `rings`: (km, label) around `centre`."""
    wanted = list(_one_a_place(marks))
    spots = list(fit) or [m.spot for m in wanted]
    if not spots:
        return None
    sheet = _sheet(spots)
    km, px = _scale(sheet)
    inside = [m for m in wanted if _on(*sheet.at(m.spot))]
    circles = _rings_or_finer(sheet, centre, list(rings)) if centre is not None else ()
    placed = list(_labelled(inside, sheet, circles))
    return Chart(
        tuple(reversed(placed)),  # what matters most is drawn last
        circles,
        tuple(Track(*sheet.at(a), *sheet.at(b), kind) for a, b, kind in tracks),
        km,
        px,
    )


def _on(x: float, y: float) -> bool:
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _one_a_place(marks: Iterable[Mark]) -> Iterable[Mark]:
    """What matters most stands for a place; the others are named in its title."""
    found: dict[tuple[float, float], list[Mark]] = {}
    for mark in marks:
        found.setdefault((round(mark.spot.lat, 3), round(mark.spot.lon, 3)), []).append(mark)
    for here in found.values():
        here.sort(key=lambda m: ORDER.index(m.kind))
        titles = dict.fromkeys(m.title or m.label for m in here)
        names = dict.fromkeys(m.label for m in here if m.kind in ("person", here[0].kind))
        first = here[0]
        yield Mark(first.kind, first.spot, " ".join(names), first.href, " / ".join(titles))


def _rings_or_finer(
    sheet: _Sheet, centre: Spot, rings: Sequence[tuple[float, str]]
) -> tuple[Ring, ...]:
    """Where the map is of a town, plain distances."""
    found = tuple(_rings(sheet, centre, rings))
    return found or tuple(_rings(sheet, centre, [(km, f"{km:g} km") for km in FINER]))


def _rings(sheet: _Sheet, centre: Spot, rings: Iterable[tuple[float, str]]) -> Iterable[Ring]:
    x, y = sheet.at(centre)
    for km, label in rings:
        r = round(km * sheet.px, 1)
        if not 24 <= r <= WIDTH * 0.8:
            continue
        half = _wide(label) / 2
        tries = ((x, y - r - 4), (x, y + r + 14), (x + r - half - 8, y), (x - r + half + 8, y))
        found = next((p for p in tries if half < p[0] < WIDTH - half and 14 < p[1] < HEIGHT), None)
        if found is not None:
            yield Ring(x, y, r, label, round(found[0], 1), round(found[1], 1))


def _scale(sheet: _Sheet) -> tuple[int, float]:
    """A round number of kilometres and how long it is drawn."""
    wanted = 110 / sheet.px
    found = max((n for n in (1, 2, 5, 10, 20, 50, 100, 200, 500) if n <= wanted), default=1)
    return found, round(found * sheet.px, 1)


# -- labels ---------------------------------------------------------------------------------------

Box = tuple[float, float, float, float]


def _labelled(marks: Sequence[Mark], sheet: _Sheet, rings: Sequence[Ring]) -> Iterable[Placed]:
    """Labels where there is room for them, what matters most first: right, left, above, below."""
    half = {ring.label: _wide(ring.label) / 2 for ring in rings}
    taken: list[Box] = [
        (r.lx - half[r.label], r.ly - LINE, r.lx + half[r.label], r.ly + 3) for r in rings
    ]
    for mark in marks:
        x, y = sheet.at(mark.spot)
        taken.append((x - 7, y - 7, x + 7, y + 7))
    for mark in sorted(marks, key=lambda m: ORDER.index(m.kind)):
        x, y = sheet.at(mark.spot)
        lx, ly, anchor = _room(x, y, _wide(mark.label), taken)
        shown = mark.label if anchor else ""
        yield Placed(mark.kind, x, y, shown, mark.href, mark.title or mark.label, lx, ly, anchor)


def _room(x: float, y: float, wide: float, taken: list[Box]) -> tuple[float, float, str]:
    tries = (
        (x + 11, y + 4, "start", x + 11),
        (x - 11, y + 4, "end", x - 11 - wide),
        (x, y - 12, "middle", x - wide / 2),
        (x, y + 21, "middle", x - wide / 2),
    )
    for lx, ly, anchor, left in tries:
        box = (left, ly - LINE + 3, left + wide, ly + 3)
        inside = left >= 2 and left + wide <= WIDTH - 2 and box[1] >= 0 and box[3] <= HEIGHT
        if inside and not any(_meet(box, other) for other in taken):
            taken.append(box)
            return round(lx, 1), round(ly, 1), anchor
    return 0.0, 0.0, ""


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _wide(label: str) -> float:
    return sum(12.5 if ord(char) > 0x2E7F else 7.0 for char in label) + 4
