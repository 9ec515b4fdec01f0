"""The worker's loops: what fails keeps nothing else from its turn, and whoever ends gives back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from jiannuo.clocks.canary import last_out
from jiannuo.clocks.guard import database_time
from jiannuo.clocks.models import Beat, Fired
from jiannuo.notices.models import Delivery
from jiannuo.site import loops
from jiannuo.site.loops import Loop
from jiannuo.site.worker import work
from tests.clocks.running import armed

CLI = [sys.executable, "-m", "jiannuo.site.cli"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "AFTER_TROUBLE", 0.001)


def test_a_loop_that_fails_keeps_no_other_from_its_turn_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stop, turns = threading.Event(), {"broken": 0, "whole": 0}

    def broken(_: threading.Event) -> int:
        turns["broken"] += 1
        raise ValueError("a poisoned row")

    def whole(_: threading.Event) -> int:
        turns["whole"] += 1
        if min(turns.values()) > 3:
            stop.set()
        return 0

    work([Loop("broken", 0.001, broken), Loop("whole", 0.001, whole)], stop)
    assert min(turns.values()) > 3
    assert "a poisoned row" in caplog.text
    assert Beat.objects.get(loop="broken").trouble == "ValueError: a poisoned row"
    assert Beat.objects.get(loop="whole").trouble == ""


def test_a_turn_that_did_something_is_followed_by_the_next_at_once() -> None:
    stop, left = threading.Event(), [1] * 50

    def drain(_: threading.Event) -> int:
        if not left:
            stop.set()
            return 0
        return left.pop()

    began = time.monotonic()
    work([Loop("drain", 5.0, drain)], stop)
    assert time.monotonic() - began < 5.0


def canary(after: float) -> int:
    due = database_time() + timedelta(seconds=after)
    return armed(due, code="canary", to="canary").pk


@contextmanager
def _running(command: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Whatever becomes of the test, the process ends with it."""
    process = subprocess.Popen(command, env=env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def until(there: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def test_a_worker_fires_and_tells_and_ends_within_five_seconds_of_term(database_url: str) -> None:
    trigger = canary(0.0)
    env = {**os.environ, "DATABASE_URL": database_url}
    with _running([*CLI, "worker", "--quiet"], env) as running:
        until(lambda: Delivery.objects.filter(state="sent", channel="inbox").exists())
        until(lambda: last_out() is not None)  # its own canary, by every loop on its way
        running.send_signal(signal.SIGTERM)
        began = time.monotonic()
        assert running.wait(timeout=20) == 0
        assert time.monotonic() - began < 5.0
    assert Fired.objects.filter(trigger_id=trigger).count() == 1
    assert {"sweep", "address", "deliver.sms", "clock", "audit", "plan"} <= set(
        Beat.objects.values_list("loop", flat=True)
    )


def test_one_loop_may_run_by_itself(database_url: str) -> None:
    trigger = canary(0.0)
    env = {**os.environ, "DATABASE_URL": database_url}
    with _running([*CLI, "worker", "--only", "sweep", "--quiet"], env) as running:
        until(lambda: Fired.objects.filter(trigger_id=trigger).exists())
        running.kill()
        running.wait()
    assert set(Beat.objects.values_list("loop", flat=True)) <= {"sweep"}
    assert not Delivery.objects.exists()


def test_a_loop_that_is_none_is_refused() -> None:
    answer = subprocess.run([*CLI, "worker", "--only", "sleep"], capture_output=True, text=True)
    assert answer.returncode == 2
    assert "sweep" in answer.stderr
