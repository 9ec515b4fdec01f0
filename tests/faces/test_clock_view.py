"""A chip's eight states: when each holds, what it says, how it looks to the script."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template import engines

from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import shipped
from jiannuo.web.clockview import SPOKEN, STATES, ClockView, state_of, thresholds, view
from jiannuo.web.reader import Reader, millis

START = datetime(2026, 7, 7, 5, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
PROMISE = shipped().by_code["onsite_arrival"]


def clock(span: timedelta = 4 * HOUR, op: str = "lt", stop: timedelta | None = None) -> Clock:
    stopped = None if stop is None else START + stop
    return Clock("onsite_arrival", START, START + span, op, stopped, limit=span, basis="<=100 km")


def reader(after: timedelta, lang: str = "zh") -> Reader:
    return Reader(lang, shipped().zone, START + after)


def chip(of: Clock, after: timedelta, lang: str = "zh", doubt: str = "") -> ClockView:
    return view(reader(after, lang), of, PROMISE, doubt=doubt)


EXAMPLES: dict[str, tuple[ClockView, str, str]] = {
    "run": (chip(clock(), 6 * MINUTE), "余 3 时 54 分", "3 h 54 m left"),
    "warn": (chip(clock(HOUR), 50 * MINUTE), "余 10:00", "10:00 left"),
    "crit": (chip(clock(HOUR), 58 * MINUTE + 40 * SECOND), "余 1:20", "1:20 left"),
    "late": (chip(clock(HOUR), 67 * MINUTE + 12 * SECOND), "迟 7:12", "7:12 late"),
    "met": (chip(clock(stop=238 * MINUTE), 5 * HOUR), "3 时 58 分", "3 h 58 m"),
    "past": (chip(clock(stop=241 * MINUTE), 5 * HOUR), "迟 1:00", "1:00 late"),
    "na": (chip(Clock("onsite_arrival", excused="withdrawn"), HOUR), "不适用", "not applicable"),
    "unk": (chip(clock(), MINUTE, doubt="计时落后 42 秒"), "待核", "unverified"),
}


def rendered(of: ClockView) -> str:
    return engines["django"].from_string("{% load house %}{% show it %}").render({"it": of})


def test_there_is_an_example_of_every_state() -> None:
    assert tuple(EXAMPLES) == STATES == tuple(SPOKEN)


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_its_time_and_its_word(state: str) -> None:
    found, zh, _ = EXAMPLES[state]
    assert (found.state, found.time) == (state, zh)
    html = rendered(found)
    assert f'class="jn-clock is-{state}"' in html
    assert zh in html
    assert SPOKEN[state].zh in html
    assert "到达现场" in html


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_said_in_english(state: str) -> None:
    of = {
        "run": (clock(), 6 * MINUTE),
        "warn": (clock(HOUR), 50 * MINUTE),
        "crit": (clock(HOUR), 58 * MINUTE + 40 * SECOND),
        "late": (clock(HOUR), 67 * MINUTE + 12 * SECOND),
        "met": (clock(stop=238 * MINUTE), 5 * HOUR),
        "past": (clock(stop=241 * MINUTE), 5 * HOUR),
        "na": (Clock("onsite_arrival", excused="withdrawn"), HOUR),
        "unk": (clock(), MINUTE),
    }[state]
    found = chip(*of, "en", "Clocks 42 s behind" if state == "unk" else "")
    assert found.time == EXAMPLES[state][2]
    assert not re.search("[一-鿿]", rendered(replace(found, title="")))


def test_only_what_ticks_is_given_to_the_script() -> None:
    ticking = {state for state in STATES if "data-due" in rendered(EXAMPLES[state][0])}
    assert ticking == {"run", "warn", "crit", "late"}


@pytest.mark.parametrize(
    ("limit", "warn", "crit"),
    [
        (15 * MINUTE, 3.75 * MINUTE, 2 * MINUTE),  # a tenth would be 90 s: at least two minutes
        (30 * MINUTE, 7.5 * MINUTE, 3 * MINUTE),
        (2 * HOUR, 30 * MINUTE, 12 * MINUTE),
        (4 * HOUR, HOUR, 15 * MINUTE),  # a tenth would be 24 min: at most a quarter of an hour
        (24 * HOUR, 4 * HOUR, 15 * MINUTE),  # a quarter would be 6 h: at most four
    ],
)
def test_thresholds_follow_the_limit(limit: timedelta, warn: timedelta, crit: timedelta) -> None:
    of = clock(limit)
    assert thresholds(of) == (START + limit - warn, START + limit - crit)
    assert state_of(of, START + limit - warn - SECOND) == "run"
    assert state_of(of, START + limit - warn) == "warn"
    assert state_of(of, START + limit - crit - SECOND) == "warn"
    assert state_of(of, START + limit - crit) == "crit"


def test_on_the_dot_is_late_only_where_the_text_says_less_than() -> None:
    assert state_of(clock(op="lt"), START + 4 * HOUR) == "late"
    assert state_of(clock(op="le"), START + 4 * HOUR) == "crit"
    assert state_of(clock(op="lt", stop=4 * HOUR), START + 5 * HOUR) == "past"
    assert state_of(clock(op="le", stop=4 * HOUR), START + 5 * HOUR) == "met"


@pytest.mark.parametrize(("op", "late"), [("lt", 0), ("le", 1)])
def test_the_script_is_told_the_same_changes(op: str, late: int) -> None:
    of = clock(HOUR, op)
    due = millis(START + HOUR)
    found = chip(of, 50 * MINUTE)
    assert found.next == f"{due - 6 * 60_000}:crit {due + late}:late"
    assert found.due == due


def test_seconds_are_shown_where_the_limit_is_short_or_the_end_was_close() -> None:
    short = chip(clock(30 * MINUTE, stop=29 * MINUTE + 59 * SECOND), HOUR)
    close = chip(clock(stop=4 * HOUR - 30 * SECOND), 5 * HOUR)
    neither = chip(clock(stop=238 * MINUTE + 7 * SECOND), 5 * HOUR)
    assert short.time == "29 分 59 秒"
    assert close.time == "3 时 59 分 30 秒"
    assert neither.time == "3 时 58 分"


def test_a_loaner_is_named_and_an_excuse_too() -> None:
    loaner = replace(clock(op="le", stop=HOUR), by_loaner=True)
    assert chip(loaner, 5 * HOUR).note == "备用机"
    assert EXAMPLES["na"][0].note == "一级判定已撤销"


def test_unknown_is_never_green_and_what_is_over_stays_known() -> None:
    assert chip(clock(), MINUTE, doubt="x").state == "unk"
    assert chip(clock(stop=HOUR), 5 * HOUR, doubt="x").state == "met"
    assert chip(clock(), 5 * HOUR, doubt="x").state == "late"


def test_a_paused_clock_does_not_tick() -> None:
    still = replace(clock(), still_since=START + HOUR)
    found = chip(still, 3 * HOUR)
    assert (found.state, found.time, found.due) == ("run", "暂停", None)


def test_the_hover_names_clause_start_and_bound() -> None:
    title = EXAMPLES["run"][0].title
    assert title == "手册 7.4 C, 表2-4 · 自 13:00:00 · 须早于 17:00:00"
    house = view(reader(MINUTE), clock(), shipped().by_code["rca"])
    assert "内部目标" in house.title
