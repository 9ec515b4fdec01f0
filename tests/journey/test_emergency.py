"""7.5: level one, from the judgement of an engineer to the briefing of the leaders."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import override_settings

from jiannuo.journey import asking, attaching
from jiannuo.kernel.moment import held_at
from jiannuo.papers import queries as papers
from jiannuo.parts import queries as parts
from jiannuo.parts.queries import RepairCard
from jiannuo.support import queries as support
from tests.journey.telling import Case, at, fault, keeps, opened, refused, step, sweep_until
from tests.world import World

TOLD = {"subcentre_head": "孙立新", "product_manager": "吴敏芝", "duty_manager": "刘洋"}


@pytest.fixture
def case(world: World) -> Case:
    """Level one since ten o'clock."""
    found = fault(world, "09:50", "L1")
    found.do("l1_declared", "10:00", "李伟", reason="全网中断")
    return found


def tell(case: Case, role: str, when: str, person: str = "") -> None:
    who = person or TOLD[role]
    case.do("notified", when, "周敏", role=role, person=who, how="call_answered")


def resolve(case: Case, when: str, **said: object) -> None:
    known = {"cause": "quality", "problem": "P-CORE", "customer_confirmed_by": "邓丽"}
    case.do("resolved", when, "李伟", **{**known, **said})


@keeps("R-7.5-A-1")
def test_danger_to_persons_proposes_an_emergency_at_once(world: World) -> None:
    case = opened(world, "09:00", safety=True, outage_started=at("08:55"))
    sweep_until("10:00")
    [alert] = [a for a in case.alerts if a.code == "emergency_proposed"]
    assert alert.moment == at("09:00")


@keeps("R-7.5-A-1")
def test_an_outage_of_more_than_thirty_minutes_proposes_one(world: World) -> None:
    case = opened(world, "09:10", outage_started=at("09:00"))
    sweep_until("09:30")
    assert case.alerts == []
    sweep_until("09:30:01")
    assert [(a.code, a.moment) for a in case.alerts] == [("emergency_proposed", at("09:30:01"))]


@keeps("R-7.5-B1")
def test_level_one_is_judged_by_an_engineer(world: World) -> None:
    case = fault(world, "09:00", "L2")
    with refused("not_engineer", "R-7.5-B1"):
        case.do("l1_declared", "09:05", "周敏")
    with refused("not_engineer", "R-7.5-B1"):
        case.do("reclassified", "09:05", "刘洋", level="L1", reason="看来很严重")
    assert support.emergency(case.id) is None
    case.do("reclassified", "09:06", "李伟", level="L1", reason="全网中断")
    assert support.emergency(case.id) is not None


@keeps("R-7.5-B2-0", "R-7.5-B2-2")
def test_the_declaration_starts_everything_in_one_moment(case: Case) -> None:
    begun = {name for name, clock in case.clocks.items() if clock.start == at("10:00")}
    assert begun == {
        "emg_notify_subcentre_head",
        "emg_notify_product_manager",
        "emg_notify_duty_manager",
        "emg_team",
        "emg_expert",
        "emg_expert_group",
        "onsite_arrival",
    }
    assert "emg_dispatch" not in case.clocks
    tell(case, "duty_manager", "10:04")
    dispatch = case.clock("emg_dispatch")
    assert (dispatch.start, dispatch.due) == (at("10:04"), at("10:19"))


@keeps("R-7.5-B2-1")
def test_one_who_is_reached_after_sixteen_minutes_is_late_the_others_are_not(
    case: Case,
) -> None:
    tell(case, "subcentre_head", "10:15")
    tell(case, "duty_manager", "10:03")
    tell(case, "product_manager", "10:16")
    verdicts = {role: case.verdict(f"emg_notify_{role}") for role in TOLD}
    assert verdicts == {
        "subcentre_head": "met",
        "duty_manager": "met",
        "product_manager": "breached",
    }


