"""Table 2-2: how soon an engineer speaks with the customer; and the four hours of section 3."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    contact,
    edges,
    ev,
    fault,
    inclusive,
    keeps,
    span,
    strict,
    with_keys,
)

TABLE = {"L1": "00:30", "L2": "00:30", "L3": "02:00", "L4": "04:00"}
DUTY = {"L1": "R-7.2-T-1", "L2": "R-7.2-T-2", "L3": "R-7.2-T-3", "L4": "R-7.2-T-4"}


@edges
@pytest.mark.parametrize(
    ("level", "limit"),
    [pytest.param(level, TABLE[level], marks=keeps(DUTY[level])) for level in TABLE],
)
def test_contact_must_come_in_less_than_the_limit_of_the_level(
    level: str, limit: str, seconds: int
) -> None:
    spoke = at("09:00") + span(limit) + timedelta(seconds=seconds)
    found = clock("phone_response", *fault(level), contact(spoke))
    assert found.due == at("09:00") + span(limit)
    assert found.op == "lt"
    assert found.verdict(LONG_AFTER) == strict(seconds)


@edges
@pytest.mark.parametrize(
    ("kind", "limit"),
    [
        pytest.param("consult", "04:00", marks=keeps("R-7.2-T-5", "R-7.1-A")),
        pytest.param("other", "48:00", marks=keeps("R-7.2-T-6")),
    ],
)
def test_a_question_or_a_wish_is_answered_in_less_than_its_limit(
    kind: str, limit: str, seconds: int
) -> None:
    asked = [
        ev("reported", "09:00", channel="phone", kind=kind),
        ev("confirmed", "09:00", level=kind),
    ]
    spoke = at("09:00") + span(limit) + timedelta(seconds=seconds)
    assert clock("phone_response", *asked, contact(spoke)).verdict(LONG_AFTER) == strict(seconds)


@keeps("R-7.2-T-5")
def test_a_consultation_has_no_clock_but_the_phone() -> None:
    asked = [
        ev("reported", "09:00", channel="phone", kind="consult"),
        ev("confirmed", "09:00", level="consult"),
        contact("09:10"),
    ]
    assert set(clocks(asked)) == {"phone_response"}


@keeps("R-7.2-C-2")
@edges
def test_without_contact_the_clock_runs_until_the_limit_and_is_late_from_it_on(
    seconds: int,
) -> None:
    now = at("11:00") + timedelta(seconds=seconds)
    expected = "running" if seconds < 0 else "breached"
    assert clock("phone_response", *fault("L3")).verdict(now) == expected


@keeps("R-3-1")
@edges
def test_section_three_gives_four_hours_from_the_report_and_counts_the_last_second(
    seconds: int,
) -> None:
    spoke = at("13:00") + timedelta(seconds=seconds)
    found = clock("umbrella_response", *fault("L4"), contact(spoke))
    assert (found.start, found.due, found.op) == (at("09:00"), at("13:00"), "le")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-3-1")
def test_four_hours_run_from_the_report_while_the_table_runs_from_the_confirmation() -> None:
    events = [
        ev("reported", "08:54", channel="phone", kind="fault"),
        ev("confirmed", "09:00", level="L4"),
        contact("12:59:59"),
    ]
    found = clocks(events)
    assert found["phone_response"].verdict(LONG_AFTER) == "met"
    assert found["umbrella_response"].verdict(LONG_AFTER) == "breached"
    assert found["umbrella_response"].elapsed == timedelta(hours=4, minutes=5, seconds=59)


@keeps("R-7.2-C-2")
def test_an_unanswered_call_stops_nothing() -> None:
    tried = ev("contact_attempt", "09:05", how="call_unanswered")
    found = clock("phone_response", *fault("L1"), tried, contact("09:40"))
    assert found.stop == at("09:40")


def test_only_the_first_contact_counts() -> None:
    found = clock("phone_response", *fault("L3"), contact("09:10"), contact("12:00"))
    assert found.stop == at("09:10")


def test_a_contact_before_the_confirmation_has_kept_the_promise() -> None:
    events = [
        ev("reported", "09:00", channel="phone", kind="fault"),
        contact("09:02"),
        ev("confirmed", "09:05", level="L1"),
    ]
    found = clock("phone_response", *events)
    assert (found.stop, found.elapsed) == (at("09:05"), timedelta())
    assert found.verdict(LONG_AFTER) == "met"


@keeps("R-7.2-A-1")
@pytest.mark.parametrize(
    ("channel", "confirmed", "start"),
    [
        ("phone", "09:40", "09:40"),
        ("fax", "09:40", "09:15"),
        ("email", "09:15", "09:15"),
        ("portal", "09:14:59", "09:14:59"),
        ("monitoring", "09:15:01", "09:15"),
        ("im", "09:40", "09:15"),
        ("on_site", "09:40", "09:15"),
    ],
)
def test_a_message_nobody_confirms_counts_as_confirmed_after_a_quarter_of_an_hour(
    channel: str, confirmed: str, start: str
) -> None:
    events = [
        ev("reported", "09:00", channel=channel, kind="fault"),
        ev("confirmed", confirmed, level="L3"),
    ]
    assert clock("phone_response", *events).start == at(start)


def test_no_phone_clock_is_shown_before_somebody_has_confirmed() -> None:
    assert "phone_response" not in clocks([ev("reported", "09:00", channel="fax", kind="fault")])


def test_an_automatic_confirmation_has_the_level_that_the_agent_gave_later() -> None:
    events = [
        ev("reported", "09:00", channel="fax", kind="fault"),
        ev("confirmed", "11:00", level="L1"),
        contact("11:01"),
    ]
    found = clock("phone_response", *events)
    assert (found.start, found.due) == (at("09:15"), at("09:45"))
    assert found.verdict(LONG_AFTER) == "breached"


@keeps("R-7.1-A")
def test_a_question_that_turns_out_a_fault_keeps_its_report_and_is_confirmed_anew() -> None:
    events = [
        ev("reported", "09:00", channel="phone", kind="consult"),
        ev("confirmed", "09:01", level="consult"),
        ev("converted", "10:00", level="L2", reason="整机无响应"),
    ]
    found = clocks(events)
    assert (found["phone_response"].start, found["phone_response"].due) == (
        at("10:00"),
        at("10:30"),
    )
    assert found["umbrella_response"].start == at("09:00")
    assert found["fix_24h"].due == at("+1 09:00")


def test_a_limit_of_nothing_is_late_at_once_and_a_very_long_one_is_not() -> None:
    none = clock("phone_response", *fault("L3"), profile=with_keys(phone_response__L3="00:00"))
    long = clock("phone_response", *fault("L3"), profile=with_keys(phone_response__L3="9999:00"))
    assert none.verdict(at("09:00")) == "breached"
    assert long.verdict(LONG_AFTER) == "running"
