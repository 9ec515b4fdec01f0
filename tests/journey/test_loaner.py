"""3: not fixed in 24 hours, so a loaner of no lower standard that really runs."""

from __future__ import annotations

import pytest

from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.parts import queries as parts
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, sweep_until
from tests.world import BRAND, MODEL, World, project

SPEC = {"ram_gb": 256, "ports": 48}


@pytest.fixture
def case(world: World) -> Case:
    """A device with 256 GB, and two loaners: one as good, one with half the memory."""
    with held_at(FOUNDED):
        own = project("HT-L", devices=[NewUnit("SRV-1", BRAND, MODEL, "服务器", SPEC)])
        for serial, ram in (("LO-256", 256), ("LO-128", 128)):
            spec = {**SPEC, "ram_gb": ram}
            equipment.register_loaner(SYSTEM, NewUnit(serial, BRAND, MODEL, "服务器", spec))
        equipment.register_loaner(SYSTEM, NewUnit("LO-BARE", BRAND, MODEL, "服务器", {}))
    return fault(world, "09:00", "L3", of=own)


@keeps("R-3-3")
def test_a_loaner_with_less_memory_is_refused_by_its_failing_attribute(case: Case) -> None:
    with refused("below:ram_gb", "R-3-3"):
        case.do("loaner_issued", "15:00", "蒋丽", sn="LO-128")
    asked = case.ask("issue_loaner", "15:00", "蒋丽", sn="LO-BARE")
    assert set(asked.reasons) == {"below:ram_gb", "below:ports"}
    case.do("loaner_issued", "15:00", "蒋丽", sn="LO-256")
    assert [loan.serial for loan in parts.loans(case.id)] == ["LO-256"]


@keeps("R-3-3")
def test_sixteen_hours_after_the_report_a_loaner_is_proposed(case: Case) -> None:
    sweep_until("+1 01:00")
    assert [(a.code, a.moment) for a in case.alerts if a.code.startswith("fix")] == [
        ("fix_24h_12h", at("21:00")),
        ("fix_24h_16h_loaner", at("+1 01:00")),
    ]


@keeps("R-3-2", "R-3-3")
def test_a_loaner_in_service_keeps_the_24_hours(case: Case) -> None:
    case.do("loaner_issued", "15:00", "蒋丽", sn="LO-256")
    case.do("loaner_delivered", "18:00", "李伟", sn="LO-256")
    assert case.clock("fix_24h").stop is None
    case.do("loaner_in_service", "19:00", "李伟", sn="LO-256", customer_confirmed_by="邓丽")
    assert case.verdict("fix_24h") == "met_by_loaner"
    assert case.status() == "on_loaner"


@keeps("R-3-4")
def test_a_loaner_that_stands_there_but_does_not_run_in_time_is_late(case: Case) -> None:
    case.do("loaner_issued", "20:00", "蒋丽", sn="LO-256")
    case.do("loaner_delivered", "+1 08:10", "李伟", sn="LO-256")
    case.do("loaner_in_service", "+1 09:20", "李伟", sn="LO-256", customer_confirmed_by="邓丽")
    assert str(case.clock("fix_24h").elapsed) == "1 day, 0:20:00"
    assert case.verdict("fix_24h") == "breached"


@keeps("R-3-2")
@pytest.mark.parametrize(("when", "verdict"), [("10:00", "met"), ("10:00:01", "breached")])
def test_a_fault_is_removed_within_24_hours_of_the_report_the_last_second_included(
    world: World, when: str, verdict: str
) -> None:
    case = fault(world, "2026-03-02 10:00", "L3")
    said = {"cause": "quality", "customer_confirmed_by": "邓丽"}
    case.do("resolved", f"2026-03-03 {when}", "李伟", **said)
    assert case.verdict("fix_24h") == verdict


def test_a_loaner_that_is_out_is_not_lent_twice(world: World, case: Case) -> None:
    case.do("loaner_issued", "15:00", "蒋丽", sn="LO-256")
    other = fault(world, "15:30", "L3")
    with refused("loaner_is_out", "R-3-3"):
        other.do("loaner_issued", "16:00", "蒋丽", sn="LO-256")
    case.do("loaner_returned", "17:00", "蒋丽", sn="LO-256", data_erased=True)
    other.do("loaner_issued", "17:30", "蒋丽", sn="LO-256")


def test_a_case_with_a_loaner_out_stays_open(case: Case) -> None:
    case.do("loaner_issued", "15:00", "蒋丽", sn="LO-256")
    case.do("resolved", "16:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    with refused("loaner_out", "R-3-3"):
        case.do("case_closed", "17:00", "刘洋")
    case.do("loaner_returned", "17:10", "蒋丽", sn="LO-256", data_erased=True)
    case.do("case_closed", "17:20", "刘洋")


def test_a_loaner_nobody_knows_and_one_not_lent_here_are_refused(case: Case) -> None:
    with refused("no_loaner", "R-3-3"):
        case.do("loaner_issued", "15:00", "蒋丽", sn="SRV-1")
    with refused("no_loan", "R-3-3"):
        case.do("loaner_returned", "15:00", "蒋丽", sn="LO-256", data_erased=True)