@keeps("R-7.5-B2-1")
def test_a_message_tells_nobody_and_a_deputy_is_as_good_as_the_one_he_stands_in_for(
    case: Case,
) -> None:
    duty = {"role": "duty_manager"}
    case.do("notify_attempt", "10:02", "周敏", person="刘洋", how="sms", **duty)
    case.do("notify_attempt", "10:03", "周敏", person="刘洋", how="call_unanswered", **duty)
    assert case.clock("emg_notify_duty_manager").stop is None
    with refused("wrong_person", "R-7.5-B2-1"):
        tell(case, "duty_manager", "10:05", person="孙立新")
    tell(case, "duty_manager", "10:06", person="赵刚")
    assert case.verdict("emg_notify_duty_manager") == "met"
    assert [(c.person, c.answered) for c in case.calls][1:] == [("刘洋", False), ("赵刚", True)]


@keeps("R-7.5-B2-2")
def test_somebody_is_sent_without_waiting_for_the_customer(case: Case) -> None:
    tell(case, "duty_manager", "10:05")
    case.do("dispatched", "10:20", "刘洋", engineer="李伟")
    assert case.verdict("emg_dispatch") == "met"
    assert case.clock("onsite_arrival").start == at("10:00")


@keeps("R-7.5-B2-3", "R-7.5-A-2")
def test_the_team_is_formed_by_the_duty_manager_within_thirty_minutes(case: Case) -> None:
    with refused("not_duty_manager", "R-7.5-B2-3"):
        case.do("team_formed", "10:10", "李伟", members=["李伟"])
    with refused("nobody_named", "R-7.5-B2-3"):
        case.do("team_formed", "10:20", "赵刚", members=[])
    case.do("team_formed", "10:30", "赵刚", members=["李伟", "陈晨"])
    assert case.verdict("emg_team") == "met"
    found = support.emergency(case.id)
    assert found is not None
    assert found.team == ("李伟", "陈晨")


@keeps("R-7.5-B2-4")
def test_without_consent_the_expert_goes_to_the_laboratory_and_is_in_time(case: Case) -> None:
    case.do("remote_consent", "10:20", "邓丽", given=False, how="call", reason="涉密")
    with refused("consent_refused", "R-7.3-A-1"):
        case.do("expert_started", "10:30", "郑海涛", how="remote")
    case.do("expert_started", "10:55", "郑海涛", how="lab")
    assert case.verdict("emg_expert") == "met"
    assert case.paper("lab_record") is not None


@keeps("R-7.5-B2-5")
def test_the_expert_group_is_formed_by_the_head_within_two_hours(case: Case) -> None:
    with refused("not_subcentre_head", "R-7.5-B2-5"):
        case.do("expert_group_formed", "11:00", "刘洋", members=["郑海涛"])
    with refused("nobody_named", "R-7.5-B2-5"):
        case.do("expert_group_formed", "11:30", "孙立新", members=[])
    case.do("expert_group_formed", "12:00", "孙立新", members=["郑海涛"])
    assert case.verdict("emg_expert_group") == "met"


@keeps("R-7.5-B2-5")
def test_a_group_that_is_no_longer_needed_is_late_unless_the_head_waives_it(case: Case) -> None:
    resolve(case, "11:20")
    assert case.verdict("emg_expert_group", "12:00:01") == "breached"
    with refused("not_permitted"):
        case.do("promise_waived", "11:30", "刘洋", promise="emg_expert_group", reason="已修复")
    case.do("promise_waived", "11:30", "孙立新", promise="emg_expert_group", reason="已修复")
    assert case.verdict("emg_expert_group") == "not_applicable"
    assert case.clock("emg_expert_group").excused == "waived"


@keeps("R-7.5-B2-5")
def test_what_was_missed_before_it_was_waived_stays_missed(case: Case) -> None:
    resolve(case, "11:20")
    case.do("promise_waived", "12:30", "孙立新", promise="emg_expert_group", reason="已修复")
    assert case.verdict("emg_expert_group") == "breached"


