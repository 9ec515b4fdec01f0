"""2, 7.8: what two repairs could not mend is replaced; what replaces it is new."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.customers.commands import LineTerms
from jiannuo.equipment import commands as equipment
from jiannuo.equipment import queries as units
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import correction, replacement
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.clocks import Clock
from jiannuo.notices import queries as notices
from jiannuo.papers import queries as papers
from jiannuo.parts import queries as parts
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, step, sweep_until
from tests.world import BRAND, MODEL, World, project

REPAIRED = {"repair": True, "problem": "P-PSU", "customer_confirmed_by": "邓丽"}


def repaired(world: World, day: str, cause: str = "quality") -> Case:
    """A case of one day whose device was repaired for the same problem."""
    case = fault(world, f"{day} 09:00", "L3")
    case.do("resolved", f"{day} 15:00", "李伟", cause=cause, **REPAIRED)
    return case


def again(world: World, day: str) -> Case:
    """The same problem comes back, and an engineer confirms it at ten."""
    case = fault(world, f"{day} 09:00", "L3")
    case.do("same_problem_confirmed", f"{day} 10:00", "李伟", device="SN-1", problem="P-PSU")
    return case


@keeps("R-2-6")
def test_after_two_repairs_the_same_problem_owes_a_new_device_the_same_minute(
    world: World,
) -> None:
    repaired(world, "2026-03-02")
    repaired(world, "2026-04-02")
    case = again(world, "2026-05-04")
    [order] = parts.orders_of_serial("SN-1")
    assert (order.case, order.ordered_at) == (case.id, at("2026-05-04 10:00"))
    assert order.item == f"{BRAND} {MODEL}"
    clock = case.clock("replacement")
    assert (clock.start, clock.due) == (at("2026-05-04 10:00"), at("2026-05-05 10:00"))
    notice = case.paper("replacement_notice")
    assert notice is not None
    unit = units.find("SN-1")
    assert unit is not None
    [alert] = clocks.alerts_of(unit.id)
    assert (alert.code, alert.ref) == ("repeat_repair", "SN-1")


@keeps("R-2-6")
def test_it_is_replaced_by_the_same_brand_and_model(world: World) -> None:
    repaired(world, "2026-03-02")
    repaired(world, "2026-04-02")
    case = again(world, "2026-05-04")
    unit = {"old": "SN-1", "serial": "SN-2", "condition": "new"}
    with refused("other_brand_or_model", "R-2-6"):
        case.do("replacement_issued", "2026-05-04 11:00", "蒋丽", brand=BRAND, model="X9", **unit)
    said = {"old": "SN-1", "new": "SN-2", "model": MODEL, "customer_signed_by": "彭建军"}
    case.do("replacement_issued", "2026-05-04 11:00", "蒋丽", brand=BRAND, model=MODEL, **unit)
    case.do("replaced", "2026-05-05 10:00", "李伟", **said)
    assert case.verdict("replacement") == "met"


@pytest.mark.parametrize(
    ("first", "second", "confirmed"),
    [
        ("2026-03-02", "2026-06-02", "2026-06-05"),  # 92 days apart: the count begins again
        ("2026-03-02", "2026-04-02", "2026-07-03"),  # 92 days after the second
    ],
)
def test_repairs_that_lie_too_far_apart_owe_nothing(
    world: World, first: str, second: str, confirmed: str
) -> None:
    repaired(world, first)
    repaired(world, second)
    case = again(world, confirmed)
    assert "replacement" not in case.clocks
    assert parts.orders_of_serial("SN-1") == []


def test_a_repair_of_an_excluded_cause_does_not_count(world: World) -> None:
    repaired(world, "2026-03-02")
    repaired(world, "2026-04-02", cause="EX2")
    assert "replacement" not in again(world, "2026-05-04").clocks


def test_a_repair_entered_late_makes_the_replacement_due_all_the_same(world: World) -> None:
    repaired(world, "2026-03-02")
    late = fault(world, "2026-04-02 09:00", "L3")
    case = again(world, "2026-05-04")
    assert "replacement" not in case.clocks
    when = {"rec": "2026-05-04 12:00", "why": "现场无网络"}
    late.do("resolved", "2026-04-02 15:00", "李伟", cause="quality", **REPAIRED, **when)
    assert case.clock("replacement").start == at("2026-05-04 10:00")


@keeps("R-2-9")
@pytest.mark.parametrize("condition", ["refurbished", "loaner", "returned"])
def test_what_replaces_a_device_is_new(world: World, condition: str) -> None:
    case = fault(world, "09:00", "L3")
    unit = {"old": "SN-1", "serial": "SN-2", "brand": BRAND, "model": MODEL}
    assert case.ask("issue_replacement", "10:00", "蒋丽", condition=condition, **unit).reasons == (
        "not_new",
    )
    with refused("not_new", "R-2-9"):
        case.do("replacement_issued", "10:00", "蒋丽", condition=condition, **unit)


@keeps("R-2-9")
def test_a_serial_that_stood_somewhere_is_not_new(world: World) -> None:
    case = fault(world, "09:00", "L3")
    unit = {"old": "SN-1", "condition": "new", "brand": BRAND, "model": MODEL}
    with refused("serial_known", "R-2-9"):
        case.do("replacement_issued", "10:00", "蒋丽", serial="ｓｎ－１", **unit)
    said = {"old": "SN-1", "model": MODEL, "customer_signed_by": "彭建军"}
    with refused("serial_known", "R-2-9"):
        case.do("replaced", "11:00", "李伟", new="ｓｎ－１", **said)


@keeps("R-2-10")
def test_the_warranty_of_a_replacement_begins_anew_with_its_full_term(world: World) -> None:
    with held_at(FOUNDED):
        own = project(
            "HT-24",
            accepted=date(2025, 6, 1),
            months=12,
            lines=[LineTerms("SRV-1", 24)],
            devices=[NewUnit("SRV-1", BRAND, MODEL, "服务器")],
        )
    case = fault(world, "2026-11-30 09:00", "L3", of=own)
    unit = {"old": "SRV-1", "new": "SRV-2", "model": MODEL, "customer_signed_by": "彭建军"}
    case.do("replaced", "2026-11-30 15:00", "李伟", **unit)
    found = {row.ref: row.term for row in units.warranties(own.contract, case.view.profile)}
    assert (found["SRV-2"].start, found["SRV-2"].end) == (date(2026, 11, 30), date(2028, 11, 30))
    assert found["SRV-1"].end == date(2027, 6, 1)
    old, new = units.find("SRV-1"), units.find("SRV-2")
    assert old is not None
    assert old.retired
    assert new is not None
    later = fault(world, "2028-11-30 09:00", "L3", of=own, device="SRV-2")
    assert later.view.entitled() == "in_warranty"


@keeps("R-2-13")
def test_a_whole_unit_after_warranty_costs_what_the_contract_says(world: World) -> None:
    with held_at(FOUNDED):
        server = NewUnit("SRV-1", BRAND, MODEL, "服务器")
        prices = {MODEL: Decimal("48600.00")}  # 53 000.00 on today's list
        own = project("HT-PX", months=6, prices=prices, devices=[server])
    case = fault(world, "2026-11-30 09:00", "L3", of=own)
    unit = {"old": "SRV-1", "new": "SRV-2", "model": MODEL, "customer_signed_by": "彭建军"}
    case.do("replaced", "2026-11-30 15:00", "李伟", **unit)
    [line] = case.sheet.lines
    assert (line.rule, str(line.amount)) == ("R-2-13", "48600.00")


@keeps("R-2-12", "R-7.8-I3")
def test_of_a_model_that_is_made_no_more_only_its_equivalents_are_offered(world: World) -> None:
    offered = units.offer("SN-1")
    assert offered is not None
    assert (offered.same, offered.substitutes) == ((BRAND, MODEL), ())
    with held_at(at("2026-01-05 09:00")):
        equipment.discontinue(SYSTEM, BRAND, MODEL, date(2026, 1, 1))
        equipment.name_equivalent(
            SYSTEM, (BRAND, MODEL), (BRAND, "CX-N7000"), "端口与吞吐不低于原型号"
        )
    offered = units.offer("SN-1")
    assert offered is not None
    assert offered.same is None
    assert [(s.model, s.note) for s in offered.substitutes] == [
        ("CX-N7000", "端口与吞吐不低于原型号")
    ]
    assert offered.zh == f"{BRAND} {MODEL} 已于 2026-01-01 停产"


@keeps("R-7.8-I3", "R-2-12")
def test_a_substitute_needs_the_customer_s_consent(world: World) -> None:
    with held_at(FOUNDED):
        own = project("HT-SUB", months=6, devices=[NewUnit("SRV-1", BRAND, MODEL, "服务器")])
        equipment.discontinue(SYSTEM, BRAND, MODEL, date(2025, 1, 1))
        equipment.name_equivalent(SYSTEM, (BRAND, MODEL), (BRAND, "CX-N7000"), "不低于原型号")
    case = fault(world, "2026-11-30 09:00", "L3", of=own)
    unit = {"old": "SRV-1", "serial": "SRV-2", "condition": "new", "brand": BRAND}
    with refused("substitute_not_accepted", "R-7.8-I3"):
        case.do("replacement_issued", "2026-11-30 10:00", "蒋丽", model="CX-N7000", **unit)
    case.do(
        "substitute_accepted", "2026-11-30 10:30", "彭建军", **{"from": MODEL, "to": "CX-N7000"}
    )
    case.do("replacement_issued", "2026-11-30 11:00", "蒋丽", model="CX-N7000", **unit)
    paper = case.paper("substitute_confirmation")
    assert paper is not None
    printed = papers.gathered(paper.id)
    assert printed["reason"]["zh"] == f"{BRAND} {MODEL} 已于 2025-01-01 停产"
    assert printed["equivalence"] == ["不低于原型号"]


def ordered(case: Case, when: str, **said: object) -> None:
    known = {"mode": "advance", "item": "主控板", "faulty_serial": "MB-1", "level": "7x24x4"}
    case.do("replacement_ordered", when, "刘洋", **{**known, **said})


def advance(serial: str = "MB-1") -> dict[str, Clock]:
    [order] = parts.orders_of_serial(serial)
    return {c.promise: c for c in clocks.clocks_of([order.id])[order.id]}


@keeps("R-7.8-I1")
def test_round_the_clock_in_four_hours_is_four_hours_at_night_too(world: World) -> None:
    case = fault(world, "21:00", "L3")
    ordered(case, "22:10")
    assert advance()["advance_delivery"].due == at("+1 02:10")
    case.do("replacement_delivered", "+1 02:10", "李伟", faulty_serial="MB-1")
    assert str(advance()["advance_delivery"].verdict(at("+2 00:00"))) == "met"


@keeps("R-7.8-I1")
def test_the_next_business_day_ends_at_six_in_the_evening(world: World) -> None:
    case = fault(world, "2026-03-06 21:00", "L3")  # a Friday
    ordered(case, "2026-03-06 22:10", level="5x9xNBD")
    assert advance()["advance_delivery"].due == at("2026-03-09 18:00")


def test_an_advance_replacement_says_its_level(world: World) -> None:
    case = fault(world, "21:00", "L3")
    with refused("no_level", "R-7.8-I1"):
        ordered(case, "22:10", level=None)


@keeps("R-7.8-I2")
def test_a_part_that_is_not_back_on_day_fifteen_is_proposed_for_a_charge_and_not_billed(
    world: World,
) -> None:
    case = fault(world, "09:00", "L3")
    ordered(case, "10:00")
    case.do("replacement_delivered", "12:00", "李伟", faulty_serial="MB-1")
    due = at("12:00") + timedelta(days=15)
    assert advance()["part_return"].due == due
    sweep_until(due)
    [order] = parts.orders_of_serial("MB-1")
    raised = [(a.code, a.moment) for a in clocks.alerts_of(order.id) if ":" not in a.code]
    assert raised == [
        ("parts_return_3d", due - timedelta(days=3)),
        ("parts_return_overdue", due),
    ]
    told = {n.kind: n.to_role for n in notices.of_subject(order.id)}
    assert told["parts_return_overdue"] == "sales"
    [proposal] = papers.papers(order.id)
    assert (proposal.kind, proposal.signed) == ("return_charge_proposal", False)
    assert case.sheet.lines == ()


@keeps("R-7.8-I2")
def test_a_part_that_came_back_reminds_nobody(world: World) -> None:
    case = fault(world, "09:00", "L3")
    ordered(case, "10:00")
    case.do("replacement_delivered", "12:00", "李伟", faulty_serial="MB-1")
    step(world, "faulty_part_received", "+5 09:00", "蒋丽", "RMA-1", serial="MB-1")
    sweep_until("+20 00:00")
    [order] = parts.orders_of_serial("MB-1")
    assert clocks.alerts_of(order.id) == []


@keeps("R-7.8-I4")
@pytest.mark.parametrize(
    ("hours", "mode"), [(30, "doa"), (48, "doa"), (49, "exchange")], ids=["30h", "48h", "49h"]
)
def test_what_fails_within_48_hours_of_its_first_power_up_is_replaced_as_dead_on_arrival(
    world: World, hours: int, mode: str
) -> None:
    powered = at("09:00")
    case = fault(world, powered + timedelta(hours=hours), "L3")
    found = replacement.proposed_mode(case.number, powered)
    assert found == mode
    when = powered + timedelta(hours=hours, minutes=10)
    case.do("replacement_ordered", when, "刘洋", mode=found, item=MODEL, faulty_serial="SN-1")
    assert [o.mode for o in parts.orders_of_serial("SN-1")] == [mode]


def test_a_delivery_whose_time_was_wrong_moves_the_return_that_runs_from_it(world: World) -> None:
    case = fault(world, "09:00", "L3")
    ordered(case, "10:00")
    done = case.do("replacement_delivered", "12:00", "李伟", faulty_serial="MB-1")
    with held_at(at("13:00")):
        actor = world.actor("刘洋")
        correction.correct(actor, case.number, of=done.event, reason="记错", t=at("11:00"))
    assert advance()["part_return"].due == at("11:00") + timedelta(days=15)
