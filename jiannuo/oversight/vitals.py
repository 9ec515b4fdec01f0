"""The house's vital signs as numbers, for whoever draws curves of them. Reads only, by index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jiannuo.archive import queries as archive
from jiannuo.cases import queries as cases
from jiannuo.clocks import canary, vitals
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.vitals import Lateness
from jiannuo.notices import queries as notices
from jiannuo.notices import vitals as telling

HOUR = timedelta(hours=1)
KNOWN = timedelta(days=1)  # a loop of which nothing was heard for so long is no loop any more

#: Bounds of the histogram of lateness, in seconds.
BOUNDS = (0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Vitals:
    """Ages are in seconds, None where there is nothing to be old. `failures`: by channel, what
    failed and is tried again, and what was given up within the hour."""

    running: int
    overdue: int
    oldest_unsent: float
    waiting: Mapping[str, int]
    failures: Mapping[str, int]
    lateness: Lateness
    beats: Mapping[str, float]
    canary: float | None
    jumps: int
    audit_waiting: int
    open_cases: Mapping[str, int]


def vital_signs(at: datetime) -> Vitals:
    """About a dozen questions."""
    oldest, song, waiting = notices.oldest_unsent(), canary.last_out(), telling.waiting()
    return Vitals(
        running=vitals.count_running(),
        overdue=clocks.overdue_unswept(at),
        oldest_unsent=_age(at, oldest) or 0.0,
        waiting={channel: one.count for channel, one in waiting.items()},
        failures=_failures(at, {channel: one.failing for channel, one in waiting.items()}),
        lateness=vitals.lateness(at, BOUNDS, HOUR),
        beats={one.loop: _age(at, one.beat_at) or 0.0 for one in vitals.beats(at - KNOWN)},
        canary=_age(at, song),
        jumps=vitals.count_jumps(),
        audit_waiting=archive.waiting(),
        open_cases=cases.open_by_level(),
    )


def _failures(at: datetime, failing: Mapping[str, int]) -> dict[str, int]:
    gone = telling.given_up(at, HOUR)
    channels = sorted({*failing, *gone} - {telling.UNADDRESSED})
    return {channel: failing.get(channel, 0) + gone.get(channel, 0) for channel in channels}


def _age(at: datetime, moment: datetime | None) -> float | None:
    return None if moment is None else max(0.0, (at - moment).total_seconds())
