"""A18: a fault's level may change; what that does to clocks that run and to those that begin."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiannuo.manual.clocks import Clock
from jiannuo.manual.events import Event
from jiannuo.manual.story import Absorbed, CaseFacts
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    contact,
    ev,
    fault,
    keeps,
    story,
)


def changed(when: str, level: str, how: str = "") -> Event:
    """The level is set anew, with the customer's consent if `how` says so."""
    consent: dict[str, Any] = {"consent": {"by": "王芳", "how": how}} if how else {}
    return ev("reclassified", when, level=level, reason="复核", **consent)


def phone(level: str, *more: Event) -> Clock:
    return clock("phone_response", *fault(level), *more)


# -- up -----------------------------------------------------------------------------------------


@keeps("R-7.2-A-3")
def test_raised_early_the_clock_runs_from_the_change_with_the_new_limit() -> None:
    assert phone("L3", changed("09:20", "L2")).due == at("09:50")


def test_raised_late_the_old_due_moment_stays_because_it_is_earlier() -> None:
    assert phone("L3", changed("10:45", "L1")).due == at("11:00")


def test_raised_to_the_second_where_both_are_equal() -> None:
    assert phone("L3", changed("10:30", "L1")).due == at("11:00")
    assert phone("L3", changed("10:29:59", "L1")).due == at("10:59:59")


def test_raised_twice_each_rise_counts() -> None:
    found = phone("L4", changed("09:30", "L3"), changed("10:00", "L1"))
    assert found.due == at("10:30")
    assert [(step.level, step.due) for step in found.steps] == [
        ("L3", at("11:30")),
        ("L1", at("10:30")),
    ]


def test_the_basis_remains_the_level_at_the_start_and_the_steps_say_the_rest() -> None:
    found = phone("L3", changed("09:20", "L1"))
    assert (found.basis, found.limit) == ("L3", timedelta(hours=2))


# -- down ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["signed", "portal", "letter", "fax"])
def test_lowered_with_consent_in_writing_the_new_limit_counts_from_the_start(how: str) -> None:
    assert phone("L2", changed("09:10", "L3", how)).due == at("11:00")


@pytest.mark.parametrize("how", ["", "call"])
def test_lowered_without_consent_or_by_a_call_nothing_moves(how: str) -> None:
    found = phone("L2", changed("09:10", "L3", how), contact("09:40"))
    assert found.due == at("09:30")
    assert found.verdict(LONG_AFTER) == "breached"


@keeps("R-7.2-A-3")
def test_lowered_without_consent_the_level_is_shown_but_binds_nothing_that_starts_later() -> None:
    events = [
        *fault("L2"),
        changed("09:10", "L4"),
        ev("phone_failed", "10:00", confirmed_with="王芳"),
        ev("remote_consent", "10:00", given=True, how="call"),
    ]
    case = story(*events)
    assert (case.levels.shown, case.levels.binding(at("10:00"))) == ("L4", "L2")
    assert clock("remote_response", *events).due == at("10:30")


def test_consent_given_afterwards_works_from_then_on() -> None:
    before = phone("L2", changed("09:10", "L3"), changed("09:20", "L3", "portal"))
    assert before.due == at("11:00")
    assert [step.t for step in before.steps] == [at("09:20")]


def test_consent_given_after_the_breach_moves_nothing() -> None:
    found = phone("L2", changed("09:10", "L3"), changed("09:30", "L3", "signed"))
    assert (found.due, found.verdict(LONG_AFTER)) == (at("09:30"), "breached")


# -- up and down, breach, stop --------------------------------------------------------------------


def test_a_change_at_the_due_moment_or_after_it_changes_no_breach() -> None:
    for when in ("11:00", "11:00:01", "15:00"):
        assert phone("L3", changed(when, "L4", "signed")).due == at("11:00")
    assert phone("L3", changed("10:59:59", "L4", "signed")).due == at("13:00")


def test_a_change_after_contact_moves_nothing() -> None:
    assert phone("L3", contact("09:30"), changed("09:30", "L1")).due == at("11:00")
    assert phone("L3", contact("09:30"), changed("09:40", "L4", "signed")).due == at("11:00")


def test_down_and_up_again_takes_the_earlier_of_both() -> None:
    found = phone("L2", changed("09:10", "L4", "signed"), changed("12:00", "L2"))
    assert found.due == at("12:30")
    near = phone("L2", changed("09:10", "L4", "signed"), changed("12:45", "L2"))
    assert near.due == at("13:00")


def test_up_and_down_again_counts_from_the_start() -> None:
    found = phone("L3", changed("09:20", "L1"), changed("09:40", "L4", "portal"))
    assert found.due == at("13:00")


def test_up_late_and_agreed_down_again_still_counts_from_the_start_though_that_is_over() -> None:
    """A18 to the letter: start and new limit, not the later of that and the old due moment."""
    found = phone("L4", changed("12:00", "L1"), changed("12:10", "L2", "signed"))
    assert (found.due, found.verdict(LONG_AFTER)) == (at("09:30"), "breached")


def test_the_same_level_set_again_moves_nothing() -> None:
    found = phone("L3", changed("09:20", "L3"), changed("09:30", "L3", "signed"))
    assert (found.due, found.steps) == (at("11:00"), ())


