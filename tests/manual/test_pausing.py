"""A20: no contract clock pauses; waiting is recorded and shown as net time beside it.

A contract may allow pauses by naming their reasons: then the clock stands still while one of
them holds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given

from jiannuo.manual.clocks import Clock, fold
from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.vocabulary import SEVERITY
from jiannuo.manual.waits import waited, waits
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    contact,
    emergency,
    ev,
    fault,
    keeps,
    log,
    resolved,
    with_keys,
)
from tests.manual.soup import WAITS, Case, full_cases

PAUSING = with_keys(pause__reasons=list(WAITS))
CUSTOMER = with_keys(pause__reasons=["customer"])


def began(when: str, reason: str = "customer") -> Event:
    return ev("waiting_started", when, reason=reason)


def ended(when: str, reason: str = "customer") -> Event:
    return ev("waiting_ended", when, reason=reason)


def phone(*more: Event, level: str = "L3") -> Clock:
    """Due at 11:00 at level three, by a contract that allows pauses for any reason."""
    return clock("phone_response", *fault(level), *more, profile=PAUSING)


# -- the default ------------------------------------------------------------------------------


@keeps("R-7.4-B-6")
def test_waiting_moves_no_contract_clock_and_is_shown_beside_it() -> None:
    events = [*fault(), began("10:00", "parts"), ended("18:00", "parts"), resolved("20:00")]
    found = clock("fix_24h", *events)
    assert found.due == at("+1 09:00")
    assert found.elapsed == timedelta(hours=11)
    assert found.waited == timedelta(hours=8)
    assert found.net == timedelta(hours=3)


def test_a_breach_stays_one_however_long_the_customer_was_waited_for() -> None:
    found = clock("phone_response", *fault("L1"), began("09:01"), ended("09:59"), contact("10:00"))
    assert found.verdict(LONG_AFTER) == "breached"
    assert found.net == timedelta(minutes=2)


@given(full_cases())
def test_by_default_waiting_changes_nothing_but_the_net_time(case: Case) -> None:
    calm = [e for e in case.events if not e.kind.startswith("waiting")]
    with_waits = fold(shipped(), case.facts, case.events)
    assert [replace(c, waited=timedelta()) for c in with_waits] == [
        replace(c, waited=timedelta()) for c in fold(shipped(), case.facts, calm)
    ]


# -- where a contract allows pauses ---------------------------------------------------------------


def test_a_pause_moves_the_due_moment_by_its_length_and_the_last_second_still_decides() -> None:
    pause = [began("09:30"), ended("10:00")]
    assert phone(*pause).due == at("11:30")
    assert phone(*pause, contact("11:29:59")).verdict(LONG_AFTER) == "met"
    assert phone(*pause, contact("11:30")).verdict(LONG_AFTER) == "breached"


def test_natural_hours_are_held_in_natural_hours_over_night_and_weekend() -> None:
    found = phone(began("09:30"), ended("+5 09:30"))
    assert found.due == at("+5 11:00")


def test_two_reasons_at_once_pause_once() -> None:
    found = phone(
        began("09:30", "customer"),
        began("09:40", "parts"),
        ended("09:50", "customer"),
        ended("10:00", "parts"),
    )
    assert found.due == at("11:30")


def test_a_reason_begun_twice_is_one_and_one_ended_twice_ends_once() -> None:
    found = phone(began("09:30"), began("09:40"), ended("09:50"), ended("10:20"))
    assert found.due == at("11:20")


def test_ending_what_never_began_is_nothing() -> None:
    assert phone(ended("09:30"), ended("09:40", "parts")).due == at("11:00")


def test_a_reason_that_the_contract_does_not_name_pauses_nothing() -> None:
    events = [*fault(), began("09:30", "parts"), ended("10:30", "parts")]
    assert clock("phone_response", *events, profile=CUSTOMER).due == at("11:00")


def test_a_pause_that_never_ended_holds_the_clock() -> None:
    found = phone(began("09:30"))
    assert (found.still_since, found.verdict(LONG_AFTER)) == (at("09:30"), "running")


def test_a_pause_that_never_ended_ends_with_what_stops_the_clock() -> None:
    # Frappe PR #3776: a reply without a resume made a hold of 42 days.
    found = phone(began("09:10"), contact("09:40"), level="L1")
    assert (found.due, found.verdict(LONG_AFTER)) == (at("10:00"), "met")
    assert found.net == timedelta(minutes=10)
    late = phone(began("09:25"), ended("09:26"), contact("09:40"), level="L1")
    assert late.verdict(LONG_AFTER) == "breached"


def test_a_pause_after_the_stop_moves_nothing() -> None:
    found = phone(contact("09:40"), began("09:50"), ended("10:50"))
    assert found.due == at("11:00")


def test_a_pause_after_the_due_moment_heals_no_breach() -> None:
    found = phone(began("11:00"), ended("12:00"))
    assert (found.due, found.verdict(at("11:00"))) == (at("11:00"), "breached")
    assert phone(began("11:00")).still_since is None


def test_a_pause_that_began_before_the_clock_counts_from_its_start() -> None:
    early = began("08:30")
    assert phone(early, ended("09:10")).due == at("11:10")
    assert phone(early, ended("08:50")).due == at("11:00")
    assert phone(early).still_since == at("09:00")


def test_a_pause_may_reach_a_later_pause() -> None:
    found = phone(began("09:30"), ended("10:30"), began("11:30"), ended("12:00"))
    assert found.due == at("12:30")


def test_a_pause_does_not_hold_the_emergency() -> None:
    events = emergency(began("10:05"), ended("10:25"))
    assert clock("emg_team", *events, profile=PAUSING).due == at("10:30")


def test_a_level_changed_in_a_pause_or_after_one_counts_running_time_only() -> None:
    pause = [began("09:30"), ended("12:30")]
    raised = ev("reclassified", "10:00", level="L1", reason="恶化")
    # thirty minutes from 10:00, all of which is paused until 12:30
    assert phone(*pause, raised).due == at("13:00")
    # after the old due moment by the wall, yet within the two hours that ran
    late = ev("reclassified", "13:00", level="L1", reason="恶化")
    assert phone(*pause, late).due == at("13:30")
    lowered = ev(
        "reclassified", "13:30", level="L4", reason="好转", consent={"by": "王芳", "how": "fax"}
    )
    assert phone(*pause, lowered).due == at("16:00")


def test_an_appointment_waits_for_nobody() -> None:
    agreed = ev("arrival_agreement", "10:30", due=at("15:00"), reason="停电窗口")
    events = [*fault(), ev("onsite_confirmed", "10:00"), agreed, began("11:00"), ended("12:00")]
    assert clock("onsite_arrival", *events, profile=PAUSING).due == at("15:00")
    waiting = clock("onsite_arrival", *events, began("12:30"), profile=PAUSING)
    assert (waiting.still_since, waiting.verdict(at("15:00:01"))) == (None, "breached")


def test_the_literal_remote_clock_takes_no_waiting_off() -> None:
    events = [
        *fault("L1"),
        ev("phone_failed", "10:00", confirmed_with="王芳"),
        ev("remote_consent", "10:10", given=True, how="call"),
        began("10:15"),
        ended("10:25"),
        ev("remote_login", "10:45"),
    ]
    found = clock("remote_response", *events, profile=PAUSING)
    assert (found.due, found.verdict(LONG_AFTER)) == (at("10:50"), "met")
    assert found.gross_verdict(LONG_AFTER) == "breached"


@given(full_cases())
def test_a_pause_never_makes_a_due_moment_earlier(case: Case) -> None:
    plain = {c.promise: c for c in fold(shipped(), case.facts, case.events)}
    for found in fold(PAUSING, case.facts, case.events):
        bare = plain[found.promise]
        assert (found.start, found.stop) == (bare.start, bare.stop)
        raised = [SEVERITY[step.level] for step in found.steps]
        if any(after > before for before, after in pairwise(raised)):
            continue  # raised late and agreed down: counted from the start, which may be over
        due, bare_due = found.original_due or found.due, bare.original_due or bare.due
        if due is not None and bare_due is not None:
            assert due >= bare_due  # an agreed moment aside: it takes the place of any limit


@given(full_cases())
def test_waits_are_apart_in_order_and_add_up(case: Case) -> None:
    found = waits(Chronicle(sorted(case.events, key=lambda e: e.place)))
    for (_, end), (start, _) in pairwise(found):
        assert end is not None
        assert end <= start
    if found:
        first, last = found[0][0], found[-1][1] or found[-1][0]
        assert waited(found, first, last) == sum(
            ((end or last) - start for start, end in found), timedelta()
        )


@pytest.mark.parametrize(
    ("start", "stop", "minutes"),
    [
        ("09:00", "10:00", 35),
        ("09:15", "09:45", 20),
        ("09:20", "09:25", 5),
        ("09:36", "09:40", 0),
        ("09:50", "12:00", 130),
    ],
)
def test_net_time_counts_only_the_part_of_a_wait_inside_the_clock(
    start: str, stop: str, minutes: int
) -> None:
    held = waits(Chronicle(log(began("09:10"), ended("09:35"), began("09:50"))))
    assert waited(held, at(start), at(stop)) == timedelta(minutes=minutes)
