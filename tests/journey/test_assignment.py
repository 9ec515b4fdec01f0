"""7.2 B 2: a named engineer, told at once; in silence the next one, and nothing is forgotten."""

from __future__ import annotations

from uuid import uuid4

import pytest

from jiannuo.journey import addressing, assignment
from jiannuo.journey.step import Done
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM, Actor
from jiannuo.notices import queries as notices
from jiannuo.notices.models import Recipient
from jiannuo.people import commands as people
from jiannuo.people.rules import Duty
from tests.journey.telling import Case, at, fault, keeps, refused
from tests.world import World


def silent_at(when: str) -> int:
    """How many were passed on; whoever is asked is told at once."""
    with held_at(at(when)):
        found = assignment.pass_on_silent()
    told_at(when)
    return found


def told_at(when: str) -> None:
    with held_at(at(when)):
        while addressing.address():
            pass


def log(case: Case) -> list[tuple[str, str]]:
    told = ("assigned", "assignment_lapsed")
    return [(e.kind, e.d["engineer"]) for e in case.view.events if e.kind in told]


@keeps("R-7.2-B-2")
def test_who_was_told_late_has_his_minutes_from_then_and_is_told_himself(world: World) -> None:
    """The worker stood still when he was assigned: his silence was not his."""
    case = fault(world, "09:00", "L1")
    case.do("assigned", "09:02", "周敏")
    assert silent_at("09:30") == 0
    assert silent_at("09:34:59") == 0
    assert silent_at("09:35") == 1
    rows = Recipient.objects.filter(notice__subject=case.id, notice__kind="assigned")
    assert list(rows.order_by("id").values_list("name", flat=True)) == ["李伟", "陈晨"]


@keeps("R-7.2-B-2")
def test_the_first_assigned_is_told_himself_though_another_has_the_case_by_then(
    world: World,
) -> None:
    case = fault(world, "09:00", "L3")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    case.do("assigned", "09:03", "周敏", engineer="陈晨")
    told_at("09:04")
    rows = Recipient.objects.filter(notice__subject=case.id, notice__kind="assigned")
    assert set(rows.values_list("name", "notice__payload__engineer")) == {
        ("李伟", "李伟"),
        ("陈晨", "陈晨"),
    }


def told(case: Case) -> list[tuple[str, str]]:
    found = notices.of_subject(case.id)
    return [(n.kind, n.about["engineer"]) for n in found if "engineer" in n.about]


@keeps("R-7.2-B-2")
def test_without_a_name_the_able_senior_is_assigned_and_told(world: World) -> None:
    case = fault(world, "09:00", "L1")
    case.do("assigned", "09:02", "周敏")
    assert log(case) == [("assigned", "李伟")]
    assert told(case) == [("assigned", "李伟")]


@keeps("R-7.2-B-2")
def test_who_is_silent_for_five_minutes_is_followed_by_the_next_and_stays_in_the_log(
    world: World,
) -> None:
    case = fault(world, "09:00", "L1")
    case.do("assigned", "09:02", "周敏")
    told_at("09:02")
    assert silent_at("09:06:59") == 0
    assert silent_at("09:07") == 1
    assert silent_at("09:07") == 0
    first = [("assigned", "李伟"), ("assignment_lapsed", "李伟")]
    assert log(case) == [*first, ("assigned", "陈晨")]
    assert silent_at("09:12") == 1
    assert silent_at("09:30") == 0
    assert log(case) == [*first, ("assigned", "陈晨"), ("assignment_lapsed", "陈晨")]
    assert told(case)[-1] == ("nobody_answers", "李伟、陈晨")


def test_the_first_call_to_the_customer_is_answer_enough(world: World) -> None:
    case = fault(world, "09:00", "L1")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    case.do("engineer_contact", "09:05", "李伟")
    assert silent_at("09:10") == 0


def test_who_is_known_not_to_answer_is_passed_over_before_the_time_is_up(world: World) -> None:
    case = fault(world, "09:00", "L3")
    with refused("not_the_assignee", "R-7.2-B-2"):
        case.do("assignment_lapsed", "09:01", "周敏", engineer="李伟")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    case.do("assignment_lapsed", "09:03", "周敏", engineer="李伟")
    with refused("not_the_assignee", "R-7.2-B-2"):
        case.do("assignment_lapsed", "09:04", "周敏", engineer="李伟")
    assert log(case)[-1] == ("assigned", "陈晨")


