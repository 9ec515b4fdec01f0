"""7.2: the telephone first, by an engineer, within the limit of the level."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiannuo.journey.steps import take
from jiannuo.people.queries import known_staff
from tests.journey.telling import at, fault, keeps, opened, refused
from tests.world import World

TABLE = {
    "L1": (timedelta(minutes=30), "R-7.2-T-1"),
    "L2": (timedelta(minutes=30), "R-7.2-T-2"),
    "L3": (timedelta(hours=2), "R-7.2-T-3"),
    "L4": (timedelta(hours=4), "R-7.2-T-4"),
}


@pytest.mark.parametrize(
    ("level", "limit", "seconds", "verdict"),
    [
        pytest.param(level, limit, seconds, verdict, marks=keeps(duty), id=f"{level}{seconds:+}")
        for level, (limit, duty) in TABLE.items()
        for seconds, verdict in ((-1, "met"), (0, "breached"))
    ],
)
def test_contact_at_the_very_limit_is_late_and_a_second_earlier_is_not(
    world: World, level: str, limit: timedelta, seconds: int, verdict: str
) -> None:
    case = fault(world, "09:00", level)
    case.do("engineer_contact", at("09:00") + limit + timedelta(seconds=seconds), "李伟")
    assert case.verdict("phone_response") == verdict


@keeps("R-7.2-T-5")
def test_a_consultation_promises_its_answer_and_nothing_else(world: World) -> None:
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    assert set(case.clocks) == {"phone_response"}
    assert case.clock("phone_response").due == at("13:00")


@keeps("R-7.2-T-6")
def test_a_wish_answered_a_minute_before_48_hours_is_in_time_and_handed_on(world: World) -> None:
    case = opened(world, "09:00", kind="other", device=None, text="希望支持双机热备")
    case.do("confirmed", "09:00", "周敏", level="other")
    case.do("engineer_contact", at("+2 08:59"), "吴敏芝", result="已列入需求")
    assert case.verdict("phone_response") == "met"
    assert case.paper("demand_transfer") is not None
    assert case.status() == "answered"


@keeps("R-7.2-C-2")
def test_three_calls_that_nobody_answers_are_listed_and_stop_nothing(world: World) -> None:
    case = fault(world, "09:00", "L2")
    for minute in (5, 12, 20):
        case.do("contact_attempt", f"09:{minute:02}", "李伟", how="call_unanswered")
    assert case.verdict("phone_response", "09:29:59") == "running"
    assert case.verdict("phone_response", "09:30") == "breached"
    tried = [call for call in case.calls if not call.answered]
    assert [call.started_at for call in tried] == [at("09:05"), at("09:12"), at("09:20")]


def test_a_message_to_the_customer_is_no_call(world: World) -> None:
    case = fault(world)
    case.do("contact_attempt", "09:05", "李伟", how="sms")
    assert [call.direction for call in case.calls] == ["inbound"]
    assert case.clock("phone_response").stop is None


@keeps("R-7-5")
def test_three_calls_leave_three_rows_with_their_seconds(world: World) -> None:
    case = fault(world, "09:00:07", "L3")
    case.do("contact_attempt", "09:10:21", "李伟", how="call_unanswered")
    case.do("engineer_contact", "09:14:59", "李伟", call="outbound", result="指导重插光模块")
    assert [(c.started_at, c.direction, c.answered) for c in case.calls] == [
        (at("09:00:07"), "inbound", True),
        (at("09:10:21"), "outbound", False),
        (at("09:14:59"), "outbound", True),
    ]
    assert [c.agent for c in case.calls] == ["周敏", "李伟", "李伟"]


@keeps("R-7.1-B-2")
def test_an_agent_does_not_answer_for_an_engineer(world: World) -> None:
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    with refused("no_article", "R-7.1-B-2"):
        case.do("engineer_contact", "09:05", "周敏", result="应该是配置问题")


def approved() -> str:
    """The number of an article that answers."""
    said = {"title": "光模块指示灯", "symptom": "光模块指示灯不亮", "steps": "重新插拔"}
    number = take("article_drafted", known_staff("李伟").actor, **said).number
    take("article_approved", known_staff("郑海涛").actor, number, version=1)
    return number


@keeps("R-7.1-B-2")
def test_an_agent_may_answer_with_an_article_and_an_engineer_still_owes_his_word(
    world: World,
) -> None:
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    with refused("no_article", "R-7.1-B-2"):
        case.do("article_sent", "09:05", "周敏", article=" ")
    with refused("no_article", "R-7.1-B-2"):
        case.do("article_sent", "09:05", "周敏", article="KB-017 光模块指示灯")
    case.do("article_sent", "09:05", "周敏", article=f"{approved()} 光模块指示灯")
    assert case.clock("phone_response").stop is None
    case.do("engineer_contact", "10:00", "陈晨", result="确认文章适用")
    assert case.status() == "answered"


@keeps("R-7.2-A-4")
def test_the_phone_stage_ends_with_an_outcome(world: World) -> None:
    case = fault(world)
    case.do("engineer_contact", "09:10", "李伟")
    said = {"diagnosis": "主控板故障", "proposal": "切换备板", "guidance": "已指导切换"}
    with refused("no_outcome", "R-7.2-A-4"):
        case.do("phone_closed", "09:40", "李伟", **said)
    case.do("phone_closed", "09:40", "李伟", outcome="not_solved", **said)
    assert case.view.events[-1].d["outcome"] == "not_solved"


@keeps("R-7.1-B-2b")
def test_a_question_that_cannot_be_answered_goes_on_site_and_remote_is_skipped_with_a_reason(
    world: World,
) -> None:
    case = opened(world, "09:00", kind="consult")
    case.do("confirmed", "09:00", "周敏", level="consult")
    case.do("engineer_contact", "09:10", "李伟")
    case.do("converted", "09:20", "李伟", level="L3", reason="非咨询，系故障")
    case.do("remote_skipped", "09:25", "李伟", reason="no_link")
    case.do("onsite_confirmed", "09:30", "邓丽")
    assert case.clock("remote_response").excused == "no_link"
    assert case.clock("onsite_arrival").start == at("09:30")
    assert [d.note for d in case.deviations] == ["no_link"]
    assert case.view.events[0].kind == "reported"  # its history came along
