"""How long the way is, what a day is taken by, where two things overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.distance import Spot
from jiannuo.manual.profile import shipped
from jiannuo.visits.rules import (
    Busy,
    Stay,
    busy_with,
    clashes,
    course,
    free_windows,
    overlapping,
    pace,
)
from tests.manual.happenings import at, keeps

PACE = pace(shipped())
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OFFICE = Spot("CDO", 30.6574, 104.0658)
MEISHAN = Spot("MS", 30.0755, 103.848)


def stay(
    sent: str | None = "09:00",
    expected: tuple[str, str] | None = None,
    arrived: str | None = None,
    left: str | None = None,
    km: float = 55.0,
) -> Stay:
    there, until = (at(expected[0]), at(expected[1])) if expected else (None, None)
    return Stay(
        "N1",
        MEISHAN,
        at(sent) if sent else None,
        there,
        until,
        at(arrived) if arrived else None,
        at(left) if left else None,
        km,
    )


def busy(start: str, end: str, kind: str = "visit") -> Busy:
    return Busy(at(start), at(end), kind)


def test_the_way_is_the_road_at_the_house_s_pace_to_the_next_five_minutes() -> None:
    assert PACE.way(55.0) == HOUR
    assert PACE.way(56.0) == 65 * MINUTE
    assert PACE.way(0.0) == timedelta()
    assert PACE.km(OFFICE, MEISHAN) == pytest.approx(68.0 * 1.3, rel=0.02)


def test_who_was_sent_is_taken_from_the_getting_ready_to_the_end_of_the_work() -> None:
    found = course(stay(), at("09:05"), PACE)
    assert (found.start, found.there, found.end) == (at("09:00"), at("10:20"), at("12:20"))
    assert not found.arrived


def test_what_was_planned_counts_before_what_is_estimated() -> None:
    found = course(stay(expected=("11:00", "14:30")), at("09:05"), PACE)
    assert (found.there, found.end) == (at("11:00"), at("14:30"))


def test_who_should_be_there_and_is_not_moves_all_that_follows() -> None:
    found = course(stay(expected=("11:00", "13:00")), at("11:40"), PACE)
    assert (found.meant, found.there, found.end) == (at("11:00"), at("11:40"), at("13:40"))


def test_who_stays_longer_than_planned_is_not_free_before_now() -> None:
    found = busy_with(stay(expected=("10:00", "12:00"), arrived="10:00"), at("15:00"), PACE)
    assert found.end > at("15:00")
    assert found.over


def test_a_visit_that_is_over_took_what_it_took() -> None:
    found = course(stay(arrived="10:30", left="11:10"), at("15:00"), PACE)
    assert (found.start, found.there, found.end) == (at("09:00"), at("10:30"), at("11:10"))
    assert found.left


@keeps("R-7.4-B-1")
@pytest.mark.parametrize(
    ("taken", "overlaps"),
    [
        (("08:00", "10:00"), False),  # ends where it begins
        (("12:00", "13:00"), False),
        (("08:00", "10:01"), True),
        (("10:30", "11:00"), True),  # in the middle, neither at its beginning nor at its end
        (("11:59", "13:00"), True),
        (("09:00", "13:00"), True),
    ],
)
def test_an_overlap_is_looked_for_over_the_whole_stretch(
    taken: tuple[str, str], overlaps: bool
) -> None:
    found = overlapping([busy(*taken)], at("10:00"), at("12:00"))
    assert bool(found) is overlaps


def test_other_work_and_absence_are_told_apart_and_each_once() -> None:
    taken = [busy("10:00", "11:00"), busy("11:00", "12:00"), busy("11:30", "18:00", "away")]
    assert clashes(taken, at("09:00"), at("12:00")) == ("booked_then", "away_then")
    assert clashes(taken, at("12:00"), at("13:00")) == ("away_then",)
    assert clashes(taken, at("18:00"), at("19:00")) == ()


def test_free_windows_lie_between_what_is_taken_and_are_long_enough() -> None:
    taken = [busy("11:00", "12:00"), busy("10:00", "11:30"), busy("13:00", "16:00")]
    found = free_windows(taken, at("09:00"), at("18:00"), HOUR)
    assert found == [
        (at("09:00"), at("10:00")),
        (at("12:00"), at("13:00")),
        (at("16:00"), at("18:00")),
    ]
    assert free_windows(taken, at("09:00"), at("18:00"), 90 * MINUTE) == [found[-1]]


MINUTES = st.integers(min_value=0, max_value=24 * 60)


@given(st.lists(st.tuples(MINUTES, MINUTES)), st.integers(min_value=1, max_value=300))
def test_no_free_window_meets_what_is_taken(spans: list[tuple[int, int]], least: int) -> None:
    def moment(n: int) -> datetime:
        return at("00:00") + n * MINUTE

    taken = [Busy(moment(min(pair)), moment(max(pair))) for pair in spans if pair[0] != pair[1]]
    for start, end in free_windows(taken, at("00:00"), at("+1 00:00"), least * MINUTE):
        assert end - start >= least * MINUTE
        assert not overlapping(taken, start, end)


def test_two_stretches_overlap_whichever_is_asked_first() -> None:
    one, other = busy("10:00", "12:00"), busy("11:00", "13:00")
    assert overlapping([one], other.start, other.end) == [one]
    assert overlapping([other], one.start, one.end) == [other]
    assert not overlapping([replace(one, end=one.start)], other.start, other.end)
