"""Working days: Monday to Friday that is no holiday, and the weekends worked instead (调休)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.profile import shipped
from jiannuo.manual.workdays import Workdays
from tests.manual.happenings import keeps

QINGMING = Workdays(frozenset(date(2026, 4, d) for d in (4, 5, 6)))
MAY = Workdays(frozenset(date(2026, 5, d) for d in range(1, 6)), frozenset({date(2026, 5, 9)}))


@keeps("R-7.7-I2")
def test_ten_working_days_from_a_friday_over_qingming_end_on_20_april() -> None:
    assert QINGMING.after(date(2026, 4, 3), 10) == date(2026, 4, 20)


@keeps("R-7.7-I2")
def test_free_repairs_take_ten_working_days_and_charged_ones_fifteen() -> None:
    days = {kind: shipped().value(f"house.repair_workdays.{kind}") for kind in ("free", "charged")}
    assert days == {"free": 10, "charged": 15}
    assert QINGMING.after(date(2026, 4, 3), days["charged"]) == date(2026, 4, 27)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-02", 1, "2026-03-03"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-08", 1, "2026-03-09"),
        ("2026-03-06", 5, "2026-03-13"),
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_the_first_day_is_not_counted_and_weekends_are_skipped(
    start: str, count: int, end: str
) -> None:
    assert Workdays().after(date.fromisoformat(start), count) == date.fromisoformat(end)


def test_a_make_up_saturday_is_worked_and_a_holiday_on_a_monday_is_not() -> None:
    assert MAY.is_workday(date(2026, 5, 9))
    assert not MAY.is_workday(date(2026, 5, 4))
    assert not MAY.is_workday(date(2026, 5, 10))
    assert MAY.after(date(2026, 4, 30), 4) == date(2026, 5, 9)


def test_a_day_that_is_both_holiday_and_make_up_is_worked() -> None:
    both = Workdays(frozenset({date(2026, 5, 9)}), frozenset({date(2026, 5, 9)}))
    assert both.is_workday(date(2026, 5, 9))


def test_a_calendar_that_is_never_open_is_an_error_and_no_loop() -> None:
    closed = Workdays(frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800)))
    with pytest.raises(ValueError, match="no working day in the year after"):
        closed.after(date(2026, 2, 1), 1)


@given(st.dates(date(1986, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_n_working_days_later_n_working_days_have_passed(start: date, count: int) -> None:
    end = MAY.after(start, count)
    passed = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(MAY.is_workday(d) for d in passed) == count
    assert MAY.is_workday(end)


@pytest.mark.parametrize(
    ("zone", "local", "due"),
    [
        ("Asia/Shanghai", "2026-03-06 23:59:59", "2026-03-09 18:00:00+08:00"),
        ("Asia/Shanghai", "1986-05-02 09:00:00", "1986-05-05 18:00:00+09:00"),
        ("Asia/Shanghai", "1986-09-12 09:00:00", "1986-09-15 18:00:00+08:00"),
        ("Asia/Urumqi", "2026-03-06 09:00:00", "2026-03-09 18:00:00+06:00"),
        ("Europe/Berlin", "2026-03-27 09:00:00", "2026-03-30 18:00:00+02:00"),
    ],
)
def test_six_in_the_evening_is_six_on_the_wall_whatever_the_clocks_do_at_the_weekend(
    zone: str, local: str, due: str
) -> None:
    here = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    assert str(Workdays().next_day_at(here, timedelta(hours=18))) == due
