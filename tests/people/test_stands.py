"""Who stands at a desk, when nobody does, who is planned twice; weeks laid out again. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jiannuo.people.rules import Away, Board, Duty
from jiannuo.people.stands import (
    Clash,
    Held,
    Slots,
    again,
    clashes,
    holes,
    in_turn,
    stands,
    to_come,
)

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 4, 5, 16, tzinfo=UTC)  # midnight on the wall
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK = (MONDAY, MONDAY + 7 * DAY)


def board(*duties: Duty, away: tuple[Away, ...] = (), desks: tuple[str, ...] = ("a",)) -> Board:
    return Board(*WEEK, desks=desks, duties=duties, away=away, deputies={})


def test_all_who_share_a_desk_stand_there_and_one_answers() -> None:
    two = board(Duty("a", *WEEK, "p"), Duty("a", *WEEK, "q"))
    [one] = stands([two], "a", *WEEK)
    assert one.planned == (("p", "shift"), ("q", "shift"))
    assert one.answers == ("p", "shift")


def test_who_is_away_stays_planned_and_is_marked() -> None:
    gone = Away("p", MONDAY + 8 * HOUR, MONDAY + 20 * HOUR)
    found = stands([board(Duty("a", *WEEK, "p"), away=(gone,))], "a", *WEEK)
    assert [(s.absent, s.gap) for s in found] == [
        (frozenset(), False),
        (frozenset({"p"}), True),
        (frozenset(), False),
    ]


def test_an_hour_for_which_nothing_is_drawn_is_a_hole_and_no_gap_of_a_roster() -> None:
    drawn = board(Duty("a", MONDAY, MONDAY + DAY, "p"))
    after = (WEEK[1], WEEK[1] + DAY)
    assert holes([drawn], "a", WEEK[0], after[1]) == [(MONDAY + DAY, after[1])]
    [_, gap, none] = stands([drawn], "a", WEEK[0], after[1])
    assert (gap.gap, none.gap, none.board) == (True, False, None)


def test_nobody_is_at_two_desks_at_once() -> None:
    held = [
        Held("p", "a", MONDAY, MONDAY + 12 * HOUR),
        Held("p", "b", MONDAY + 8 * HOUR, MONDAY + 20 * HOUR),
        Held("p", "b", MONDAY + 20 * HOUR, MONDAY + 30 * HOUR),
        Held("q", "b", MONDAY, MONDAY + DAY),
    ]
    assert clashes(held) == [Clash("p", ("a", "b"), MONDAY + 8 * HOUR, MONDAY + 12 * HOUR)]


def test_shifts_are_taken_in_turn_day_after_day() -> None:
    slots = Slots("a", ((time(8), time(20)), (time(20), time(8))), ("p", "q", "r"))
    found = in_turn([slots], date(2026, 4, 6), date(2026, 4, 7), ZONE)
    assert [d.person for d in found] == ["p", "q", "r", "p"]
    assert [d.start - MONDAY for d in found] == [8 * HOUR, 20 * HOUR, 32 * HOUR, 44 * HOUR]
    assert {d.end - d.start for d in found} == {12 * HOUR}


def test_a_week_comes_again_as_often_as_it_is_wanted() -> None:
    night = Duty("a", MONDAY + 20 * HOUR, MONDAY + 32 * HOUR, "p")
    sunday = Duty("a", MONDAY + 6 * DAY, MONDAY + 7 * DAY, "q")
    other = Duty("a", MONDAY + 8 * DAY, MONDAY + 9 * DAY, "r")
    found = again(
        [night, sunday, other], date(2026, 4, 6), date(2026, 4, 13), date(2026, 4, 20), ZONE
    )
    assert [(d.person, d.start - MONDAY) for d in found] == [
        ("p", 7 * DAY + 20 * HOUR),
        ("q", 13 * DAY),
        ("p", 14 * DAY + 20 * HOUR),
    ]


def test_what_is_past_is_not_planned_anew() -> None:
    found = to_come(
        [Duty("a", MONDAY, MONDAY + DAY, "p"), Duty("a", MONDAY + DAY, MONDAY + 2 * DAY, "q")],
        MONDAY + DAY + HOUR,
    )
    assert [(d.person, d.start) for d in found] == [("q", MONDAY + DAY + HOUR)]
