"""The fold from events to clocks: what must hold whatever happened (house.md, 4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.manual import marks
from jiannuo.manual.clocks import Clock, fold, fold_story
from jiannuo.manual.events import By, Event, standing
from jiannuo.manual.story import CaseStory
from jiannuo.manual.vocabulary import Verdict
from tests.manual.happenings import LONG_AFTER, SECOND, ZONE, at, clock, contact, ev, fault, keeps
from tests.manual.soup import (
    DAYS,
    START,
    Case,
    cases,
    full_cases,
    numbered,
    recorded_in_order,
)

MOMENTS = st.integers(0, DAYS * 86400).map(lambda s: START + timedelta(seconds=s))
SEEDS = st.integers(0, 2**32)
SUMMER_TIME = datetime(1986, 1, 1, tzinfo=UTC)
CENTURY_END = datetime(2101, 1, 1, tzinfo=UTC)


def folded(case: Case, events: list[Event] | None = None) -> tuple[Clock, ...]:
    return fold(case.profile, case.facts, case.events if events is None else events)


def reshuffled(case: Case, seed: int) -> list[Event]:
    """The same things, learned of in quite another order."""
    events = list(case.events)
    Random(seed).shuffle(events)
    return numbered(events)


# -- order, replay, late entries, corrections ------------------------------------------------


@keeps("R-X-3")
@given(full_cases(), SEEDS)
def test_the_order_of_recording_never_matters_nor_that_of_handing_over(
    case: Case, seed: int
) -> None:
    events = reshuffled(case, seed)
    found = folded(case)
    assert folded(case, events) == found
    assert folded(case, events[::-1]) == found


@given(full_cases(5))
def test_a_replay_ends_where_the_case_stood_when_it_was_lived(case: Case) -> None:
    known: list[Event] = []
    lived: tuple[Clock, ...] = ()
    for event in case.events:
        known.append(event)
        lived = folded(case, known)
        told = CaseStory(case.profile, case.facts, case.events, known_at=event.recorded)
        same = [e for e in case.events if e.recorded <= event.recorded]
        assert fold_story(told) == folded(case, same)
    assert lived == folded(case)


@keeps("R-X-3")
@given(full_cases())
def test_a_late_event_counts_as_if_it_had_been_known_from_the_start(case: Case) -> None:
    prompt = recorded_in_order([replace(e, recorded=e.t) for e in case.events])
    assert folded(case, prompt) == folded(case)


def correction(of: Event, **d: Any) -> Event:
    known = of.recorded + timedelta(days=20)
    return Event(
        "correction", known, 10**6, By("刘洋"), {"of": of.id, "reason": "笔误", **d}, known
    )


@keeps("R-X-3", "R-7.4-C-1")
@given(full_cases(), st.integers(0, 14), MOMENTS)
def test_a_corrected_time_counts_as_if_it_had_been_right_at_once(
    case: Case, which: int, moment: datetime
) -> None:
    wrong = case.events[which]
    right = replace(wrong, t=moment)
    corrected = folded(case, [*case.events, correction(wrong, t=moment)])
    assert corrected == folded(case, [right if e is wrong else e for e in case.events])


@given(full_cases(), st.integers(0, 14), st.sampled_from(["L1", "L2", "L3", "L4"]))
def test_a_corrected_field_counts_as_if_it_had_been_right_at_once(
    case: Case, which: int, level: str
) -> None:
    wrong = case.events[which]
    right = replace(wrong, d={**wrong.d, "level": level})
    corrected = folded(case, [*case.events, correction(wrong, d={"level": level})])
    assert corrected == folded(case, [right if e is wrong else e for e in case.events])


def test_a_correction_is_not_known_before_it_was_itself_recorded() -> None:
    arrived = ev("arrived", "10:00", id="a")
    fix = ev("correction", "15:00", of="a", t=at("11:00"), reason="看错表")
    before, after = standing([arrived, fix], at("14:59")), standing([arrived, fix], at("15:00"))
    assert [e.t for e in before] == [at("10:00")]
    assert next(e for e in after if e.id == "a").t == at("11:00")
    assert next(e for e in after if e.id == "a").corrected_at == at("15:00")


def test_of_two_corrections_the_one_recorded_last_counts_and_single_fields_add_up() -> None:
    wrong = ev("reclassified", "10:00", id="a", level="L2", reason="一")
    first = replace(ev("correction", "12:00", of="a", d={"level": "L3"}, reason="x"), seq=2)
    second = replace(
        ev("correction", "11:00", of="a", d={"level": "L4"}, t=at("10:30"), reason="x"), seq=3
    )
    [found] = [e for e in standing([wrong, second, first]) if e.id == "a"]
    assert (found.t, found.d["level"], found.d["reason"]) == (at("10:30"), "L4", "一")


def test_a_correction_of_something_unknown_changes_nothing() -> None:
    fix = ev("correction", "15:00", of="nobody", t=at("08:00"), reason="x")
    assert clock("phone_response", *fault(), fix) == clock("phone_response", *fault())


# -- totality, determinism, monotony ---------------------------------------------------------


def asked_everything(case: Case, moment: datetime) -> None:
    story = CaseStory(case.profile, case.facts, case.events)
    for one in fold_story(story):
        one.verdict(moment)
        one.raw(moment)
        one.gross_verdict(moment)
        one.original_verdict(moment)
        assert one.net is None or one.net >= timedelta()
        assert one.elapsed is None or one.elapsed >= timedelta()
    list(marks.of_case(story, case.profile))
    list(marks.tasks_of_case(story))
    story.status(moment)
    assert len(story.arrivals) <= len(story.log.all("arrived"))


@given(cases(20), MOMENTS)
def test_whatever_happens_every_question_has_an_answer(case: Case, moment: datetime) -> None:
    asked_everything(case, moment)


@given(full_cases())
def test_the_same_events_give_the_same_clocks_in_the_order_of_the_profile(case: Case) -> None:
    before = [(e, dict(e.d)) for e in case.events]
    found = folded(case)
    assert folded(case) == found
    assert [(e, dict(e.d)) for e in case.events] == before
    codes = [c.promise for c in found]
    assert codes == [p.code for p in case.profile.promises if p.code in codes]


@given(full_cases(), MOMENTS, MOMENTS)
def test_a_verdict_once_given_is_never_taken_back_by_time(
    case: Case, one: datetime, other: datetime
) -> None:
    early, late = min(one, other), max(one, other)
    for found in folded(case):
        for ask in (found.verdict, found.raw, found.gross_verdict, found.original_verdict):
            before, after = ask(early), ask(late)
            assert before in (after, Verdict.RUNNING)


# -- zones, years, ends of months ---------------------------------------------------------------


@given(full_cases(), st.sampled_from([-11, -5, 0, 8, 13]))
def test_a_viewer_in_another_zone_sees_the_same_instants(case: Case, hours: int) -> None:
    there = timezone(timedelta(hours=hours))
    moved = [replace(e, t=e.t.astimezone(there)) for e in case.events]
    assert folded(case, moved) == folded(case)


@given(
    st.integers(0, int((CENTURY_END - SUMMER_TIME) / SECOND)),
    st.sampled_from(["L1", "L2", "L3", "L4"]),
)
def test_from_1986_to_2100_a_limit_is_so_many_seconds_of_the_day_it_falls_on(
    seconds: int, level: str
) -> None:
    start = SUMMER_TIME + timedelta(seconds=seconds)
    limits = {"L1": 1800, "L2": 1800, "L3": 7200, "L4": 14400}
    events = [
        ev("reported", start, channel="phone", kind="fault"),
        ev("confirmed", start, level=level),
    ]
    due = start + timedelta(seconds=limits[level])
    found = clock("phone_response", *events)
    assert found.due == due
    assert found.verdict(due - timedelta(seconds=1)) == "running"
    assert found.verdict(due) == "breached"


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2024-02-28 23:30", "2024-02-29 23:30"),
        ("2024-02-29 12:00", "2024-03-01 12:00"),
        ("2026-02-28 12:00", "2026-03-01 12:00"),
        ("2100-02-28 12:00", "2100-03-01 12:00"),
        ("2026-04-30 23:59:59", "2026-05-01 23:59:59"),
        ("2026-12-31 18:00", "2027-01-01 18:00"),
        # summer time of 1986-91: a local day of 23 or of 25 hours is 24 hours all the same
        ("1986-05-03 20:00", "1986-05-04 21:00"),
        ("1986-09-13 20:00", "1986-09-14 19:00"),
        ("1991-04-13 20:00", "1991-04-14 21:00"),
        ("1991-09-14 20:00", "1991-09-15 19:00"),
    ],
)
def test_24_hours_are_24_hours_over_leap_days_ends_of_months_and_summer_time(
    reported: str, due: str
) -> None:
    events = [ev("reported", reported, channel="phone", kind="fault")]
    assert clock("fix_24h", *events).due == at(due)


def test_the_night_shift_is_one_stretch_over_midnight() -> None:
    found = clock("phone_response", *fault("L2", "23:50"), contact("+1 00:19:59"))
    assert found.due == at("+1 00:20")
    assert found.verdict(LONG_AFTER) == "met"
    assert found.due.astimezone(ZONE).date() == at("+1 00:20").astimezone(ZONE).date()


def test_no_second_is_lost_to_the_minute() -> None:
    found = clock("phone_response", *fault("L1"), contact("09:29:59"))
    assert (found.verdict(LONG_AFTER), found.elapsed) == (
        "met",
        timedelta(minutes=29, seconds=59),
    )
    last = at("09:30") - timedelta(microseconds=1)
    assert clock("phone_response", *fault("L1"), contact(last)).verdict(LONG_AFTER) == "met"
