"""7.4: somebody goes there, in time, prepared, and works with the customer's consent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiannuo.customers import queries as customers
from jiannuo.customers.commands import Upkeep, add_maintenance
from jiannuo.equipment.commands import NewUnit
from jiannuo.kernel.moment import held_at
from jiannuo.manual import telling
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.policy import duration
from jiannuo.papers import queries as papers
from jiannuo.visits import queries as visits
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, at, fault, keeps, refused, sweep_until
from tests.world import BRAND, MODEL, World, project


@pytest.fixture
def case(world: World) -> Case:
    """The customer of level three has asked for somebody; 40 km, so two hours."""
    found = fault(world, "09:00", "L3")
    found.do("engineer_contact", "09:10", "李伟")
    found.do("remote_skipped", "09:20", "李伟", reason="hardware_evident")
    found.do("onsite_confirmed", "09:30", "邓丽")
    return found


@pytest.fixture
def prepared(case: Case) -> Case:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    case.do("customer_informed", "09:41", "周敏", eta=at("10:30"))
    case.do("archive_read", "09:45", "李伟")
    case.do("prep_checked", "09:50", "李伟", tools=True, documents=True, transport=True)
    return case


@pytest.fixture
def arrived(prepared: Case) -> Case:
    prepared.do("arrived", "10:30", "李伟")
    return prepared


@keeps("R-7.4-C-1")
def test_the_way_counts_from_the_customer_s_word_to_the_device_site(arrived: Case) -> None:
    clock = arrived.clock("onsite_arrival")
    assert (clock.start, clock.due, clock.stop) == (at("09:30"), at("11:30"), at("10:30"))
    assert arrived.verdict("onsite_arrival") == "met"


BANDS = {
    "50.0": "02:00",
    "50.1": "04:00",
    "100.0": "04:00",
    "400.0": "08:00",
    "800.0": "12:00",
    "800.1": "24:00",
}


@keeps("R-7.4-T-1")
@pytest.mark.parametrize(("km", "limit"), BANDS.items())
@pytest.mark.parametrize(("seconds", "verdict"), [(-1, "met"), (0, "breached")])
def test_the_band_of_the_site_sets_the_limit(
    world: World, km: str, limit: str, seconds: int, verdict: str
) -> None:
    with held_at(FOUNDED):
        far = project("HT-KM", km=km, devices=())
    case = fault(world, "09:00", "L3", of=far, device=None)
    case.do("onsite_confirmed", "09:00", "邓丽")
    moment = at("09:00") + duration(limit) + timedelta(seconds=seconds)
    case.do("arrived", moment, "李伟")
    assert case.clock("onsite_arrival").limit == duration(limit)
    assert case.verdict("onsite_arrival") == verdict


@keeps("R-7.4-C-2", "R-7-1")
def test_without_contract_kilometres_the_air_line_to_the_nearest_office_counts(
    world: World,
) -> None:
    with held_at(FOUNDED):
        found = project("HT-AIR", km=None, place=(31.4675, 104.6796), devices=())
    site = customers.site(found.site)
    assert (str(site.km), site.office, site.method) == ("107.4", "CDO", "great_circle")
    case = fault(world, "09:00", "L3", of=found, device=None)
    case.do("report_filed", "12:00", "何建")
    report = case.paper("service_report")
    assert report is not None
    printed = papers.gathered(report.id)["distance"]
    assert printed == {"km": "107.4", "office": "CDO", "method": "great_circle"}


@keeps("R-7.4-C-1")
def test_a_check_in_three_kilometres_away_is_taken_and_flagged(prepared: Case) -> None:
    prepared.do("arrived", "10:30", "李伟", geo=[30.98 + 3 / 111.2, 103.65])
    assert prepared.clock("onsite_arrival").stop == at("10:30")
    [visit] = visits.of_case(prepared.id)
    assert visit.off_fence_m == pytest.approx(3000, abs=10)


def test_a_check_in_at_the_door_is_not_flagged(prepared: Case) -> None:
    prepared.do("arrived", "10:30", "李伟", geo=[30.983, 103.65])
    assert visits.of_case(prepared.id)[0].off_fence_m is None


@keeps("R-7.4-C-3")
def test_a_special_time_counts_when_it_was_agreed_before_the_old_one_was_due(
    case: Case,
) -> None:
    case.do("arrival_agreement", "11:00", "彭建军", due=at("20:00"), reason="夜间停机窗口")
    case.do("arrived", "20:00", "李伟")
    clock = case.clock("onsite_arrival")
    assert (clock.due, clock.original_due) == (at("20:00"), at("11:30"))
    assert case.verdict("onsite_arrival") == "met"
    assert str(clock.original_verdict(at("21:00"))) == "breached"


@keeps("R-7.4-C-3")
def test_a_special_time_agreed_afterwards_leaves_the_verdict(case: Case) -> None:
    case.do("arrival_agreement", "11:30", "彭建军", due=at("20:00"), reason="补签")
    case.do("arrived", "19:00", "李伟")
    assert case.clock("onsite_arrival").due == at("11:30")
    assert case.verdict("onsite_arrival") == "breached"
    assert case.paper("arrival_agreement") is None


@keeps("R-7.4-A-2")
def test_a_junior_goes_to_level_two_only_with_a_reason_that_stays(world: World) -> None:
    case = fault(world, "09:00", "L2")
    with refused("skill_too_low", "R-7.4-A-2"):
        case.do("dispatched", "09:40", "刘洋", engineer="陈晨")
    case.do("dispatched", "09:40", "刘洋", engineer="陈晨", override="只有他在，李伟电话支持")
    [listed] = case.deviations
    assert (listed.rule, listed.reason) == ("R-7.4-A-2", "skill_too_low")
    assert listed.note == "只有他在，李伟电话支持"


def test_a_junior_is_good_enough_for_level_three(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="陈晨")
    assert [d.action for d in case.deviations] == ["skip_remote"]


@keeps("R-7.4-B-1")
def test_a_customer_who_is_not_told_in_fifteen_minutes_who_comes_is_an_alarm(
    case: Case,
) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    sweep_until("09:54:59")
    assert "task:inform_customer" not in [a.code for a in case.alerts]
    sweep_until("09:55")
    [told] = [a for a in case.alerts if a.code == "task:inform_customer"]
    assert told.moment == at("09:55")


@keeps("R-7.4-B-1")
def test_a_customer_who_was_told_in_time_is_no_alarm(prepared: Case) -> None:
    sweep_until("10:30")
    assert prepared.alerts == []


@keeps("R-7.4-B-2-1", "R-7.4-B-2-2")
def test_whoever_arrives_unprepared_arrives_and_it_is_listed(case: Case) -> None:
    case.do("dispatched", "09:40", "刘洋", engineer="李伟")
    case.do("prep_checked", "09:50", "李伟", tools=True, documents=False, transport=True)
    assert case.ask("archive_read", "09:55", "李伟").reasons == ("archive_not_read",)
    case.do("arrived", "10:30", "李伟")
    listed = {(d.rule, d.reason, d.note) for d in case.deviations if d.action != "skip_remote"}
    assert listed == {
        ("R-7.4-B-2-1", "archive_not_read", "logged"),
        ("R-7.4-B-2-2", "preparation_not_checked", "logged"),
    }


@keeps("R-7.4-B-2-1", "R-7.4-B-2-2")
def test_whoever_read_and_packed_leaves_no_deviation(arrived: Case) -> None:
    assert [d.action for d in arrived.deviations] == ["skip_remote"]


@keeps("R-7.4-B-3")
def test_work_begins_when_the_application_is_signed_or_with_a_reason(arrived: Case) -> None:
    who = {"accompanied_by": ["唐勇"]}
    with refused("application_not_signed", "R-7.4-B-3"):
        arrived.do("work_started", "10:40", "李伟", **who)
    arrived.do("work_started", "10:40", "李伟", override="负责人不在场，回来补签", **who)
    listed = [d for d in arrived.deviations if d.action == "start_work"]
    assert [(d.rule, d.note) for d in listed] == [("R-7.4-B-3", "负责人不在场，回来补签")]


@keeps("R-7.4-B-3")
def test_a_signed_application_opens_the_work_of_this_visit_only(arrived: Case) -> None:
    arrived.do("application_signed", "10:35", "彭建军")
    arrived.do("work_started", "10:40", "李伟", accompanied_by=["唐勇"])
    arrived.do("report_filed", "12:00", "何建")
    arrived.do("departed", "12:05", "李伟")
    arrived.do("arrived", "15:00", "李伟")
    with refused("application_not_signed", "R-7.4-B-3"):
        arrived.do("work_started", "15:05", "李伟", accompanied_by=["唐勇"])


@keeps("R-7.4-B-5b")
def test_nobody_works_alone_at_the_customer_s(arrived: Case) -> None:
    arrived.do("application_signed", "10:35", "彭建军")
    alone: tuple[list[str] | None, ...] = (None, [])
    for nobody in alone:
        with refused("nobody_present", "R-7.4-B-5b"):
            arrived.do("work_started", "10:40", "李伟", accompanied_by=nobody)
    arrived.do("work_started", "10:40", "李伟", override="客户机房人员电话陪同")
    listed = [d for d in arrived.deviations if d.action == "start_work"]
    assert [(d.rule, d.reason) for d in listed] == [("R-7.4-B-5b", "nobody_present")]


@keeps("R-7.4-B-5c")
def test_a_restart_is_approved_by_the_department_and_by_nobody_else(arrived: Case) -> None:
    with refused("major_op_not_approved", "R-7.4-B-5c"):
        arrived.do("major_op_done", "11:00", "李伟", op="restart")
    with refused("not_department_head", "R-7.4-B-5c"):
        arrived.do("major_op_approved", "11:05", "邓丽", op="restart")
    arrived.do("major_op_approved", "11:10", "杨柳", op="restart")
    with refused("major_op_not_approved", "R-7.4-B-5c"):
        arrived.do("major_op_done", "11:15", "李伟", op="reinstall")
    arrived.do("major_op_done", "11:15", "李伟", op="restart")
    assert arrived.paper("major_op_approval") is not None


@keeps("R-7.4-B-4c")
def test_what_may_cost_data_is_backed_up_or_accepted_in_writing(arrived: Case) -> None:
    arrived.do("plan_submitted", "11:00", "李伟", version=1, notified_by="call")
    arrived.do("plan_approved", "11:05", "彭建军", version=1)
    arrived.do("risk_stated", "11:06", "李伟", version=1, data_loss=True, back_out="换回旧盘")
    run = {"version": 1, "executor": "customer_technician"}
    with refused("backup_not_taken", "R-7.4-B-4c"):
        arrived.do("plan_executed", "11:10", "唐勇", **run)
    arrived.do("risk_accepted", "11:15", "彭建军", version=1, how="signed")
    arrived.do("plan_executed", "11:20", "唐勇", **run)
    [listed] = [d for d in arrived.deviations if d.rule == "R-7.4-B-4c"]
    assert (listed.reason, listed.note) == ("backup_not_taken", "客户书面接受（彭建军，signed）")


@keeps("R-7.4-B-4c")
def test_with_a_backup_nothing_needs_to_be_accepted(arrived: Case) -> None:
    arrived.do("plan_submitted", "11:00", "李伟", version=1, notified_by="call")
    arrived.do("plan_approved", "11:05", "彭建军", version=1)
    arrived.do("risk_stated", "11:06", "李伟", version=1, data_loss=True, backup_at="NAS-2:/bak")
    arrived.do("plan_executed", "11:10", "唐勇", version=1, executor="customer_technician")
    assert not [d for d in arrived.deviations if d.rule == "R-7.4-B-4c"]


@keeps("R-7.4-B-7")
@pytest.mark.parametrize("left_out", ["cause", "solution", "prevention", "to"])
def test_a_report_without_one_of_its_texts_is_not_finished(arrived: Case, left_out: str) -> None:
    texts = {
        "to": "唐勇",
        "cause": "主控板电容老化",
        "solution": "更换主控板",
        "prevention": "每季除尘，机房温度不高于 27 度",
    }
    with refused("report_incomplete", "R-7.4-B-7"):
        arrived.do("report_written", "11:40", "李伟", **{**texts, left_out: ""})
    arrived.do("report_written", "11:40", "李伟", **texts)


@keeps("R-7.4-B-8")
def test_nobody_leaves_before_the_report_is_filed_unless_he_says_why(arrived: Case) -> None:
    with refused("report_not_filed", "R-7.4-B-8"):
        arrived.do("departed", "12:00", "李伟")
    arrived.do("departed", "12:00", "李伟", override="客户收发室已下班，明早补交")
    [listed] = [d for d in arrived.deviations if d.action == "depart"]
    assert (listed.rule, listed.note) == ("R-7.4-B-8", "客户收发室已下班，明早补交")
    assert arrived.paper("deviation_note") is not None


@keeps("R-7.4-B-8")
def test_with_the_department_s_receipt_he_may_go(arrived: Case) -> None:
    arrived.do("report_filed", "11:50", "何建")
    arrived.do("departed", "12:00", "李伟")
    report = arrived.paper("service_report")
    assert report is not None
    assert report.happened_at == at("11:50")
    [visit] = visits.of_case(arrived.id)
    assert (visit.state, visit.left_at) == ("left", at("12:00"))


@keeps("R-7.4-B-6")
def test_waiting_for_the_customer_s_board_is_shown_beside_and_stops_no_clock(
    world: World,
) -> None:
    with held_at(FOUNDED):
        server = NewUnit("SRV-1", BRAND, MODEL, "服务器")
        own = project("HT-KEPT", months=6, parts_supply="customer", devices=[server])
        days = date(2026, 1, 1), date(2026, 12, 31)
        upkeep = Upkeep("WB-1", own.site, *days, 4, 0, Decimal(0), "cost")
        add_maintenance(SYSTEM, own.contract, upkeep)
    case = fault(world, "09:00", "L3", of=own)
    assert case.view.entitled() == "maintenance_contract"
    case.do("waiting_started", "11:00", "李伟", reason="parts", note="等客户提供板件")
    case.do("waiting_ended", "13:30", "李伟", reason="parts")
    fixed = {"cause": "aging", "problem": "P-FAN", "customer_confirmed_by": "邓丽"}
    case.do("resolved", "14:00", "李伟", **fixed)
    clock = case.clock("fix_24h")
    assert (str(clock.elapsed), str(clock.net)) == ("5:00:00", "2:30:00")
    assert clock.due == at("+1 09:00")


@keeps("R-4-2")
def test_a_part_asked_of_its_maker_shows_his_number_and_the_time_he_promised(
    arrived: Case,
) -> None:
    promised = at("+3 18:00")
    said = {"part": "主控板", "maker": "Cixin", "vendor_ref": "RMA-77120"}
    arrived.do("maker_asked", "11:00", "蒋丽", promised=promised, **said)
    event = arrived.view.story.log.last("maker_asked")
    assert event is not None
    shown = telling.told(arrived.view.profile, event).text.zh
    assert "厂家单号 RMA-77120" in shown
    assert "承诺 03-05 18:00:00" in shown


def test_an_engineer_who_turns_up_elsewhere_left_unsaid(world: World, arrived: Case) -> None:
    other = fault(world, "11:00", "L3", device=None)
    other.do("arrived", "13:00", "李伟")
    [first] = visits.of_case(arrived.id)
    assert (first.state, first.left_at, first.inferred) == ("left", at("13:00"), True)
    assert visits.on_site() == [("李伟", other.id)]


def test_a_colleague_who_joins_is_no_second_visit(arrived: Case) -> None:
    arrived.do("arrived", "11:30", "陈晨")
    assert [e.by.name for e in arrived.view.story.arrivals] == ["李伟"]


def test_pieces_that_were_never_issued_cannot_be_used(arrived: Case) -> None:
    with refused("not_issued", "R-4-1"):
        arrived.do(
            "part_used", "11:00", "李伟", part="风扇", qty=1, supplier="vendor", condition="new"
        )
