"""7.1 B 1, 7.5: somebody is on duty at every hour, and one knows who."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.rules import Duty
from jiannuo.support import queries as support
from tests.journey.conftest import FOUNDED
from tests.journey.telling import at, fault, keeps, refused, step, sweep_until
from tests.world import World

WEEK = (at("2026-04-06 00:00"), at("2026-04-13 00:00"))
SUNDAY = "2026-04-12"


def draw(
    world: World, *duties: Duty, code: str = "W15", desks: tuple[str, ...] = ("hotline",)
) -> None:
    with held_at(FOUNDED):
        people.draw_roster(world.actor("刘洋"), code, WEEK, desks, duties)


def gaps(code: str = "W15") -> list[tuple[str, datetime]]:
    found = dict(queries.published_rosters(*WEEK))[code]
    return [(a.ref, a.moment) for a in clocks.alerts_of(found)]


@pytest.fixture
def thin(world: World) -> World:
    """Nobody on Sunday from two to six."""
    draw(
        world,
        Duty("hotline", WEEK[0], at(f"{SUNDAY} 02:00"), "周敏"),
        Duty("hotline", at(f"{SUNDAY} 02:00"), at(f"{SUNDAY} 06:00"), None),
        Duty("hotline", at(f"{SUNDAY} 06:00"), WEEK[1], "周敏"),
    )
    return world


@keeps("R-7.1-B-1")
def test_a_desk_that_nobody_mans_is_told_fourteen_days_ahead(thin: World) -> None:
    step(thin, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    sweep_until("2026-03-29 01:59:59")
    assert gaps() == []
    sweep_until("2026-03-29 02:00")
    assert gaps() == [("hotline@2026-04-12T02:00:00", at("2026-03-29 02:00"))]


@keeps("R-7.1-B-1")
def test_a_gap_that_is_nearer_is_told_when_the_roster_is_saved(thin: World) -> None:
    step(thin, "roster_published", "2026-04-05 09:00", "刘洋", "W15")
    sweep_until("2026-04-05 09:00")
    assert gaps() == [("hotline@2026-04-12T02:00:00", at("2026-04-05 09:00"))]


@keeps("R-7.1-B-1")
def test_an_absence_without_a_deputy_makes_a_gap(world: World) -> None:
    draw(world, Duty("hotline", WEEK[0], WEEK[1], "周敏"))
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    span: dict[str, Any] = {"from": at(f"{SUNDAY} 08:00"), "to": at(f"{SUNDAY} 20:00")}
    step(world, "absence_recorded", "2026-04-10 09:00", "刘洋", "W15", person="周敏", **span)
    sweep_until("2026-04-10 09:00")
    assert gaps() == [("hotline@2026-04-12T08:00:00", at("2026-04-10 09:00"))]


def test_the_standing_deputy_steps_in_and_the_head_when_nobody_does(world: World) -> None:
    draw(world, Duty("duty_manager", *WEEK, "刘洋"), desks=("duty_manager",))
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    noon = at(f"{SUNDAY} 12:00")
    assert queries.on_duty("duty_manager", noon) == ("刘洋", "shift")
    away: dict[str, Any] = {"from": at(f"{SUNDAY} 08:00"), "to": at(f"{SUNDAY} 20:00")}
    step(world, "absence_recorded", "2026-04-10 09:00", "刘洋", "W15", person="刘洋", **away)
    assert queries.on_duty("duty_manager", noon) == ("赵刚", "deputy")
    step(world, "absence_recorded", "2026-04-10 09:05", "刘洋", "W15", person="赵刚", **away)
    assert queries.on_duty("duty_manager", noon) == ("孙立新", "escalation")


def test_an_emergency_remembers_whom_to_call_first_by_what_was_known_then(world: World) -> None:
    draw(world, Duty("duty_manager", *WEEK, "刘洋"), desks=("duty_manager",))
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    case = fault(world, f"{SUNDAY} 10:00", "L1")
    case.do("l1_declared", f"{SUNDAY} 10:05", "李伟")
    away: dict[str, Any] = {"from": at(f"{SUNDAY} 08:00"), "to": at(f"{SUNDAY} 20:00")}
    step(world, "absence_recorded", f"{SUNDAY} 11:00", "刘洋", "W15", person="刘洋", **away)
    found = support.emergency(case.id)
    assert found is not None
    assert (found.on_duty, found.on_duty_via) == ("刘洋", "shift")


def test_a_roster_and_a_person_that_are_not_there_are_named(world: World) -> None:
    with refused("no_roster"):
        step(world, "roster_published", "09:00", "刘洋", "W99")
    span: dict[str, Any] = {"from": at("09:00"), "to": at("10:00")}
    with refused("no_such_person"):
        step(world, "absence_recorded", "09:00", "刘洋", "W15", person="无名", **span)
