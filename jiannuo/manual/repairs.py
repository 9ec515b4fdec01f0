"""Two repairs of the same problem without lasting success: the device is owed anew (2, A9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jiannuo.manual.profile import Profile

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Repair:
    """A repair of a device's problem; `counts`: product quality, and in warranty."""

    device: str
    problem: str
    place: Place
    counts: bool


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An engineer confirmed the same problem again; `case` is where."""

    device: str
    problem: str
    place: Place
    case: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The count for one device and problem: the streak at the end, what restarted it, what
    did not count, and the confirmation that makes the replacement due (none or one)."""

    device: str
    problem: str
    counted: tuple[datetime, ...]
    resets: tuple[datetime, ...]
    not_counted: tuple[datetime, ...]
    triggers: tuple[Recurrence, ...]


@dataclass(slots=True)
class _Streak:
    window: timedelta
    counted: list[datetime] = field(default_factory=list)
    resets: list[datetime] = field(default_factory=list)

    def add(self, at: datetime) -> None:
        if self.counted and at - self.counted[-1] > self.window:
            self.resets.append(at)
            self.counted = []
        self.counted.append(at)


def tally(
    profile: Profile,
    repairs: Sequence[Repair],
    again: Sequence[Recurrence],
    replaced: Mapping[str, Place],
) -> list[Tally]:
    """One tally for each device and problem that was ever repaired, in order of first repair.

    `replaced`: when each device was replaced, if it was.
    """
    pairs = dict.fromkeys((r.device, r.problem) for r in sorted(repairs, key=lambda r: r.place))
    return [
        _one(
            profile,
            pair,
            [r for r in repairs if (r.device, r.problem) == pair],
            [c for c in again if (c.device, c.problem) == pair],
            replaced.get(pair[0]),
        )
        for pair in pairs
    ]


def _one(
    profile: Profile,
    pair: tuple[str, str],
    repairs: Iterable[Repair],
    again: Iterable[Recurrence],
    replaced: Place | None,
) -> Tally:
    window = timedelta(days=profile.value("house.recurrence_window_days"))
    enough = profile.value("replacement.failed_repairs")
    streak = _Streak(window)
    ignored: list[datetime] = []
    triggers: list[Recurrence] = []
    steps: list[Repair | Recurrence] = sorted([*repairs, *again], key=lambda x: x.place)
    for step in steps:
        if isinstance(step, Repair):
            if step.counts:
                streak.add(step.place[0])
            else:
                ignored.append(step.place[0])
        elif (
            not triggers
            and len(streak.counted) >= enough
            and step.place[0] - streak.counted[-1] <= window
            and (replaced is None or step.place < replaced)
        ):
            triggers.append(step)
    return Tally(
        *pair, tuple(streak.counted), tuple(streak.resets), tuple(ignored), tuple(triggers)
    )
