"""What goes wrong: one small function each, which does it, lets it be, mends it, and gives the
proof that it happened. `NotProven` says why there is none."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import psycopg

from jiannuo.kernel.moment import now
from tests.chaos.crew import Crew
from tests.chaos.gateway import Gateway, count
from tests.chaos.ground import SLACK, Ground

LEASE = 30.0  # seconds: for so long a sender may hold what it sends
SLEEPER = "deliver"
HOUR = 3600.0
HELD_BACK = 75.0  # seconds: longer than messages wait after a jump of the clock


class NotProven(Exception):
    """The fault was tried; nothing shows that it happened."""


@dataclass
class Scene:
    """What the faults befall."""

    ground: Ground
    crew: Crew
    gateway: Gateway


Act = Callable[[Scene, Random], str]


@dataclass(frozen=True, slots=True)
class Fault:
    """`lane`: faults of one lane come one after another, lanes side by side. `needs`: what the
    machine must allow."""

    name: str
    lane: str
    weight: int
    act: Act
    needs: str = ""


FAULTS: dict[str, Fault] = {}


def fault(lane: str, weight: int = 1, needs: str = "") -> Callable[[Act], Act]:
    def register(act: Act) -> Act:
        FAULTS[act.__name__] = Fault(act.__name__, lane, weight, act, needs)
        return act

    return register


# -- processes ----------------------------------------------------------------------------------


def killed(scene: Scene, rnd: Random, names: tuple[str, ...]) -> str:
    name = rnd.choice([name for name in names if not scene.crew.hands[name].frozen])
    if not scene.crew.kill(name, away=rnd.uniform(0.1, 1.5)):
        raise NotProven(f"{name} was not there to be killed")
    time.sleep(2.0)
    return f"{name} died of SIGKILL"


@fault("processes", 3)
def kill_web(scene: Scene, rnd: Random) -> str:
    return killed(scene, rnd, ("web-0", "web-1"))


@fault("processes", 3)
def kill_worker(scene: Scene, rnd: Random) -> str:
    return killed(scene, rnd, ("worker",))


@fault("processes", 4)
def kill_one_loop(scene: Scene, rnd: Random) -> str:
    return killed(scene, rnd, ("sweep", "address", "deliver"))


@fault("ice")
def freeze_past_lease(scene: Scene, rnd: Random) -> str:
    """Somebody who holds messages to send sleeps for longer than he may hold them, and wakes."""
    held = _frozen_while_it_sends(scene)
    began = time.monotonic()
    time.sleep(LEASE + rnd.uniform(1.0, 3.0))
    still = scene.crew.hands[SLEEPER].state() == "T"
    scene.crew.thaw(SLEEPER)
    if not still:
        raise NotProven(f"{SLEEPER} did not stay frozen")
    return f"{SLEEPER} slept {time.monotonic() - began:.0f} s on {held} leases"


def _frozen_while_it_sends(scene: Scene) -> int:
    """How many messages it holds, frozen."""
    until = time.monotonic() + HELD_BACK
    while time.monotonic() < until:
        try:
            with scene.ground.connect() as connection:
                while time.monotonic() < until:
                    if _leases(connection, scene.crew) and scene.crew.freeze(SLEEPER):
                        if held := _leases(connection, scene.crew):
                            return held
                        scene.crew.thaw(SLEEPER)
                    time.sleep(0.01)
        except psycopg.Error:
            time.sleep(0.2)
    raise NotProven(f"{SLEEPER} had nothing to send")


def _leases(connection: psycopg.Connection, crew: Crew) -> int:
    query = """select count(*) from notices_delivery where state = 'waiting'
        and leased_by like %s and next_at > clock_timestamp()"""
    rows = connection.execute(query, [f"%:{crew.hands[SLEEPER].pid}"]).fetchall()
    return int(rows[0][0])


# -- the database -------------------------------------------------------------------------------


@fault("database", 3)
def cut_connections(scene: Scene, rnd: Random) -> str:
    """Every second connection is cut, in the middle of whatever it does."""
    cut = """select pid, pg_terminate_backend(pid) from pg_stat_activity
        where backend_type = 'client backend' and pid <> pg_backend_pid() and random() < 0.5"""
    ended = sum(done for _, done in scene.ground.ask(cut))
    if not ended:
        raise NotProven("there was no connection to cut")
    return f"{ended} connections cut"


@fault("database", 2)
def kill_postgres(scene: Scene, rnd: Random) -> str:
    killed = scene.ground.kill_server()
    time.sleep(rnd.uniform(0.2, 1.5))
    before = _crashes(scene)
    scene.ground.launch()
    if not killed or _crashes(scene) <= before:
        raise NotProven("the server knows of no crash")
    return f"{killed} processes killed, recovered"


def _crashes(scene: Scene) -> int:
    return scene.ground.log().count("not properly shut down")


def _jump(scene: Scene, rnd: Random, seconds: float) -> str:
    """The server's clock jumps, stays so for a while, and jumps back."""
    ground = scene.ground
    ground.clock.set(seconds)
    try:
        off = _shown(ground, seconds)
        time.sleep(rnd.uniform(4.0, 7.0))
    finally:
        ground.clock.set(0.0)
        back = _shown(ground, 0.0)
    if abs(off - seconds) > SLACK or abs(back) > SLACK:
        raise NotProven(f"the server's clock was off by {off:.0f} s, then by {back:.0f} s")
    return f"the server's clock went {off:+.0f} s and back"


