"""7.5: what must happen once an engineer has judged a fault to be of level one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    edges,
    emergency,
    ev,
    fault,
    inclusive,
    keeps,
    resolved,
    story,
)

TOLD = ("subcentre_head", "product_manager", "duty_manager")
NAMES = {"subcentre_head": "孙立新", "product_manager": "吴敏芝", "duty_manager": "刘洋"}


def told(role: str, when: str, seconds: int = 0) -> Event:
    moment = at(when) + timedelta(seconds=seconds)
    return ev("notified", moment, role=role, person=NAMES[role], how="call_answered")


def withdrawn(when: str, level: str = "L3") -> Event:
    return ev("l1_withdrawn", when, level=level, reason="误判")


def later(kind: str, when: str, seconds: int, **d: Any) -> Event:
    return ev(kind, at(when) + timedelta(seconds=seconds), **d)


# -- the five duties ------------------------------------------------------------------------


@keeps("R-7.5-B2-1")
@edges
@pytest.mark.parametrize("role", TOLD)
def test_three_people_are_told_by_an_answered_call_within_15_minutes(
    role: str, seconds: int
) -> None:
    found = clock(f"emg_notify_{role}", *emergency(told(role, "10:15", seconds)))
    assert (found.start, found.due, found.op) == (at("10:00"), at("10:15"), "le")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.5-B2-1")
def test_each_of_the_three_has_a_promise_of_his_own() -> None:
    found = clocks(
        emergency(
            told("subcentre_head", "10:05"),
            told("product_manager", "10:16"),
            told("duty_manager", "10:03"),
        )
    )
    verdicts = {role: found[f"emg_notify_{role}"].verdict(LONG_AFTER) for role in TOLD}
    assert verdicts == {
        "subcentre_head": "met",
        "product_manager": "breached",
        "duty_manager": "met",
    }


@keeps("R-7.5-B2-1")
def test_a_message_or_a_ringing_telephone_tells_nobody() -> None:
    tried = [
        ev("notify_attempt", "10:02", role="duty_manager", person="刘洋", how=how)
        for how in ("sms", "im", "call_unanswered")
    ]
    assert clock("emg_notify_duty_manager", *emergency(*tried)).stop is None


def test_a_call_before_the_declaration_told_nobody_of_it() -> None:
    found = clock("emg_notify_duty_manager", *emergency(told("duty_manager", "09:50")))
    assert found.stop is None


def test_what_is_done_in_the_second_of_the_declaration_is_done_in_time() -> None:
    found = clock("emg_team", *emergency(ev("team_formed", "10:00", members=["李伟"])))
    assert (found.stop, found.elapsed) == (at("10:00"), timedelta())


@keeps("R-7.5-B2-2")
def test_a_call_before_the_declaration_sends_nobody_yet() -> None:
    calls = [told("duty_manager", "09:50"), told("duty_manager", "10:05")]
    assert clock("emg_dispatch", *emergency(*calls)).start == at("10:05")


@keeps("R-7.5-B2-2")
@edges
def test_an_engineer_is_sent_within_15_minutes_of_the_duty_managers_call(seconds: int) -> None:
    sent = later("dispatched", "10:20", seconds, engineer="李伟")
    found = clock("emg_dispatch", *emergency(told("duty_manager", "10:05"), sent))
    assert (found.start, found.due) == (at("10:05"), at("10:20"))
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.5-B2-2")
def test_the_sending_waits_for_the_duty_manager_and_one_sent_before_is_sent() -> None:
    assert "emg_dispatch" not in clocks(emergency())
    sent = ev("dispatched", "10:01", engineer="李伟")
    found = clock("emg_dispatch", *emergency(sent, told("duty_manager", "10:05")))
    assert (found.elapsed, found.verdict(LONG_AFTER)) == (timedelta(), "met")


@keeps("R-7.5-B2-3", "R-7.5-A-2")
@edges
def test_the_team_is_formed_within_30_minutes_of_the_declaration(seconds: int) -> None:
    formed = later("team_formed", "10:30", seconds, members=["李伟"])
    found = clock("emg_team", *emergency(formed))
    assert (found.start, found.verdict(LONG_AFTER)) == (at("10:00"), inclusive(seconds))


@keeps("R-7.5-B2-4")
@edges
@pytest.mark.parametrize("how", ["remote", "lab"])
def test_an_expert_is_at_work_within_an_hour_from_afar_or_in_the_laboratory(
    how: str, seconds: int
) -> None:
    begun = later("expert_started", "11:00", seconds, how=how)
    assert clock("emg_expert", *emergency(begun)).verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.5-B2-5")
@edges
def test_the_group_of_experts_is_formed_within_two_hours(seconds: int) -> None:
    formed = later("expert_group_formed", "12:00", seconds, members=["郑海涛"])
    found = clock("emg_expert_group", *emergency(formed))
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.5-B2-5")
def test_a_fault_solved_before_does_not_take_the_group_of_experts_off() -> None:
    found = clock("emg_expert_group", *emergency(resolved("11:20")))
    assert found.verdict(at("12:00:01")) == "breached"


@keeps("R-7.5-B2-5")
@edges
def test_what_the_head_gives_up_before_it_is_due_is_not_owed_and_what_was_missed_is(
    seconds: int,
) -> None:
    given_up = later(
        "promise_waived", "12:00", seconds, promise="emg_expert_group", reason="已修复"
    )
    found = clocks(emergency(given_up))
    assert found["emg_expert_group"].excused == ("waived" if seconds <= 0 else "")
    assert found["emg_expert_group"].verdict(LONG_AFTER) in ("not_applicable", "breached")
    assert found["emg_team"].excused == ""


@keeps("R-7.5-B2-5")
def test_a_promise_that_was_kept_is_kept_though_it_is_given_up_later() -> None:
    formed = ev("expert_group_formed", "11:00", members=["郑海涛"])
    given_up = ev("promise_waived", "11:30", promise="emg_expert_group", reason="已修复")
    assert clock("emg_expert_group", *emergency(formed, given_up)).verdict(LONG_AFTER) == "met"


@keeps("R-7.5-B5")
@edges
def test_the_cause_is_reviewed_within_five_days_of_the_resolution(seconds: int) -> None:
    approved = later("rca_approved", "+5 12:00", seconds)
    found = clock("rca", *emergency(resolved("12:00"), approved))
    assert (found.start, found.verdict(LONG_AFTER)) == (at("12:00"), inclusive(seconds))


@keeps("R-7.5-B6")
@edges
def test_the_leaders_are_briefed_within_seven_days_of_the_resolution(seconds: int) -> None:
    briefed = later("leader_briefed", "+7 12:00", seconds, present=["郭强"], in_person=True)
    found = clock("leader_brief", *emergency(resolved("12:00"), briefed))
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


def test_review_and_briefing_run_from_the_resolution_that_stands() -> None:
    events = emergency(resolved("12:00"), ev("recurred", "13:00"))
    assert {"rca", "leader_brief"}.isdisjoint(clocks(events))
    assert clock("rca", *events, resolved("15:00")).start == at("15:00")


def test_a_fault_that_was_no_emergency_needs_neither_review_nor_briefing() -> None:
    assert {"rca", "leader_brief"}.isdisjoint(clocks([*fault("L1"), resolved("12:00")]))


# -- what is a declaration --------------------------------------------------------------------


@keeps("R-7.5-B2-0")
def test_the_declaration_starts_all_five_duties_at_one_moment() -> None:
    found = clocks(emergency())
    begun = {code for code, c in found.items() if code.startswith("emg_")}
    assert begun == {
        "emg_notify_subcentre_head",
        "emg_notify_product_manager",
        "emg_notify_duty_manager",
        "emg_team",
        "emg_expert",
        "emg_expert_group",
    }
    assert {found[code].start for code in begun} == {at("10:00")}


@keeps("R-7.5-B1")
def test_a_level_typed_in_at_the_hotline_is_no_judgement_of_an_engineer() -> None:
    assert not [code for code in clocks(fault("L1")) if code.startswith("emg_")]


@keeps("R-7.5-B1")
def test_a_fault_raised_to_level_one_is_declared_too() -> None:
    raised = ev("reclassified", "10:00", level="L1", reason="全网瘫痪")
    assert clock("emg_team", *fault("L2"), raised).start == at("10:00")


def test_only_the_first_declaration_counts() -> None:
    events = [*emergency(), ev("l1_declared", "10:40")]
    assert clock("emg_team", *events).start == at("10:00")


# -- withdrawn ----------------------------------------------------------------------------------


def test_a_withdrawn_emergency_keeps_how_its_clocks_stood_when_it_was_withdrawn() -> None:
    events = emergency(told("duty_manager", "10:05"), withdrawn("10:40"))
    found = clocks(events)
    now = LONG_AFTER
    emg = {code: c for code, c in found.items() if code.startswith("emg_")}
    assert {c.excused for c in emg.values()} == {"withdrawn"}
    assert {c.verdict(now) for c in emg.values()} == {"not_applicable"}
    assert {code: c.raw(now) for code, c in emg.items()} == {
        "emg_notify_subcentre_head": "breached",
        "emg_notify_product_manager": "breached",
        "emg_notify_duty_manager": "met",
        "emg_dispatch": "breached",
        "emg_team": "breached",
        "emg_expert": "running",
        "emg_expert_group": "running",
    }


def test_a_duty_whose_clock_had_not_begun_has_neither_start_nor_raw_verdict() -> None:
    found = clock("emg_dispatch", *emergency(withdrawn("10:10")))
    assert (found.excused, found.start, found.raw(LONG_AFTER)) == ("withdrawn", None, None)


def test_what_is_done_after_the_withdrawal_stops_none_of_its_clocks() -> None:
    events = emergency(withdrawn("10:10"), ev("team_formed", "10:20", members=["李伟"]))
    assert clock("emg_team", *events).stop is None
    late = emergency(withdrawn("10:10"), told("duty_manager", "10:12"))
    assert clock("emg_dispatch", *late).start is None
    just = emergency(told("duty_manager", "10:10"), withdrawn("10:10"))
    assert clock("emg_dispatch", *just).start == at("10:10")


def test_after_a_withdrawal_there_is_no_review_no_briefing_and_no_watching() -> None:
    events = emergency(withdrawn("10:10"), resolved("12:00"))
    assert {"rca", "leader_brief"}.isdisjoint(clocks(events))
    assert story(*events).observation_until is None


@pytest.mark.parametrize(
    ("more", "start"),
    [
        ([ev("arrived", "10:30"), withdrawn("10:40")], "10:00"),
        ([withdrawn("10:40"), ev("onsite_confirmed", "11:00")], "11:00"),
        ([ev("onsite_confirmed", "10:20"), withdrawn("10:40")], "10:20"),
    ],
    ids=["somebody had arrived", "called after it", "called before it"],
)
def test_after_a_withdrawal_arrival_runs_from_the_customers_call_unless_somebody_was_there(
    more: list[Event], start: str
) -> None:
    assert clock("onsite_arrival", *emergency(*more)).start == at(start)


def test_a_withdrawal_before_anybody_came_or_was_called_takes_the_arrival_out() -> None:
    found = clock("onsite_arrival", *emergency(withdrawn("10:40")))
    assert (found.excused, found.start) == ("withdrawn", None)


def test_a_withdrawal_moves_no_clock_that_runs_but_binds_those_that_start_later() -> None:
    def both(*more: Event) -> tuple[Clock, Clock]:
        found = clocks(
            [
                *fault("L3"),
                ev("l1_declared", "10:00"),
                *more,
                ev("phone_failed", "10:20", confirmed_with="王芳"),
                ev("remote_consent", "10:20", given=True, how="call"),
            ]
        )
        return found["phone_response"], found["remote_response"]

    stood, withdrew = both(), both(withdrawn("10:10", "L4"))
    assert withdrew[0].due == stood[0].due == at("10:30")
    assert stood[1].due == at("10:50")
    assert withdrew[1].due == at("18:20")


# -- status, drill ------------------------------------------------------------------------------


@keeps("R-7.5-B4-1")
def test_the_case_is_under_observation_until_48_hours_after_the_resolution() -> None:
    case = story(*emergency(resolved("12:00")))
    assert case.observation_until == at("+2 12:00")
    assert case.status(at("+2 11:59:59")) == "observing"
    assert case.status(at("+2 12:00")) == "resolved"


def test_a_cancelled_drill_keeps_its_verdicts_and_a_cancelled_case_does_not() -> None:
    def ended(drill: bool) -> Clock:
        events = [
            ev("reported", "09:00", channel="phone", kind="fault", drill=drill),
            ev("l1_declared", "10:00"),
            ev("team_formed", "10:29", members=["李伟"]),
            ev("case_cancelled", "11:00", reason="演练结束"),
        ]
        return clock("emg_team", *events)

    assert ended(drill=True).verdict(LONG_AFTER) == "met"
    real = ended(drill=False)
    assert (real.excused, real.raw(LONG_AFTER)) == ("cancelled", "met")


@keeps("R-7.5-B4-1")
def test_an_emergency_lasts_from_the_declaration_until_it_is_withdrawn() -> None:
    case = story(*emergency(withdrawn("11:00")))
    assert case.declaration is not None
    assert not case.in_emergency(case.declaration.place)
    asked = [("10:00", False), ("10:01", True), ("11:00", True), ("11:01", False)]
    assert [case.in_emergency((at(when), 0)) for when, _ in asked] == [said for _, said in asked]
    assert story(*emergency()).in_emergency((LONG_AFTER, 0))
    assert not story(*fault()).in_emergency((LONG_AFTER, 0))
