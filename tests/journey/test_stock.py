"""4: spares on the shelf, by lot, with an alarm before the shelf is bare."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.kernel.moment import held_at
from jiannuo.papers import queries as papers
from jiannuo.parts import commands as parts
from jiannuo.parts import queries as stock
from tests.journey.conftest import FOUNDED
from tests.journey.telling import at, fault, keeps, refused, step
from tests.world import World


@pytest.fixture
def shelf(world: World) -> World:
    """Three fans on the shelf, two are the least."""
    with held_at(FOUNDED):
        parts.stock_part(world.actor("蒋丽"), "风扇", 2)
    step(world, "stock_received", "08:00", "蒋丽", "风扇", qty=3, lot="L1", cost="60.00")
    return world


def fans() -> stock.PartCard:
    found = stock.part("风扇")
    assert found is not None
    return found


@keeps("R-4-1")
def test_the_issue_that_falls_below_the_minimum_alarms_and_orders_the_same_minute(
    shelf: World,
) -> None:
    step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=1)
    assert clocks.alerts_of(fans().id) == []
    step(shelf, "stock_issued", "10:00", "蒋丽", "风扇", qty=1)
    [alert] = clocks.alerts_of(fans().id)
    assert (alert.code, alert.ref, alert.moment) == ("stock_below_min", "风扇", at("10:00"))
    [task] = papers.papers(fans().id)
    assert (task.kind, task.happened_at) == ("replenishment_task", at("10:00"))
    assert papers.gathered(task.id) == {"part": "风扇", "on_hand": 1, "minimum": 2}
    step(shelf, "stock_issued", "11:00", "蒋丽", "风扇", qty=1)
    assert len(clocks.alerts_of(fans().id)) == 1  # it was below already


def test_what_comes_back_and_falls_again_alarms_again(shelf: World) -> None:
    step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=2)
    step(shelf, "stock_received", "10:00", "蒋丽", "风扇", qty=1, lot="L2", cost="61.00")
    step(shelf, "stock_issued", "11:00", "蒋丽", "风扇", qty=1)
    assert [a.moment for a in clocks.alerts_of(fans().id)] == [at("09:00"), at("11:00")]


@keeps("R-4-1")
def test_nothing_leaves_a_bare_shelf(shelf: World) -> None:
    with refused("not_in_stock", "R-4-1"):
        step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=4)
    [line] = stock.stock()
    assert (line.on_hand, line.below) == (3, False)


def test_unused_pieces_come_back_and_no_more_than_are_left(shelf: World) -> None:
    case = fault(shelf, "08:30", "L3")
    step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=2, case=case.number)
    case.do("part_used", "10:00", "李伟", part="风扇", qty=1, supplier="vendor", condition="new")
    with refused("not_issued", "R-4-1"):
        step(shelf, "stock_returned", "11:00", "蒋丽", "风扇", qty=2, case=case.number)
    step(shelf, "stock_returned", "11:00", "蒋丽", "风扇", qty=1, case=case.number)
    assert stock.stock()[0].on_hand == 2
    assert {p.kind for p in case.papers} >= {"parts_issue_slip", "parts_return_slip"}


@keeps("R-4-3")
def test_an_emergency_shows_the_spares_of_its_device_without_a_search(shelf: World) -> None:
    with held_at(FOUNDED):
        parts.stock_part(shelf.actor("蒋丽"), "风扇", 2, fits=["CX-N6800"])
        parts.stock_part(shelf.actor("蒋丽"), "硬盘", fits=["SRV-9"])
    case = fault(shelf, "09:00", "L1")
    case.do("l1_declared", "09:05", "李伟")
    assert [(s.part, s.on_hand) for s in stock.spares_for(case.view.card.devices)] == [("风扇", 3)]


def kept(shelf: World, number: str, qty: int) -> None:
    step(shelf, "stock_reserved", "08:10", "蒋丽", "风扇", project=number, qty=qty)


def offered(shelf: World, qty: int) -> stock.Offer:
    return stock.offer("风扇", shelf.customer.contract, qty)


@keeps("R-7-2")
def test_without_pieces_of_its_own_a_project_is_offered_the_common_ones_and_nothing_is_bought(
    shelf: World,
) -> None:
    assert offered(shelf, 1) == stock.Offer(own=0, common=3, others=0, missing=0)
    assert offered(shelf, 4).missing == 1
    case = fault(shelf, "08:30", "L2")
    step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=1, case=case.number)
    assert offered(shelf, 1) == stock.Offer(own=0, common=2, others=0, missing=0)


@keeps("R-7-2")
def test_a_project_takes_its_own_pieces_first_and_then_common_ones(shelf: World) -> None:
    kept(shelf, "HT-P", 1)
    assert offered(shelf, 1) == stock.Offer(own=1, common=2, others=0, missing=0)
    case = fault(shelf, "08:30", "L2")
    step(shelf, "stock_issued", "09:00", "蒋丽", "风扇", qty=2, case=case.number)
    assert offered(shelf, 1) == stock.Offer(own=0, common=1, others=0, missing=0)


@keeps("R-7-2")
def test_what_is_kept_for_another_project_is_borrowed_with_approval_only(shelf: World) -> None:
    kept(shelf, "HT-S2", 2)
    assert offered(shelf, 2) == stock.Offer(own=0, common=1, others=2, missing=0)
    case = fault(shelf, "08:30", "L2")
    said: dict[str, Any] = {"project": "HT-S2", "qty": 1, "reason": "二级故障急用"}

    def issue(when: str) -> None:
        step(shelf, "stock_issued", when, "蒋丽", "风扇", qty=2, case=case.number)

    with refused("kept_for_others", "R-7-2"):
        issue("09:00")
    with refused("not_permitted", "R-X-4"):
        step(shelf, "stock_borrowed", "09:05", "蒋丽", "风扇", case=case.number, **said)
    step(shelf, "stock_borrowed", "09:10", "刘洋", "风扇", case=case.number, **said)
    issue("09:20")
    assert offered(shelf, 1) == stock.Offer(own=0, common=0, others=1, missing=0)


def test_no_more_is_kept_than_is_common_and_no_more_let_go_than_is_kept(shelf: World) -> None:
    kept(shelf, "HT-S2", 2)
    for kind, qty in (("stock_reserved", 2), ("stock_reserved", 0), ("stock_released", 1)):
        with refused("wrong_quantity", "R-7-2"):
            step(shelf, kind, "08:20", "蒋丽", "风扇", project="HT-P", qty=qty)
    step(shelf, "stock_released", "08:30", "蒋丽", "风扇", project="HT-S2", qty=2)
    assert offered(shelf, 1).common == 3


def test_pieces_for_a_project_nobody_knows_are_kept_for_nobody(shelf: World) -> None:
    with refused("no_contract"):
        kept(shelf, "HT-?", 1)