@keeps("R-7.5-B3-1")
def test_service_that_is_back_leaves_the_fault_open(case: Case) -> None:
    case.do("restored", "11:00", "李伟", how="旁路")
    restored = case.view.story.log.first("restored")
    assert restored is not None
    assert restored.t == at("11:00")
    assert case.clock("fix_24h").stop is None
    assert case.view.card.status not in ("resolved", "closed", "observing")


@keeps("R-7.5-B3-2")
def test_in_an_emergency_work_begins_unsigned_and_the_signature_stays_due(case: Case) -> None:
    there = {"accompanied_by": ["唐勇"]}
    case.do("arrived", "11:00", "李伟")
    case.do("work_started", "11:05", "李伟", override="先抢通", **there)
    [listed] = [d for d in case.deviations if d.action == "start_work"]
    assert (listed.rule, listed.note) == ("R-7.4-B-3", "先抢通")
    unsigned = case.ask("start_work", "11:10", "李伟", **there)
    assert (unsigned.allowed, unsigned.reasons) == (True, ("application_not_signed",))
    case.do("application_signed", "11:40", "彭建军")  # before he leaves
    assert case.ask("start_work", "11:45", "李伟", **there).reasons == ()
    assert listed in case.deviations


@keeps("R-7.5-B3-2")
def test_in_an_emergency_no_reason_is_asked_and_the_omission_is_listed(case: Case) -> None:
    case.do("arrived", "11:00", "李伟")
    case.do("work_started", "11:05", "李伟", accompanied_by=["唐勇"])
    [listed] = [d for d in case.deviations if d.action == "start_work"]
    assert listed.note == "emergency"


@keeps("R-7.5-B4-1")
def test_what_comes_back_after_twenty_hours_is_watched_anew_from_the_next_repair(
    case: Case,
) -> None:
    resolve(case, "12:00")
    assert case.view.card.status == "observing"
    case.do("recurred", "+1 08:00", "唐勇")
    assert case.view.story.observation_until is None
    resolve(case, "+1 10:00")
    assert case.view.story.observation_until == at("+3 10:00")
    assert case.view.story.cancelled_observations == [at("+2 12:00")]


@keeps("R-7.5-B4-2")
def test_nobody_leaves_a_minute_before_the_48_hours_but_a_colleague_may_relieve_him(
    case: Case,
) -> None:
    case.do("arrived", "11:00", "李伟")
    resolve(case, "12:00")
    case.do("report_signed", "+1 09:00", "彭建军")
    with refused("observation_running", "R-7.5-B4-2"):
        case.do("departed", "+2 11:59", "李伟", override="赶火车")
    case.do("handover", "+2 11:59", "李伟", to="陈晨")
    case.do("departed", "+2 11:59", "李伟")
    case.do("departed", "+2 12:00", "陈晨")
    assert case.paper("site_handover") is not None


@keeps("R-7.5-B4-2")
def test_after_48_hours_the_customer_s_signature_is_needed_too(case: Case) -> None:
    case.do("arrived", "11:00", "李伟")
    case.do("report_signed", "11:30", "彭建军")  # of a fault that was not removed yet
    resolve(case, "12:00")
    with refused("report_not_signed", "R-7.5-B4-2"):
        case.do("departed", "+2 12:00", "李伟")
    case.do("report_signed", "+2 12:01", "彭建军")
    case.do("departed", "+2 12:02", "李伟")


@keeps("R-7.5-B5")
def test_an_emergency_is_not_closed_without_its_cause_review(case: Case) -> None:
    resolve(case, "12:00")
    clock = case.clock("rca")
    assert (clock.start, clock.due) == (at("12:00"), at("+5 12:00"))
    with refused("rca_missing", "R-7.5-B5"):
        case.do("case_closed", "+3 09:00", "刘洋")
    case.do("rca_approved", "+4 09:00", "孙立新")
    assert case.paper("rca_report") is not None
    case.do("case_closed", "+4 10:00", "刘洋")


