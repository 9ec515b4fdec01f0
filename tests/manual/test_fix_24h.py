"""Section 3: fixed within 24 hours, or an equal loaner in service by then (A19)."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.manual.events import Event
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    edges,
    emergency,
    ev,
    fault,
    inclusive,
    keeps,
    resolved,
    story,
)


def loaner(when: str) -> Event:
    return ev("loaner_in_service", when, sn="LN-1", customer_confirmed_by="王芳")


@keeps("R-3-2")
@edges
def test_a_fault_is_fixed_within_24_hours_of_its_report(seconds: int) -> None:
    done = at("+1 09:00") + timedelta(seconds=seconds)
    found = clock("fix_24h", *fault(), resolved(done))
    assert (found.due, found.op) == (at("+1 09:00"), "le")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-3-3")
def test_a_loaner_running_by_then_keeps_the_promise_by_loaner() -> None:
    found = clock("fix_24h", *fault(), loaner("+1 09:00"), resolved("+2 09:00"))
    assert found.stop == at("+1 09:00")
    assert found.verdict(LONG_AFTER) == "met_by_loaner"


@keeps("R-3-4")
def test_a_loaner_delivered_in_time_but_running_too_late_is_a_breach() -> None:
    brought = ev("loaner_delivered", "+1 08:10", sn="LN-1")
    found = clock("fix_24h", *fault(), brought, loaner("+1 09:20"))
    assert found.verdict(LONG_AFTER) == "breached"
    assert found.elapsed == timedelta(hours=24, minutes=20)


def test_a_fix_before_the_loaner_is_a_fix() -> None:
    found = clock("fix_24h", *fault(), resolved("20:00"), loaner("21:00"))
    assert found.verdict(LONG_AFTER) == "met"


@keeps("R-7.5-B3-1")
def test_service_restored_is_not_yet_a_fault_removed() -> None:
    found = clock("fix_24h", *fault(), ev("restored", "10:00", how="旁路"))
    assert found.stop is None


def test_the_last_resolution_counts() -> None:
    found = clock("fix_24h", *fault(), resolved("12:00"), resolved("+1 12:00"))
    assert (found.stop, found.verdict(LONG_AFTER)) == (at("+1 12:00"), "breached")


@keeps("R-7.5-B4-1")
@edges
def test_a_recurrence_within_the_two_days_of_watching_undoes_the_resolution(
    seconds: int,
) -> None:
    again = ev("recurred", at("+2 12:00") + timedelta(seconds=seconds))
    events = emergency(resolved("12:00"), again)
    found = clock("fix_24h", *events)
    assert (found.stop is None) == (seconds <= 0)


@keeps("R-7.5-B4-1")
def test_the_two_days_begin_anew_with_the_new_resolution() -> None:
    case = story(*emergency(resolved("12:00"), ev("recurred", "+1 08:00"), resolved("+1 10:00")))
    assert case.observation_until == at("+3 10:00")
    assert case.cancelled_observations == [at("+2 12:00")]


def test_a_fault_that_comes_back_without_an_emergency_undoes_nothing() -> None:
    found = clock("fix_24h", *fault(), resolved("12:00"), ev("recurred", "13:00"))
    assert found.stop == at("12:00")


def test_a_recurrence_makes_the_promise_late_that_was_kept_before() -> None:
    events = emergency(resolved("12:00"), ev("recurred", "+1 13:00"), resolved("+1 14:00"))
    assert clock("fix_24h", *events).verdict(LONG_AFTER) == "breached"
