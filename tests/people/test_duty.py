"""7.1 B 1: somebody mans each desk at every hour; who it is, and where nobody does."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from jiannuo.people.rules import Away, Board, Duty
from tests.manual.happenings import SECOND, at, keeps

DESK = "hotline"
DAY = at("00:00")


def hour(n: float) -> datetime:
    return DAY + timedelta(hours=n)


def shift(start: float, end: float, person: str | None, deputy: str | None = None) -> Duty:
    return Duty(DESK, hour(start), hour(end), person, deputy)


def board(
    *duties: Duty,
    away: tuple[Away, ...] = (),
    end: float = 24,
    deputies: dict[str, str] | None = None,
) -> Board:
    standing = {person: (deputy,) for person, deputy in (deputies or {}).items()}
    return Board(DAY, hour(end), (DESK,), duties, away, standing)


def absent(person: str, start: float, end: float) -> Away:
    return Away(person, hour(start), hour(end))


@keeps("R-7.1-B-1", "R-7.2-C-1")
def test_the_person_of_the_shift_is_on_duty_from_its_first_second_to_before_its_last() -> None:
    desk = board(shift(0, 8, "周敏"), shift(8, 16, "何静"))
    assert desk.on_duty(DESK, hour(0)) == ("周敏", "shift")
    assert desk.on_duty(DESK, hour(8) - SECOND) == ("周敏", "shift")
    assert desk.on_duty(DESK, hour(8)) == ("何静", "shift")
    assert desk.on_duty(DESK, hour(16)) is None
    assert desk.on_duty("monitoring", hour(9)) is None


@pytest.mark.parametrize(
    ("person", "deputy", "standing", "away", "found"),
    [
        ("刘洋", None, {}, (), ("刘洋", "shift")),
        ("刘洋", "赵刚", {}, (absent("刘洋", 0, 24),), ("赵刚", "deputy")),
        ("刘洋", None, {"刘洋": "赵刚"}, (absent("刘洋", 0, 24),), ("赵刚", "deputy")),
        ("刘洋", "周敏", {"刘洋": "赵刚"}, (absent("刘洋", 0, 24),), ("周敏", "deputy")),
        (
            "刘洋",
            "周敏",
            {"刘洋": "赵刚"},
            (absent("刘洋", 0, 24), absent("周敏", 0, 24)),
            ("赵刚", "deputy"),
        ),
        ("刘洋", "赵刚", {}, (absent("刘洋", 0, 24), absent("赵刚", 0, 24)), None),
        (None, "赵刚", {}, (), ("赵刚", "deputy")),
        (None, None, {}, (), None),
        ("刘洋", None, {"周敏": "赵刚"}, (absent("刘洋", 0, 24),), None),
    ],
)
def test_an_absent_person_is_stood_in_for_by_the_shifts_deputy_then_by_his_own(
    person: str | None,
    deputy: str | None,
    standing: dict[str, str],
    away: tuple[Away, ...],
    found: tuple[str, str] | None,
) -> None:
    desk = board(shift(8, 16, person, deputy), away=away, deputies=standing)
    assert desk.on_duty(DESK, hour(9)) == found


def test_an_absence_begins_with_its_first_second_and_ends_before_its_last() -> None:
    desk = board(shift(0, 24, "周敏"), away=(absent("周敏", 8, 12),))
    assert desk.on_duty(DESK, hour(8) - SECOND) == ("周敏", "shift")
    assert desk.on_duty(DESK, hour(8)) is None
    assert desk.on_duty(DESK, hour(12)) == ("周敏", "shift")


def test_where_two_shifts_overlap_somebody_present_comes_before_a_deputy() -> None:
    desk = board(shift(0, 12, "周敏", "罗敏"), shift(8, 16, "何静"), away=(absent("周敏", 0, 24),))
    assert desk.on_duty(DESK, hour(9)) == ("何静", "shift")
    assert desk.on_duty(DESK, hour(7)) == ("罗敏", "deputy")


@keeps("R-7.1-B-1")
def test_a_night_from_two_to_six_without_anybody_is_one_gap() -> None:
    desk = board(shift(0, 2, "周敏"), shift(6, 24, "何静"))
    assert desk.gaps(DESK) == [hour(2)]


@keeps("R-7.1-B-1")
def test_each_stretch_without_anybody_is_a_gap_at_its_start() -> None:
    desk = board(
        shift(0, 8, "周敏"),
        shift(8, 12, None),
        shift(12, 24, "何静"),
        away=(absent("周敏", 4, 6), absent("何静", 20, 30)),
    )
    assert desk.gaps(DESK) == [hour(4), hour(8), hour(20)]


def test_two_empty_shifts_in_a_row_are_one_gap_and_an_empty_roster_is_one_from_its_start() -> None:
    assert board(shift(0, 8, None), shift(8, 24, None)).gaps(DESK) == [hour(0)]
    assert board().gaps(DESK) == [hour(0)]


def test_a_night_shift_over_midnight_leaves_no_gap() -> None:
    desk = board(shift(0, 22, "周敏"), shift(22, 30, "何静"), shift(30, 48, "周敏"), end=48)
    assert desk.gaps(DESK) == []
    assert desk.on_duty(DESK, hour(25)) == ("何静", "shift")


def test_what_lies_outside_the_roster_is_nobodys_gap() -> None:
    assert board(shift(0, 24, "周敏"), shift(24, 30, None)).gaps(DESK) == []
