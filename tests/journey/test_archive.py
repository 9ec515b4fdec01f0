"""7, table 1-1, R-X-4, R-X-5: what is kept, who may see it, and what was let pass."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jiannuo.cases import queries as cases
from jiannuo.customers.queries import base_profile
from jiannuo.journey import asking
from jiannuo.kernel.moment import held_at
from jiannuo.manual.catalogue import kinds
from jiannuo.manual.vocabulary import CUSTOMER_ROLES
from jiannuo.notices import queries as notices
from jiannuo.oversight.queries import Period, kpis
from jiannuo.oversight.services import services
from jiannuo.papers import queries as papers
from tests.journey.every import CASE_STEPS, sample
from tests.journey.telling import Case, at, fault, keeps, opened, refused, step
from tests.world import World

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))


def resolve(case: Case, when: str) -> None:
    case.do("resolved", when, "李伟", cause="quality", customer_confirmed_by="邓丽")


@keeps("R-7-4")
def test_a_case_is_not_closed_without_its_repair_report(world: World) -> None:
    case = fault(world, "09:00", "L3")
    with refused("not_resolved", "R-7-4"):
        case.do("case_closed", "10:00", "刘洋")
    assert case.paper("repair_report") is None
    resolve(case, "11:00")
    assert case.paper("repair_report") is not None
    case.do("case_closed", "12:00", "刘洋")
    assert case.status() == "closed"


@keeps("R-7-6", "R-X-4")
def test_a_customer_who_looks_for_a_serial_finds_his_own_cases_only(world: World) -> None:
    mine, theirs = fault(world, "09:00"), fault(world, "09:10", of=world.stranger)
    found = cases.of_serial(world.actor("邓丽"), "ｓｎ－１")
    assert [card.number for card in found] == [mine.number]
    assert cases.of_serial(world.actor("邓丽"), world.stranger.serial) == []
    all_ = cases.of_serial(world.actor("周敏"), world.stranger.serial)
    assert [card.number for card in all_] == [theirs.number]


@keeps("R-X-4")
def test_another_customer_s_case_is_not_there(world: World) -> None:
    theirs = fault(world, "09:00", of=world.stranger)
    with refused("no_case"):
        cases.view_for(world.actor("邓丽"), theirs.number)
    with refused("no_case"):
        cases.view_for(world.actor("邓丽"), "9999-00001")
    assert cases.view_for(world.actor("周敏"), theirs.number).card.number == theirs.number


@keeps("R-X-4")
@pytest.mark.parametrize("kind", [k for k in CASE_STEPS if kinds()[k].by & set(CUSTOMER_ROLES)])
def test_a_stranger_takes_no_step_on_another_customer_s_case(world: World, kind: str) -> None:
    mine = fault(world, "09:00")
    stranger = Case(world, world.stranger, mine.number)
    before = len(mine.view.events)
    for name in ("邓丽", "彭建军"):
        with refused("no_case"):
            stranger.do(kind, "10:00", name, **sample(kind))
    assert len(mine.view.events) == before


@keeps("R-X-4")
def test_a_stranger_is_not_told_what_a_gate_would_say(world: World) -> None:
    mine = fault(world, "09:00")
    with held_at(at("10:00")), refused("no_case"):
        asking.about_case(world.stranger.contact, mine.number, "start_remote_session")


@keeps("R-X-5")
def test_a_gate_that_is_passed_with_a_reason_is_listed_and_told_to_the_duty_manager(
    world: World,
) -> None:
    case = fault(world, "09:00", "L3")
    case.do("arrived", "10:00", "李伟")
    said: dict[str, Any] = {"accompanied_by": ["唐勇"], "override": "负责人不在场"}
    done = case.do("work_started", "10:10", "李伟", **said)
    assert [answer.reasons for answer in done.passed] == [("application_not_signed",)]
    [listed] = [d for d in case.deviations if d.action == "start_work"]
    assert (listed.rule, listed.note) == ("R-7.4-B-3", "负责人不在场")
    told = [n for n in notices.of_subject(case.id) if n.kind == "deviation"]
    assert {n.to_role for n in told} == {"duty_manager"}
    assert len(told) == 3  # arriving unprepared, unread; working unsigned
    note = case.paper("deviation_note")
    assert note is not None
    assert note.count == 3
    case.do("report_filed", "11:00", "何建")
    report = case.paper("service_report")
    assert report is not None
    rows = papers.gathered(report.id)["deviations"]
    assert [row["note"] for row in rows] == ["logged", "logged", "负责人不在场"]


@keeps("R-X-5")
@pytest.mark.parametrize("blank", ["", " ", "　"])
def test_a_reason_of_blanks_is_no_reason_and_opens_nothing(world: World, blank: str) -> None:
    case = fault(world, "09:00", "L3")
    case.do("arrived", "10:00", "李伟")
    case.do("application_signed", "10:05", "彭建军")
    said: dict[str, Any] = {"accompanied_by": [blank], "override": blank}
    assert not case.ask("start_work", "10:10", "李伟", **said).allowed
    with refused("nobody_present", "R-7.4-B-5b"):
        case.do("work_started", "10:10", "李伟", **said)
    with refused("report_not_filed", "R-7.4-B-8"):
        case.do("departed", "10:20", "李伟", override=blank)


@keeps("R-X-5")
def test_a_refusal_that_a_reason_would_open_says_so(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("arrived", "10:00", "李伟")
    asked = case.ask("start_work", "10:10", "李伟")
    assert (asked.allowed, asked.cls) == (False, "soft")
    assert asked.reasons == ("application_not_signed", "nobody_present")
    assert case.ask("start_work", "10:10", "李伟", override="急").allowed
    assert case.deviations != []  # of the arrival
    assert not [d for d in case.deviations if d.action == "start_work"]  # asking changes nothing


@keeps("R-T1-1")
def test_the_report_of_a_month_counts_all_eight_services_those_never_given_too(
    world: World,
) -> None:
    profile = fault(world, "2026-02-02 09:00").view.profile
    empty = services(profile, MARCH, world.customer.id)
    assert empty == dict.fromkeys(["TS1", "TS2", "TS3", "TS4", "TS5", "TS6", "HS1", "HS2"], 0)
    question = opened(world, "09:00", kind="consult")
    question.do("engineer_contact", "09:10", "李伟")
    case = fault(world, "10:00", "L3")
    case.do("engineer_contact", "10:10", "李伟")
    case.do("arrived", "11:00", "李伟")
    board = {"part": "主控板", "qty": 1, "supplier": "customer", "condition": "new"}
    case.do("part_used", "11:30", "李伟", faulty_serials=["MB-1"], **board)
    case.do("replacement_ordered", "12:00", "刘洋", mode="exchange", item="X", faulty_serial="SN-1")
    found = services(profile, MARCH, world.customer.id)
    assert found == {**empty, "TS1": 1, "TS2": 1, "TS4": 1, "HS1": 1, "HS2": 1}
    assert not any(services(profile, MARCH, world.stranger.id).values())


@keeps("R-T1-2")
def test_repair_and_replacement_are_services_of_their_own(world: World) -> None:
    names = {s.code: s.zh for s in fault(world).view.profile.services}
    assert (names["HS1"], names["HS2"]) == ("硬件维修服务", "硬件更换服务")


def test_papers_of_a_period_are_made_once(world: World) -> None:
    span: dict[str, Any] = {"from": date(2026, 3, 1), "to": date(2026, 3, 31)}
    for _ in range(2):
        step(world, "period_report_issued", "2026-04-02 09:00", "刘洋", "2026-03", **span)
    step(world, "archive_exported", "2026-04-02 10:00", "罗敏", "2026-03")


def test_a_drill_leaves_its_record_and_no_trace_elsewhere(world: World) -> None:
    before = kpis(world_profile(world), MARCH, at("2026-04-01 00:00"))
    drill = opened(world, "09:00", drill=True, safety=True)
    drill.do("confirmed", "09:00", "周敏", level="L1")
    drill.do("l1_declared", "09:05", "李伟")
    drill.do("arrived", "10:00", "李伟")
    drill.do("work_started", "10:05", "李伟", override="演练")
    resolve(drill, "11:00")
    assert [p.kind for p in drill.papers] == ["drill_record"]
    assert drill.alerts == []
    assert notices.of_subject(drill.id) == []
    assert drill.sheet.lines == ()
    assert cases.deviations() == []
    assert drill.clocks == {}  # its clocks are a drill's, read apart
    assert kpis(world_profile(world), MARCH, at("2026-04-01 00:00")) == before
    assert cases.tallies(world_profile(world)) == []


def world_profile(world: World) -> Any:
    return base_profile(at("09:00"))
