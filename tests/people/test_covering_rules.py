"""Overrides and swaps on the board, and what holds for every board there can be."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.people.rules import Away, Board, Duty, Override, desk_of, role_of, stretches
from tests.manual.happenings import SECOND, at, keeps

DESK = "duty_manager"
DAY = at("00:00")
PEOPLE = ("刘洋", "赵刚", "周敏", "何静")


def hour(n: float) -> datetime:
    return DAY + timedelta(hours=n)


def board(
    *duties: tuple[float, float, str | None],
    overrides: tuple[Override, ...] = (),
    away: tuple[tuple[str, float, float], ...] = (),
    unreachable: tuple[str, ...] = (),
    deputies: dict[str, tuple[str, ...]] | None = None,
) -> Board:
    return Board(
        hour(0),
        hour(24),
        (DESK,),
        [Duty(DESK, hour(a), hour(b), person) for a, b, person in duties],
        [Away(person, hour(a), hour(b)) for person, a, b in away],
        deputies or {},
        overrides,
        frozenset(unreachable),
    )


def override(start: float, end: float, person: str, instead_of: str | None = None) -> Override:
    return Override(DESK, hour(start), hour(end), person, instead_of)


def tried(found: Board, moment: float = 9) -> list[tuple[str, str]]:
    return found.standby(DESK, hour(moment))


def test_an_override_holds_from_its_first_second_to_before_its_last() -> None:
    desk = board((0, 24, "刘洋"), overrides=(override(8, 12, "赵刚", "刘洋"),))
    assert desk.on_duty(DESK, hour(8) - SECOND) == ("刘洋", "shift")
    assert desk.on_duty(DESK, hour(8)) == ("赵刚", "override")
    assert desk.on_duty(DESK, hour(12) - SECOND) == ("赵刚", "override")
    assert desk.on_duty(DESK, hour(12)) == ("刘洋", "shift")


def test_of_two_overrides_the_newest_counts() -> None:
    both = (override(0, 24, "赵刚"), override(8, 12, "周敏"))
    desk = board((0, 24, "刘洋"), overrides=both)
    assert tried(desk) == [("周敏", "override")]
    assert tried(desk, 13) == [("赵刚", "override")]


def test_whoever_is_relieved_by_an_override_may_be_relieved_of_it() -> None:
    chain = (override(0, 24, "赵刚", "刘洋"), override(8, 12, "周敏", "赵刚"))
    assert tried(board((0, 24, "刘洋"), overrides=chain)) == [("周敏", "override")]
    back = (override(0, 24, "赵刚", "刘洋"), override(8, 12, "刘洋", "赵刚"))
    assert tried(board((0, 24, "刘洋"), overrides=back)) == [("刘洋", "override")]


def test_one_who_takes_over_and_is_away_himself_counts_for_nothing() -> None:
    one = (override(8, 12, "赵刚", "刘洋"),)
    desk = board((0, 24, "刘洋"), overrides=one, away=(("赵刚", 8, 24),))
    assert tried(desk) == [("刘洋", "shift")]
    both = (override(8, 12, "周敏", "刘洋"), *one)
    desk = board((0, 24, "刘洋"), overrides=both, away=(("赵刚", 8, 24),))
    assert tried(desk) == [("周敏", "override")]


def test_an_override_in_place_of_one_leaves_the_other_at_the_desk() -> None:
    desk = board((0, 24, "刘洋"), (0, 24, "何静"), overrides=(override(8, 12, "赵刚", "刘洋"),))
    assert tried(desk) == [("赵刚", "override"), ("何静", "shift")]
    everybody = board((0, 24, "刘洋"), (0, 24, "何静"), overrides=(override(8, 12, "赵刚"),))
    assert tried(everybody) == [("赵刚", "override")]


def test_an_override_mans_an_empty_shift_and_the_deputies_stand_behind_it() -> None:
    desk = Board(
        hour(0),
        hour(24),
        (DESK,),
        [Duty(DESK, hour(0), hour(24), None, "何静")],
        [],
        {"赵刚": ("周敏", "刘洋")},
        (override(8, 12, "赵刚"),),
    )
    assert tried(desk) == [
        ("赵刚", "override"),
        ("何静", "deputy"),
        ("周敏", "deputy"),
        ("刘洋", "deputy"),
    ]
    assert tried(desk, 13) == [("何静", "deputy")]
    assert desk.gaps(DESK) == []


@keeps("R-7.1-B-1")
def test_one_who_left_or_has_no_number_is_a_gap_or_his_deputys() -> None:
    assert board((0, 24, "刘洋"), unreachable=("刘洋",)).gaps(DESK) == [hour(0)]
    desk = board((0, 24, "刘洋"), unreachable=("刘洋",), deputies={"刘洋": ("赵刚",)})
    assert tried(desk) == [("赵刚", "deputy")]


def test_a_second_deputy_is_asked_where_the_first_is_away() -> None:
    desk = board(
        (0, 24, "刘洋"),
        away=(("刘洋", 0, 24), ("赵刚", 8, 10)),
        deputies={"刘洋": ("赵刚", "周敏")},
    )
    assert tried(desk, 9) == [("周敏", "deputy")]
    assert tried(desk, 11) == [("赵刚", "deputy"), ("周敏", "deputy")]


def test_whose_duty_a_stretch_is_is_asked_of_the_plan() -> None:
    desk = board(
        (0, 12, "刘洋"),
        (12, 24, "赵刚"),
        overrides=(override(4, 6, "周敏", "刘洋"),),
        away=(("刘洋", 6, 12),),
    )
    assert desk.mans("刘洋", DESK, hour(6), hour(12))  # be he away or not
    assert desk.mans("周敏", DESK, hour(4), hour(6))
    assert not desk.mans("刘洋", DESK, hour(5), hour(8))
    assert not desk.mans("刘洋", DESK, hour(11), hour(13))
    assert not desk.mans("刘洋", DESK, hour(8), hour(8))


def test_rosters_that_overlap_are_asked_in_their_order() -> None:
    own, common = board((8, 12, "何静")), board((0, 24, "刘洋"))
    found = stretches([own, common], DESK, hour(0), hour(24))
    assert [(s.start, s.person) for s in found] == [
        (hour(0), "刘洋"),
        (hour(8), "何静"),
        (hour(12), "刘洋"),
    ]


def test_what_no_roster_keeps_is_no_gap() -> None:
    found = stretches([board((0, 24, "刘洋"))], DESK, hour(-2), hour(26))
    assert [(s.person, s.kept, s.gap) for s in found] == [
        (None, False, False),
        ("刘洋", True, False),
        (None, False, False),
    ]
    assert stretches([], DESK, hour(2), hour(2)) == []


@pytest.mark.parametrize("role", VENDOR_ROLES)
def test_every_role_has_a_desk_of_its_own(role: str) -> None:
    assert role_of(desk_of(role)) == role
    assert (desk_of(role) == "hotline") == (role == "hotline_agent")


# -- for every board ------------------------------------------------------------------------------

hours = st.integers(0, 96).map(lambda n: n / 4)
spans = st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1])
person = st.sampled_from(PEOPLE)


@st.composite
def boards(draw: st.DrawFn) -> Board:
    shifts = st.builds(
        lambda span, who, deputy: Duty(DESK, hour(span[0]), hour(span[1]), who, deputy),
        spans,
        st.none() | person,
        st.none() | person,
    )
    reliefs = st.builds(
        lambda span, who, whom: override(span[0], span[1], who, whom if whom != who else None),
        spans,
        person,
        st.none() | person,
    )
    away = st.builds(lambda span, who: Away(who, hour(span[0]), hour(span[1])), spans, person)
    return Board(
        hour(0),
        hour(24),
        (DESK,),
        draw(st.lists(shifts, max_size=5)),
        draw(st.lists(away, max_size=4)),
        draw(st.dictionaries(person, st.lists(person, max_size=2).map(tuple), max_size=3)),
        draw(st.lists(reliefs, max_size=4)),
        draw(st.frozensets(person, max_size=2)),
    )


@given(boards())
def test_gaps_and_covered_stretches_are_the_whole(desk: Board) -> None:
    found = stretches([desk], DESK, desk.start, desk.end)
    assert (found[0].start, found[-1].end) == (desk.start, desk.end)
    for one, after in pairwise(found):
        assert one.start < one.end == after.start
        assert (one.person, one.via) != (after.person, after.via)
    length = sum((s.end - s.start for s in found), timedelta())
    assert length == desk.end - desk.start
    assert desk.gaps(DESK) == [s.start for s in found if s.gap]


@given(boards(), hours)
def test_whoever_is_on_duty_is_the_first_to_be_tried_and_the_one_of_the_stretch(
    desk: Board, moment: float
) -> None:
    when = hour(moment)
    line = desk.standby(DESK, when)
    assert desk.on_duty(DESK, when) == (line[0] if line else None)
    here = next(s for s in stretches([desk], DESK, hour(0), hour(25)) if s.start <= when < s.end)
    if when < desk.end:
        assert (here.person, here.via) == (line[0] if line else (None, None))


@given(boards(), hours)
def test_nobody_is_tried_twice_nor_while_he_is_away_or_cannot_be_reached(
    desk: Board, moment: float
) -> None:
    when = hour(moment)
    names = [name for name, _ in desk.standby(DESK, when)]
    assert len(names) == len(set(names))
    assert all(desk.present(name, when) for name in names)
    assert not desk.unreachable & set(names)


@given(boards(), hours, person)
def test_the_newest_override_wins_unless_its_person_is_away(
    desk: Board, moment: float, who: str
) -> None:
    when = hour(moment)
    newest = override(0, 25, who)
    later = Board(
        desk.start,
        desk.end,
        desk.desks,
        desk.duties,
        desk.away,
        desk.deputies,
        (*desk.overrides, newest),
        desk.unreachable,
    )
    if desk.present(who, when):
        assert later.on_duty(DESK, when) == (who, "override")
    else:
        on_duty = [pair for pair in desk.standby(DESK, when) if pair[1] != "deputy"]
        assert [p for p in later.standby(DESK, when) if p[1] != "deputy"] == on_duty
