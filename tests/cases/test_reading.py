"""Many cases are read in as many questions as one, and are the same cases."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiannuo.cases import queries as cases
from jiannuo.cases import rows
from jiannuo.customers.queries import base_profile
from tests.journey.conftest import founded, world
from tests.journey.telling import Case, at, fault, opened
from tests.world import World

__all__ = ["founded", "world"]


def questions(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def all_of_them() -> list[cases.CaseView]:
    return list(cases.views())


def test_twelve_cases_of_a_customer_are_as_many_questions_as_one(world: World) -> None:
    fault(world, "09:00")
    one = questions(all_of_them)
    for minute in range(10, 21):
        fault(world, f"09:{minute}")
    assert len(all_of_them()) == 12
    assert questions(all_of_them) == one


def test_what_covers_a_contract_is_asked_once_for_all_its_cases(world: World) -> None:
    for minute in range(10, 16):
        fault(world, f"09:{minute}")
    seen = all_of_them()
    assert questions(lambda: [view.entitled() for view in seen]) == 1


def test_page_by_page_no_case_is_lost_and_none_comes_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [fault(world, f"09:{minute}").number for minute in range(10, 17)]
    monkeypatch.setattr(rows, "PAGE", 3)
    assert [view.card.number for view in cases.views()] == numbers
    [last] = [view for view in cases.views() if view.card.number == numbers[-1]]
    assert last.events == cases.view_of(numbers[-1]).events


def test_a_case_read_with_others_is_the_case_read_alone(world: World) -> None:
    loser, survivor = fault(world, "09:00"), fault(world, "09:10", device=None)
    opened(world, "09:15", of=world.stranger)
    opened(world, "09:16", customer=None, device=None, caller="路人")
    loser.do("merged", "09:30", "周敏", into=survivor.number, reason="同一故障")
    for view in cases.views():
        alone = cases.view_of(view.card.number)
        assert view.card == alone.card
        assert (view.profile, view.events) == (alone.profile, alone.events)
        assert (view.absorbed, view.reported_at) == (alone.absorbed, alone.reported_at)
        assert view.entitled() == alone.entitled()


def test_a_customer_s_cases_are_his_own(world: World) -> None:
    mine = fault(world, "09:00")
    fault(world, "09:10", of=world.stranger)
    found = cases.views(customer=world.customer.id)
    assert [view.card.number for view in found] == [mine.number]


def repaired(world: World, when: str) -> Case:
    case = fault(world, when)
    end = {"problem": "P-FAN", "cause": "quality", "repair": True, "customer_confirmed_by": "邓丽"}
    case.do("resolved", when, "李伟", **end)
    return case


def test_cases_that_repaired_nothing_do_not_lengthen_the_count_of_repairs(world: World) -> None:
    repaired(world, "09:00")
    profile = base_profile(at("09:00"))
    counted = cases.tallies(profile, [world.customer.serial])
    before = questions(lambda: cases.tallies(profile, [world.customer.serial]))
    for minute in range(10, 15):
        fault(world, f"10:{minute}")
    assert cases.tallies(profile, [world.customer.serial]) == counted
    assert cases.tallies(profile) == counted
    assert questions(lambda: cases.tallies(profile, [world.customer.serial])) == before
