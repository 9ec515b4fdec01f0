"""A week of duty in April 2026, and what is asked of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from jiannuo.clocks import queries as clocks
from jiannuo.journey.step import Done
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.rules import Duty
from tests.journey.telling import at, step
from tests.world import World

DRAWN = at("2026-03-01 08:00")
WEEK = (at("2026-04-06 00:00"), at("2026-04-13 00:00"))
SUNDAY = "2026-04-12"


def draw(
    world: World, *duties: Duty, code: str = "W15", desks: tuple[str, ...] = ("hotline",)
) -> None:
    with held_at(DRAWN):
        people.draw_roster(world.actor("刘洋"), code, WEEK, desks, duties)


def gaps(code: str = "W15") -> list[tuple[str, datetime]]:
    found = dict(queries.published_rosters(*WEEK))[code]
    return [(a.ref, a.moment) for a in clocks.alerts_of(found)]


NIGHT: dict[str, Any] = {"from": at(f"{SUNDAY} 02:00"), "to": at(f"{SUNDAY} 06:00")}
DESK: dict[str, Any] = {"desk": "duty_manager", **NIGHT}


def relieve(world: World, when: str, by: str = "刘洋", ref: str = "W15", **said: Any) -> Done:
    return step(world, "shift_overridden", when, by, ref, **{**said, "reason": "调休"})


SATURDAY = "2026-04-11"
GIVEN: dict[str, Any] = {"from": at(f"{SATURDAY} 08:00"), "to": at(f"{SATURDAY} 20:00")}
BACK: dict[str, Any] = {"back_from": at(f"{SUNDAY} 08:00"), "back_to": at(f"{SUNDAY} 20:00")}
SWAP: dict[str, Any] = {"desk": "duty_manager", "other": "赵刚", **GIVEN, **BACK}


def ask(world: World, by: str = "刘洋", when: str = "2026-04-09 09:00", **said: Any) -> str:
    return str(step(world, "swap_asked", when, by, "W15", **{**SWAP, **said}).event)


def accept(world: World, swap: str, by: str = "赵刚", when: str = "2026-04-09 10:00") -> Done:
    return step(world, "swap_accepted", when, by, "W15", swap=swap)


def on_duty(when: str) -> tuple[str, str] | None:
    return queries.on_duty("duty_manager", at(when))
