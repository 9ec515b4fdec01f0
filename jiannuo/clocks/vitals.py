"""Vital signs of the clocks: is what falls due being fired, by whom, how late. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jiannuo.clocks.models import RUNNING, Beat, Clock, Jump
from jiannuo.kernel.moment import held

SWEEP = "sweep"  # the loop that fires


@dataclass(frozen=True, slots=True)
class Pulse:
    """`first_due`: what should fire next; `swept_at`: when a sweep last went well, whoever ran
    it; None: never. `at`: what the clock shows by which both are judged, the database's own."""

    first_due: datetime | None
    swept_at: datetime | None
    at: datetime


def pulse() -> Pulse:
    """One question, asked by every page."""
    with connection.cursor() as cursor:
        cursor.execute(
            """select (select min(sweep_at) from clocks_trigger where state = 'armed'),
              (select max(well_at) from clocks_beat where loop = %s), statement_timestamp()""",
            [SWEEP],
        )
        first_due, swept_at, at = cursor.fetchone()
    return Pulse(first_due, swept_at, held() or at)


@dataclass(frozen=True, slots=True)
class LoopBeat:
    """A loop over all workers: its newest sign of life, its newest without trouble, and what the
    newest one complained of."""

    loop: str
    beat_at: datetime
    well_at: datetime | None
    trouble: str


def beats(since: datetime) -> list[LoopBeat]:
    """Every loop that gave a sign of life since then."""
    found: dict[str, list[Beat]] = {}
    for row in Beat.objects.filter(beat_at__gte=since).order_by("loop", "-beat_at"):
        found.setdefault(row.loop, []).append(row)
    return [
        LoopBeat(
            loop,
            rows[0].beat_at,
            max((row.well_at for row in rows if row.well_at is not None), default=None),
            rows[0].trouble,
        )
        for loop, rows in found.items()
    ]


def troubles(loop: str, since: datetime) -> list[str]:
    """What this loop complains of since then, worker by worker."""
    rows = Beat.objects.filter(loop=loop, beat_at__gte=since).exclude(trouble="")
    return [f"{row.worker} {row.trouble}" for row in rows.order_by("worker")]


@dataclass(frozen=True, slots=True)
class Jumped:
    """The server's clock jumped: when that was noticed, by how many seconds."""

    at: datetime
    seconds: float


def jumps(since: datetime) -> list[Jumped]:
    """The newest first."""
    rows = Jump.objects.filter(noticed_at__gte=since).order_by("-noticed_at")
    return [Jumped(row.noticed_at, row.seconds) for row in rows]


def count_jumps() -> int:
    return Jump.objects.count()


def count_running() -> int:
    """Clocks that run, drills too: their index answers alone."""
    return Clock.objects.filter(RUNNING).count()


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late things fired: how many within each bound and beyond the last, and seconds in all."""

    counts: tuple[int, ...]
    seconds: float


# What an event raised itself was never waited for. A trigger that was set up after its moment is
# as late as that, whoever is to blame.
_LATE = """
select width_bucket(late, %(bounds)s::float8[]), count(*), sum(late)
from (select extract(epoch from fired_at - fire_at)::float8 as late from clocks_fired
  where fired_at >= %(since)s and by <> 'event' offset 0) found
group by 1
"""


def lateness(at: datetime, bounds: Sequence[float], span: timedelta) -> Lateness:
    """Of what fired within the span before `at`; `bounds` in seconds, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(_LATE, {"bounds": list(bounds), "since": at - span})
        found = {bucket: (count, seconds) for bucket, count, seconds in cursor.fetchall()}
    counts = tuple(found.get(n, (0, 0.0))[0] for n in range(len(bounds) + 1))
    return Lateness(counts, sum(seconds for _, seconds in found.values()))
