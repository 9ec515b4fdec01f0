"""A week laid out over weeks: by the clock on the wall, through midnight and the change of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.people.rules import Board, Duty, Turn, Weeks, laid_out, moment

BERLIN, NEW_YORK, SHANGHAI = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Shanghai"))
DESK = "duty_manager"
DAY = timedelta(days=1)
#: Mondays of weeks in which the clocks change, or do not; China had a summer time until 1991.
MONDAYS = {
    BERLIN: (date(2026, 3, 23), date(2026, 10, 19), date(2026, 6, 1)),
    NEW_YORK: (date(2026, 3, 2), date(2026, 10, 26), date(2026, 1, 5)),
    SHANGHAI: (date(1986, 4, 28), date(1991, 4, 8), date(1988, 9, 5), date(2026, 3, 2)),
}
weeks_somewhere = st.sampled_from(
    [(zone, first) for zone, mondays in MONDAYS.items() for first in mondays]
)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 50]))


def daily(*shifts: tuple[time, time, tuple[str | None, ...]]) -> list[Turn]:
    return [Turn(DESK, day, a, b, crew) for day in range(1, 8) for a, b, crew in shifts]


def nights(crew: tuple[str | None, ...] = ("刘洋",)) -> list[Turn]:
    return daily((time(8), time(20), crew), (time(20), time(8), crew))


def board(turns: list[Turn], weeks: Weeks, zone: ZoneInfo) -> Board:
    return Board(*weeks.span(zone), (DESK,), laid_out(turns, weeks, zone), [], {})


def wall(shift: Duty, zone: ZoneInfo) -> tuple[time, time]:
    return shift.start.astimezone(zone).time(), shift.end.astimezone(zone).time()


def test_a_shift_over_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    turns = [Turn(DESK, 5, time(22), time(6), ("刘洋",))]  # Fridays
    [shift] = laid_out(turns, Weeks(date(2026, 3, 2), 1), SHANGHAI)
    assert shift.start == datetime(2026, 3, 6, 14, tzinfo=UTC)
    assert shift.end == datetime(2026, 3, 6, 22, tzinfo=UTC)


def test_the_last_night_of_the_week_before_reaches_into_the_first_morning() -> None:
    found = laid_out(nights(), Weeks(date(2026, 3, 2), 1), SHANGHAI)
    first, last = Weeks(date(2026, 3, 2), 1).span(SHANGHAI)
    assert (found[0].start, found[0].end) == (first, first + timedelta(hours=8))
    assert found[-1].end == last
    assert board(nights(), Weeks(date(2026, 3, 2), 1), SHANGHAI).gaps(DESK) == []


def test_a_whole_day_is_written_from_midnight_to_midnight() -> None:
    found = laid_out(daily((time(), time(), ("刘洋",))), Weeks(date(2026, 3, 2), 1), SHANGHAI)
    assert [(s.end - s.start) for s in found] == [DAY] * 7


def test_on_friday_ten_to_midnight_the_old_crew_answers_and_at_midnight_the_new_one() -> None:
    """T56: the crew changes with Saturday."""
    saturday = date(2026, 3, 7)
    crew = ("刘洋", "赵刚")
    turns = daily((time(), time(), crew))
    one = board(turns, Weeks(saturday - 7 * DAY, 2), SHANGHAI)
    late, midnight = (
        moment(d, t, SHANGHAI) for d, t in ((saturday - DAY, time(23, 50)), (saturday, time()))
    )
    before, after = one.on_duty(DESK, late), one.on_duty(DESK, midnight)
    assert before is not None
    assert after is not None
    assert {before[0], after[0]} == set(crew)
    assert one.on_duty(DESK, midnight - timedelta(seconds=1)) == before


def test_with_a_change_in_the_morning_the_night_is_still_the_old_crews() -> None:
    weeks = Weeks(date(2026, 3, 2), 2, time(8))
    one = board(nights(("刘洋", "赵刚")), weeks, SHANGHAI)
    change = moment(date(2026, 3, 9), time(8), SHANGHAI)
    before, after = (one.on_duty(DESK, at) for at in (change - DAY / 24, change))
    assert before != after
    assert one.gaps(DESK) == []
    assert (one.start, one.end) == weeks.span(SHANGHAI)


def test_rosters_that_follow_each_other_go_on_where_the_one_before_ended() -> None:
    crew = ("刘洋", "赵刚", "周敏")
    long = laid_out(nights(crew), Weeks(date(2026, 3, 2), 5), SHANGHAI)
    parts = [
        shift
        for first, count in ((date(2026, 3, 2), 2), (date(2026, 3, 16), 3))
        for shift in laid_out(nights(crew), Weeks(first, count), SHANGHAI)
    ]
    for shift in long:
        middle = shift.start + (shift.end - shift.start) / 2
        assert {p.person for p in parts if p.start <= middle < p.end} == {shift.person}


@pytest.mark.parametrize(
    ("zone", "sunday", "hours"),
    [
        (BERLIN, date(2026, 3, 29), 7),
        (BERLIN, date(2026, 10, 25), 9),
        (NEW_YORK, date(2026, 3, 8), 7),
        (NEW_YORK, date(2026, 11, 1), 9),
        (SHANGHAI, date(1986, 5, 4), 7),
        (SHANGHAI, date(1991, 9, 15), 9),
        (SHANGHAI, date(2026, 3, 8), 8),
    ],
)
def test_a_night_in_which_the_clocks_change_is_an_hour_shorter_or_longer(
    zone: ZoneInfo, sunday: date, hours: int
) -> None:
    turns = daily((time(22), time(6), ("刘洋",)))
    found = laid_out(turns, Weeks(sunday - 6 * DAY, 1), zone)
    [night] = [s for s in found if s.start.astimezone(zone).date() == sunday - DAY]
    assert wall(night, zone) == (time(22), time(6))
    assert night.end - night.start == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("clock", "utc"),
    [(time(1, 59), (0, 59)), (time(2), (1, 0)), (time(2, 30), (1, 0)), (time(3), (1, 0))],
)
def test_a_time_that_is_skipped_is_the_moment_at_which_it_is_skipped(
    clock: time, utc: tuple[int, int]
) -> None:
    day = date(2026, 3, 29)
    assert moment(day, clock, BERLIN) == datetime(2026, 3, 29, *utc, tzinfo=UTC)


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    assert moment(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_of_a_day_that_is_skipped_nothing_is_left() -> None:
    """Samoa had no 30 December 2011."""
    apia = ZoneInfo("Pacific/Apia")
    turns = [Turn(DESK, 5, time(9), time(17), ("刘洋",))]
    assert laid_out(turns, Weeks(date(2011, 12, 26), 1), apia) == []


@given(weeks_somewhere, st.lists(clocks, min_size=1, max_size=4, unique=True), clocks)
def test_a_day_that_is_parted_among_shifts_leaves_no_gap_and_no_double_duty(
    where: tuple[ZoneInfo, date], cuts: list[time], change: time
) -> None:
    zone, first = where
    edges = sorted(cuts)
    pairs = [*pairwise(edges), (edges[-1], edges[0])]
    turns = daily(*((a, b, ("刘洋", "赵刚")) for a, b in pairs))
    weeks = Weeks(first, 2, change)
    found = laid_out(turns, weeks, zone)
    start, end = weeks.span(zone)
    assert (found[0].start, found[-1].end) == (start, end)
    for one, after in pairwise(found):
        assert one.start < one.end == after.start


@given(weeks_somewhere, clocks, clocks, st.integers(1, 7))
def test_a_weekly_shift_keeps_its_time_on_the_wall(
    where: tuple[ZoneInfo, date], start: time, end: time, day: int
) -> None:
    zone, first = where
    found = laid_out([Turn(DESK, day, start, end, ("刘洋",))], Weeks(first, 3), zone)
    span = Weeks(first, 3).span(zone)
    for shift in (s for s in found if s.start > span[0] and s.end < span[1]):
        local = shift.start.astimezone(zone)
        assert local.isoweekday() == day
        assert shift.start == moment(local.date(), start, zone)
        assert wall(shift, zone)[1] == end or moment_is_skipped(shift.end, zone)


def moment_is_skipped(at: datetime, zone: ZoneInfo) -> bool:
    """Do the clocks change at this moment?"""
    return (at - timedelta(seconds=1)).astimezone(zone).utcoffset() != at.astimezone(
        zone
    ).utcoffset()


@given(weeks_somewhere, st.lists(clocks, min_size=2, max_size=6))
def test_a_later_time_on_the_wall_is_never_an_earlier_moment(
    where: tuple[ZoneInfo, date], times: list[time]
) -> None:
    zone, first = where
    for n in range(14):
        found = [moment(first + n * DAY, clock, zone) for clock in sorted(times)]
        assert found == sorted(found)
