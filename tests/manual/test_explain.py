"""Why a moment is what it is: one sentence each for start, limit, moves, stop and verdict."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.manual.clocks import Clock, OrderFacts, fold_other, fold_story
from jiannuo.manual.events import By, Event
from jiannuo.manual.explain import Explanation, explain
from jiannuo.manual.profile import Profile, shipped
from jiannuo.manual.story import Absorbed, CaseFacts, CaseStory

DAY = datetime(2026, 5, 20, tzinfo=shipped().zone)
ENGINEER = By("李伟", frozenset({"engineer"}))


def at(clock: str) -> datetime:
    hours, minutes, seconds = map(int, clock.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def story(
    *told: tuple[str, str] | tuple[str, str, Mapping[str, Any]],
    profile: Profile | None = None,
    absorbed: tuple[Absorbed, ...] = (),
) -> CaseStory:
    """A case whose site lies 68 km away; each event is (kind, time of day, fields)."""
    events = [
        Event(one[0], at(one[1]), n, ENGINEER, dict(one[2]) if len(one) == 3 else {}, at(one[1]))
        for n, one in enumerate(told)
    ]
    facts = CaseFacts("2605-0112", Decimal("68.0"), absorbed=absorbed)
    return CaseStory(profile or shipped(), facts, events)


def explained(case: CaseStory, promise: str, as_of: str = "18:00:00") -> Explanation:
    clock = next(c for c in fold_story(case) if c.promise == promise)
    return explain(case.profile, clock, at(as_of), case)


def said(told: Explanation, what: str) -> list[str]:
    return [line.text.zh for line in told.lines if line.what == what]


def readings(told: Explanation, what: str) -> set[str]:
    return {reading for line in told.lines if line.what == what for reading in line.readings}


BY_PHONE = ("reported", "14:00:00", {"channel": "phone", "kind": "fault"})
BY_FAX = ("reported", "14:00:00", {"channel": "fax", "kind": "fault"})
CONFIRMED = ("confirmed", "14:01:00", {"level": "L3"})


def test_a_call_runs_from_its_confirmation() -> None:
    told = explained(story(BY_PHONE, CONFIRMED, ("engineer_contact", "14:18:00")), "phone_response")
    assert said(told, "start") == ["自坐席确认 05-20 14:01:00 起算"]
    assert said(told, "limit") == ["起算时为三级，时限 2 小时"]
    assert said(told, "due") == ["所以须早于 16:01:00：原文写「小于」，正好到点算迟"]
    assert said(told, "stop") == ["14:18:00 工程师与客户通上话，用时 17 分"]
    assert said(told, "verdict") == ["做到，早 1 时 43 分"]
    assert readings(told, "due") == {"A2"}
    assert readings(told, "start") == set()


def test_a_fax_that_nobody_confirmed_runs_from_the_quarter_hour() -> None:
    late = ("confirmed", "14:20:00", {"level": "L3"})
    told = explained(story(BY_FAX, late), "phone_response")
    assert said(told, "start") == [
        "传真来件，满 15 分钟无人确认即视为已确认，自 05-20 14:15:00 起算；坐席 14:20:00 才确认"
    ]
    assert readings(told, "start") == {"A3"}


def test_the_umbrella_runs_beside_the_response() -> None:
    told = explained(story(BY_PHONE, CONFIRMED), "umbrella_response")
    assert said(told, "limit") == ["时限 4 小时，与电话响应并行，先到期者报警"]
    assert said(told, "due") == ["所以不晚于 18:00:00：正好到点仍算做到"]
    assert readings(told, "limit") == {"A1"}


def test_remote_runs_from_the_later_of_both_and_shows_the_letter_beside() -> None:
    told = explained(
        story(
            BY_PHONE,
            ("confirmed", "14:01:00", {"level": "L2"}),
            ("phone_failed", "15:00:00", {"confirmed_with": "邓丽"}),
            ("remote_consent", "15:10:00", {"given": True, "how": "call"}),
            ("remote_login", "15:35:00"),
        ),
        "remote_response",
    )
    assert said(told, "start") == [
        "电话无法排除 15:00:00，客户同意远程 15:10:00，自较晚的 05-20 15:10:00 起算"
    ]
    assert said(told, "note") == ["照字面自电话无法排除起算，到期 15:30:00：迟"]
    assert said(told, "verdict") == ["做到，早 5 分"]
    assert readings(told, "start") == {"A4"}


def test_the_arrival_names_distance_and_band() -> None:
    told = explained(
        story(BY_PHONE, CONFIRMED, ("onsite_confirmed", "15:40:00"), ("arrived", "19:38:00")),
        "onsite_arrival",
    )
    assert said(told, "limit") == ["现场距办事处 68.0 km，在 ≤ 100 km 一档，时限 4 小时"]
    assert said(told, "start") == ["自客户确认需要上门 05-20 15:40:00 起算"]
    assert readings(told, "limit") == {"A5"}


def test_at_level_one_the_arrival_runs_from_the_declaration() -> None:
    told = explained(story(BY_PHONE, CONFIRMED, ("l1_declared", "15:00:00")), "onsite_arrival")
    assert said(told, "start") == ["判定一级即起算到场，自 05-20 15:00:00 起算"]
    assert readings(told, "start") == {"A7b"}


def test_an_agreed_time_keeps_the_old_verdict_beside_it() -> None:
    told = explained(
        story(
            BY_PHONE,
            CONFIRMED,
            ("onsite_confirmed", "15:40:00"),
            ("arrival_agreement", "16:00:00", {"due": at("22:00:00"), "reason": "夜间窗口"}),
            ("arrived", "21:00:00"),
        ),
        "onsite_arrival",
        "22:30:00",
    )
    assert said(told, "step") == ["双方另行约定 22:00:00；原定 19:40:00，按原定判为：迟"]
    assert said(told, "due") == ["所以不晚于 22:00:00：正好到点仍算做到"]
    assert said(told, "verdict") == ["做到，早 1 时"]
    assert readings(told, "step") == {"A26"}


def test_a_raised_level_tightens_and_a_lowered_one_needs_writing() -> None:
    told = explained(
        story(
            BY_PHONE,
            CONFIRMED,
            ("reclassified", "14:30:00", {"level": "L2", "reason": "x"}),
            (
                "reclassified",
                "14:35:00",
                {"level": "L4", "reason": "x", "consent": {"by": "邓丽", "how": "call"}},
            ),
        ),
        "phone_response",
        "14:40:00",
    )
    assert said(told, "step") == [
        "14:30:00 升为二级：取原到期与改级后 30 分钟的较早者，到期 15:00:00",
        "14:35:00 降为四级，没有客户的书面同意，时限不变",
    ]
    assert readings(told, "step") == {"A18"}


def test_a_written_consent_lowers_the_level_from_the_start() -> None:
    consent = {"by": "邓丽", "how": "signed"}
    told = explained(
        story(
            BY_PHONE,
            CONFIRMED,
            ("reclassified", "14:35:00", {"level": "L4", "reason": "x", "consent": consent}),
        ),
        "phone_response",
    )
    assert said(told, "step") == ["14:35:00 降为四级，客户书面同意：自起算起 4 小时，到期 18:01:00"]


def test_on_the_dot_is_late_where_the_text_says_less_than() -> None:
    told = explained(story(BY_PHONE, CONFIRMED, ("engineer_contact", "16:01:00")), "phone_response")
    assert said(told, "verdict") == ["正好到点，按「小于」算迟"]


def test_what_is_late_and_open_says_so() -> None:
    told = explained(story(BY_PHONE, CONFIRMED), "phone_response", "16:08:12")
    assert said(told, "stop") == ["到 16:08:12 还没有：工程师与客户通上话"]
    assert said(told, "verdict") == ["已经迟 7 分 12 秒，还没有做"]


def test_attempts_are_told_but_stop_nothing() -> None:
    told = explained(
        story(BY_PHONE, CONFIRMED, ("contact_attempt", "14:10:00", {"how": "sms"})),
        "phone_response",
    )
    assert said(told, "note") == ["另有 1 次未接通或只留言，不停表"]
    assert readings(told, "note") == {"A6"}


def test_a_loaner_keeps_the_24_hours() -> None:
    told = explained(
        story(
            BY_PHONE,
            CONFIRMED,
            ("loaner_in_service", "17:00:00", {"sn": "B1", "customer_confirmed_by": "邓丽"}),
        ),
        "fix_24h",
    )
    assert said(told, "stop") == ["17:00:00 备用机在客户处投入运行，用时 3 时"]
    assert said(told, "verdict") == ["以备用机做到，早 21 时"]
    assert readings(told, "stop") == {"A19"}


def test_an_exclusion_keeps_the_raw_verdict() -> None:
    told = explained(
        story(BY_PHONE, CONFIRMED, ("exclusion_accepted", "17:00:00", {"code": "EX1"})),
        "umbrella_response",
        "19:00:00",
    )
    assert said(told, "verdict") == ["不适用：责任排除成立；如果计入，是：迟"]
    assert readings(told, "verdict") == {"A21"}


def test_a_skipped_remote_never_began() -> None:
    told = explained(
        story(BY_PHONE, CONFIRMED, ("remote_skipped", "15:00:00", {"reason": "no_link"})),
        "remote_response",
    )
    assert [line.what for line in told.lines] == ["verdict"]
    assert said(told, "verdict") == ["不适用：没有远程链路"]


def test_house_numbers_are_marked() -> None:
    called = {"role": "duty_manager", "person": "刘洋", "how": "call_answered"}
    told = explained(
        story(BY_PHONE, CONFIRMED, ("l1_declared", "15:00:00"), ("notified", "15:05:00", called)),
        "emg_dispatch",
    )
    assert told.house
    assert said(told, "note") == ["内部目标：手册没有给这个数字，不作为对客户的承诺"]
    assert readings(told, "note") == {"A23"}


def test_waiting_is_shown_net_and_stops_nothing() -> None:
    told = explained(
        story(
            BY_PHONE,
            CONFIRMED,
            ("waiting_started", "15:00:00", {"reason": "customer"}),
            ("waiting_ended", "16:00:00", {"reason": "customer"}),
            ("resolved", "17:00:00", {"cause": "config", "customer_confirmed_by": "邓丽"}),
        ),
        "fix_24h",
    )
    assert said(told, "note") == ["其中等待 1 时，净用时 2 时；时钟照走"]


def test_a_contract_s_own_number_is_named_as_such() -> None:
    own = shipped().with_changes({"phone_response.L3": "01:00"})
    told = explained(story(BY_PHONE, CONFIRMED, profile=own), "phone_response")
    assert said(told, "limit") == [
        "起算时为三级，时限 1 小时（规范第 1 版或本合同改定，通用版为 02:00）"
    ]


def test_an_earlier_report_of_a_merged_case_counts() -> None:
    earlier = Absorbed((at("14:30:00"), 9), at("13:30:00"), None, None, None)
    told = explained(story(BY_PHONE, CONFIRMED, absorbed=(earlier,)), "fix_24h")
    assert said(told, "start") == ["自并入工单更早的报修 05-20 13:30:00 起算"]


def test_a_claim_is_explained_without_a_story() -> None:
    received = Event("claim_received", at("14:00:00"), 1, ENGINEER, {}, at("14:00:00"))
    clocks = fold_other(shipped(), "claim", OrderFacts(), [received])
    told = explain(shipped(), clocks[0], at("15:00:00"))
    assert said(told, "start") == ["自收到索赔 05-20 14:00:00 起算"]
    assert said(told, "limit") == ["时限 24 小时"]


def test_an_advance_replacement_names_the_next_working_day() -> None:
    ordered = Event("replacement_ordered", at("14:00:00"), 1, ENGINEER, {}, at("14:00:00"))
    clocks = fold_other(shipped(), "advance", OrderFacts(level="5x9xNBD"), [ordered])
    told = explain(shipped(), clocks[0], at("15:00:00"))
    assert said(told, "limit") == ["级别 5x9xNBD：下一个工作日 18:00 前"]


@pytest.mark.parametrize("promise", [p.code for p in shipped().promises])
def test_every_promise_can_be_explained_in_both_languages(promise: str) -> None:
    """Whatever a clock holds, nothing raises and no field stays unfilled."""
    row = shipped().by_code[promise]
    basis = {"level": "L2", "days": "15 d", "order_level": "7x24x4"}.get(
        row.limit.partition(":")[0], "fixed"
    )
    start = datetime(2026, 5, 20, 6, 0, tzinfo=UTC)
    hour = timedelta(hours=1)
    clock = Clock(promise, start, start + hour, "lt", start + hour * 2, limit=hour, basis=basis)
    for line in explain(shipped(), clock, start + hour * 3).lines:
        assert "{" not in line.text.zh + line.text.en
        assert line.text.zh != line.text.en
