"""Alerts that come by the clock: when each mark stands (scenario README 7, readings 14)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from jiannuo.manual import marks
from jiannuo.manual.events import Event
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import shipped
from jiannuo.manual.quarters import Quarter
from tests.manual.happenings import at, ev, fault, keeps, resolved, story, with_keys


def of_case(*events: Event) -> dict[str, Mark]:
    return {mark.code: mark for mark in marks.of_case(story(*events), shipped())}


def out_since(when: str, **more: Any) -> Event:
    return ev("reported", "10:00", channel="phone", kind="fault", outage_started=at(when), **more)


@keeps("R-3-2", "R-3-3")
def test_an_open_fault_is_marked_after_twelve_sixteen_and_twenty_hours() -> None:
    found = of_case(*fault())
    assert {code: mark.at for code, mark in found.items()} == {
        "fix_24h_12h": at("21:00"),
        "fix_24h_16h_loaner": at("+1 01:00"),
        "fix_24h_20h": at("+1 05:00"),
    }
    assert not any(mark.late for mark in found.values())


@pytest.mark.parametrize(
    "ending",
    [
        resolved("20:00"),
        ev("loaner_in_service", "20:00", sn="L", customer_confirmed_by="王芳"),
        ev("exclusion_accepted", "20:00", code="EX1"),
        ev("merged", "20:00", into="C2", reason="重复"),
        ev("case_cancelled", "20:00", reason="误报"),
    ],
    ids=lambda event: event.kind,
)
def test_a_fault_that_is_no_longer_to_be_fixed_is_not_marked(ending: Event) -> None:
    assert of_case(*fault(), ending) == {}


def test_lead_times_of_alerts_belong_to_the_project_and_not_to_the_case() -> None:
    project = with_keys(alerts__fix_24h=["06:00", "08:00", "10:00"])
    found = [mark.at for mark in marks.of_case(story(*fault()), project)]
    assert found == [at("15:00"), at("17:00"), at("19:00")]


def test_a_question_and_a_drill_have_no_marks() -> None:
    asked = ev("reported", "09:00", channel="phone", kind="consult")
    drill = ev("reported", "09:00", channel="phone", kind="fault", drill=True)
    assert of_case(asked) == of_case(drill) == {}


@keeps("R-7.5-A-1")
def test_an_emergency_is_proposed_once_an_outage_lasts_more_than_thirty_minutes() -> None:
    found = of_case(out_since("09:45"))["emergency_proposed"]
    assert (found.at, found.late) == (at("10:15:01"), True)


@keeps("R-7.5-A-1")
def test_not_before_it_was_reported() -> None:
    assert of_case(out_since("08:00"))["emergency_proposed"].at == at("10:00")


@pytest.mark.parametrize(
    "since",
    [
        ev("l1_declared", "10:05"),
        ev("restored", "10:05", how="重启"),
        resolved("10:05"),
    ],
    ids=lambda event: event.kind,
)
def test_what_is_declared_restored_or_resolved_is_not_proposed(since: Event) -> None:
    assert "emergency_proposed" not in of_case(out_since("09:45"), since)


@keeps("R-7.5-A-1")
def test_danger_to_persons_is_proposed_with_the_report_and_not_by_the_clock() -> None:
    assert "emergency_proposed" not in of_case(out_since("09:45", safety=True))


def tasks(*events: Event) -> dict[str, datetime]:
    return {mark.code: mark.at for mark in marks.tasks_of_case(story(*fault(), *events))}


SENT = ev("dispatched", "10:00", engineer="李伟")


@keeps("R-7.4-B-1")
def test_the_customer_is_told_who_comes_a_quarter_of_an_hour_after_somebody_was_sent() -> None:
    assert tasks(SENT) == {f"{marks.TASK}inform_customer": at("10:15")}
    assert tasks() == tasks(SENT, ev("customer_informed", "10:10")) == {}
    assert tasks(SENT, ev("case_cancelled", "10:05", reason="误报")) == {}


LOGIN = [
    ev("remote_consent", "10:00", given=True, how="portal", until=at("12:00")),
    ev("remote_login", "10:05"),
]


@keeps("R-7.3-B-2b")
@pytest.mark.parametrize(
    ("more", "until"),
    [
        ([], "12:00:01"),
        ([ev("remote_logout", "11:00")], None),
        ([ev("remote_failed", "11:00")], None),
        ([ev("remote_logout", "11:00"), ev("remote_login", "11:30")], "12:00:01"),
        ([ev("remote_consent", "11:00", given=True, how="call", until=at("14:00"))], "14:00:01"),
        ([ev("remote_consent", "11:00", given=True, how="call")], None),
        ([ev("remote_consent", "11:00", given=False, how="call")], "11:00:01"),
        ([ev("remote_logout", "11:00"), ev("expert_started", "11:30", how="lab")], None),
        ([ev("remote_logout", "11:00"), ev("expert_started", "11:30", how="remote")], "12:00:01"),
    ],
)
def test_a_remote_session_is_closed_when_the_consent_ends_or_is_taken_back(
    more: list[Event], until: str | None
) -> None:
    found = tasks(*LOGIN, *more).get(f"{marks.TASK}close_session")
    assert found == (at(until) if until else None)


@keeps("R-1-1")
def test_an_unsigned_inspection_is_reminded_of_in_the_morning_and_overdue_at_midnight() -> None:
    quarter = Quarter("2026Q3", date(2026, 7, 1), date(2026, 9, 30))
    assert {mark.code: mark.at for mark in marks.of_quarter(shipped(), quarter)} == {
        "inspection_30d": at("2026-08-31 09:00"),
        "inspection_14d": at("2026-09-16 09:00"),
        "inspection_3d": at("2026-09-27 09:00"),
        "inspection_overdue": at("2026-10-01 00:00"),
    }


@keeps("R-2-14")
def test_sales_are_told_ninety_sixty_and_thirty_days_before_a_warranty_ends() -> None:
    found = marks.of_warranty(shipped(), "K-1", date(2027, 2, 28))
    assert {mark.code: mark.at for mark in found} == {
        "renewal_90d": at("2026-11-30 09:00"),
        "renewal_60d": at("2026-12-30 09:00"),
        "renewal_30d": at("2027-01-29 09:00"),
    }


@keeps("R-7.8-I2")
def test_a_faulty_part_is_reminded_of_three_days_before_and_proposed_for_charging_when_due() -> (
    None
):
    due = at("2026-03-17 10:00:01")
    assert [(mark.code, mark.at, mark.ref) for mark in marks.of_return(shipped(), "F-1", due)] == [
        ("parts_return_3d", at("2026-03-14 10:00:01"), "F-1"),
        ("parts_return_overdue", due, "F-1"),
    ]


@keeps("R-7.7-I5")
def test_a_repair_is_overdue_at_the_end_of_its_last_day() -> None:
    found = marks.of_repair(shipped(), "F-1", date(2026, 4, 20))
    assert (found.code, found.at) == ("repair_overdue", at("2026-04-21 00:00"))


@keeps("R-7.1-B-1")
def test_a_gap_in_the_roster_is_told_a_fortnight_ahead_or_when_it_comes_up() -> None:
    found = marks.of_gap(shipped(), "hotline@x", at("2026-03-15 02:00"))
    assert (found.at, found.late) == (at("2026-03-01 02:00"), True)


def test_nine_in_the_morning_is_nine_on_the_wall_in_summer_time_too() -> None:
    found = marks.of_warranty(shipped(), "K-1", date(1986, 8, 3))
    assert [str(mark.at.astimezone(shipped().zone)) for mark in found] == [
        "1986-05-05 09:00:00+09:00",
        "1986-06-04 09:00:00+09:00",
        "1986-07-04 09:00:00+09:00",
    ]
