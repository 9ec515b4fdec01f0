"""How times are written, straight from the table in the design."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.manual.profile import shipped
from jiannuo.web.reader import Reader

# 13:07:00 in Chengdu on Tuesday, 7 July 2026.
NOW = datetime(2026, 7, 7, 5, 7, tzinfo=UTC)
ZH = Reader("zh", shipped().zone, NOW)
EN = Reader("en", shipped().zone, NOW)

SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)

LEFT = [
    (timedelta(0), "余 0:00", "0:00 left"),
    (9 * SECOND, "余 0:09", "0:09 left"),
    (20 * MINUTE + 48 * SECOND, "余 20:48", "20:48 left"),
    (HOUR - SECOND, "余 59:59", "59:59 left"),
    (HOUR, "余 1 时 00 分", "1 h 00 m left"),
    (5 * HOUR + 2 * MINUTE + 59 * SECOND, "余 5 时 02 分", "5 h 02 m left"),
    (48 * HOUR, "余 48 时 00 分", "48 h 00 m left"),
    (48 * HOUR + SECOND, "余 2 天", "2 d left"),
    (6 * DAY, "余 6 天", "6 d left"),
]
LATE = [
    (timedelta(0), "迟 0 秒", "0 s late"),
    (timedelta(milliseconds=1), "迟 1 秒", "1 s late"),
    (59 * SECOND, "迟 59 秒", "59 s late"),
    (7 * MINUTE + 12 * SECOND, "迟 7:12", "7:12 late"),
    (3 * HOUR + 5 * MINUTE, "迟 3 时 05 分", "3 h 05 m late"),
    (2 * DAY + SECOND, "迟 2 天", "2 d late"),
]


@pytest.mark.parametrize(("span", "zh", "en"), LEFT)
def test_what_is_left(span: timedelta, zh: str, en: str) -> None:
    assert (ZH.left(span), EN.left(span)) == (zh, en)


@pytest.mark.parametrize(("span", "zh", "en"), LATE)
def test_by_how_much_it_is_late(span: timedelta, zh: str, en: str) -> None:
    assert (ZH.late(span), EN.late(span)) == (zh, en)


@pytest.mark.parametrize(
    ("moment", "zh", "en"),
    [
        (NOW + HOUR, "14:07 前", "by 14:07"),
        (NOW + DAY, "明天 13:07 前", "by tomorrow 13:07"),
        (NOW - DAY, "昨天 13:07 前", "by yesterday 13:07"),
        (NOW + 3 * DAY, "07-10 13:07 前", "by 07-10 13:07"),
        (NOW + 300 * DAY, "2027-05-03 13:07 前", "by 2027-05-03 13:07"),
    ],
)
def test_a_due_moment(moment: datetime, zh: str, en: str) -> None:
    assert (ZH.by(moment), EN.by(moment)) == (zh, en)


def test_the_operator_is_said_in_words_and_to_the_second() -> None:
    due = datetime(2026, 7, 7, 11, 40, tzinfo=UTC)
    assert ZH.bound(due, "lt") == "须早于 19:40:00"
    assert ZH.bound(due, "le") == "不晚于 19:40:00"
    assert EN.bound(due, "lt") == "before 19:40:00"
    assert EN.bound(due, "le") == "no later than 19:40:00"


def test_seconds_are_said_only_where_they_decide() -> None:
    span = 3 * HOUR + 58 * MINUTE + 7 * SECOND
    assert ZH.took(span, seconds=False) == "3 时 58 分"
    assert ZH.took(span, seconds=True) == "3 时 58 分 07 秒"
    assert ZH.took(29 * MINUTE + 59 * SECOND, seconds=True) == "29 分 59 秒"
    assert ZH.took(8 * MINUTE + 31 * SECOND, seconds=False) == "8 分"
    assert ZH.took(12 * SECOND, seconds=False) == "12 秒"


def test_the_day_is_the_company_s() -> None:
    late = Reader("zh", shipped().zone, datetime(2026, 7, 6, 16, 30, tzinfo=UTC))
    assert late.day(late.at) == "07-07 周二"


def test_a_clause_is_written_as_the_manual_numbers_it() -> None:
    assert ZH.clause("3") == "第 3 条"
    assert EN.clause("3") == "section 3"
    assert ZH.clause("7.2 C 2, 表2-2") == "7.2 C 2, 表2-2"
    assert EN.clause("7.2 C 2, 表2-2") == "7.2 C 2, table 2-2"
