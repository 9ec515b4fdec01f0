"""The clock guard: does the server's time run as time runs? And which loops are alive."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import F, Q

from jiannuo.clocks import arming
from jiannuo.clocks.models import Beat, Jump, Trigger
from jiannuo.clocks.sweeping import me
from jiannuo.kernel import moment
from jiannuo.notices import sending
from jiannuo.notices.commands import Note, post

log = logging.getLogger("jiannuo.guard")

JUMP = 5.0  # seconds that may lie between the database's clock and the monotonic one
HOLD = timedelta(seconds=60)  # how long outward notices wait at most
DOUBT = timedelta(seconds=60)  # how long what fires is marked
PROMPT = 0.5  # seconds that the database may take to tell the time

#: The subject of what is told about the house itself.
HOUSE = UUID("00000000-0000-4000-8000-6a69616e6e75")


def database_time() -> datetime:
    """The database's clock, which is the one that counts."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def keep_time() -> timedelta:
    """Go by the database's clock in this process; by how much the machine's own is ahead."""
    asked = time.monotonic()
    return _follow(database_time(), asked)


def _follow(at: datetime, asked: float) -> timedelta:
    """An answer that was long on its way says nothing."""
    return moment.follow(at) if time.monotonic() - asked < PROMPT else timedelta()


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
        """By how many seconds the clock jumped since the last look; 0.0 where it did not. A jump
        that could not be noted is seen again at the next look. This process goes by what it saw."""
        asked = time.monotonic()
        at, tick = database_time(), time.monotonic()
        _follow(at, asked)
        off = self._off(at, tick)
        if abs(off) > JUMP and not self._noted(at, off):
            return off
        self.seen, self.ticked = at, tick
        return off if abs(off) > JUMP else 0.0

    def _off(self, at: datetime, tick: float) -> float:
        if self.seen is None:
            return _since_last_beat(at)
        return (at - self.seen).total_seconds() - (tick - self.ticked)

    @property
    def doubtful(self) -> bool:
        return time.monotonic() < self.in_doubt_until

    def _noted(self, at: datetime, off: float) -> bool:
        """What fires goes on all the same: only in doubt."""
        self.in_doubt_until = time.monotonic() + DOUBT.total_seconds()
        try:
            note_jump(at, off)
        except Exception:
            log.exception("the clock jumped by %.0f s, and it could not be noted", off)
            return False
        return True


def _since_last_beat(at: datetime) -> float:
    """At the start: a beat from the future says that the clock went back while we were away. A
    beat long ago says that we were away, and nothing of the clock."""
    last = Beat.objects.order_by("-beat_at").values_list("beat_at", flat=True).first()
    return min(0.0, (at - last).total_seconds()) if last is not None else 0.0


@transaction.atomic
def note_jump(at: datetime, seconds: float) -> None:
    """Keep that the clock jumped, tell the administrator, and mend what waits by the wrong time.

    Two workers that notice the same jump note it once.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('jiannuo clock jump'))")
    if seconds < 0:
        _clamp_beats(at)
    near = Jump.objects.filter(noticed_at__gt=at - HOLD, noticed_at__lt=at + HOLD)
    if any(abs(other.seconds - seconds) < JUMP for other in near):
        return
    Jump.objects.create(noticed_at=at, seconds=seconds, hold_until=at + HOLD, worker=me())
    if seconds < 0:
        _mend(at, timedelta(seconds=seconds))
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


def _clamp_beats(at: datetime) -> None:
    """Nobody was alive in the future: the beats of a dead worker would tell of this jump to
    everybody who starts, and of a sweep that is well, until time has caught up with them."""
    Beat.objects.filter(beat_at__gt=at).update(beat_at=at)
    Beat.objects.filter(well_at__gt=at).update(well_at=at)


def _mend(at: datetime, off: timedelta) -> None:
    """The clock went back: what was put off by the wrong time waits no longer than by the right
    one. Nothing is fired earlier than its own moment."""
    late = Trigger.objects.filter(state="armed", sweep_at__gt=at, rests_until__isnull=True)
    late.exclude(sweep_at=F("fire_at")).update(sweep_at=F("fire_at"))
    put_off = Q(sweep_at__gt=at) & Q(sweep_at__gt=F("fire_at"))
    resting = Trigger.objects.filter(Q(rests_until__gt=at) | put_off, state="armed")
    for row in resting.select_for_update().order_by("id"):
        if row.rests_until is not None:
            row.sweep_at = row.fire_at
            arming.postpone(row, _rest_by(row.rests_until, at, off))
    sending.mend(at)


def _rest_by(until: datetime, at: datetime, off: timedelta) -> datetime:
    """Until when a ladder rests that was told so by the wrong time. One that began before that
    goes on a little early: rather once too often than hours too late."""
    return min(until, max(at, until + off))


def holding() -> bool:
    """Do outward notices wait, because the clock jumped within the last minute?"""
    at = database_time()
    return Jump.objects.filter(
        hold_until__gt=at, noticed_at__lte=at + timedelta(seconds=1)
    ).exists()


def beat(loop: str, began_at: datetime, trouble: str = "") -> None:
    """A sign of life of one loop of this process, which goes by the database's clock."""
    asked = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(
            """insert into clocks_beat
              (loop, worker, began_at, beat_at, well_at, rounds, trouble)
            select %(loop)s, %(by)s, %(began)s, at, case when %(trouble)s = '' then at end, 1,
              %(trouble)s from clock_timestamp() at
            on conflict (loop, worker) do update set beat_at = excluded.beat_at,
              well_at = coalesce(excluded.well_at, clocks_beat.well_at),
              rounds = clocks_beat.rounds + 1, trouble = excluded.trouble
            returning beat_at""",
            {"loop": loop, "by": me(), "began": began_at, "trouble": trouble[:200]},
        )
        _follow(cursor.fetchone()[0], asked)


def forget_beats(before: datetime) -> int:
    """Loops of processes that are long gone."""
    return Beat.objects.filter(beat_at__lt=before).delete()[0]
