"""5 and 12: trained, tested, and passed by everybody, or the commitment stays open."""

from __future__ import annotations

from jiannuo.manual.events import Chronicle, Event
from jiannuo.manual.profile import shipped
from jiannuo.training.rules import TrainingSummary, scores, summary
from tests.manual.happenings import ev, keeps, log

MARK = shipped().value("house.training_pass_mark")


def planned(kind: str) -> Event:
    return ev("training_planned", "08:00", kind=kind, hours="2", date="2026-03-10")


def held(when: str = "10:00") -> Event:
    return ev("training_held", when, attendees=["陈工", "谢飞"])


def assessed(when: str = "12:00", **points: int) -> Event:
    return ev("training_assessed", when, scores=points)


def told(**sessions: list[Event]) -> TrainingSummary:
    events = {code: Chronicle(log(*found)) for code, found in sessions.items()}
    return summary(events, MARK)


@keeps("R-5-2", "R-12-I2")
def test_the_commitment_is_closed_when_all_is_held_and_everybody_passed() -> None:
    found = told(
        T1=[planned("theory"), held()],
        T2=[planned("practice"), held(), assessed(陈工=80, 谢飞=95)],
    )
    assert found == TrainingSummary(2, 2, 2, 2, (), commitment_closed=True)


@keeps("R-5-2")
def test_eighty_points_pass_and_seventy_nine_do_not() -> None:
    found = told(
        T1=[planned("theory"), held()],
        T2=[planned("practice"), held(), assessed(陈工=80, 谢飞=79)],
    )
    assert (found.passed, found.failed, found.commitment_closed) == (1, ("谢飞",), False)


@keeps("R-5-2")
def test_the_last_score_of_a_person_counts_over_all_sessions() -> None:
    found = told(
        T1=[planned("theory"), held(), assessed("12:00", 陈工=90, 谢飞=72)],
        T2=[planned("practice"), held(), assessed("16:00", 谢飞=88)],
    )
    assert (found.assessed, found.passed, found.failed) == (2, 2, ())
    assert found.commitment_closed
    logs = [Chronicle(log(assessed("16:00", 谢飞=88))), Chronicle(log(assessed("12:00", 谢飞=72)))]
    assert scores(logs) == {"谢飞": 88}


@keeps("R-12-I2")
def test_theory_alone_keeps_the_plan_open_when_practice_was_promised() -> None:
    assert not told(T1=[planned("theory"), held(), assessed(陈工=90)]).commitment_closed
    open_ = told(
        T1=[planned("theory"), held(), assessed(陈工=90)],
        T2=[planned("practice")],
    )
    assert (open_.planned, open_.held, open_.commitment_closed) == (2, 1, False)


def test_nobody_tested_closes_nothing() -> None:
    found = told(T1=[planned("theory"), held()], T2=[planned("practice"), held()])
    assert (found.held, found.assessed, found.commitment_closed) == (2, 0, False)


def test_without_sessions_there_is_nothing_to_close() -> None:
    assert told() == TrainingSummary(0, 0, 0, 0, (), commitment_closed=False)
