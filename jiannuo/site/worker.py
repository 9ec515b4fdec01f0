"""The worker: fires what falls due. Several may run; each row is fired once."""

from __future__ import annotations

import logging
import signal
import threading
from typing import Any

import click
from django.db import connection

from jiannuo.journey.reminders import fire_due

EVERY = 0.2  # seconds between two sweeps
AFTER_TROUBLE = 2.0  # seconds, so that a database that is away is not hammered

log = logging.getLogger("jiannuo.worker")


def run(stop: threading.Event) -> None:
    """Sweep until told to stop. No failure ends it: the next sweep may do what this one could not."""
    pause = EVERY
    while not stop.wait(pause):
        try:
            # What fired may have been the first part of a backlog: look again at once.
            pause = 0.0 if fire_due() else EVERY
        except Exception:
            log.exception("sweep failed; trying again in %s s", AFTER_TROUBLE)
            connection.close()
            pause = AFTER_TROUBLE


@click.command()
def worker() -> None:
    """Fire what falls due, until told to stop.

    后台进程：让到期的承诺按时触发。
    """
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run(stop)