def test_a_level_three_case_may_be_taken_later(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    assert silent_at("10:30") == 0


@keeps("R-7.2-B-2")
def test_who_declines_is_followed_at_once(world: World) -> None:
    case = fault(world, "09:00", "L3")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    case.do("assignment_declined", "09:03", "李伟", reason="在高速上")
    assert log(case) == [("assigned", "李伟"), ("assigned", "陈晨")]
    assert case.view.events[-1].d["why"] == "在高速上"


def test_a_refusal_sent_twice_asks_one_man_only(world: World) -> None:
    case, uid = fault(world, "09:00", "L3"), uuid4()
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    for _ in range(2):
        case.do("assignment_declined", "09:03", "李伟", uid=uid, reason="在高速上")
    assert log(case) == [("assigned", "李伟"), ("assigned", "陈晨")]


def test_only_the_assignee_answers_for_himself(world: World) -> None:
    case = fault(world, "09:00", "L3")
    with refused("not_the_assignee", "R-7.2-B-2"):
        case.do("assignment_accepted", "09:03", "陈晨")
    case.do("assigned", "09:04", "周敏", engineer="李伟")
    with refused("not_the_assignee", "R-7.2-B-2"):
        case.do("assignment_accepted", "09:05", "陈晨")
    case.do("assignment_accepted", "09:05", "李伟")


def test_when_all_were_asked_a_name_must_be_given(world: World) -> None:
    case = fault(world, "09:00", "L3")
    for minute, name in ((2, "李伟"), (4, "陈晨")):
        case.do("assigned", f"09:0{minute}", "周敏", engineer=name)
    with refused("nobody_left", "R-7.2-B-2"):
        case.do("assigned", "09:06", "周敏")
    case.do("assigned", "09:07", "周敏", engineer="李伟")


def test_who_has_a_shift_comes_first_and_who_is_away_not_at_all(world: World) -> None:
    case = fault(world, "09:00", "L3")
    day = at("00:00"), at("+1 00:00")
    with held_at(at("08:00")):
        shift = Duty("engineer", *day, "陈晨")
        people.draw_roster(SYSTEM, "R1", day, ["engineer"], [shift])
        take("roster_published", world.actor("刘洋"), "R1")
    with held_at(at("09:10")):
        assert [c.name for c in assignment.candidates(case.number)] == ["陈晨", "李伟"]
        people.note_absence("陈晨", *day)
        assert [c.name for c in assignment.candidates(case.number)] == ["李伟"]


def test_who_has_fewer_open_cases_comes_first(world: World) -> None:
    other = fault(world, "08:00", "L3")
    other.do("assigned", "08:01", "周敏", engineer="陈晨")
    case = fault(world, "09:00", "L3")
    with held_at(at("09:10")):
        assert [(c.name, c.load) for c in assignment.candidates(case.number)] == [
            ("李伟", 0),
            ("陈晨", 1),
        ]


def test_a_drill_tells_nobody(world: World) -> None:
    case = fault(world, "09:00", "L1", drill=True)
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    assert told(case) == []
    assert silent_at("10:00") == 0


def test_a_stranger_is_not_told_who_has_a_case(world: World) -> None:
    case = fault(world, "09:00", "L1")
    case.do("assigned", "09:02", "周敏", engineer="李伟")
    stranger = Case(world, world.stranger, case.number)
    for kind, said in (("assignment_accepted", {}), ("assignment_declined", {"reason": "x"})):
        with refused("not_permitted"):
            stranger.do(kind, "09:03", world.stranger.contact.name, **said)


def test_a_case_that_refuses_to_be_passed_on_keeps_no_other_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned, fine = fault(world, "09:00", "L1"), fault(world, "09:00", "L1", device=None)
    for case in (poisoned, fine):
        case.do("assigned", "09:02", "周敏", engineer="李伟")
    whole = assignment.pass_on

    told_at("09:02")

    def pass_on(actor: Actor, case: str) -> Done:
        if case == poisoned.number:
            raise Refusal("x", "不行", "no")
        return whole(actor, case)

    monkeypatch.setattr(assignment, "pass_on", pass_on)
    assert silent_at("09:07") == 1
    assert log(fine)[-1] == ("assigned", "陈晨")
