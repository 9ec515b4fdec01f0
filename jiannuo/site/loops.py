"""The worker's loops: each one thing, at its own pace, alone with its own troubles."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from jiannuo.archive import passages
from jiannuo.archive.commands import seal
from jiannuo.clocks import canary, guard
from jiannuo.clocks.guard import Guard
from jiannuo.clocks.sweeping import Bound
from jiannuo.journey import addressing, delivering, watching, what_if
from jiannuo.journey.assignment import pass_on_silent
from jiannuo.journey.bringing import working
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.undecided import decide_silent
from jiannuo.kernel.moment import now
from jiannuo.notices.canary import LOOPBACK
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.rules import INBOX
from jiannuo.oversight import tallying
from jiannuo.site import environment, watchdog

log = logging.getLogger("jiannuo.worker")

BATCH = 500
BACKLOG = 5000  # of what an outage left: in few large bites
SETTLES = 15.0  # seconds in which a worker that began does what an outage left
AFTER_TROUBLE = 2.0  # seconds, so that a database that is away is not hammered
BEAT_EVERY = 2.0  # seconds between two signs of life of a loop


@dataclass(frozen=True, slots=True)
class Loop:
    """`turn` does what there is to do and says how much that was; 0: wait for the pace."""

    name: str
    pace: float
    turn: Callable[[threading.Event], int]


class Complaint(Exception):
    """Something is wrong that a turn can live with: its beat says so, and the next turn comes at
    its pace."""


@dataclass
class Sweep:
    """Fires what falls due. After an outage the worst levels come first."""

    bound: Bound = field(default_factory=Bound)
    guard: Guard = field(default_factory=Guard)
    bite: int = BATCH

    def __call__(self, stop: threading.Event) -> int:
        if self.guard.look() < 0:  # what it has swept up to lies in the future now
            self.bound = Bound()
        at, since = guard.database_time(), self.bound.since()
        bite = self.bite
        fired = fire_due(
            bite,
            since=since,
            worst_first=since is None,
            doubt=self.guard.doubtful,
        )
        self.bound.swept(since, at, whole=fired < bite)
        self.bite = BACKLOG if fired == bite else BATCH
        return fired if fired == bite else 0


@dataclass
class Deliver:
    """One channel's own sender, so that a slow one holds up no other."""

    channel: str
    base: str
    asked_at: float = 0.0
    on: bool = False

    def __call__(self, stop: threading.Event) -> int:
        if time.monotonic() - self.asked_at > 1.0:
            self.on = self.channel in delivering.outward()
            self.asked_at = time.monotonic()
        if not self.on or guard.holding():
            return 0

        def ends() -> bool:
            """Asked before each message: the clock may have jumped since the one before."""
            return stop.is_set() or guard.holding()

        return delivering.deliver(self.channel, self.base, ends=ends)


@dataclass
class Audit:
    """The watchdog's look. What fell due while nobody ran is the sweep's first: no alarm before it
    had its turn."""

    env: environment.Environment
    began: float = field(default_factory=time.monotonic)

    def __call__(self, stop: threading.Event) -> int:
        return watchdog.audit(self.env, alarm=time.monotonic() - self.began > SETTLES)


def loop_back(stop: threading.Event) -> int:
    """The canary's way out: a sender like the others, into nothing."""
    canary.hand_on()
    return delivering.deliver(LOOPBACK, "", ends=stop.is_set)


def read_texts(_: threading.Event) -> int:
    """What an older release wrote becomes findable; what is written now comes into the index
    here, so that no report waits for it."""
    passages.tidy()
    return passages.read_on(500)


def keep_time(_: threading.Event) -> int:
    """A worker whose machine shows another time goes by the database's, and says so."""
    ahead = guard.keep_time().total_seconds()
    if abs(ahead) > guard.JUMP:
        zh, en = ("快", "ahead of") if ahead > 0 else ("慢", "behind")
        raise Complaint(
            f"本机时钟比数据库{zh} {abs(ahead):.0f} 秒，按数据库的时间工作；"
            f"this machine's clock is {abs(ahead):.0f} s {en} the database's, which is followed"
        )
    return 0


def loops(env: environment.Environment) -> list[Loop]:
    """Every loop of a worker."""
    outward = [
        Loop(f"deliver.{code}", 0.3, Deliver(code, env.url)) for code in CHANNELS if code != INBOX
    ]
    return [
        Loop("sweep", 0.2, Sweep()),
        Loop("address", 0.2, lambda _: addressing.address_in_time()),
        *outward,
        Loop(f"deliver.{LOOPBACK}", 1.0, loop_back),
        Loop("pass_on", 1.0, lambda _: pass_on_silent()),
        Loop("decide", 1.0, lambda _: decide_silent()),
        Loop("seal", 5.0, lambda _: seal()),
        Loop("texts", 2.0, read_texts),
        Loop("lists", 0.5, lambda _: working.work()),
        Loop("figures", 2.0, lambda _: tallying.refresh()),
        Loop("what_if", 2.0, lambda _: what_if.go_on()),
        Loop("clock", 10.0, keep_time),
        Loop("audit", 10.0, Audit(env)),
        Loop("canary", 300.0, lambda _: watchdog.sing()),
        Loop("plan", 300.0, lambda _: watching.plan()),
        Loop("refold", 60.0, watching.refold_tonight),
    ]


def run(loop: Loop, stop: threading.Event) -> None:
    """Turn after turn until told to stop. No failure ends it: the next turn may do what this one
    could not."""
    began, told = now(), 0.0
    pause = 0.0
    while not stop.wait(pause):
        trouble = ""
        try:
            did = loop.turn(stop)
            pause = 0.0 if did else loop.pace
        except Complaint as said:
            log.warning("%s: %s", loop.name, said)
            trouble, pause = str(said), loop.pace
        except Exception as error:
            log.exception("%s: a turn failed; again in %s s", loop.name, AFTER_TROUBLE)
            trouble, pause = f"{type(error).__name__}: {error}", max(AFTER_TROUBLE, 0.0)
            connection.close()
        if trouble or time.monotonic() - told > BEAT_EVERY:
            told = time.monotonic()
            _beat(loop.name, began, trouble)
    connection.close()


def _beat(name: str, began: datetime, trouble: str) -> None:
    try:
        guard.beat(name, began, trouble)
    except Exception:
        log.warning("%s: no sign of life could be left", name)
        connection.close()
