"""Promises beyond the response: claims, advance replacements, returns, the new device."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiannuo.manual.clocks import OrderFacts, operator
from jiannuo.manual.events import Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.story import CaseFacts
from jiannuo.manual.workdays import Workdays
from tests.manual.happenings import (
    LONG_AFTER,
    at,
    clock,
    clocks,
    edges,
    ev,
    fault,
    inclusive,
    keeps,
    other,
    with_keys,
)

#: 2026: Qingming 4-6 April, Labour Day 1-5 May with Saturday 9 May worked instead.
CALENDAR = Workdays(
    frozenset(date(2026, 4, d) for d in (4, 5, 6))
    | frozenset(date(2026, 5, d) for d in range(1, 6)),
    frozenset({date(2026, 5, 9)}),
)


def claim(when: str = "09:00") -> Event:
    return ev("claim_received", when, ground="quality", text="频繁死机")


@keeps("R-2-11")
@edges
def test_a_claim_is_acknowledged_within_a_day_and_decided_within_fifteen(seconds: int) -> None:
    slip = timedelta(seconds=seconds)
    found = other(
        "claim",
        claim(),
        ev("claim_acknowledged", at("+1 09:00") + slip),
        ev("claim_decided", at("+15 09:00") + slip, decision="换货"),
    )
    assert {c.verdict(LONG_AFTER) for c in found.values()} == {inclusive(seconds)}
    assert set(found) == {"claim_ack", "claim_decision"}


def test_without_a_claim_nothing_is_owed() -> None:
    assert other("claim") == {}


# -- advance replacement --------------------------------------------------------------------


def ordered(when: str, level: str) -> Event:
    return ev(
        "replacement_ordered",
        when,
        mode="advance",
        item="主板",
        faulty_serial="F-1",
        level=level,
    )


def delivered(when: str, seconds: int = 0) -> Event:
    moment = at(when) + timedelta(seconds=seconds)
    return ev("replacement_delivered", moment, faulty_serial="F-1")


@keeps("R-7.8-I1")
@edges
def test_around_the_clock_within_four_hours_means_four_natural_hours(seconds: int) -> None:
    facts = OrderFacts("7x24x4", None, CALENDAR)
    events = [ordered("2026-05-01 22:10", "7x24x4"), delivered("2026-05-02 02:10", seconds)]
    found = other("advance", *events, facts=facts)["advance_delivery"]
    assert (found.due, found.basis) == (at("2026-05-02 02:10"), "7x24x4")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.8-I1")
@pytest.mark.parametrize(
    ("when", "due"),
    [
        ("2026-03-03 09:00", "2026-03-04 18:00"),
        ("2026-03-03 23:59:59", "2026-03-04 18:00"),
        ("2026-03-04 00:00", "2026-03-05 18:00"),
        ("2026-03-06 10:00", "2026-03-09 18:00"),  # Friday, over the weekend
        ("2026-03-07 10:00", "2026-03-09 18:00"),  # Saturday
        ("2026-04-03 10:00", "2026-04-07 18:00"),  # over Qingming
        ("2026-04-30 10:00", "2026-05-06 18:00"),  # over Labour Day
        ("2026-05-08 10:00", "2026-05-09 18:00"),  # the Saturday that is worked instead
        ("2026-05-09 10:00", "2026-05-11 18:00"),
    ],
)
def test_next_business_day_means_18_00_of_the_next_working_day(when: str, due: str) -> None:
    facts = OrderFacts("5x9xNBD", None, CALENDAR)
    found = other("advance", ordered(when, "5x9xNBD"), facts=facts)["advance_delivery"]
    assert (found.due, found.basis) == (at(due), "5x9xNBD")


def test_an_order_of_which_nobody_said_how_fast_promises_no_delivery_but_a_return() -> None:
    unsaid = ev("replacement_ordered", "09:00", mode="advance", item="主板", faulty_serial="F-1")
    assert set(other("advance", unsaid, delivered("+1 10:00"))) == {"part_return"}


def test_the_next_working_day_is_told_in_local_days_not_in_those_of_greenwich() -> None:
    # Monday 00:30 in Chengdu is still Sunday in Greenwich.
    facts = OrderFacts("5x9xNBD", None, CALENDAR)
    found = other("advance", ordered("2026-03-09 00:30", "5x9xNBD"), facts=facts)
    assert found["advance_delivery"].due == at("2026-03-10 18:00")


@keeps("R-7.8-I2")
@edges
@pytest.mark.parametrize(("days", "said"), [(15, None), (10, 10)])
def test_the_faulty_part_is_back_as_many_days_after_delivery_as_the_contract_says(
    days: int, said: int | None, seconds: int
) -> None:
    back = ev(
        "faulty_part_received",
        at("10:00") + timedelta(days=days, seconds=seconds),
        serial="F-1",
    )
    events = [ordered("09:00", "7x24x4"), delivered("10:00"), back]
    found = other("advance", *events, facts=OrderFacts("7x24x4", said))["part_return"]
    assert (found.due, found.basis) == (at("10:00") + timedelta(days=days), f"{days} d")
    assert found.verdict(LONG_AFTER) == inclusive(seconds)


@keeps("R-7.8-I2")
def test_nothing_is_owed_back_before_the_new_part_is_delivered() -> None:
    assert set(other("advance", ordered("09:00", "7x24x4"), facts=OrderFacts("7x24x4"))) == {
        "advance_delivery"
    }


def test_a_part_that_came_back_too_early_does_not_stop_the_later_clock() -> None:
    early = ev("faulty_part_received", "09:30", serial="F-1")
    events = [ordered("09:00", "7x24x4"), early, delivered("10:00")]
    assert other("advance", *events, facts=OrderFacts("7x24x4"))["part_return"].stop is None


# -- the device owed anew ---------------------------------------------------------------------


@keeps("R-2-6")
@edges
def test_the_new_device_is_in_service_within_a_day_of_the_confirmation(seconds: int) -> None:
    facts = CaseFacts(km=Decimal("12"), replacement=("SN-1", at("10:00")))
    swapped = ev(
        "replaced",
        at("+1 10:00") + timedelta(seconds=seconds),
        old="SN-1",
        new="SN-9",
        model="X",
        customer_signed_by="王芳",
    )
    found = clock("replacement", *fault(), swapped, facts=facts)
    assert (found.start, found.verdict(LONG_AFTER)) == (at("10:00"), inclusive(seconds))


def test_another_device_replaced_does_not_keep_the_promise() -> None:
    facts = CaseFacts(replacement=("SN-1", at("10:00")))
    swapped = ev("replaced", "11:00", old="SN-2", new="SN-9", model="X", customer_signed_by="王芳")
    assert clock("replacement", *fault(), swapped, facts=facts).stop is None
    assert "replacement" not in clocks([*fault(), swapped])


# -- house numbers ------------------------------------------------------------------------------


def test_duties_without_a_number_in_the_manual_are_marked_as_ours() -> None:
    ours = {p.code for p in shipped().promises if p.house}
    assert ours == {
        "emg_dispatch",
        "rca",
        "leader_brief",
        "replacement",
        "claim_ack",
        "claim_decision",
        "advance_delivery",
        "part_return",
    }


@keeps("R-7.2-C-2", "R-7.3-C-1", "R-7.4-C-1")
def test_the_three_tables_say_less_than_and_all_else_says_within() -> None:
    ops = {p.code: operator(shipped(), p) for p in shipped().promises}
    strict = {code for code, op in ops.items() if op == "lt"}
    assert strict == {"phone_response", "remote_response", "onsite_arrival"}
    assert set(ops.values()) == {"lt", "le"}


def test_a_contract_may_shorten_a_house_number() -> None:
    found = other("claim", claim(), profile=with_keys(house__claim_ack="08:00"))
    assert found["claim_ack"].due == at("17:00")
