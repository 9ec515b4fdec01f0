"""Days off and make-up workdays read from what somebody types or pastes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from jiannuo.manual.daysoff import read
from jiannuo.manual.workdays import Workdays

NOTICE = """各省、自治区、直辖市人民政府：
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、国庆节：10月1日（周四）至7日（周三）放假调休，共7天；9月20日（周日）、10月10日（周六）上班。"""


def span(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_the_notice_of_the_state_council_is_read_as_it_is_published() -> None:
    found = read(NOTICE, 2026)
    assert list(found.holidays) == [
        *span(date(2026, 1, 1), date(2026, 1, 3)),
        *span(date(2026, 2, 15), date(2026, 2, 23)),
        *span(date(2026, 10, 1), date(2026, 10, 7)),
    ]
    assert list(found.makeup) == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    assert found.unread == ("各省、自治区、直辖市人民政府：",)


@pytest.mark.parametrize(
    ("line", "off", "on"),
    [
        ("2026-10-01 至 2026-10-03 国庆", span(date(2026, 10, 1), date(2026, 10, 3)), []),
        ("10-01 to 10-02", span(date(2026, 10, 1), date(2026, 10, 2)), []),
        ("10.1–3", span(date(2026, 10, 1), date(2026, 10, 3)), []),
        ("12-31 至 2027-01-02", [], []),
        ("10-10 补班", [], [date(2026, 10, 10)]),
        ("2027-01-01", [date(2027, 1, 1)], []),
        ("10月1日放假，10月10日上班", [date(2026, 10, 1)], [date(2026, 10, 10)]),
        ("10-07 至 10-01", [], []),
    ],
)
def test_a_line_says_which_days_are_off_or_made_up(
    line: str, off: list[date], on: list[date]
) -> None:
    found = read(line, 2026)
    assert (list(found.holidays), list(found.makeup)) == (off, on)


@pytest.mark.parametrize("line", ["2-30", "国庆", "13-01 放假"])
def test_a_line_without_a_day_is_said_to_have_none(line: str) -> None:
    assert read(line, 2026).unread == (line,)


def test_what_a_contract_says_of_a_day_comes_before_the_houses_calendar() -> None:
    new_year, sunday, monday = date(2026, 1, 1), date(2026, 1, 4), date(2026, 1, 5)
    house = Workdays(frozenset({new_year}), frozenset({sunday}))
    own = Workdays(frozenset({sunday, monday}), frozenset({new_year}))
    found = house.but(own)
    assert [found.is_workday(day) for day in (new_year, sunday, monday)] == [True, False, False]
    assert house.but(Workdays()) == house
