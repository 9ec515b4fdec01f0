"""1: one inspection a quarter, four topics, signed; and what happens after the warranty."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.customers import commands as customers
from jiannuo.customers import queries as customer_queries
from jiannuo.customers.commands import Upkeep
from jiannuo.equipment import queries as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.rules import Version, versions, without_advice
from jiannuo.journey import asking, correction, inspection
from jiannuo.journey.contracts import subject_of_quarter, watch
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import queries as notices
from jiannuo.papers import queries as papers
from tests.journey.conftest import FOUNDED
from tests.journey.telling import at, keeps, opened, refused, step, sweep_until
from tests.world import BRAND, MODEL, Customer, World, project

FIVE = [NewUnit(f"DEV-{n}", BRAND, MODEL, "服务器") for n in range(1, 6)]
TOPICS = ["devices", "software", "problems_asked", "environment"]
GOOD = {unit.serial: "ok" for unit in FIVE}


@pytest.fixture
def own(world: World) -> Customer:
    """Accepted on 10 February 2025, 24 months, five main devices, inspected each quarter."""
    with held_at(FOUNDED):
        return project(
            "HT-I", accepted=date(2025, 2, 10), months=24, devices=FIVE, inspection_plan=True
        )


def sign(world: World, own: Customer, when: str, quarter: str, **said: Any) -> None:
    known = {
        "devices": GOOD,
        "software": "ok",
        "problems_asked": "无",
        "asked_of": "邓丽",
        "temperature_c": "23.0",
        "humidity_pct": "45",
    }
    fields = {**known, **said, "contract": own.contract}
    step(world, "inspection_signed", when, "彭建军", quarter, of=own, **fields)


def subject(own: Customer, quarter: str) -> Any:
    return subject_of_quarter(own.contract, quarter, own.id).id


@keeps("R-1-1")
def test_every_full_quarter_of_the_warranty_is_owed_and_the_last_one_to_its_end(
    own: Customer,
) -> None:
    rows = [(o.quarter.name, o.quarter.due) for o in inspections.owed(own.contract)]
    assert [name for name, _ in rows] == [
        *(f"2025Q{n}" for n in (2, 3, 4)),
        *(f"2026Q{n}" for n in (1, 2, 3, 4)),
        "2027Q1",
    ]
    assert rows[0][1] == date(2025, 6, 30)
    assert rows[-1][1] == date(2027, 2, 10)


@keeps("R-1-1")
def test_an_inspection_is_reminded_three_times_and_overdue_at_midnight(
    world: World, own: Customer
) -> None:
    sweep_until("2025-07-02 00:00")
    told = [(a.code, a.moment) for a in clocks.alerts_of(subject(own, "2025Q2"))]
    assert told == [
        ("inspection_30d", at("2025-05-31 09:00")),
        ("inspection_14d", at("2025-06-16 09:00")),
        ("inspection_3d", at("2025-06-27 09:00")),
        ("inspection_overdue", at("2025-07-01 00:00")),
    ]


@keeps("R-1-1")
def test_what_is_signed_reminds_nobody_and_keeps_its_day(world: World, own: Customer) -> None:
    sign(world, own, "2025-05-20 16:00", "2025Q2")
    sweep_until("2025-07-02 00:00")
    assert clocks.alerts_of(subject(own, "2025Q2")) == []
    [found] = [o for o in inspections.owed(own.contract) if o.quarter.name == "2025Q2"]
    assert (found.signed, found.status(date(2025, 7, 2))) == (date(2025, 5, 20), "on_time")


@keeps("R-1-1")
@pytest.mark.parametrize(("day", "warned"), [("2025-07-03", True), ("2025-07-04", False)])
def test_the_duty_manager_hears_of_inspections_within_weeks_of_each_other(
    world: World, own: Customer, day: str, warned: bool
) -> None:
    sign(world, own, "2025-05-20 16:00", "2025Q2")
    sign(world, own, f"{day} 16:00", "2025Q3")
    told = [(n.kind, n.to_role) for n in notices.of_subject(subject(own, "2025Q3"))]
    assert told == [("inspections_too_close", "duty_manager")] * warned


def test_planning_again_adds_nothing_and_moves_nothing(own: Customer) -> None:
    before = inspections.owed(own.contract)
    with held_at(at("2026-03-02 09:00")):
        watch(own.contract)
    assert inspections.owed(own.contract) == before


@keeps("R-1-2")
def test_with_one_of_five_devices_unlooked_at_an_inspection_is_not_finished(
    world: World, own: Customer
) -> None:
    def ask(results: dict[str, str]) -> tuple[str, ...]:
        with held_at(at("2025-05-20 15:00")):
            actor = world.actor("李伟")
            return inspection.ask_to_finish(actor, own.contract, TOPICS, results).reasons

    assert ask({k: v for k, v in GOOD.items() if k != "DEV-3"}) == ("missing:devices",)
    assert ask({**GOOD, "DEV-3": "not_checked"}) == ()


@keeps("R-1-2")
@pytest.mark.parametrize("left_out", TOPICS)
def test_an_inspection_has_four_topics(world: World, own: Customer, left_out: str) -> None:
    topics = [topic for topic in TOPICS if topic != left_out]
    with held_at(at("2025-05-20 15:00")):
        asked = asking.about_inspection(world.actor("李伟"), own.contract, {"topics": topics})
    assert (asked.allowed, asked.rule, asked.reasons) == (False, "R-1-2", (f"missing:{left_out}",))


@keeps("R-1-3")
def test_a_version_that_changed_is_in_the_register_and_in_the_report(
    world: World, own: Customer
) -> None:
    found: dict[str, Any] = {"contract": own.contract, "device": "dev 1"}
    step(world, "software_noted", "2025-05-20 10:00", "李伟", "2025Q2", version="V2.1", **found)
    step(world, "software_noted", "2025-08-20 10:00", "李伟", "2025Q3", version="V2.3", **found)
    unit = equipment.find("DEV-1")
    assert unit is not None
    assert unit.software == "V2.3"
    seen = versions(inspection.log_of(own.contract, "2025Q3"))
    assert seen == [Version("DEV-1", "V2.1", "V2.3")]
    assert seen[0].changed
    sign(world, own, "2025-08-20 16:00", "2025Q3")
    [report] = papers.papers(subject(own, "2025Q3"))
    assert papers.gathered(report.id)["versions"] == [
        {"device": "DEV-1", "before": "V2.1", "version": "V2.3"}
    ]


def test_a_device_of_another_contract_is_not_noted_here(world: World, own: Customer) -> None:
    with refused("no_device", "R-1-3"):
        step(
            world,
            "software_noted",
            "2025-05-20 10:00",
            "李伟",
            "2025Q2",
            contract=own.contract,
            device="SN-1",
            version="V9",
        )


@keeps("R-1-4")
def test_a_problem_the_customer_names_becomes_a_case_from_that_moment(
    world: World, own: Customer
) -> None:
    sign(world, own, "2025-05-20 16:00", "2025Q2", problems_asked="DEV-2 偶尔掉线")
    case = opened(
        world,
        "2025-05-20 16:05",
        of=own,
        device="DEV-2",
        channel="on_site",
        from_inspection="2025Q2",
    )
    assert case.view.reported_at == at("2025-05-20 16:05")
    report = case.view.story.report
    assert report is not None
    assert report.d["from_inspection"] == "2025Q2"
    assert case.clock("fix_24h").start == at("2025-05-20 16:05")


@keeps("R-1-5")
def test_a_room_that_is_too_warm_is_a_finding_that_wants_advice(
    world: World, own: Customer
) -> None:
    sign(world, own, "2025-05-20 16:00", "2025Q2", temperature_c="31.5")
    profile = customer_queries.project_profile(own.contract)

    def owed() -> list[str]:
        return without_advice(profile, inspection.log_of(own.contract, "2025Q2"))

    assert owed() == ["environment"]
    step(
        world,
        "advice_given",
        "2025-05-20 16:10",
        "李伟",
        "2025Q2",
        contract=own.contract,
        topic="environment",
        text="加装空调，把温度降到 27 度以下",
    )
    assert owed() == []


@keeps("R-1-6")
def test_the_signed_report_is_filed_with_the_signature(world: World, own: Customer) -> None:
    sign(world, own, "2025-05-20 16:00", "2025Q2", temperature_c="31.5")
    [report] = papers.papers(subject(own, "2025Q2"))
    assert (report.kind, report.signed, report.made_at) == (
        "inspection_report",
        True,
        at("2025-05-20 16:00"),
    )
    assert papers.gathered(report.id)["findings"] == ["environment"]


def test_the_plan_of_a_year_lists_its_quarters(world: World, own: Customer) -> None:
    step(world, "inspection_plan_sent", "2025-12-20 09:00", "刘洋", "2026", contract=own.contract)
    [plan] = papers.papers(subject(own, "2026"))
    rows = papers.gathered(plan.id)["rows"]
    assert [row["quarter"] for row in rows] == [f"2026Q{n}" for n in (1, 2, 3, 4)]


@keeps("R-2-14")
def test_sales_are_reminded_ninety_sixty_and_thirty_days_before_the_warranty_ends(
    own: Customer,
) -> None:
    sweep_until("2027-03-01 00:00")
    told = [(a.code, a.moment) for a in clocks.alerts_of(own.contract)]
    assert told == [
        ("renewal_90d", at("2026-11-12 09:00")),
        ("renewal_60d", at("2026-12-12 09:00")),
        ("renewal_30d", at("2027-01-11 09:00")),
    ]
    assert {n.to_role for n in notices.of_subject(own.contract)} == {"sales"}


@keeps("R-2-14")
def test_after_the_warranty_the_inspections_go_on_as_offered_until_somebody_signs(
    own: Customer,
) -> None:
    profile = customer_queries.project_profile(own.contract)
    assert inspections.renewal(own.contract, profile, date(2027, 2, 10)) is None
    found = inspections.renewal(own.contract, profile, date(2027, 2, 11))
    assert found is not None
    assert found.status == "awaiting_renewal"
    assert [q.name for q in found.proposed] == ["2027Q2", "2027Q3", "2027Q4", "2028Q1"]
    upkeep = Upkeep(
        "WB-1", own.site, date(2027, 2, 11), date(2028, 2, 10), 4, 0, Decimal(0), "cost"
    )
    with held_at(at("2027-02-11 09:00")):
        customers.add_maintenance(SYSTEM, own.contract, upkeep)
    assert inspections.renewal(own.contract, profile, date(2027, 2, 11)) is None


def test_a_corrected_signature_moves_the_day(world: World, own: Customer) -> None:
    sign(world, own, "2025-07-01 09:00", "2025Q2")
    event = inspection.signed_event(own.contract, "2025Q2")
    assert event is not None
    with held_at(at("2025-07-01 10:00")):
        correction.correct(
            world.actor("刘洋"),
            "2025Q2",
            of=UUID(event.id),
            t=at("2025-06-30 16:00"),
            reason="签字日是前一天",
            contract=own.contract,
        )
    found = inspections.of_quarter(own.contract, "2025Q2")
    assert found is not None
    assert (found.signed, found.status(date(2025, 8, 1))) == (date(2025, 6, 30), "on_time")
