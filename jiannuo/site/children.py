"""The processes that `jiannuo up` keeps: one that ends by itself is started anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import click

from jiannuo.manual.words import Text

END_WITHIN = 10.0  # seconds a process may take to finish what it is doing

FIRST_AGAIN = 1.0  # seconds until a child is started anew; doubled each time
LONGEST_AGAIN = 30.0
STEADY = 60.0  # seconds of life after which the next pause is the first one again
STARTED = 10.0  # seconds of life that show that it can start
TRIES = 5  # starts in a row that came to nothing ...
SPAN = 60.0  # ... within so many seconds: it cannot start

Process = subprocess.Popen[bytes]


class CannotStart(Exception):
    """A child ended again and again right after its start; its messages stand above."""

    def __init__(self, name: Text) -> None:
        super().__init__(name.en)
        self.name = name


@dataclass
class Child:
    """One process of ours, and how it fared."""

    name: Text
    command: Sequence[str]
    env: Mapping[str, str]
    silent: bool = False
    process: Process | None = None
    began: float = 0.0
    again_at: float | None = None
    pause: float = FIRST_AGAIN
    failures: list[float] = field(default_factory=list)

    def start(self) -> None:
        # A session of its own: ctrl-C reaches us alone, and we end our children in order.
        self.process = subprocess.Popen(
            [sys.executable, *self.command],
            env=dict(self.env),
            start_new_session=True,
            stdout=subprocess.DEVNULL if self.silent else None,
        )
        self.began, self.again_at = time.monotonic(), None

    @property
    def ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def tend(self) -> None:
        """Start it anew if it ended, not too often. Raises `CannotStart`."""
        if not self.ended:
            return
        at = time.monotonic()
        if self.again_at is None:
            self._plan(at)
        elif at >= self.again_at:
            self.start()

    def _plan(self, at: float) -> None:
        """When to try again; each time later."""
        lived = at - self.began
        recent = [one for one in self.failures if one > at - SPAN]
        self.failures = [*recent, at] if lived < STARTED else []
        if len(self.failures) >= TRIES:
            raise CannotStart(self.name)
        if lived >= STEADY:
            self.pause = FIRST_AGAIN
        self._tell()
        self.again_at = at + self.pause
        self.pause = min(2 * self.pause, LONGEST_AGAIN)

    def _tell(self) -> None:
        how, wait = _how(self.process), f"{self.pause:g}"
        click.echo(f"{self.name.zh}退出了（{how.zh}），{wait} 秒后重新启动。", err=True)
        click.echo(f"The {self.name.en} ended ({how.en}); started anew in {wait} s.", err=True)


def _how(process: Process | None) -> Text:
    code = process.returncode if process is not None else None
    if code is not None and code < 0:
        name = {one.value: one.name for one in signal.Signals}.get(-code, str(-code))
        return Text(f"信号 {name}", f"by {name}")
    return Text(f"退出码 {code}", f"exit code {code}")


def end(children: Sequence[Child]) -> None:
    """Ask all of them to end, then make them."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + END_WITHIN
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def ours(**more: str) -> dict[str, str]:
    """Our own environment; what is set there already wins over `more`."""
    return {**more, **os.environ}
