"""7.7: a faulty part goes through the workshop under an order of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import asking
from jiannuo.kernel.moment import held_at
from jiannuo.papers import queries as papers
from jiannuo.parts import queries as parts
from jiannuo.parts.queries import RepairCard
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, step, sweep_until
from tests.world import BRAND, MODEL, Customer, World, project

SERVER = NewUnit("SRV-1", BRAND, MODEL, "服务器")


def own_project(**terms: Any) -> Customer:
    with held_at(FOUNDED):
        return project("HT-W", devices=[SERVER], **terms)


def taken_off(world: World, when: str, of: Customer | None = None, serial: str = "MB-OLD") -> Case:
    """A case in which a faulty board was taken off."""
    case = fault(world, when, "L3", of=of)
    case.do(
        "part_used",
        when,
        "李伟",
        part="主控板",
        qty=1,
        supplier="customer",
        condition="new",
        faulty_serials=[serial],
    )
    return case


def order(number: str = "MB-OLD") -> RepairCard:
    return parts.known_repair(number)


def received(world: World, when: str, serial: str = "MB-OLD") -> RepairCard:
    step(world, "faulty_part_received", when, "蒋丽", "RMA-7", serial=serial)
    return order(serial)


@keeps("R-7.7-I1", "R-T1-2")
def test_a_board_that_was_taken_off_has_an_order_and_a_tag_at_once(world: World) -> None:
    case = taken_off(world, "09:00")
    found = order()
    assert (found.number, found.serial, found.case) == ("MB-OLD", "MB-OLD", case.number)
    sheet, tag = sorted(papers.papers(found.id), key=lambda p: p.kind, reverse=True)
    assert (sheet.kind, tag.kind) == ("repair_order_sheet", "fault_tag")
    said = papers.gathered(tag.id)
    assert (said["number"], said["serial"], said["symptom"]) == ("MB-OLD", "MB-OLD", "不通")
    assert said["data_erased"] is None  # a box that is ticked by hand


@keeps("R-7.7-I2")
def test_ten_working_days_leave_out_the_holidays_of_the_contract(world: World) -> None:
    qingming = (date(2026, 4, 4), date(2026, 4, 5), date(2026, 4, 6))
    taken_off(world, "2026-04-02 09:00", own_project(holidays=qingming))
    found = received(world, "2026-04-03 10:00")
    assert (found.free, found.workdays, found.due_on) == (True, 10, date(2026, 4, 20))


@keeps("R-7.7-I2")
@pytest.mark.parametrize(
    ("shipped", "verdict"), [("2026-03-16 23:59:59", "met"), ("2026-03-17 00:00", "breached")]
)
def test_a_repair_is_judged_by_the_day_it_is_shipped(
    world: World, shipped: str, verdict: str
) -> None:
    taken_off(world, "2026-03-02 09:00")
    assert received(world, "2026-03-02 10:00").due_on == date(2026, 3, 16)
    step(world, "repair_shipped", shipped, "蒋丽", "MB-OLD")
    assert order().verdict(at(shipped)) == verdict


@keeps("R-7.7-I3")
def test_what_is_not_free_is_repaired_after_the_customer_agreed_to_the_price(
    world: World,
) -> None:
    customer = own_project(months=6)
    taken_off(world, "2026-03-02 09:00", customer)
    found = received(world, "2026-03-02 10:00")
    assert (found.free, found.workdays) == (False, 15)
    asked = asking.about_repair(world.actor("李伟"), "MB-OLD")
    assert (asked.allowed, asked.rule) == (False, "R-7.7-I3")
    step(world, "quote_made", "2026-03-03 09:00", "沈浩", repair_order="MB-OLD", total="900.00")
    step(world, "quote_approved", "2026-03-04 09:00", "彭建军", of=customer, repair_order="MB-OLD")
    assert asking.about_repair(world.actor("李伟"), "MB-OLD").allowed


@keeps("R-7.7-I3")
def test_a_quote_that_was_refused_sends_the_part_back_unrepaired_at_the_fee_of_the_contract(
    world: World,
) -> None:
    customer = own_project(months=6, overrides={"house.diagnosis_fee": "200.00"})
    taken_off(world, "2026-03-02 09:00", customer)
    received(world, "2026-03-02 10:00")
    step(world, "quote_made", "2026-03-03 09:00", "沈浩", repair_order="MB-OLD", total="900.00")
    assert parts.refusal_fee(order()) is None
    step(world, "quote_refused", "2026-03-04 09:00", "彭建军", "MB-OLD", of=customer, reason="太贵")
    assert not asking.about_repair(world.actor("李伟"), "MB-OLD").allowed
    step(world, "repair_shipped", "2026-03-05 09:00", "蒋丽", "MB-OLD")
    assert parts.refusal_fee(order()) == Decimal("200.00")
    assert order().status == "shipped"
    assert parts.repaired_warranty(order()) is None  # nothing was mended


@keeps("R-7.5-B8")
def test_an_excluded_cause_makes_a_repair_cost_though_the_case_is_free(world: World) -> None:
    case = taken_off(world, "09:00")
    received(world, "10:00")
    assert order().free
    step(world, "repair_diagnosed", "11:00", "李伟", "MB-OLD", cause="EX2")
    assert (order().free, order().workdays) == (False, 15)
    assert case.sheet.total == 0


@keeps("R-7.7-I4")
def test_a_repair_returned_with_twenty_days_left_is_covered_ninety(world: World) -> None:
    short = own_project(accepted=date(2025, 9, 22), months=6)  # to 2026-03-22
    taken_off(world, "2026-02-20 09:00", short)
    received(world, "2026-02-20 10:00")
    assert parts.repaired_warranty(order()) is None
    step(world, "repair_shipped", "2026-03-02 09:00", "蒋丽", "MB-OLD")
    assert parts.repaired_warranty(order()) == date(2026, 5, 31)


@keeps("R-7.7-I4")
def test_what_remains_of_the_warranty_is_never_cut_by_a_repair(world: World) -> None:
    taken_off(world, "2026-02-20 09:00")
    received(world, "2026-02-20 10:00")
    step(world, "repair_shipped", "2026-03-02 09:00", "蒋丽", "MB-OLD")
    assert parts.repaired_warranty(order()) == date(2028, 6, 1)


@keeps("R-7.7-I5")
def test_a_late_repair_is_told_and_a_loaner_is_to_be_lent(world: World) -> None:
    taken_off(world, "2026-03-02 09:00")
    found = received(world, "2026-03-02 10:00")
    sweep_until("2026-03-16 23:59:59")
    assert clocks.alerts_of(found.id) == []
    sweep_until("2026-03-17 00:00")
    told = {(a.code, a.moment) for a in clocks.alerts_of(found.id)}
    assert told == {
        ("repair_overdue", at("2026-03-17 00:00")),
        ("task:lend_for_repair", at("2026-03-17 00:00")),
    }


def test_what_never_came_in_is_not_shipped(world: World) -> None:
    taken_off(world, "09:00")
    with refused("not_received", "R-7.7-I1"):
        step(world, "repair_shipped", "10:00", "蒋丽", "MB-OLD")
    with refused("no_repair"):
        step(world, "repair_shipped", "10:00", "蒋丽", "MB-404")


def test_a_serial_that_comes_back_after_its_repair_gets_a_new_order(world: World) -> None:
    taken_off(world, "2026-03-02 09:00")
    received(world, "2026-03-02 10:00")
    step(world, "repair_shipped", "2026-03-05 09:00", "蒋丽", "MB-OLD")
    step(world, "faulty_part_received", "2026-06-05 09:00", "蒋丽", "RMA-8", serial="MB-OLD")
    assert [o.number for o in parts.repairs()] == ["MB-OLD", "RMA-8"]
