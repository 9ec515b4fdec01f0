"""7.1 B 1, 7.5: somebody is on duty at every hour, and one knows who."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest

from jiannuo.archive import queries as archive
from jiannuo.journey import roster
from jiannuo.kernel.moment import held_at
from jiannuo.people import queries
from jiannuo.people.models import Override, Staff
from jiannuo.people.rules import Duty, Turn, Weeks
from jiannuo.support import queries as support
from tests.journey.conftest import FOUNDED
from tests.journey.rosters import (
    DESK,
    NIGHT,
    SUNDAY,
    WEEK,
    draw,
    gaps,
    on_duty,
    relieve,
)
from tests.journey.telling import at, fault, keeps, refused, step, sweep_until
from tests.world import World


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


# -- overrides ------------------------------------------------------------------------------------


@keeps("R-7.1-B-1")
def test_an_override_closes_a_gap_and_its_alarm(thin: World) -> None:
    step(thin, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    relieve(thin, "2026-03-21 09:00", desk="hotline", person="罗敏", **NIGHT)
    sweep_until("2026-03-29 02:00")
    assert gaps() == []
    assert queries.on_duty("hotline", at(f"{SUNDAY} 02:00")) == ("罗敏", "override")


@keeps("R-7.1-B-1")
def test_an_override_by_one_who_falls_ill_opens_the_gap_again(thin: World) -> None:
    step(thin, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    relieve(thin, "2026-03-21 09:00", desk="hotline", person="罗敏", **NIGHT)
    away: dict[str, Any] = {"from": at(f"{SUNDAY} 04:00"), "to": at(f"{SUNDAY} 20:00")}
    step(thin, "absence_recorded", "2026-04-10 09:00", "刘洋", "W15", person="罗敏", **away)
    sweep_until("2026-04-10 09:00")
    assert gaps() == [("hotline@2026-04-12T04:00:00", at("2026-04-10 09:00"))]


def test_an_override_of_a_roster_that_is_not_published_watches_nothing(thin: World) -> None:
    away: dict[str, Any] = {"from": at(f"{SUNDAY} 04:00"), "to": at(f"{SUNDAY} 05:00")}
    relieve(thin, "2026-03-21 09:00", desk="hotline", person="罗敏", **away)
    sweep_until("2026-04-12 02:00")
    assert queries.published_rosters(*WEEK) == []
    assert queries.on_duty("hotline", at(f"{SUNDAY} 04:30")) == ("孙立新", "escalation")


def test_an_override_is_told_with_its_reason_and_once_however_often_it_is_sent(
    managed: World,
) -> None:
    uid = uuid4()
    said: dict[str, Any] = {**DESK, "person": "刘洋", "instead_of": "赵刚", "uid": uid}
    first = relieve(managed, "2026-04-10 09:00", **said)
    assert relieve(managed, "2026-04-10 09:00", **said).again
    assert Override.objects.count() == 1
    line = archive.event_of(uid)
    assert line is not None
    assert (line.happening.kind, first.event) == ("shift_overridden", uid)
    assert Override.objects.get().recorded_by == "刘洋"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"person": "无名"}, "no_such_person"),
        ({"person": "罗敏", "instead_of": "无名"}, "no_such_person"),
        ({"person": "罗敏", "to": NIGHT["from"]}, "ends_before_it_starts"),
        ({"person": "罗敏", "to": at("2026-04-14 00:00")}, "outside_the_roster"),
        ({"person": "罗敏", "desk": "hotline"}, "no_such_desk"),
        ({"person": "罗敏", "instead_of": "刘洋"}, "not_on_duty_then"),
        ({"person": "赵刚", "instead_of": "赵刚"}, "same_person"),
        ({"person": "李伟"}, "absent_then"),
    ],
)
def test_an_override_that_cannot_be_is_refused_and_leaves_nothing(
    managed: World, said: dict[str, Any], code: str
) -> None:
    away: dict[str, Any] = {"from": at(f"{SUNDAY} 05:00"), "to": at(f"{SUNDAY} 20:00")}
    step(managed, "absence_recorded", "2026-04-10 09:00", "刘洋", "W15", person="李伟", **away)
    with refused(code):
        relieve(managed, "2026-04-10 10:00", **{**DESK, **said})
    assert not Override.objects.exists()


def test_an_override_is_for_the_duty_manager_on_a_roster_that_is_there(managed: World) -> None:
    with refused("not_permitted", "R-X-4"):
        relieve(managed, "2026-04-10 10:00", "周敏", **DESK, person="罗敏")
    with refused("no_roster"):
        relieve(managed, "2026-04-10 10:00", ref="W99", **DESK, person="罗敏")


def test_who_left_stands_in_for_nobody(managed: World) -> None:
    Staff.objects.filter(name="罗敏").update(active=False)
    with refused("no_such_person"):
        relieve(managed, "2026-04-10 10:00", **DESK, person="罗敏")


# -- weeks ----------------------------------------------------------------------------------------


def test_a_week_is_drawn_again_and_again_by_our_clock(world: World) -> None:
    day, night = (time(8), time(20)), (time(20), time(8))
    turns = [
        Turn("duty_manager", weekday, *span, (name,))
        for weekday in range(1, 8)
        for span, name in ((day, "刘洋"), (night, "赵刚"))
    ]
    with held_at(FOUNDED):
        roster.draw_weeks(world.actor("刘洋"), "W15", Weeks(date(2026, 4, 6), 4), turns)
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    card = queries.roster("W15")
    assert (card.start, card.end) == (at("2026-04-06 00:00"), at("2026-05-04 00:00"))
    assert on_duty("2026-04-06 00:00") == ("赵刚", "shift")
    assert on_duty("2026-04-29 19:59") == ("刘洋", "shift")
    assert queries.board("W15").gaps("duty_manager") == []
