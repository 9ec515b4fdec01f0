"""`jiannuo doctor` on what is fired and told: the worker, its loops, what it is late with."""

from __future__ import annotations

import os
import threading
from datetime import timedelta

import pytest

from jiannuo.clocks import canary, guard
from jiannuo.clocks.guard import database_time
from jiannuo.clocks.models import Beat
from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import addressing
from jiannuo.kernel.moment import held_at, now
from jiannuo.notices.commands import Note, post
from jiannuo.oversight.doctor.checks import canary as canary_check
from jiannuo.oversight.doctor.checks import clock, notices, worker
from jiannuo.oversight.doctor.checks import sweep as sweep_check
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site import environment
from jiannuo.site.loops import loop_back, loops
from tests.site.doctor.findings import told
from tests.site.waiting import overdue
from tests.world import company

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.django_db


def beat(loop: str, ago: timedelta, trouble: str = "") -> None:
    guard.beat(loop, now(), trouble)
    Beat.objects.filter(loop=loop).update(beat_at=database_time() - ago)


def test_no_worker_and_one_that_died(here: Machine) -> None:
    told(worker.look(here), "bad", "没有后台进程运行过", "No worker has run")
    for loop in ("sweep", "address"):
        beat(loop, timedelta(seconds=2))
    told(worker.look(here), "ok", "2 个循环")
    for loop in ("sweep", "address"):
        beat(loop, 3 * HOUR)
    told(worker.look(here), "bad", "3 时前", "3 h ago")


def test_a_loop_that_fails_or_stands_still(here: Machine) -> None:
    for loop in ("sweep", "address", "seal"):
        beat(loop, timedelta(seconds=2))
    beat("seal", timedelta(seconds=2), "ValueError: a poisoned row")
    told(worker.look(here), "warn", "seal", "a poisoned row")
    beat("sweep", timedelta(seconds=40))
    told(worker.look(here), "bad", "sweep", "40")
    Beat.objects.filter(loop="sweep").delete()
    told(worker.look(here), "bad", "sweep 没有运行")


def test_a_worker_on_a_machine_that_shows_another_time(here: Machine) -> None:
    said = "本机时钟比数据库快 3600 秒；this machine's clock is 3600 s ahead"
    beat("clock", timedelta(seconds=2), said)
    told(clock.look(here), "warn", "3600 秒")
    beat("clock", timedelta(seconds=2))
    assert clock.look(here).state == "ok"
    beat("clock", HOUR, said)  # of a worker that is gone
    assert clock.look(here).state == "ok"


def test_every_loop_is_allowed_twice_its_pace() -> None:
    for loop in loops(environment.read(os.environ)):
        assert worker.allowed(loop.name).total_seconds() >= 2 * loop.pace, loop.name


def test_what_is_overdue(here: Machine) -> None:
    told(sweep_check.look(here), "ok")
    overdue(timedelta(seconds=10))
    told(sweep_check.look(here), "warn", "10 秒")
    overdue(2 * MINUTE)
    told(sweep_check.look(here), "bad", "2 个到点", "2 moments")


def test_what_is_not_out(here: Machine) -> None:
    told(notices.look(here), "ok")
    for key, ago in (("a", timedelta(seconds=60)), ("b", 5 * MINUTE)):
        with held_at(database_time() - ago):
            post([Note(key, "canary", "house", guard.HOUSE, "admin")])
        told(notices.look(here), "warn" if key == "a" else "bad")
    told(notices.look(here), "bad", "2 条通知", "5 m")


def test_the_canary(here: Machine) -> None:
    told(canary_check.look(here), "warn", "还没有走通")
    with held_at(database_time() - HOUR):
        company()
        canary.send(now() - timedelta(seconds=10))
        sweep()
        addressing.address()
        told(canary_check.look(here), "warn", "还没有走通")
        loop_back(threading.Event())
    told(canary_check.look(here), "bad", "1 时前", "1 h ago")
