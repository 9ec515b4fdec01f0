"""7.2 B 2: who is named for a case, how long he is waited for, and who comes next."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.manual.assignment import Candidate, answer_by, asked, assignee, fits, ranked
from jiannuo.manual.events import Event
from tests.manual.happenings import at, ev, fault, keeps, resolved, story


def one(name: str, *skills: str, **more: Any) -> Candidate:
    known = {"senior": False, "on_duty": False, "away": False, "load": 0, **more}
    return Candidate(name, frozenset(skills), **known)


def given(engineer: str, when: str) -> Event:
    return ev("assigned", when, engineer=engineer)


def names(*candidates: Candidate, level: str = "L3", asked: tuple[str, ...] = ()) -> list[str]:
    found = ranked(candidates, category="核心交换机", level=level, asked=asked)
    return [c.name for c in found]


@keeps("R-7.2-B-2")
def test_who_can_do_it_comes_before_who_is_on_duty_and_he_before_who_has_least_to_do() -> None:
    able = one("张强", "network", load=9)
    assert names(one("王磊", "server", on_duty=True), able) == ["张强", "王磊"]
    assert names(able, one("李伟", "network", on_duty=True, load=20)) == ["李伟", "张强"]
    assert names(able, one("陈晨", "network", load=8)) == ["陈晨", "张强"]


@pytest.mark.parametrize(("level", "first"), [("L1", "李伟"), ("L2", "李伟"), ("L3", "陈晨")])
def test_a_senior_is_looked_for_where_it_is_urgent(level: str, first: str) -> None:
    busy_senior = one("李伟", "network", senior=True, load=3)
    assert names(one("陈晨", "network"), busy_senior, level=level)[0] == first


def test_nobody_is_asked_twice_and_nobody_who_is_away() -> None:
    everybody = [one("李伟", "network"), one("张强", "network", away=True), one("陈晨", "network")]
    assert names(*everybody, asked=("李伟",)) == ["陈晨"]


@pytest.mark.parametrize("skill", ["network", "交换机", "核心交换机"])
def test_a_skill_is_found_in_the_category_in_either_language(skill: str) -> None:
    assert fits([skill], "核心交换机")
    assert not fits([skill], "机架服务器")


@keeps("R-7.2-B-2")
@pytest.mark.parametrize(("level", "until"), [("L1", "09:15"), ("L2", "09:15"), ("L3", None)])
def test_the_assignee_of_an_urgent_case_is_waited_for_five_minutes(
    level: str, until: str | None
) -> None:
    waiting = story(*fault(level), given("李伟", "09:10"))
    assert assignee(waiting) == "李伟"
    assert answer_by(waiting) == (at(until) if until else None)


@pytest.mark.parametrize(
    "answer",
    [
        ev("assignment_accepted", "09:12", by="李伟"),
        ev("assignment_declined", "09:12", by="李伟", reason="在现场"),
        ev("assignment_lapsed", "09:15", engineer="李伟"),
        ev("engineer_contact", "09:12", by="陈晨"),
        ev("contact_attempt", "09:12", by="李伟", how="call_unanswered"),
        resolved("09:12"),
        ev("case_cancelled", "09:12", reason="误报"),
    ],
    ids=lambda event: event.kind,
)
def test_once_it_is_answered_by_anybody_nobody_is_waited_for(answer: Event) -> None:
    assert answer_by(story(*fault("L1"), given("李伟", "09:10"), answer)) is None


def test_a_new_assignment_waits_anew_and_the_first_stays_in_the_log() -> None:
    lapsed = ev("assignment_lapsed", "09:15", engineer="李伟")
    passed_on = story(*fault("L1"), given("李伟", "09:10"), lapsed, given("陈晨", "09:15"))
    assert (assignee(passed_on), asked(passed_on)) == ("陈晨", ["李伟", "陈晨"])
    assert answer_by(passed_on) == at("09:20")


def test_a_level_that_rises_begins_to_wait() -> None:
    risen = ev("reclassified", "11:00", level="L1", reason="扩大")
    assert answer_by(story(*fault("L3"), given("李伟", "10:58"), risen)) == at("11:03")
