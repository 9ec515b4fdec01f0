"""Who could go: what is predicted, who comes first, and every reason in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jiannuo.manual.distance import Spot
from jiannuo.manual.profile import shipped
from jiannuo.visits.rules import Busy, pace
from jiannuo.visits.suggesting import (
    Engineer,
    Job,
    Spare,
    Suggestion,
    fill_in,
    predict,
    suggest,
    to_agree,
)
from tests.manual.happenings import at, keeps

PACE = pace(shipped())
HOUR = timedelta(hours=1)
OFFICE = Spot("CDO", 30.6574, 104.0658)
MEISHAN = Spot("MS", 30.0755, 103.848)
JINTANG = Spot("JT", 30.862, 104.412)
NOW = at("09:00")
JOB = Job("N1", "核心交换机", "L3", MEISHAN, OFFICE, 55.0, at("13:00"))
LI = Engineer("李伟", frozenset({"network", "server"}), True, True, 0, office=OFFICE)
CHEN = Engineer("陈晨", frozenset({"network"}), False, True, 0, office=OFFICE)
WANG = Engineer("王磊", frozenset({"server"}), True, True, 0, office=OFFICE)


def names(*crew: Engineer, job: Job = JOB) -> list[str]:
    return [s.name for s in suggest(job, crew, NOW, PACE)]


def one(engineer: Engineer, job: Job = JOB) -> Suggestion:
    [found] = suggest(job, [engineer], NOW, PACE)
    return found


def said(found: Suggestion) -> dict[str, tuple[str, bool | None]]:
    return {r.code: (r.text.zh, r.good) for r in found.reasons}


@keeps("R-7.4-B-1")
def test_arrival_is_predicted_from_getting_ready_and_the_kilometres_of_the_contract() -> None:
    found = predict(LI, JOB, NOW, PACE)
    assert (found.start, found.eta, found.until) == (at("09:00"), at("10:20"), at("12:20"))
    assert (found.km, found.origin) == (55.0, "office")


def test_who_is_at_another_site_leaves_from_there_when_he_is_through() -> None:
    there = replace(LI, busy=(Busy(at("08:00"), at("10:00"), place=JINTANG),))
    found = predict(there, JOB, NOW, PACE)
    assert found.start == at("10:00")
    assert found.origin == "job"
    assert found.km == pytest.approx(PACE.km(JINTANG, MEISHAN))


def test_who_has_just_left_a_site_starts_from_it() -> None:
    found = predict(replace(LI, here=MEISHAN), JOB, NOW, PACE)
    assert found.eta == at("09:20")
    assert said(one(replace(LI, here=MEISHAN)))["way"] == ("就在那里", True)


def test_from_an_office_of_his_own_the_map_counts() -> None:
    found = predict(replace(LI, office=JINTANG), JOB, NOW, PACE)
    assert found.km == pytest.approx(PACE.km(JINTANG, MEISHAN))


def test_nobody_is_squeezed_in_before_what_he_has_to_do_later() -> None:
    """Free for an hour is not free for a visit: the whole interval counts."""
    later = replace(LI, busy=(Busy(at("10:00"), at("15:00"), place=OFFICE),))
    assert predict(later, JOB, NOW, PACE).start == at("15:00")
    away = replace(LI, busy=(Busy(at("12:00"), at("18:00"), "away"),))
    assert predict(away, JOB, NOW, PACE).start == at("18:00")


@keeps("R-7.4-C-1")
def test_the_margin_is_what_is_left_of_the_promise_on_arrival() -> None:
    found = one(LI)
    assert (found.margin, found.keeps) == (160 * timedelta(minutes=1), True)
    tight = replace(JOB, due=at("10:20"))
    assert one(LI, tight).keeps is False  # before it, not at it
    assert one(LI, replace(tight, op="le")).keeps is True
    assert (one(LI, replace(JOB, due=None)).margin, one(LI, replace(JOB, due=None)).keeps) == (
        None,
        None,
    )


@keeps("R-7.4-A-2")
def test_level_one_and_two_take_a_senior_and_say_so_of_a_junior() -> None:
    urgent = replace(JOB, level="L2")
    assert names(CHEN, replace(LI, load=9, on_duty=False), job=urgent) == ["李伟", "陈晨"]
    found = one(CHEN, urgent)
    assert found.against == ("skill_too_low",)
    assert said(found)["level"] == ("初级", False)
    assert "level" not in said(one(CHEN))


def test_who_cannot_do_it_comes_after_everybody_who_can() -> None:
    late = replace(LI, busy=(Busy(at("08:00"), at("16:00"), place=JINTANG),))
    assert names(WANG, late) == ["李伟", "王磊"]
    assert said(one(WANG))["skill"] == ("不会核心交换机", False)


def test_who_comes_in_time_goes_before_who_knows_the_device() -> None:
    late = replace(LI, knew=7, busy=(Busy(at("08:00"), at("12:00"), place=OFFICE),))
    assert names(late, CHEN) == ["陈晨", "李伟"]
    assert names(replace(LI, knew=7), CHEN) == ["李伟", "陈晨"]


def test_who_was_asked_in_vain_comes_last() -> None:
    assert names(replace(LI, asked=True), WANG) == ["王磊", "李伟"]


def test_who_has_least_to_do_comes_first_among_equals() -> None:
    assert names(replace(LI, load=3), replace(CHEN, load=2)) == ["陈晨", "李伟"]


@keeps("R-7.4-A-1")
def test_the_stretch_for_which_somebody_is_suggested_is_free_of_clashes() -> None:
    taken = (Busy(at("08:00"), at("10:00"), place=JINTANG), Busy(at("11:00"), at("12:00"), "away"))
    assert one(replace(LI, busy=taken)).against == ()


def test_a_visit_that_runs_on_is_no_promise_of_when_he_is_free() -> None:
    stuck = replace(LI, busy=(Busy(at("01:00"), at("09:05"), place=OFFICE, over=True),))
    assert names(stuck, CHEN) == ["陈晨", "李伟"]
    assert said(one(stuck))["free"] == ("还在上一单，何时走不知道", False)


@pytest.mark.parametrize(
    ("spare", "zh", "good"),
    [
        (Spare("电源", 1, 1, 0), "「电源」已领", True),
        (Spare("电源", 1, 0, 3), "「电源」库里有，要领", True),
        (Spare("电源", 2, 0, 1), "「电源」缺 1 件", False),
    ],
)
def test_a_part_is_issued_in_stock_or_missing(spare: Spare, zh: str, good: bool) -> None:
    assert said(one(LI, replace(JOB, spares=(spare,))))["part"] == (zh, good)


def test_every_reason_is_said_in_both_languages() -> None:
    busy = (Busy(at("08:00"), at("10:00"), "away"),)
    crew = [
        replace(LI, knew=2, holds=True),
        replace(CHEN, been=1, asked=True, on_duty=False, load=4),
        replace(WANG, busy=busy),
    ]
    job = replace(JOB, level="L1", spares=(Spare("电源", 2, 0, 1),))
    reasons = [r for s in suggest(job, crew, NOW, PACE) for r in s.reasons]
    assert {r.code for r in reasons} == {
        "skill",
        "level",
        "asked",
        "duty",
        "free",
        "way",
        "holds",
        "knows",
        "part",
        "load",
    }
    for reason in reasons:
        assert reason.text.zh
        assert reason.text.en
        assert reason.text.en[:1] != " "


def test_on_the_telephone_nobody_travels() -> None:
    found = one(LI, replace(JOB, travels=False, due=None))
    assert found.prediction.eta == NOW
    assert "way" not in said(found)


@keeps("R-7.4-C-3")
def test_where_nobody_comes_in_time_a_time_to_agree_on_is_named() -> None:
    soon = replace(JOB, due=at("10:00"))
    assert to_agree(suggest(soon, [LI, WANG], NOW, PACE)) == at("10:45")  # there 10:20
    assert to_agree(suggest(JOB, [LI, WANG], NOW, PACE)) is None  # somebody keeps it
    assert to_agree(suggest(soon, [WANG], NOW, PACE)) is None  # nobody can go at all
    assert to_agree(suggest(replace(JOB, due=None), [LI], NOW, PACE)) is None


# -- filling in -----------------------------------------------------------------------------------

DAY = (at("09:00"), at("18:00"))


@keeps("R-1-1")
def test_an_inspection_goes_beside_the_nearest_visit_that_leaves_time_for_it() -> None:
    out = replace(LI, busy=(Busy(at("10:00"), at("12:00"), place=MEISHAN, ref="N7"),))
    other = replace(CHEN, busy=(Busy(at("10:00"), at("11:00"), place=JINTANG, ref="N8"),))
    found = fill_in(MEISHAN, [other, out], DAY, 40.0, PACE)
    assert found is not None
    assert (found.name, found.ref, found.start, found.km) == ("李伟", "N7", at("12:00"), 0.0)


def test_beside_a_visit_with_another_right_behind_it_there_is_no_room() -> None:
    trips = (
        Busy(at("10:00"), at("12:00"), place=MEISHAN, ref="N7"),
        Busy(at("12:30"), at("18:00"), place=JINTANG, ref="N8"),
    )
    assert fill_in(MEISHAN, [replace(LI, busy=trips)], DAY, 40.0, PACE) is None


def test_else_it_goes_into_the_free_window_of_whoever_is_nearest_and_on_duty() -> None:
    near = replace(CHEN, office=MEISHAN)
    found = fill_in(MEISHAN, [LI, near], DAY, 40.0, PACE)
    assert found is not None
    assert (found.name, found.ref, found.start) == ("陈晨", "", at("09:00"))
    off = replace(near, on_duty=False)
    assert fill_in(MEISHAN, [off], DAY, 40.0, PACE) is None
