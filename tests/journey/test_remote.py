"""7.3: with the customer's consent, by a plan that he approved."""

from __future__ import annotations

import pytest

from jiannuo.notices import queries as notices
from jiannuo.support import queries as support
from tests.journey.telling import Case, at, fault, keeps, refused, sweep_until
from tests.world import World


@pytest.fixture
def case(world: World) -> Case:
    """A fault of level three that guidance by telephone could not remove."""
    found = fault(world, "12:00", "L3")
    found.do("engineer_contact", "12:10", "李伟")
    found.do("phone_failed", "12:40", "李伟", confirmed_with="邓丽")
    return found


@keeps("R-7.3-A-1")
def test_nobody_logs_in_without_consent(case: Case) -> None:
    with refused("no_consent", "R-7.3-A-1"):
        case.do("remote_login", "12:50", "李伟")
    assert not case.ask("start_remote_session", "12:50", "李伟").allowed
    case.do("remote_consent", "12:55", "邓丽", given=True, how="call", until=at("18:00"))
    case.do("remote_login", "13:00", "李伟")


@keeps("R-7.3-A-1")
def test_a_refusal_or_a_consent_that_has_expired_lets_nobody_in(case: Case) -> None:
    case.do("remote_consent", "12:45", "邓丽", given=False, how="call", reason="涉密")
    with refused("consent_refused", "R-7.3-A-1"):
        case.do("remote_login", "12:50", "李伟")
    case.do("remote_consent", "13:00", "邓丽", given=True, how="portal", until=at("14:00"))
    with refused("consent_expired", "R-7.3-A-1"):
        case.do("remote_login", "14:00:01", "李伟")
    case.do("remote_login", "14:00", "李伟", rec="14:05")


@keeps("R-7.3-A-1")
def test_a_refusal_takes_the_remote_promise_out(case: Case) -> None:
    case.do("remote_consent", "12:45", "邓丽", given=False, how="call", reason="涉密")
    assert case.clock("remote_response").excused == "consent_refused"
    assert case.paper("remote_refusal") is not None


@keeps("R-7.3-B-1", "R-7.3-C-1")
def test_the_start_is_the_consent_and_the_literal_figure_is_kept_beside(case: Case) -> None:
    case.do("remote_consent", "13:30", "邓丽", given=True, how="signed")
    case.do("remote_login", "17:05", "李伟")
    clock = case.clock("remote_response")
    assert (clock.start, str(clock.elapsed)) == (at("13:30"), "3:35:00")
    assert (clock.gross_start, str(clock.gross_elapsed)) == (at("12:40"), "4:25:00")
    assert case.verdict("remote_response") == "met"
    assert str(clock.gross_verdict(at("18:00"))) == "breached"


@keeps("R-7.3-T-1")
@pytest.mark.parametrize(("login", "verdict"), [("16:44:59", "met"), ("16:45", "breached")])
def test_level_three_is_logged_in_within_four_hours(case: Case, login: str, verdict: str) -> None:
    case.do("remote_consent", "12:45", "邓丽", given=True, how="call")
    case.do("remote_login", login, "李伟")
    assert case.verdict("remote_response") == verdict


@keeps("R-7.3-B-2")
def test_another_version_of_the_plan_needs_another_approval(case: Case) -> None:
    case.do("plan_submitted", "13:00", "李伟", version=1, notified_by="call")
    case.do("plan_approved", "13:10", "彭建军", version=1)
    case.do("plan_submitted", "13:20", "李伟", version=2, notified_by="call")
    by_customer = {"executor": "customer_technician"}
    with refused("plan_not_approved", "R-7.3-B-2"):
        case.do("plan_executed", "13:30", "唐勇", version=2, **by_customer)
    case.do("plan_approved", "13:40", "彭建军", version=2)
    case.do("plan_executed", "13:50", "唐勇", version=2, **by_customer)
    signed = [p.signed for p in case.papers if p.kind == "technical_plan"]
    assert signed == [True, True]


@keeps("R-7.4-B-5a", "R-7.4-B-5c")
@pytest.mark.parametrize(
    ("impact", "by", "missing"),
    [
        ("outage", "彭建军", ["major_op_needed"]),
        ("outage", "杨柳", []),
        ("degraded", "彭建军", []),
    ],
)
def test_a_plan_that_stops_the_service_counts_as_a_major_operation(
    case: Case, impact: str, by: str, missing: list[str]
) -> None:
    case.do("plan_submitted", "13:00", "李伟", version=1, notified_by="call", impact=impact)
    case.do("plan_approved", "13:10", by, version=1)
    assert [n.kind for n in notices.of_subject(case.id)] == missing


@keeps("R-7.4-B-4b")
def test_approval_of_the_plan_is_no_permission_to_carry_it_out_ourselves(case: Case) -> None:
    case.do("plan_submitted", "13:00", "李伟", version=1, notified_by="call")
    case.do("plan_approved", "13:10", "彭建军", version=1)
    ours = {"version": 1, "executor": "vendor_engineer"}
    with refused("executor_not_permitted", "R-7.4-B-4b"):
        case.do("plan_executed", "13:20", "李伟", **ours)
    case.do("execution_permitted", "13:30", "彭建军", executor="vendor_engineer")
    case.do("plan_executed", "13:40", "李伟", **ours)
    assert case.paper("execution_permit") is not None


@keeps("R-7.3-B-2b")
def test_a_session_that_outlives_its_consent_is_told_and_must_be_closed(case: Case) -> None:
    case.do("remote_consent", "13:00", "邓丽", given=True, how="call", until=at("15:00"))
    case.do("remote_login", "13:10", "李伟")
    assert support.past_consent(at("15:00")) == []
    [left] = support.past_consent(at("15:00:01"))
    assert (left.case, left.engineer, left.until) == (case.id, "李伟", at("15:00"))
    sweep_until("15:00:01")
    assert [a.code for a in case.alerts if a.code.startswith("task:")] == ["task:close_session"]
    case.do("remote_logout", "15:05", "李伟")
    assert support.past_consent(at("15:06")) == []


@keeps("R-7.3-B-2b")
def test_a_consent_renewed_in_time_covers_the_session_that_runs(case: Case) -> None:
    case.do("remote_consent", "13:00", "邓丽", given=True, how="call", until=at("15:00"))
    case.do("remote_login", "13:10", "李伟")
    case.do("remote_consent", "14:50", "邓丽", given=True, how="call", until=at("17:00"))
    assert support.past_consent(at("15:30")) == []


def asked_why(case: Case) -> bool:
    return case.view.story.remote_untried


@keeps("R-7.4-A-1")
def test_sending_somebody_without_remote_help_asks_why_and_does_not_stop_him(case: Case) -> None:
    assert asked_why(case)
    case.do("dispatched", "13:00", "刘洋", engineer="李伟")
    assert case.deviations == []
    case.do("remote_skipped", "13:05", "李伟", reason="hardware_evident")
    assert not asked_why(case)
    [listed] = case.deviations
    assert (listed.rule, listed.note) == ("R-7.4-A-1", "hardware_evident")


@keeps("R-7.4-A-1")
@pytest.mark.parametrize("step", ["login", "refusal"])
def test_remote_help_that_was_tried_or_refused_needs_no_reason(case: Case, step: str) -> None:
    case.do("remote_consent", "12:45", "邓丽", given=step == "login", how="call")
    if step == "login":
        assert asked_why(case)  # agreed to, not done
        case.do("remote_login", "12:50", "李伟")
    assert not asked_why(case)
