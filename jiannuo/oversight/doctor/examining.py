"""Every check in turn: one that fails is itself a finding, and keeps no other from its turn."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from jiannuo.manual.words import Text
from jiannuo.oversight.doctor.finding import STATES, Check, Finding, Report, State
from jiannuo.oversight.doctor.machine import Machine

log = logging.getLogger("jiannuo.doctor")

ASK = Text(
    "把这一行和日志交给技术支持。",
    "Hand this line and the log to whoever supports you.",
)


@dataclass(frozen=True, slots=True)
class Examined:
    """`unasked`: checks that nothing can be said of while the database is away."""

    reports: tuple[Report, ...]
    unasked: tuple[Check, ...] = ()

    @property
    def worst(self) -> State:
        return max((report.state for report in self.reports), key=STATES.index, default="ok")

    def count(self, state: State) -> int:
        return sum(report.state == state for report in self.reports)


def examine(checks: Iterable[Check], machine: Machine, *, database: bool = True) -> Examined:
    """Look at everything. `database`: whether it answers."""
    wanted = list(checks)
    asked = [check for check in wanted if database or not check.database]
    return Examined(
        tuple(report(check, machine) for check in asked),
        tuple(check for check in wanted if check not in asked),
    )


def report(check: Check, machine: Machine) -> Report:
    try:
        found = check.look(machine)
    except Exception as error:
        log.warning("%s could not be looked at", check.code, exc_info=True)
        said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        words = Text(f"没有查成：{said}", f"It could not be looked at: {said}")
        found = Finding("bad", words, ASK)
    return Report(check.code, check.name, found)