@keeps("R-7.5-B6")
def test_leaders_are_briefed_face_to_face_or_by_video_with_their_written_consent(
    case: Case,
) -> None:
    resolve(case, "12:00")
    there = {"present": ["韩国栋"]}
    with refused("not_in_person", "R-7.5-B6"):
        case.do("leader_briefed", "+2 09:00", "刘洋", in_person=False, **there)
    with refused("no_leader_present", "R-7.5-B6"):
        case.do("leader_briefed", "+2 09:00", "刘洋", in_person=True, present=["邓丽"])
    case.do("leader_briefed", "+2 09:00", "刘洋", in_person=False, written_consent=True, **there)
    assert case.verdict("leader_brief") == "met"


@keeps("R-7.5-B8", "R-T1-2")
def test_a_board_taken_off_in_an_emergency_gets_an_order_of_its_own(
    world: World, case: Case
) -> None:
    step(world, "stock_received", "08:00", "蒋丽", "主控板", qty=2, lot="L1", cost="1260.00")
    step(world, "stock_issued", "10:30", "蒋丽", "主控板", qty=1, case=case.number)
    fitted = {"serials": ["MB-NEW"], "faulty_serials": ["MB-OLD"], "device": "SN-1"}
    part = {"part": "主控板", "qty": 1, "supplier": "vendor", "condition": "new"}
    case.do("part_used", "11:10", "李伟", **part, **fitted)
    resolve(case, "12:00")
    step(world, "faulty_part_received", "+1 09:00", "蒋丽", "MB-OLD", serial="MB-OLD")
    step(world, "repair_diagnosed", "+1 10:00", "李伟", "MB-OLD", cause="EX2")
    order = order_of(case)
    assert (order.serial, order.case, order.free) == (
        "MB-OLD",
        case.number,
        False,
    )
    asked = asking.about_repair(world.actor("李伟"), "MB-OLD")
    assert (asked.allowed, asked.reasons) == (False, ("quote_not_approved",))
    step(world, "quote_made", "+1 11:00", "沈浩", repair_order="MB-OLD", total="900.00")
    step(world, "quote_approved", "+1 15:00", "彭建军", repair_order="MB-OLD")
    assert asking.about_repair(world.actor("李伟"), "MB-OLD").allowed
    assert case.sheet.total == 0


def order_of(case: Case) -> RepairCard:
    [order] = parts.repairs(case.id)
    return order


@keeps("R-7.5-B9")
def test_an_emergency_is_measured_by_its_own_list_of_exclusions(case: Case) -> None:
    profile = case.view.profile
    assert [e.code for e in profile.exclusions_for(emergency=True)][-1] == "EX8"
    assert "EX8" not in {e.code for e in profile.exclusions_for(emergency=False)}
    case.do("exclusion_proposed", "11:00", "李伟", code="EX8", evidence=["机房 41 度照片"])
    case.do("exclusion_accepted", "11:30", "刘洋", code="EX8")
    cost = {"kind": "travel", "item": "成都-都江堰", "qty": "80", "unit": "1.20"}
    case.do("cost_recorded", "12:00", "李伟", **cost)
    assert [(str(x.amount), x.rule) for x in case.sheet.lines] == [("96.00", "R-7.4-B-9")]
    paper = case.paper("exclusion_decision")
    assert paper is not None
    assert papers.gathered(paper.id)["event"]["detail"]["code"] == "EX8"
    assert case.verdict("emg_team") == "not_applicable"


def test_a_second_emergency_in_one_case_is_refused_with_a_way_out(world: World, case: Case) -> None:
    case.do("l1_withdrawn", "10:20", "刘洋", level="L3", reason="误判")
    with refused("second_emergency", "R-7.5-B2-0"):
        case.do("l1_declared", "10:40", "李伟")
    linked = opened(world, "10:45", follows=case.number)
    linked.do("l1_declared", "10:46", "李伟")
    assert support.emergency(linked.id) is not None


