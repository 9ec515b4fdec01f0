"""7.1 B 1, 7.5: somebody is on duty at every hour, and one knows who."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest

from jiannuo.archive import queries as archive
from jiannuo.clocks import queries as clocks
from jiannuo.journey import roster
from jiannuo.journey.step import Done
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.commands import Person
from jiannuo.people.models import Override, Staff
from jiannuo.people.rules import Duty, Turn, Weeks
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


# -- overrides ------------------------------------------------------------------------------------

NIGHT: dict[str, Any] = {"from": at(f"{SUNDAY} 02:00"), "to": at(f"{SUNDAY} 06:00")}
DESK: dict[str, Any] = {"desk": "duty_manager", **NIGHT}


def relieve(world: World, when: str, by: str = "刘洋", ref: str = "W15", **said: Any) -> Done:
    return step(world, "shift_overridden", when, by, ref, **{**said, "reason": "调休"})


@pytest.fixture
def managed(world: World) -> World:
    """Liu Yang to Saturday, Zhao Gang on Sunday."""
    draw(
        world,
        Duty("duty_manager", WEEK[0], at(f"{SUNDAY} 00:00"), "刘洋"),
        Duty("duty_manager", at(f"{SUNDAY} 00:00"), WEEK[1], "赵刚"),
        desks=("duty_manager",),
    )
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    return world


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


# -- swaps ----------------------------------------------------------------------------------------

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


def test_two_exchange_their_shifts_and_it_counts_once_the_other_agrees(managed: World) -> None:
    swap = ask(managed)
    assert [one.other for one in queries.open_swaps(at("2026-04-09 09:30"))] == ["赵刚"]
    assert on_duty(f"{SATURDAY} 12:00") == ("刘洋", "shift")
    assert on_duty(f"{SUNDAY} 12:00") == ("赵刚", "shift")
    accept(managed, swap)
    assert on_duty(f"{SATURDAY} 12:00") == ("赵刚", "override")
    assert on_duty(f"{SUNDAY} 12:00") == ("刘洋", "override")
    assert on_duty(f"{SATURDAY} 07:59") == ("刘洋", "shift")
    assert on_duty(f"{SUNDAY} 20:00") == ("赵刚", "shift")
    assert queries.open_swaps(at("2026-04-09 10:30")) == []


def test_a_swap_is_accepted_by_the_other_or_ordered_but_never_by_who_asked(managed: World) -> None:
    swap = ask(managed)
    with refused("not_your_swap", "R-X-4"):
        accept(managed, swap, "刘洋")
    with refused("not_your_swap", "R-X-4"):
        accept(managed, swap, "李伟")
    with refused("not_permitted", "R-X-4"):
        accept(managed, swap, "罗敏")
    assert not Override.objects.exists()


def test_a_duty_manager_orders_a_swap_between_two_others(world: World) -> None:
    people.hire(SYSTEM, Person("何静", ("hotline_agent",)))
    draw(
        world,
        Duty("hotline", WEEK[0], at(f"{SUNDAY} 00:00"), "周敏"),
        Duty("hotline", at(f"{SUNDAY} 00:00"), WEEK[1], "何静"),
    )
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    said: dict[str, Any] = {"desk": "hotline", "other": "何静", "person": "周敏"}
    with refused("not_your_shift", "R-X-4"):
        ask(world, "李伟", **said)
    accept(world, ask(world, "刘洋", **said), "刘洋")
    assert queries.on_duty("hotline", at(f"{SUNDAY} 12:00")) == ("周敏", "override")


def test_a_swap_is_accepted_once(managed: World) -> None:
    swap = ask(managed)
    accept(managed, swap)
    with refused("already_accepted"):
        accept(managed, swap, when="2026-04-09 11:00")
    assert Override.objects.count() == 2


@pytest.mark.parametrize("swap", ["x", "dee1875f-fd7f-46ab-9f9f-344171c016b2"])
def test_a_swap_that_nobody_asked_for_is_none(managed: World, swap: str) -> None:
    with refused("no_swap"):
        accept(managed, swap)


def test_a_swap_of_another_roster_is_none(managed: World) -> None:
    swap = ask(managed)
    draw(managed, code="W16")
    with refused("no_swap"):
        step(managed, "swap_accepted", "2026-04-09 10:00", "赵刚", "W16", swap=swap)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"other": "无名"}, "no_such_person"),
        ({"other": "刘洋"}, "same_person"),
        ({"other": "李伟"}, "not_for_this_desk"),
        ({"desk": "hotline"}, "no_such_desk"),
        ({"back_desk": "hotline"}, "no_such_desk"),
        ({"back_roster": "W99"}, "no_roster"),
        ({"to": GIVEN["from"]}, "ends_before_it_starts"),
        ({"back_to": BACK["back_from"]}, "ends_before_it_starts"),
        ({"to": at(f"{SUNDAY} 01:00")}, "not_on_duty_then"),
        ({"back_from": at(f"{SATURDAY} 23:00")}, "not_on_duty_then"),
    ],
)
def test_a_swap_that_cannot_be_is_refused(managed: World, said: dict[str, Any], code: str) -> None:
    with refused(code):
        ask(managed, **said)


def test_a_swap_is_looked_at_again_when_it_is_accepted(managed: World) -> None:
    """The other fell ill, or a part of the shift is another's by now, or over."""
    swap, second = ask(managed), ask(managed)
    ill: dict[str, Any] = {"from": GIVEN["from"], "to": GIVEN["to"]}
    step(managed, "absence_recorded", "2026-04-09 09:30", "刘洋", "W15", person="赵刚", **ill)
    with refused("absent_then", "R-7.1-B-1"):
        accept(managed, swap)
    relieve(managed, "2026-04-09 11:00", person="李伟", desk="duty_manager", **GIVEN)
    with refused("not_on_duty_then", "R-7.1-B-1"):
        accept(managed, second)
    with refused("too_late"):
        accept(managed, second, when=f"{SATURDAY} 20:00")


