"""The worker: fires what falls due, passes on what nobody took, seals the audit chain. Several
may run; each thing happens once."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import click
from django.db import connection

from jiannuo.archive.commands import seal
from jiannuo.journey.assignment import pass_on_silent
from jiannuo.journey.reminders import fire_due

EVERY = 0.2  # seconds between two sweeps
SEAL_EVERY = 5.0  # seconds between two seals of the audit chain
AFTER_TROUBLE = 2.0  # seconds, so that a database that is away is not hammered

log = logging.getLogger("jiannuo.worker")


def run(stop: threading.Event) -> None:
    """Sweep, pass on and seal until told to stop. No failure ends it or keeps the other duties
    from their turn: the next round may do what this one could not."""
    pause, sealed_at = EVERY, 0.0
    while not stop.wait(pause):
        duties: list[Callable[[], int]] = [fire_due, pass_on_silent]
        if time.monotonic() - sealed_at > SEAL_EVERY:
            duties.append(seal)
            sealed_at = time.monotonic()
        done = [_tried(duty) for duty in duties]
        # What fired may have been the first part of a backlog: look again at once.
        pause = AFTER_TROUBLE if None in done else 0.0 if done[0] else EVERY


def _tried(duty: Callable[[], int]) -> int | None:
    """How much a duty did; None where it failed."""
    try:
        return duty()
    except Exception:
        log.exception("a round failed; trying again in %s s", AFTER_TROUBLE)
        connection.close()
        return None


@click.command()
@click.option("--quiet", is_flag=True, hidden=True, help="Say nothing but what goes wrong.")
def worker(*, quiet: bool) -> None:
    """Fire what falls due, until told to stop.

    后台进程：让到期的承诺按时触发。
    """
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if not quiet:
        click.echo("后台进程在运行，按 ctrl-C 停止。 The worker runs; ctrl-C stops it.")
    run(stop)
