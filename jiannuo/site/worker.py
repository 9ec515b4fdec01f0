"""The worker: its loops in one process. Several may run; each thing happens once."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from typing import Any

import click
from django.db import connection

from jiannuo.clocks import guard
from jiannuo.clocks.sweeping import me
from jiannuo.notices import sending
from jiannuo.site import environment
from jiannuo.site.loops import Loop, loops, run

END_WITHIN = 4.0  # seconds to finish what is under way; five is what whoever stops us waits

log = logging.getLogger("jiannuo.worker")


def work(chosen: list[Loop], stop: threading.Event) -> None:
    """Run loops side by side until told to stop; then let them finish, and give back what they
    could not. By the database's clock, from the first turn on."""
    _keep_time()
    threads = [
        threading.Thread(target=run, args=(loop, stop), name=loop.name, daemon=True)
        for loop in chosen
    ]
    for thread in threads:
        thread.start()
    stop.wait()
    until = time.monotonic() + END_WITHIN
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    if any(thread.is_alive() for thread in threads):
        _give_back()


def _keep_time() -> None:
    try:
        guard.keep_time()
        connection.close()
    except Exception:
        log.warning("the database's clock could not be read; each sign of life reads it again")
        connection.close()


def _give_back() -> None:
    """Somebody else may go on at once with what we hold: the other side knows its key."""
    try:
        sending.release(me())
        connection.close()
    except Exception:
        log.exception("what was leased could not be given back; it is free when its lease ends")


@click.command()
@click.option(
    "--only",
    multiple=True,
    help="Run this loop alone; may be given several times. 只运行所列的循环，可多次给出",
)
@click.option("--quiet", is_flag=True, hidden=True, help="Say nothing but what goes wrong.")
def worker(only: tuple[str, ...], *, quiet: bool) -> None:
    """Keep the promises: fire, tell, deliver, watch, until told to stop.

    后台进程：到期触发、通知送达、巡查，直到停止。任意多个可同时运行。
    """
    every = loops(environment.read(os.environ))
    unknown = set(only) - {loop.name for loop in every} - {"deliver"}
    if unknown:
        names = ", ".join(loop.name for loop in every)
        raise click.UsageError(f"no loop {sorted(unknown)[0]}; there are {names} 没有这一循环")
    chosen = [
        loop for loop in every if not only or loop.name in only or loop.name.split(".")[0] in only
    ]
    stop = threading.Event()

    def end(*_: Any) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    if not quiet:
        click.echo("后台进程在运行，按 ctrl-C 停止。 The worker runs; ctrl-C stops it.")
    work(chosen, stop)
    # Threads that still wait for another machine's answer keep no process alive.
    os._exit(0)