def _shown(ground: Ground, wanted: float) -> float:
    """By how much the server's clock is off, once it shows what it was set to, or never does."""
    until = time.monotonic() + 3 * SLACK
    while True:
        off = (ground.server_time() - now()).total_seconds()
        if abs(off - wanted) < SLACK or time.monotonic() > until:
            return off
        time.sleep(0.2)


@fault("database", needs="clock")
def clock_two_hours_ahead(scene: Scene, rnd: Random) -> str:
    return _jump(scene, rnd, 2 * HOUR)


@fault("database", needs="clock")
def clock_an_hour_back(scene: Scene, rnd: Random) -> str:
    return _jump(scene, rnd, -HOUR)


@fault("database", needs="disk")
def data_disk_full(scene: Scene, rnd: Random) -> str:
    ground = scene.ground
    ground.data.fill()
    try:
        refused = _refused_for_want_of_room(ground)
        time.sleep(rnd.uniform(2.5, 4.0))
    finally:
        ground.data.empty()
    ground.launch()  # does nothing where the server stood it
    if not refused:
        raise NotProven("the server found room to write")
    return "the server refused to write (53100)"


def _refused_for_want_of_room(ground: Ground) -> bool:
    try:
        ground.ask(
            "create table chaos_fill as select repeat('x', 1000) from generate_series(1, 9999)"
        )
    except psycopg.errors.DiskFull:
        return True
    except psycopg.ProgrammingError:  # it was made, and has no rows to give
        ground.ask("drop table chaos_fill")
    return False


@fault("database", needs="disk")
def wal_disk_full(scene: Scene, rnd: Random) -> str:
    """The log of the database has no room: the server stops at once and comes up when it has."""
    ground, before = scene.ground, _panics(scene)
    ground.wal.fill()
    try:
        _use_up_the_log(ground)
        time.sleep(rnd.uniform(1.0, 2.0))
    finally:
        ground.wal.empty()
    ground.launch()
    panics = _panics(scene) - before
    if not panics:
        raise NotProven("the server found room for its log")
    return f"the server stopped ({panics} PANIC), recovered"


def _use_up_the_log(ground: Ground) -> None:
    fill = "select pg_logical_emit_message(false, 'chaos', repeat('x', 100000)), pg_switch_wal()"
    try:
        with ground.connect() as connection:
            for _ in range(200):
                connection.execute(fill.encode())
    except psycopg.Error:
        return


def _panics(scene: Scene) -> int:
    return scene.ground.log().count("PANIC:")


# -- the gateway --------------------------------------------------------------------------------


def _until_met(met: Callable[[], int], seconds: float) -> int:
    """So long, and then until it has met anything: after a jump of the clock nothing goes out for
    up to a minute."""
    time.sleep(seconds)
    until = time.monotonic() + HELD_BACK
    while not met() and time.monotonic() < until:
        time.sleep(0.2)
    return met()


def _moody(scene: Scene, mode: str, lasts: float, **more: float) -> str:
    scene.gateway.begin(mode, **more)
    try:
        met = _until_met(scene.gateway.met, lasts)
    finally:
        scene.gateway.tell(mode="ok")
    if not met:
        raise NotProven(f"no message met the gateway while it was {mode}")
    return f"{met} messages met it"


@fault("gateway", 2)
def gateway_down(scene: Scene, rnd: Random) -> str:
    return _moody(scene, "down", rnd.uniform(2.0, 4.0))


@fault("gateway")
def gateway_slow(scene: Scene, rnd: Random) -> str:
    return _moody(scene, "slow", rnd.uniform(3.0, 5.0), seconds=1.5)


@fault("gateway", 2)
def gateway_swallows(scene: Scene, rnd: Random) -> str:
    return _moody(scene, "swallow", rnd.uniform(2.0, 4.0))


def _calling_back(scene: Scene, how: str, lasts: float, **more: float) -> str:
    before = count(scene.gateway.lines(), "report")
    scene.gateway.tell(callbacks=how, **more)
    try:
        came = _until_met(lambda: count(scene.gateway.lines(), "report") - before, lasts)
    finally:
        scene.gateway.tell(callbacks="normal")
    if not came:
        raise NotProven("nothing was reported meanwhile")
    return f"{came} reports"


@fault("gateway")
def callbacks_twice(scene: Scene, rnd: Random) -> str:
    return _calling_back(scene, "twice", rnd.uniform(3.0, 5.0))


@fault("gateway")
def callbacks_late(scene: Scene, rnd: Random) -> str:
    return _calling_back(scene, "late", rnd.uniform(4.0, 6.0), late=2.0)


@fault("gateway")
def callbacks_out_of_order(scene: Scene, rnd: Random) -> str:
    return _calling_back(scene, "reversed", rnd.uniform(3.0, 5.0))


@fault("gateway")
def callbacks_replayed(scene: Scene, rnd: Random) -> str:
    """Everything that was ever reported is reported again, with the signatures of then."""
    again = int(scene.gateway.tell(replay=True)["replayed"])
    time.sleep(2.0)
    if not again:
        raise NotProven("nothing had been reported yet")
    return f"{again} reports replayed"
