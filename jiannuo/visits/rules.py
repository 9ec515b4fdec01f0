"""How long the way is, what an engineer's day is taken by, where two things overlap (7.4 B 1). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.manual.distance import Spot, great_circle_km
from jiannuo.manual.policy import number
from jiannuo.manual.profile import Profile

ROUND = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast we are; all of it the house's own estimate."""

    get_ready: timedelta
    kmh: float
    detour: float
    work: timedelta
    radius_km: float

    def km(self, one: Spot, other: Spot) -> float:
        """Road between two places, estimated from the air line."""
        return great_circle_km(one, other, self.radius_km) * self.detour

    def way(self, km: float) -> timedelta:
        """To the next five minutes."""
        minutes = km / self.kmh * 60
        return ROUND * -(-minutes // 5)


def pace(profile: Profile) -> Pace:
    return Pace(
        profile.span("house.travel.get_ready"),
        float(number(profile.value("house.travel.kmh"))),
        float(number(profile.value("house.travel.detour"))),
        profile.span("house.travel.work"),
        float(number(profile.value("distance.earth_radius_km"))),
    )


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch that is taken: kind "visit" or "away". `place`: where he is at the end of it;
    `ref`: of which case; `sure`: somebody said so, else it is our estimate; `over`: he should be
    through with it, and nobody knows when he will be."""

    start: datetime
    end: datetime
    kind: str = "visit"
    place: Spot | None = None
    ref: str = ""
    sure: bool = True
    over: bool = False


def overlapping(busy: Iterable[Busy], start: datetime, end: datetime) -> list[Busy]:
    """What lies anywhere in the stretch, not only at its beginning; touching is no overlap."""
    return [one for one in busy if one.start < end and start < one.end]


def clashes(busy: Iterable[Busy], start: datetime, end: datetime) -> tuple[str, ...]:
    """The reasons a gate is told, each once: "booked_then", "away_then"."""
    kinds = {one.kind for one in overlapping(busy, start, end)}
    return tuple(CLASHES[kind] for kind in CLASHES if kind in kinds)


CLASHES = {"visit": "booked_then", "away": "away_then"}


@dataclass(frozen=True, slots=True)
class Stay:
    """A visit as it stands, for the lane of its engineer: sent, expected, arrived, left.
    `km`: from the office to the site."""

    ref: str
    place: Spot | None
    sent_at: datetime | None
    expected_at: datetime | None
    expected_until: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    km: float | None = None

    @property
    def open(self) -> bool:
        return self.left_at is None


@dataclass(frozen=True, slots=True)
class Course:
    """When he goes, is there, leaves: as it was, else as expected. `arrived` and `left` tell which
    of it is known; `meant`: when he was to be there; `over`: he should be through."""

    start: datetime
    meant: datetime
    there: datetime
    end: datetime
    arrived: bool
    left: bool
    over: bool = False


def course(stay: Stay, at: datetime, pace: Pace) -> Course:
    """The course of a visit as far as it is known at a moment, the rest estimated. One that runs
    on has not ended before now."""
    start = stay.sent_at or stay.arrived_at or at
    way = pace.get_ready + pace.way(stay.km or 0.0)
    meant = stay.expected_at or stay.arrived_at or start + way
    there = stay.arrived_at or max(meant, at)
    start = min(start, there)
    if stay.left_at is not None:
        return Course(start, meant, there, max(there, stay.left_at), True, True)
    planned = stay.expected_until
    work = pace.work if planned is None or planned <= meant else planned - meant
    end, arrived = there + work, stay.arrived_at is not None
    if not arrived:
        return Course(start, meant, there, end, False, False)
    return Course(start, meant, there, max(end, at + ROUND), True, False, end < at)


def busy_with(stay: Stay, at: datetime, pace: Pace) -> Busy:
    found = course(stay, at, pace)
    sure = stay.left_at is not None or stay.expected_until is not None
    return Busy(found.start, found.end, "visit", stay.place, stay.ref, sure, found.over)


def free_windows(
    busy: Iterable[Busy], start: datetime, end: datetime, least: timedelta
) -> list[tuple[datetime, datetime]]:
    """The stretches between what is taken that are long enough."""
    found, at = [], start
    for one in sorted(busy, key=lambda b: b.start):
        if one.start - at >= least:
            found.append((at, min(one.start, end)))
        at = max(at, one.end)
    if end - at >= least:
        found.append((at, end))
    return [(a, b) for a, b in found if b - a >= least and a < end]
