"""7.1 B 1: two exchange their shifts; whoever is concerned hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import rules
from jiannuo.notices.models import Notice
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.commands import Person
from jiannuo.people.models import Override, Staff
from jiannuo.people.rules import Duty
from tests.journey.conftest import FOUNDED
from tests.journey.rosters import (
    BACK,
    GIVEN,
    SATURDAY,
    SUNDAY,
    SWAP,
    WEEK,
    accept,
    ask,
    draw,
    on_duty,
    relieve,
)
from tests.journey.telling import at, keeps, refused, step, sweep_until
from tests.world import World


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


# -- who hears of it ------------------------------------------------------------------------------


def heard() -> list[tuple[str, str, str]]:
    """(kind, who is told, what) of everything that changed somebody's shifts."""
    rows = Notice.objects.filter(subject_kind="roster", to_person__isnull=False).order_by("id")
    names = dict(Staff.objects.values_list("id", "name"))
    return [(n.kind, names[n.to_person], n.payload["what"][0]) for n in rows if n.to_person]


def test_the_other_of_a_swap_hears_that_he_is_asked_and_the_first_that_he_agreed(
    managed: World,
) -> None:
    both = "值班经理 04-11 08:00–20:00 刘洋→赵刚；值班经理 04-12 08:00–20:00 赵刚→刘洋"
    swap = ask(managed)
    assert heard() == [("swap_asked", "赵刚", both)]
    accept(managed, swap)
    assert heard()[1:] == [("swap_accepted", "刘洋", both)]


def test_a_swap_ordered_by_a_third_is_told_to_both(managed: World) -> None:
    people.hire(SYSTEM, Person("何静", ("duty_manager",)))
    ask(managed, "何静", person="刘洋")
    assert [(kind, who) for kind, who, _ in heard()] == [
        ("swap_asked", "刘洋"),
        ("swap_asked", "赵刚"),
    ]


def test_who_stands_in_and_who_is_relieved_both_hear_of_it(managed: World) -> None:
    people.hire(SYSTEM, Person("何静", ("duty_manager",)))
    night: dict[str, Any] = {"from": at("2026-04-10 20:00"), "to": at("2026-04-11 08:00")}
    said: dict[str, Any] = {"desk": "duty_manager", **night, "instead_of": "刘洋"}
    relieve(managed, "2026-04-10 10:00", "何静", **said, person="罗敏")
    span = "值班经理 04-10 20:00–04-11 08:00"
    assert heard() == [
        ("shift_given", "罗敏", span),
        ("shift_taken", "刘洋", f"{span}，由罗敏代班"),
    ]
    assert all(not rules.reminds(kind, 3) for kind, _, _ in heard())  # tonight is no tomorrow


def test_nobody_hears_of_a_change_that_was_refused(managed: World) -> None:
    with refused("no_such_person"):
        ask(managed, other="无此人")
    assert heard() == []