def test_what_is_over_of_a_swapped_shift_stays_whose_it_was(managed: World) -> None:
    swap = ask(managed)
    accept(managed, swap, when=f"{SATURDAY} 09:00")
    assert on_duty(f"{SATURDAY} 08:59") == ("刘洋", "shift")
    assert on_duty(f"{SATURDAY} 09:00") == ("赵刚", "override")


def test_a_swap_that_is_swapped_back_is_as_it_was(managed: World) -> None:
    accept(managed, ask(managed))
    back: dict[str, Any] = {
        "other": "刘洋",
        **{k: v for k, v in SWAP.items() if k not in ("other",)},
    }
    accept(
        managed, ask(managed, "赵刚", when="2026-04-09 11:00", **back), "刘洋", "2026-04-09 12:00"
    )
    for day, name in ((SATURDAY, "刘洋"), (SUNDAY, "赵刚")):
        found = on_duty(f"{day} 12:00")
        assert found is not None
        assert found[0] == name


@keeps("R-7.1-B-1")
def test_a_swap_across_two_rosters_watches_the_gaps_of_both(managed: World) -> None:
    next_week = (WEEK[1], WEEK[1] + timedelta(days=7))
    with held_at(FOUNDED):
        duty = Duty("duty_manager", *next_week, "赵刚")
        people.draw_roster(managed.actor("刘洋"), "W16", next_week, ("duty_manager",), [duty])
    step(managed, "roster_published", "2026-03-20 09:05", "刘洋", "W16")
    monday: dict[str, Any] = {
        "back_from": at("2026-04-13 08:00"),
        "back_to": at("2026-04-13 20:00"),
    }
    accept(managed, ask(managed, back_roster="W16", **monday))
    assert on_duty("2026-04-13 12:00") == ("刘洋", "override")
    for name in ("刘洋", "赵刚"):
        ill: dict[str, Any] = {"from": at("2026-04-13 08:00"), "to": at("2026-04-13 12:00")}
        step(managed, "absence_recorded", "2026-04-10 09:30", "赵刚", "W16", person=name, **ill)
    sweep_until("2026-04-10 09:30")
    found = dict(queries.published_rosters(*next_week))["W16"]
    assert [a.ref for a in clocks.alerts_of(found)] == ["duty_manager@2026-04-13T08:00:00"]


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
