"""Section 1: an inspection in each quarter (A15)."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.profile import shipped
from jiannuo.manual.quarters import Quarter, quarter_status, quarters, too_close
from jiannuo.manual.warranty import term
from tests.manual.happenings import keeps, with_keys

CONTRACT = with_keys(inspection__quarter="contract")
DAY = timedelta(days=1)


def plan(acceptance: str, end: str) -> list[Quarter]:
    return quarters(shipped(), date.fromisoformat(acceptance), date.fromisoformat(end))


@keeps("R-1-1")
def test_accepted_in_february_2025_for_two_years_eight_inspections_are_owed() -> None:
    found = plan("2025-02-10", "2027-02-10")
    assert [q.name for q in found] == [
        "2025Q2",
        "2025Q3",
        "2025Q4",
        "2026Q1",
        "2026Q2",
        "2026Q3",
        "2026Q4",
        "2027Q1",
    ]
    assert found[0] == Quarter("2025Q2", date(2025, 4, 1), date(2025, 6, 30))
    assert found[-1] == Quarter("2027Q1", date(2027, 1, 1), date(2027, 2, 10))


@keeps("R-1-1")
@pytest.mark.parametrize(
    ("acceptance", "end", "names"),
    [
        ("2025-12-31", "2026-12-31", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]),
        ("2025-12-31", "2026-09-30", ["2026Q1", "2026Q2", "2026Q3"]),
        ("2025-12-31", "2026-10-01", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]),
        ("2025-01-31", "2025-03-31", []),
        ("2025-01-31", "2025-04-01", ["2025Q2"]),
    ],
)
def test_the_first_full_quarter_after_acceptance_to_the_one_in_which_the_warranty_ends(
    acceptance: str, end: str, names: list[str]
) -> None:
    assert [q.name for q in plan(acceptance, end)] == names


@given(st.dates(date(1986, 1, 1), date(2090, 12, 31)), st.integers(3, 120))
def test_no_quarter_is_left_out_and_none_comes_twice(acceptance: date, months: int) -> None:
    end = term(shipped(), acceptance, months).end
    found = quarters(shipped(), acceptance, end)
    assert all(a.due + DAY == b.start for a, b in itertools.pairwise(found))
    assert all(q.start > acceptance for q in found)
    assert not found or found[-1].due == end
    assert len({q.name for q in found}) == len(found)


@given(st.dates(date(1986, 1, 1), date(2090, 12, 31)), st.integers(1, 120))
def test_quarters_of_the_contract_fill_its_term_without_a_gap(
    acceptance: date, months: int
) -> None:
    end = term(shipped(), acceptance, months).end
    found = quarters(CONTRACT, acceptance, end)
    assert found[0].start == acceptance + DAY
    assert found[-1].due == end
    assert len(found) == -(-months // 3)
    assert all(a.due + DAY == b.start for a, b in itertools.pairwise(found))


def test_an_acceptance_on_the_last_of_november_loses_no_february() -> None:
    # rrule(MONTHLY, interval=3) from 30 November leaves out each February.
    found = quarters(CONTRACT, date(2025, 11, 30), date(2027, 11, 30))
    assert [q.due.isoformat() for q in found[:5]] == [
        "2026-02-28",
        "2026-05-30",
        "2026-08-30",
        "2026-11-30",
        "2027-02-28",
    ]


def test_a_31st_does_not_drift_to_the_28th() -> None:
    found = quarters(CONTRACT, date(2025, 8, 31), date(2026, 8, 31))
    assert [q.due.isoformat() for q in found] == [
        "2025-11-30",
        "2026-02-28",
        "2026-05-31",
        "2026-08-31",
    ]


@keeps("R-1-1", "R-1-6")
@pytest.mark.parametrize(
    ("signed", "today", "status"),
    [
        (None, "2026-06-30", "planned"),
        (None, "2026-07-01", "open"),
        (None, "2026-09-30", "open"),
        (None, "2026-10-01", "overdue"),
        ("2026-09-30", "2026-12-01", "on_time"),
        ("2026-10-01", "2026-12-01", "late"),
        ("2026-06-20", "2026-06-20", "on_time"),
    ],
)
def test_a_quarter_is_kept_by_a_report_signed_on_its_last_day_at_the_latest(
    signed: str | None, today: str, status: str
) -> None:
    quarter = Quarter("2026Q3", date(2026, 7, 1), date(2026, 9, 30))
    done = date.fromisoformat(signed) if signed else None
    assert quarter_status(quarter, done, date.fromisoformat(today)) == status


@pytest.mark.parametrize(("days", "close"), [(44, True), (45, False)])
def test_two_inspections_less_than_45_days_apart_are_pointed_out(days: int, close: bool) -> None:
    first = date(2026, 3, 25)
    second = first + timedelta(days=days)
    assert too_close(shipped(), [second, first]) == ([second] if close else [])
