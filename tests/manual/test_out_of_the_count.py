"""What takes a promise out of the count: an exclusion (A21), a cancelled case, no warranty (A31)."""

from __future__ import annotations

import pytest

from jiannuo.manual.events import Event
from jiannuo.manual.profile import shipped
from jiannuo.manual.story import CaseFacts
from tests.manual.happenings import (
    LONG_AFTER,
    NEAR,
    at,
    clock,
    clocks,
    contact,
    emergency,
    ev,
    fault,
    keeps,
    resolved,
    story,
    with_keys,
)


def excluded(when: str = "18:00") -> Event:
    return ev("exclusion_accepted", when, code="EX1")


@keeps("R-7.4-B-9")
def test_an_accepted_exclusion_takes_response_fix_arrival_and_emergency_out() -> None:
    events = emergency(
        ev("notified", "10:05", role="duty_manager", person="刘洋", how="call_answered"),
        contact("14:00"),
        ev("phone_failed", "14:10", confirmed_with="王芳"),
        ev("remote_consent", "14:10", given=True, how="call"),
        excluded(),
    )
    found = clocks(events)
    out = {code for code, c in found.items() if c.excused == "exclusion"}
    assert out == set(shipped().value("exclusion_not_applicable"))
    assert set(found) - out == {"phone_response", "remote_response"}


@keeps("R-7.4-B-9")
def test_the_raw_verdict_is_kept_beside_it() -> None:
    late = clock("umbrella_response", *fault(), contact("13:00:01"), excluded())
    kept = clock("umbrella_response", *fault(), contact("13:00"), excluded())
    open_ = clock("fix_24h", *fault(), excluded())
    assert late.verdict(LONG_AFTER) == kept.verdict(LONG_AFTER) == "not_applicable"
    assert (late.raw(LONG_AFTER), kept.raw(LONG_AFTER)) == ("breached", "met")
    assert (open_.raw(at("20:00")), open_.raw(at("+1 09:00:01"))) == ("running", "breached")


def test_a_promise_that_counts_has_no_raw_verdict() -> None:
    assert clock("fix_24h", *fault(), resolved("10:00")).raw(LONG_AFTER) is None


def test_a_proposed_exclusion_takes_nothing_out() -> None:
    proposed = ev("exclusion_proposed", "17:00", code="EX1", evidence=["照片"])
    assert clock("fix_24h", *fault(), proposed).excused == ""


def test_a_cancelled_case_has_no_promise_left_and_keeps_the_raw_verdicts() -> None:
    events = [*fault("L1"), contact("09:40"), ev("case_cancelled", "12:00", reason="误报")]
    found = clocks(events)
    assert {c.excused for c in found.values()} == {"cancelled"}
    assert found["phone_response"].raw(LONG_AFTER) == "breached"
    assert found["umbrella_response"].raw(LONG_AFTER) == "met"


def test_a_withdrawn_emergency_of_an_excluded_case_is_withdrawn() -> None:
    events = emergency(
        ev("l1_withdrawn", "10:10", level="L3", reason="误判"), ev("arrived", "12:00"), excluded()
    )
    found = clocks(events)
    assert found["emg_team"].excused == "withdrawn"
    assert found["fix_24h"].excused == "exclusion"


@keeps("R-2-2")
def test_after_the_warranty_the_same_clocks_run() -> None:
    after = CaseFacts(km=NEAR.km, post_warranty=True)
    events = [*fault(), ev("onsite_confirmed", "10:00")]
    assert set(clocks(events, facts=after)) == set(clocks(events))
    assert not [c for c in clocks(events, facts=after).values() if c.excused]


def test_unless_the_maintenance_contract_says_otherwise() -> None:
    none = with_keys(entitlement__after_warranty_clocks="none")
    after = CaseFacts(km=NEAR.km, post_warranty=True)
    assert {c.excused for c in clocks(fault(), none, after).values()} == {"post_warranty"}
    assert {c.excused for c in clocks(fault(), none, NEAR).values()} == {""}


@pytest.mark.parametrize(
    ("emergency_", "codes"),
    [
        (False, ["EX1", "EX2", "EX3", "EX4", "EX5", "EX6", "EX7"]),
        (True, ["EX1", "EX2", "EX3", "EX4", "EX8"]),
    ],
)
@keeps("R-7.5-B9")
def test_an_emergency_has_the_list_of_exclusions_of_its_own_clause(
    emergency_: bool, codes: list[str]
) -> None:
    offered = shipped().exclusions_for(emergency=emergency_)
    assert [entry.code for entry in offered] == codes


# -- the one word for a case ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ([], "confirmed"),
        ([contact("09:10")], "phone"),
        ([contact("09:10"), ev("remote_login", "10:00")], "remote"),
        ([ev("remote_login", "10:00"), ev("arrived", "12:00")], "onsite"),
        (
            [
                ev("arrived", "12:00"),
                ev("loaner_in_service", "13:00", sn="L", customer_confirmed_by="王芳"),
            ],
            "on_loaner",
        ),
        (
            [
                ev("arrived", "12:00"),
                ev("loaner_in_service", "13:00", sn="L", customer_confirmed_by="王芳"),
                ev("loaner_returned", "15:00", sn="L", data_erased=True),
            ],
            "onsite",
        ),
        ([ev("arrived", "12:00"), resolved("13:00")], "resolved"),
        ([resolved("13:00"), ev("case_closed", "14:00")], "closed"),
        ([ev("case_cancelled", "14:00", reason="误报")], "cancelled"),
        ([ev("merged", "14:00", into="C2", reason="重复")], "merged"),
    ],
)
def test_a_fault_is_called_by_what_has_come_furthest(more: list[Event], word: str) -> None:
    assert story(*fault(), *more).status(LONG_AFTER) == word


def test_what_nobody_confirmed_is_received_and_a_question_is_answered() -> None:
    report = ev("reported", "09:00", channel="fax", kind="fault")
    assert story(report).status(LONG_AFTER) == "received"
    asked = [
        ev("reported", "09:00", channel="phone", kind="consult"),
        ev("confirmed", "09:00", level="consult"),
    ]
    assert story(*asked).status(LONG_AFTER) == "confirmed"
    assert story(*asked, contact("09:30")).status(LONG_AFTER) == "answered"


# -- visits, loaners ----------------------------------------------------------------------------------


def test_a_colleague_who_joins_an_engineer_on_site_begins_no_visit() -> None:
    case = story(
        *fault(),
        ev("arrived", "10:00", by="李伟"),
        ev("arrived", "11:00", by="张强"),
        ev("departed", "12:00", by="李伟"),
        ev("arrived", "12:30", by="王磊"),
        ev("departed", "13:00", by="张强"),
        ev("departed", "13:00", by="王磊"),
        ev("arrived", "15:00", by="李伟"),
    )
    assert [e.t for e in case.arrivals] == [at("10:00"), at("15:00")]


def test_he_who_takes_over_is_on_site() -> None:
    case = story(
        *fault(),
        ev("arrived", "10:00", by="李伟"),
        ev("handover", "11:00", by="李伟", to="张强"),
        ev("departed", "11:30", by="李伟"),
        ev("arrived", "12:00", by="王磊"),
    )
    assert [e.t for e in case.arrivals] == [at("10:00")]


@keeps("R-3-3")
def test_a_loaner_is_out_until_that_one_has_come_back() -> None:
    case = story(
        *fault(),
        ev("loaner_issued", "10:00", sn="A"),
        ev("loaner_issued", "10:00", sn="B"),
        ev("loaner_returned", "12:00", sn="A", data_erased=True),
    )
    assert case.loaners_out == ["B"]
