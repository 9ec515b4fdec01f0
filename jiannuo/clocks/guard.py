"""The clock guard: does the server's time run as time runs? And which loops are alive."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F

from jiannuo.clocks.models import Beat, Jump, Trigger
from jiannuo.clocks.sweeping import me
from jiannuo.notices.commands import Note, post
from jiannuo.notices.sending import mend_after_jump

JUMP = 5.0  # seconds that may lie between the database's clock and the monotonic one
HOLD = timedelta(seconds=60)  # how long outward notices wait at most
DOUBT = timedelta(seconds=60)  # how long what fires is marked

#: The subject of what is told about the house itself.
HOUSE = UUID("00000000-0000-4000-8000-6a69616e6e75")


def database_time() -> datetime:
    """The database's clock, which is the one that counts."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


@dataclass
class Guard:
    """Compares the database's clock with this process's monotonic one, round by round.

    A machine that slept, a clock set by hand, a time server that came back: what fires around it
    is marked, what goes out waits a minute at most, and the administrator hears. Nothing that
    fired is taken back.
    """

    seen: datetime | None = None
    ticked: float = 0.0
    in_doubt_until: float = 0.0

    def look(self) -> float:
        """By how many seconds the clock jumped since the last look; 0.0 where it did not."""
        at, tick = database_time(), time.monotonic()
        before, ticked = self.seen, self.ticked
        self.seen, self.ticked = at, tick
        if before is None:
            return self._since_last_beat(at)
        off = (at - before).total_seconds() - (tick - ticked)
        if abs(off) <= JUMP:
            return 0.0
        self._note(at, off)
        return off

    @property
    def doubtful(self) -> bool:
        return time.monotonic() < self.in_doubt_until

    def _since_last_beat(self, at: datetime) -> float:
        """At the start: a beat from the future says that the clock went back while we were away.
        A beat long ago says that we were away, and nothing of the clock."""
        last = Beat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
        ahead = (last - at).total_seconds() if last is not None else 0.0
        if ahead <= JUMP:
            return 0.0
        self._note(at, -ahead)
        return -ahead

    def _note(self, at: datetime, off: float) -> None:
        self.in_doubt_until = time.monotonic() + DOUBT.total_seconds()
        note_jump(at, off)


@transaction.atomic
def note_jump(at: datetime, seconds: float) -> None:
    """Keep that the clock jumped, tell the administrator, and mend what waits by the wrong time.

    Two workers that notice the same jump note it once.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('jiannuo clock jump'))")
    near = Jump.objects.filter(noticed_at__gt=at - HOLD, noticed_at__lt=at + HOLD)
    if any(abs(other.seconds - seconds) < JUMP for other in near):
        return
    Jump.objects.create(noticed_at=at, seconds=seconds, hold_until=at + HOLD, worker=me())
    if seconds < 0:
        _mend(at)
    post(
        [
            Note(
                key=f"clock_jump:{uuid4()}",
                kind="clock_jump",
                subject_kind="house",
                subject=HOUSE,
                to_role="admin",
                payload={"what": _said(seconds), "moment": at.isoformat()},
                urgency=2,
            )
        ]
    )


def _said(seconds: float) -> list[str]:
    ahead = seconds > 0
    return [
        f"{'快' if ahead else '慢'} {abs(seconds):.0f} 秒",
        f"{abs(seconds):.0f} s {'ahead' if ahead else 'back'}",
    ]


def _mend(at: datetime) -> None:
    """The clock went back: what was put off by the wrong time waits no longer than by the right
    one. Nothing is fired earlier than its own moment."""
    late = Trigger.objects.filter(state="armed", sweep_at__gt=at, rests_until__isnull=True)
    late.exclude(sweep_at=F("fire_at")).update(sweep_at=F("fire_at"))
    mend_after_jump(at, timedelta(minutes=5))


def holding() -> bool:
    """Do outward notices wait, because the clock jumped within the last minute?"""
    at = database_time()
    return Jump.objects.filter(
        hold_until__gt=at, noticed_at__lte=at + timedelta(seconds=1)
    ).exists()


def beat(loop: str, began_at: datetime, trouble: str = "") -> None:
    """A sign of life of one loop of this process."""
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into clocks_beat
              (loop, worker, began_at, beat_at, well_at, rounds, trouble)
            select %(loop)s, %(by)s, %(began)s, at, case when %(trouble)s = '' then at end, 1,
              %(trouble)s from clock_timestamp() at
            on conflict (loop, worker) do update set beat_at = excluded.beat_at,
              well_at = coalesce(excluded.well_at, clocks_beat.well_at),
              rounds = clocks_beat.rounds + 1, trouble = excluded.trouble""",
            {"loop": loop, "by": me(), "began": began_at, "trouble": trouble[:200]},
        )


def forget_beats(before: datetime) -> int:
    """Loops of processes that are long gone."""
    return Beat.objects.filter(beat_at__lt=before).delete()[0]
