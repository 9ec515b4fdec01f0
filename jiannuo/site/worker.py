"""The worker: fires what falls due, seals the audit chain. Several may run; each row is
fired once."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

import click
from django.db import connection, transaction

from jiannuo.archive.commands import seal
from jiannuo.journey.reminders import fire_due

EVERY = 0.2  # seconds between two sweeps
SEAL_EVERY = 5.0  # seconds between two seals of the audit chain
AFTER_TROUBLE = 2.0  # seconds, so that a database that is away is not hammered

log = logging.getLogger("jiannuo.worker")


def run(stop: threading.Event) -> None:
    """Sweep and seal until told to stop. No failure ends it: the next round may do what this
    one could not."""
    pause, sealed_at = EVERY, 0.0
    while not stop.wait(pause):
        try:
            # What fired may have been the first part of a backlog: look again at once.
            pause = 0.0 if fire_due() else EVERY
            if time.monotonic() - sealed_at > SEAL_EVERY:
                seal_audit()
                sealed_at = time.monotonic()
        except Exception:
            log.exception("a round failed; trying again in %s s", AFTER_TROUBLE)
            connection.close()
            pause = AFTER_TROUBLE


def seal_audit() -> None:
    """Chain what was audited since; the chain stays out of the write path on purpose."""
    with transaction.atomic():
        seal()


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
