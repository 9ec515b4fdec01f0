"""2, 6, 7.4 B 9: what is free, what is not, and which rule says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.charges import commands as charges
from jiannuo.charges import queries as sheets
from jiannuo.customers import commands as customers
from jiannuo.customers.commands import LineTerms, Upkeep
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey.onsite import use_part
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, step
from tests.world import BRAND, MODEL, Customer, World, project

SERVER = NewUnit("SRV-1", BRAND, MODEL, "服务器")
EXCLUSIONS = {
    "EX1": "R-7.4-B-9-1",
    "EX2": "R-7.4-B-9-2",
    "EX3": "R-7.4-B-9-3",
    "EX4": "R-7.4-B-9-4",
    "EX5": "R-7.4-B-9-5",
    "EX7": "R-7.4-B-9-7",
    "EX8": "R-7.5-B9",
}


def own_project(**terms: Any) -> Customer:
    with held_at(FOUNDED):
        return project("HT-OWN", devices=[SERVER], **terms)


def on_shelf(world: World, cost: str, lot: str = "L1", qty: int = 5) -> None:
    step(world, "stock_received", "2026-01-05 09:00", "蒋丽", "风扇", qty=qty, lot=lot, cost=cost)


def use(world: World, case: Case, when: str, qty: int = 1) -> None:
    step(world, "stock_issued", when, "蒋丽", "风扇", qty=qty, case=case.number)
    case.do("part_used", when, "李伟", part="风扇", qty=qty, supplier="vendor", condition="new")


def cost(case: Case, when: str, kind: str, item: str, qty: str, unit: str) -> None:
    case.do("cost_recorded", when, "李伟", kind=kind, item=item, qty=qty, unit=unit)


@keeps("R-2-4", "R-2-7")
def test_a_quality_fault_in_warranty_costs_nothing_with_part_labour_and_two_trips(
    world: World,
) -> None:
    on_shelf(world, "1260.00")
    case = fault(world, "09:00", "L3")
    for hour in ("11", "15"):
        case.do("arrived", f"{hour}:00", "李伟")
        cost(case, f"{hour}:10", "travel", "成都-都江堰", "80", "1.20")
        cost(case, f"{hour}:50", "labour", "工时", "2", "150.00")
        case.do("departed", f"{hour}:55", "李伟", override="未带报告")
    use(world, case, "16:30")
    sheet = case.sheet
    assert sheet.total == Decimal("0.00")
    assert {line.rule for line in sheet.lines if line.kind != "part"} == {"R-2-4"}
    assert [line.rule for line in sheet.lines if line.kind == "part"] == ["R-2-7"]
    assert len(sheet.lines) == 5


@keeps("R-2-7")
def test_no_price_is_put_on_a_quality_fault_in_warranty(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("diagnosed", "10:00", "李伟", problem="P-PSU", cause="quality")
    asked = case.ask("add_charge_line", "10:30", "刘洋", item="电源", amount="380.00")
    assert (asked.allowed, asked.rule, asked.reasons) == (False, "R-2-7", ("free_in_warranty",))
    assert case.ask("add_charge_line", "10:30", "刘洋", item="电源", amount="0.00").allowed


@keeps("R-2-4")
def test_works_without_a_serial_are_free_under_warranty_too(world: World) -> None:
    case = fault(world, "09:00", "L3", device=None, text="机房布线脱落")
    cost(case, "11:00", "labour", "重做线缆头", "2", "150.00")
    assert case.view.entitled() == "in_warranty"
    assert case.sheet.total == 0


@keeps("R-2-8")
def test_a_spare_after_warranty_costs_what_its_lot_cost(world: World) -> None:
    on_shelf(world, "1260.00")  # 1 980.00 on the list
    case = fault(world, "2026-03-02 09:00", "L3", of=own_project(months=6))
    use(world, case, "2026-03-02 11:00")
    [line] = case.sheet.lines
    assert (str(line.amount), line.rule, line.lot) == ("1260.00", "R-2-8", "L1")


@keeps("R-2-8")
def test_the_oldest_lot_leaves_first_and_each_piece_costs_its_own(world: World) -> None:
    on_shelf(world, "100.00", qty=1)
    on_shelf(world, "120.00", lot="L2")
    case = fault(world, "2026-03-02 09:00", "L3", of=own_project(months=6))
    use(world, case, "2026-03-02 11:00", qty=3)
    assert [(x.lot, str(x.qty), str(x.amount)) for x in case.sheet.lines] == [
        ("L1", "1", "100.00"),
        ("L2", "2", "240.00"),
    ]


@keeps("R-2-2")
def test_three_years_out_of_warranty_a_case_opens_with_all_its_clocks(world: World) -> None:
    own = own_project(accepted=date(2021, 6, 1), months=24)
    case = fault(world, "2026-06-01 09:00", "L3", of=own)
    assert case.view.entitled() == "post_warranty"
    assert set(case.clocks) == {"phone_response", "umbrella_response", "fix_24h"}


@keeps("R-2-5")
def test_in_month_thirty_the_server_is_covered_and_the_cabling_is_not(world: World) -> None:
    own = own_project(accepted=date(2024, 1, 1), months=24, lines=[LineTerms("SRV-1", 36)])
    server = fault(world, "2026-06-15 09:00", "L3", of=own)
    cabling = fault(world, "2026-06-15 09:10", "L3", of=own, device=None)
    assert server.view.entitled() == "in_warranty"
    assert cabling.view.entitled() == "post_warranty"


@keeps("R-2-15")
def test_the_fifth_visit_of_four_costs_its_own_rate(world: World) -> None:
    own = own_project(months=6)
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    upkeep = Upkeep("WB-1", own.site, first, last, 4, 0, Decimal("850.00"), "cost")
    with held_at(FOUNDED):
        customers.add_maintenance(SYSTEM, own.contract, upkeep)
    seen = []
    for day in range(2, 7):
        case = fault(world, f"2026-03-0{day} 09:00", "L3", of=own)
        assert case.view.entitled() == "maintenance_contract"
        case.do("arrived", f"2026-03-0{day} 10:00", "李伟")
        seen.append(case)
    assert [case.sheet.lines for case in seen[:4]] == [()] * 4
    [line] = seen[4].sheet.lines
    assert (line.item, str(line.amount), line.rule) == ("第5次上门", "850.00", "R-2-15")


@keeps("R-2-15")
def test_after_warranty_nobody_is_sent_before_the_quote_is_approved_or_a_reason_given(
    world: World,
) -> None:
    case = fault(world, "2026-03-02 09:00", "L3", of=own_project(months=6))
    with refused("quote_not_approved", "R-2-15"):
        case.do("dispatched", "2026-03-02 10:00", "刘洋", engineer="李伟")
    case.do("quote_made", "2026-03-02 10:10", "沈浩", total="1200.00")
    case.do("quote_approved", "2026-03-02 10:30", "彭建军")
    case.do("dispatched", "2026-03-02 10:40", "刘洋", engineer="李伟")
    assert case.deviations == []


@keeps("R-7.4-B-9")
def test_an_excluded_cause_costs_what_it_cost_and_a_fee_of_its_own(world: World) -> None:
    on_shelf(world, "260.00")
    case = fault(world, "09:00", "L3")
    with refused("no_exclusion", "R-7.4-B-9"):
        case.do("fee_set", "10:00", "刘洋", hours="2", unit="200.00")
    case.do("exclusion_proposed", "10:00", "李伟", code="EX1", sub="lightning", evidence=["照片"])
    case.do("exclusion_accepted", "10:30", "刘洋", code="EX1")
    use(world, case, "11:00")
    cost(case, "12:00", "travel", "成都-都江堰", "80", "1.20")
    cost(case, "12:10", "labour", "工时", "3", "150.00")
    with refused("above_rate_card", "R-7.4-B-9"):
        case.do("fee_set", "13:00", "刘洋", hours="2", unit="300.01")
    case.do("fee_set", "13:00", "刘洋", hours="2", unit="300.00")
    lines = {(x.kind, str(x.amount), x.rule) for x in case.sheet.lines}
    assert lines == {
        ("part", "260.00", "R-7.4-B-9"),
        ("travel", "96.00", "R-7.4-B-9"),
        ("fee", "600.00", "R-7.4-B-9"),
    }
    assert case.verdict("fix_24h") == "not_applicable"
    assert case.verdict("phone_response") != "not_applicable"


@pytest.mark.parametrize(("code", "duty"), EXCLUSIONS.items())
def test_an_exclusion_without_evidence_is_refused_by_its_own_duty(
    world: World, code: str, duty: str
) -> None:
    case = fault(world, "09:00", "L3")
    for nothing in ([], [" "]):
        with refused("no_evidence", duty):
            case.do("exclusion_proposed", "10:00", "李伟", code=code, evidence=nothing)
    assert not case.view.story.log.has("exclusion_proposed")
    case.do("exclusion_proposed", "10:00", "李伟", code=code, evidence=["照片"])


@keeps("R-7.4-B-9-3")
def test_a_device_that_stands_elsewhere_than_in_the_register_hints_at_who_moved_it(
    world: World,
) -> None:
    with held_at(FOUNDED):
        place = customers.Place("S2", "泵站", 30.9, 103.6, Decimal("45.0"))
        customers.add_site(SYSTEM, world.customer.id, place)
    there = fault(world, "09:00", "L3")
    moved = fault(world, "09:10", "L3", site="S2")
    assert sheets.hints(there.view) == ()
    assert sheets.hints(moved.view) == ("EX3",)


@keeps("R-7.4-B-9-6")
def test_other_causes_are_for_the_head_and_never_for_product_quality(world: World) -> None:
    case = fault(world, "09:00", "L3")
    asked = case.ask("propose_exclusion", "09:30", "李伟", code="EX6")
    assert asked.reasons == ("not_subcentre_head",)
    assert case.ask("propose_exclusion", "09:30", "孙立新", code="EX6").allowed
    case.do("diagnosed", "10:00", "李伟", problem="P-PSU", cause="quality")
    with refused("cause_is_quality", "R-7.4-B-9-6"):
        case.do("exclusion_accepted", "10:30", "孙立新", code="EX6")


@keeps("R-7.4-B-6", "R-7.5-B7")
@pytest.mark.parametrize(
    ("months", "says", "supplies"), [(36, "customer", "vendor"), (6, "customer", "customer")]
)
def test_who_supplies_a_board_follows_from_warranty_and_contract(
    world: World, months: int, says: str, supplies: str
) -> None:
    own = own_project(months=months, parts_supply=says)
    days = date(2026, 1, 1), date(2026, 12, 31)
    upkeep = Upkeep("WB-1", own.site, *days, 4, 0, Decimal(0), "cost")
    customers.add_maintenance(SYSTEM, own.contract, upkeep)
    case = fault(world, "2026-03-02 09:00", "L3", of=own)
    if supplies == "vendor":
        on_shelf(world, "9.00")
        step(world, "stock_issued", "2026-03-02 10:00", "蒋丽", "风扇", qty=1, case=case.number)
    with held_at(at("2026-03-02 11:00")):
        use_part(world.actor("李伟"), case.number, part="风扇", qty=1, condition="new")
    [used] = case.view.story.log.all("part_used")
    assert used.d["supplier"] == supplies


@keeps("R-7.4-B-6")
def test_a_board_that_the_customer_supplied_costs_nothing_and_says_so(world: World) -> None:
    case = fault(world, "2026-03-02 09:00", "L3", of=own_project(months=6))
    board = {"part": "主控板", "qty": 1, "supplier": "customer", "condition": "new"}
    case.do("part_used", "2026-03-02 11:00", "李伟", **board)
    [line] = case.sheet.lines
    assert (str(line.amount), line.rule) == ("0.00", "R-7.4-B-6")


@keeps("R-6-1")
def test_what_is_free_at_the_maker_s_is_free() -> None:
    assert charges.value_added_offer(Decimal("0.00"), Decimal("0.00")) == 0
    with refused("not_at_cost", "R-6-1"):
        charges.value_added_offer(Decimal("0.00"), Decimal("0.01"))


@keeps("R-6-2")
def test_what_costs_at_the_maker_s_costs_the_same_here() -> None:
    assert charges.value_added_offer(Decimal("5800.00"), Decimal("5800.00")) == Decimal("5800.00")
    with refused("not_at_cost", "R-6-2"):
        charges.value_added_offer(Decimal("5800.00"), Decimal("6200.00"))


def test_a_unit_without_a_contract_price_is_named_and_not_guessed(world: World) -> None:
    case = fault(world, "2026-03-02 09:00", "L3", of=own_project(months=6))
    unit = {"old": "SRV-1", "new": "SRV-2", "model": MODEL, "customer_signed_by": "彭建军"}
    case.do("replaced", "2026-03-02 15:00", "李伟", **unit)
    assert (case.sheet.lines, case.sheet.unpriced) == ((), (MODEL,))


def test_warranty_is_judged_on_the_local_day_of_the_report(world: World) -> None:
    own = own_project(accepted=date(2025, 8, 31), months=18)
    late = fault(world, at("2027-02-28 23:59:59"), "L3", of=own)
    after = fault(world, at("2027-03-01 00:00"), "L3", of=own)
    assert (late.view.entitled(), after.view.entitled()) == ("in_warranty", "post_warranty")
