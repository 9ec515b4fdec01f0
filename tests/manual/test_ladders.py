"""Ladders: the moments of their rungs, straight from start and due."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual import ladders
from jiannuo.manual.ladders import Rung
from jiannuo.manual.profile import shipped
from tests.manual.happenings import at

START, DUE = at("01:00"), at("03:00")


@pytest.mark.parametrize(
    ("rung", "moment"),
    [
        ("50%", "02:00"),
        ("75%", "02:30"),
        ("+00:00", "01:00"),
        ("+00:03", "01:03"),
        ("due-00:30", "02:30"),
        ("due", "03:00"),
        ("due+01:30", "04:30"),
    ],
)
def test_a_rung_stands_at_an_absolute_moment(rung: str, moment: str) -> None:
    assert ladders.moment_of(rung, START, DUE) == at(moment)


def test_the_due_rung_of_a_limit_that_includes_its_last_second_comes_one_second_later() -> None:
    ladder = (Rung("due", ("duty_manager",)), Rung("due+00:10", ("subcentre_head",)))
    for op, late in (("lt", 0), ("le", 1)):
        found = ladders.stages(ladder, START, DUE, op)
        assert [s.moment for s in found] == [DUE, DUE + timedelta(minutes=10)]
        assert [s.fire_at - s.moment for s in found] == [timedelta(seconds=late)] * 2


def test_a_promise_without_a_ladder_tells_the_duty_manager_when_it_is_broken() -> None:
    (only,) = ladders.stages((), START, DUE, "lt")
    assert (only.label, only.fire_at, only.tell, only.firm) == ("due", DUE, ("duty_manager",), True)


def test_a_clock_that_stopped_late_owes_its_due_moment_and_no_warning() -> None:
    found = ladders.stages(shipped().ladder("response"), START, DUE, "lt", running=False)
    assert [stage.label for stage in found] == ["due"]


def test_who_says_that_he_knows_gets_a_quarter_of_the_limit_and_no_more_than_the_house_allows() -> (
    None
):
    hold = timedelta(minutes=15)
    assert ladders.rest_after(hold, START, DUE) == hold
    assert ladders.rest_after(hold, START, START + timedelta(minutes=16)) == timedelta(minutes=4)


@given(
    minutes=st.integers(1, 100_000),
    name=st.sampled_from(sorted({p.ladder for p in shipped().promises} - {""})),
    op=st.sampled_from(["lt", "le"]),
)
def test_stages_rise_and_hold_the_due_moment_once(minutes: int, name: str, op: str) -> None:
    due = START + timedelta(minutes=minutes)
    found = ladders.stages(shipped().ladder(name), START, due, op)
    assert [s.fire_at for s in found] == sorted(s.fire_at for s in found)
    assert [s.label for s in found].count("due") == 1
    assert all(s.moment >= START for s in found)
    assert all(s.fire_at >= s.moment for s in found)
