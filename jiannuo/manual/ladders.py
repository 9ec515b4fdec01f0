"""Ladders: who is told of a promise, and when, before it is broken and after. Pure.

A ladder belongs to a promise as data of the profile. Its rungs stand at absolute moments, worked
out once from the clock's start and due moment: one that is late does not push the next (T37).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from jiannuo.manual.policy import ProfileError, duration
from jiannuo.manual.rows import one_of, row
from jiannuo.manual.vocabulary import VENDOR_ROLES

SECOND = timedelta(seconds=1)

#: The rung at which the promise is broken; there always is one.
DUE = "due"

#: Besides the roles: the engineer of the case, the customer's contact. With ".deputy" behind a
#: role it is the next one to be called for it.
ANYBODY = ("assignee", "customer")
DEPUTY = ".deputy"

_AT = re.compile(r"(?P<percent>\d{1,2})%|(?P<anchor>due)?(?P<sign>[+-])(?P<span>\d{2,4}:\d{2})|due")


@dataclass(frozen=True, slots=True)
class Rung:
    """At a moment, tell these roles by these channels.

    `at`: "75%" of the way from start to due, "+00:03" after the start, "due-02:00" before the due
    moment, "due", "due+00:30". `by`: channels in their order, none for the house's usual ones.
    `ack`: somebody has to say that he knows.
    """

    at: str
    tell: tuple[str, ...]
    by: tuple[str, ...] = ()
    ack: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A rung of one running clock: at `fire_at` tell; `moment` is what is recorded.

    `firm`: it comes whatever was acknowledged, and however late (the due moment itself).
    """

    label: str
    moment: datetime
    fire_at: datetime
    tell: tuple[str, ...]
    by: tuple[str, ...] = ()
    ack: bool = False

    @property
    def firm(self) -> bool:
        return self.label == DUE


def rungs(value: Any) -> tuple[Rung, ...]:
    """The rungs of a ladder as a policy writes them. Raises `ProfileError` with what is allowed."""
    if not isinstance(value, list) or not value:
        raise ProfileError("", value, "rungs [{at, tell, by, ack}, ...]")
    found = []
    for given in value:
        if not isinstance(given, Mapping):
            raise ProfileError("", given, "a rung: " + ", ".join(f.name for f in fields(Rung)))
        rung = row(Rung, given, "rung", "at")
        if not _AT.fullmatch(rung.at):
            raise ProfileError("", rung.at, '"50%", "+HH:MM", "due-HH:MM", "due" or "due+HH:MM"')
        for role in rung.tell:
            one_of("", role.removesuffix(DEPUTY), (*VENDOR_ROLES, *ANYBODY))
        if not rung.tell:
            raise ProfileError("", rung.at, "somebody to tell")
        found.append(rung)
    if len({rung.at for rung in found}) < len(found):
        raise ProfileError("", [rung.at for rung in found], "each moment once")
    return tuple(found)


def stages(
    ladder: tuple[Rung, ...], start: datetime, due: datetime, op: str, *, running: bool = True
) -> tuple[Stage, ...]:
    """The stages of a clock in the order of their moments; only the due one where it no longer
    runs. `op` "lt": too late at the due moment; "le": a second after it."""
    first = due if op == "lt" else due + SECOND
    found = [_stage(rung, start, due, first) for rung in ladder if running or rung.at == DUE]
    if not any(stage.firm for stage in found):
        found.append(Stage(DUE, due, first, ("duty_manager",)))
    return tuple(sorted(found, key=lambda stage: (stage.fire_at, not stage.firm)))


def _stage(rung: Rung, start: datetime, due: datetime, first: datetime) -> Stage:
    moment = max(moment_of(rung.at, start, due), start)
    late = first - due if rung.at.startswith(DUE) and moment >= due else timedelta()
    return Stage(rung.at, moment, moment + late, rung.tell, rung.by, rung.ack)


def moment_of(at: str, start: datetime, due: datetime) -> datetime:
    """When a rung comes, to the second."""
    found = _AT.fullmatch(at)
    if found is None:
        raise ValueError(f"{at!r} is no moment of a ladder")
    if found["percent"]:
        return start + timedelta(
            seconds=int((due - start).total_seconds() * int(found["percent"]) // 100)
        )
    if found["span"] is None:
        return due
    away = duration(found["span"])
    base = due if found["anchor"] else start
    return base - away if found["sign"] == "-" else base + away


def rest_after(hold: timedelta, start: datetime, due: datetime) -> timedelta:
    """How long a ladder rests once somebody said that he knows: the house's time, and never more
    than a quarter of the limit."""
    return min(hold, (due - start) / 4)