def test_an_emergency_that_was_withdrawn_owes_no_review_and_no_briefing(case: Case) -> None:
    case.do("l1_withdrawn", "10:20", "刘洋", level="L3", reason="误判")
    resolve(case, "12:00")
    assert {"rca", "leader_brief"}.isdisjoint(case.clocks)
    assert case.clock("emg_team").excused == "withdrawn"
    with refused("no_emergency", "R-7.5-B1"):
        case.do("l1_withdrawn", "13:00", "刘洋", level="L4", reason="再撤")


@keeps("R-7.5-B2-0")
def test_what_is_put_into_the_live_log_stands_there_with_its_hash(
    case: Case, tmp_path: Path
) -> None:
    with override_settings(DATA=tmp_path), held_at(at("10:20")):
        actor = case.world.actor("李伟")
        sent = [ContentFile(b"link down", "告警.txt"), ContentFile(b"%PDF-1.7", "告警.pdf")]
        cards = attaching.write_log(actor, case.number, text="现场日志", uploads=sent)
        assert attaching.attached(actor, case.number) == list(cards)
        assert attaching.opened(actor, case.number, cards[0].id)[1] == b"link down"
    (line,) = [e for e in case.view.events if e.kind == "log_added"]
    marks = [f"{card.name} ({card.sha256[:12]})" for card in cards]
    assert line.d == {"text": "现场日志", "files": marks}


@keeps("R-7.5-B2-0")
@pytest.mark.parametrize(
    ("uploads", "code"),
    [
        ([], "bad_input"),
        ([ContentFile(b"x", f"{n}.txt") for n in range(11)], "too_many_files"),
        ([ContentFile(b"x", "good.txt"), ContentFile(b"", "empty.txt")], "empty_file"),
    ],
)
def test_a_line_of_the_log_is_kept_with_all_its_files_or_not_at_all(
    case: Case, tmp_path: Path, uploads: list[ContentFile[bytes]], code: str
) -> None:
    actor = case.world.actor("李伟")
    with override_settings(DATA=tmp_path), held_at(at("10:20")):
        with refused(code):
            attaching.write_log(actor, case.number, text=" ", uploads=uploads)
        assert attaching.attached(actor, case.number) == []
    assert not [e for e in case.view.events if e.kind == "log_added"]


def test_nobody_writes_into_the_log_of_another_s_role_or_of_no_case(
    case: Case, tmp_path: Path
) -> None:
    with override_settings(DATA=tmp_path), held_at(at("10:20")):
        with refused("not_permitted"):
            attaching.write_log(case.world.actor("蒋丽"), case.number, text="x")
        with refused("no_case"):
            attaching.write_log(case.world.actor("李伟"), "WX-0", text="x")


def test_one_commands_and_hands_over_by_name(case: Case) -> None:
    case.do("commander_named", "10:20", "刘洋", person="赵刚", why="交班")
    found = support.emergency(case.id)
    assert found is not None
    assert found.commander == "赵刚"
    with refused("no_such_person"):
        case.do("commander_named", "10:21", "刘洋", person="无名")


@keeps("R-7.5-B5")
def test_a_cause_review_has_actions_with_owners_and_they_are_seen_to_be_done(case: Case) -> None:
    said = {"action": "更换风扇批次", "owner": "李伟", "due": "2026-03-20"}
    case.do("action_agreed", "10:30", "孙立新", **said)
    with refused("no_action"):
        case.do("action_done", "11:00", "李伟", action="别的")
    case.do("action_done", "11:00", "李伟", action="更换风扇批次")
    assert [e.kind for e in case.view.events][-2:] == ["action_agreed", "action_done"]


def test_without_an_emergency_there_is_nobody_to_update(world: World) -> None:
    calm = fault(world, "09:00", "L3")
    with refused("no_emergency"):
        calm.do("update_given", "09:10", "刘洋", text="在查")