def test_a_change_in_the_second_of_the_start_is_the_level_of_the_start() -> None:
    assert phone("L3", changed("09:00", "L1")).due == at("09:30")
    assert phone("L3", changed("09:00", "L1")).basis == "L1"


def test_a_change_before_the_phone_failed_is_the_level_of_the_remote_clock() -> None:
    events = [
        *fault("L3"),
        contact("09:10"),
        changed("09:50", "L4", "fax"),
        ev("phone_failed", "10:00", confirmed_with="王芳"),
        ev("remote_consent", "10:30", given=True, how="call"),
        changed("11:00", "L2"),
    ]
    found = clock("remote_response", *events)
    assert (found.basis, found.due) == ("L4", at("11:30"))
    assert found.gross_due == at("11:30")


def test_arrival_and_fix_do_not_depend_on_levels() -> None:
    events = [*fault("L4"), ev("onsite_confirmed", "09:30"), changed("10:00", "L2")]
    assert clock("onsite_arrival", *events).due == at("11:30")
    assert clock("fix_24h", *events).due == at("+1 09:00")


@pytest.mark.parametrize("level", ["L2", "L3", "L4"])
def test_a_withdrawal_counts_as_a_level_for_what_comes_after_it(level: str) -> None:
    events = [
        *fault("L3"),
        ev("l1_declared", "09:10"),
        ev("l1_withdrawn", "09:20", level=level, reason="误判"),
    ]
    case = story(*events)
    assert case.levels.binding(at("09:15")) == "L1"
    assert case.levels.binding(at("09:20")) == level
    assert clock("phone_response", *events).due == at("09:40")


# -- merging --------------------------------------------------------------------------------------


def absorbed(
    *,
    merged: str = "10:00",
    reported: str = "08:50",
    confirmed: tuple[str, str] | None = ("09:10", "L3"),
    spoke: str | None = None,
    level: str | None = "L3",
) -> CaseFacts:
    own = (at(confirmed[0]), 0, confirmed[1]) if confirmed else None
    first = at(spoke) if spoke else None
    taken = Absorbed((at(merged), 99), at(reported), own, first, level)
    return CaseFacts(km=Decimal("12"), absorbed=(taken,))


def test_the_survivor_has_the_earliest_report_of_both() -> None:
    early, late = absorbed(reported="08:50"), absorbed(reported="09:30")
    assert clock("umbrella_response", *fault(), facts=early).start == at("08:50")
    assert clock("fix_24h", *fault(), facts=late).start == at("09:00")


def test_the_survivor_has_the_earlier_confirmation_with_its_level() -> None:
    facts = absorbed(confirmed=("08:55", "L4"), level=None)
    found = clock("phone_response", *fault("L3"), facts=facts)
    assert (found.start, found.basis) == (at("08:55"), "L4")
    # and the later of the two is a change of level at its own moment
    assert found.due == at("11:00")


def test_the_first_contact_of_either_counts() -> None:
    found = clock("phone_response", *fault(), contact("09:50"), facts=absorbed(spoke="09:20"))
    assert found.stop == at("09:20")


def test_a_more_severe_level_of_the_loser_raises_the_survivor_at_the_merge() -> None:
    facts = absorbed(merged="09:30", confirmed=None, level="L1")
    assert clock("phone_response", *fault("L3"), facts=facts).due == at("10:00")
    assert story(*fault("L3"), facts=facts).levels.shown == "L1"


def test_a_milder_level_of_the_loser_changes_nothing() -> None:
    facts = absorbed(merged="09:10", confirmed=None, level="L4")
    assert clock("phone_response", *fault("L2"), facts=facts).due == at("09:30")
    assert story(*fault("L2"), facts=facts).levels.shown == "L2"


def test_the_survivor_may_be_lowered_after_the_merge_like_any_case() -> None:
    facts = absorbed(merged="09:10", confirmed=None, level="L2")
    events = [*fault("L3"), changed("09:20", "L4", "signed")]
    assert clock("phone_response", *events, facts=facts).due == at("13:00")
    assert story(*events, facts=facts).levels.shown == "L4"


def test_a_survivor_nobody_confirmed_runs_on_the_confirmation_of_the_loser() -> None:
    report = ev("reported", "09:00", channel="phone", kind="fault")
    found = clock("phone_response", report, facts=absorbed(confirmed=("09:10", "L3")))
    assert (found.start, found.due) == (at("09:10"), at("11:10"))
    case = story(report, facts=absorbed(merged="09:20"))
    assert case.status(at("10:30")) == "confirmed"


def test_the_losers_clocks_are_closed_as_merged_and_never_breached() -> None:
    merged = ev("merged", "12:00", into="C2", reason="同一故障")
    for code in ("phone_response", "umbrella_response", "fix_24h"):
        found = clock(code, *fault("L1"), merged)
        assert (found.verdict(LONG_AFTER), found.excused) == ("not_applicable", "merged")
        assert (found.start, found.raw(LONG_AFTER)) == (None, None)


def test_a_merged_question_had_only_the_clock_of_a_question() -> None:
    events = [
        ev("reported", "09:00", channel="phone", kind="consult"),
        ev("confirmed", "09:00", level="consult"),
        ev("merged", "09:30", into="C2", reason="重复"),
    ]
    assert set(clocks(events)) == {"phone_response"}
