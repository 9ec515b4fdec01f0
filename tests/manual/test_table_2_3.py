"""Table 2-3: how soon an engineer is logged in from afar (A4, A29)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiannuo.manual.events import Event
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    edges,
    ev,
    fault,
    keeps,
    span,
    strict,
)

TABLE = {"L1": "00:30", "L2": "00:30", "L3": "04:00", "L4": "08:00"}


def failed(when: str) -> Event:
    return ev("phone_failed", when, confirmed_with="王芳")


def consent(when: str, *, given: bool = True, how: str = "portal") -> Event:
    return ev("remote_consent", when, given=given, how=how)


@keeps("R-7.3-T-1")
@edges
@pytest.mark.parametrize(("level", "limit"), TABLE.items())
def test_the_engineer_is_logged_in_in_less_than_the_limit_of_the_level(
    level: str, limit: str, seconds: int
) -> None:
    login = ev("remote_login", at("10:00") + span(limit) + timedelta(seconds=seconds))
    found = clock("remote_response", *fault(level), failed("10:00"), consent("09:50"), login)
    assert (found.start, found.due, found.op) == (at("10:00"), at("10:00") + span(limit), "lt")
    assert found.verdict(LONG_AFTER) == strict(seconds)


@keeps("R-7.3-B-1", "R-7.3-C-1")
def test_the_clock_starts_at_the_later_of_failure_and_consent_and_the_literal_one_is_shown() -> (
    None
):
    events = [*fault("L3"), failed("12:40"), consent("13:30"), ev("remote_login", "17:05")]
    found = clock("remote_response", *events)
    assert found.start == at("13:30")
    assert (found.elapsed, found.verdict(LONG_AFTER)) == (timedelta(hours=3, minutes=35), "met")
    assert found.gross_start == at("12:40")
    assert found.gross_elapsed == timedelta(hours=4, minutes=25)
    assert found.gross_verdict(LONG_AFTER) == "breached"


@keeps("R-7.3-A-1")
def test_refused_consent_takes_the_promise_out_with_its_reason() -> None:
    found = clock("remote_response", *fault(), failed("10:00"), consent("10:05", given=False))
    assert (found.verdict(LONG_AFTER), found.excused) == ("not_applicable", "consent_refused")
    assert found.start is None
    assert found.raw(LONG_AFTER) is None


def test_consent_after_a_refusal_starts_the_clock() -> None:
    events = [*fault(), failed("10:00"), consent("10:05", given=False), consent("11:00")]
    assert clock("remote_response", *events).start == at("11:00")


def test_consent_given_once_more_moves_no_start() -> None:
    events = [*fault(), failed("10:00"), consent("10:05"), consent("11:00")]
    assert clock("remote_response", *events).start == at("10:05")


def test_nothing_runs_before_the_phone_was_found_not_to_do() -> None:
    assert "remote_response" not in clocks([*fault(), consent("10:05")])
    assert "remote_response" not in clocks([*fault(), failed("10:05")])
    assert "remote_response" not in clocks([*fault(), consent("10:05", given=False)])


@keeps("R-7.4-A-1", "R-7.1-B-2b")
@pytest.mark.parametrize("reason", ["no_link", "hardware_evident", "emergency"])
def test_remote_support_skipped_with_a_reason_is_not_applicable(reason: str) -> None:
    skipped = ev("remote_skipped", "10:00", reason=reason)
    for before in ([], [failed("09:50")], [failed("09:50"), consent("09:55")]):
        found = clock("remote_response", *fault(), *before, skipped)
        assert (found.verdict(LONG_AFTER), found.excused) == ("not_applicable", reason)


def test_a_login_before_both_had_come_keeps_the_promise_with_nothing_elapsed() -> None:
    events = [*fault(), consent("09:30"), ev("remote_login", "09:40"), failed("10:00")]
    found = clock("remote_response", *events)
    assert (found.stop, found.elapsed) == (at("10:00"), timedelta())
    assert found.verdict(LONG_AFTER) == "met"


def test_a_wish_has_no_limit_in_table_2_3() -> None:
    events = [
        ev("reported", "09:00", channel="phone", kind="other"),
        ev("confirmed", "09:00", level="other"),
        failed("09:10"),
        consent("09:11"),
    ]
    assert "remote_response" not in clocks(events)
