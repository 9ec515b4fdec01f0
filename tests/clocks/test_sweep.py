"""The sweep: what falls due fires once, whoever looks, however often, however late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from jiannuo.clocks import queries, sweeping
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held_at
from jiannuo.manual.marks import Mark
from jiannuo.notices.models import Notice
from tests.clocks.running import DUE, Subject, promise, sweep, sweep_out
from tests.crowd import at_once
from tests.manual.happenings import at, keeps

pytestmark = pytest.mark.django_db
BRIEF = "due:leader_brief"


@keeps("R-X-2")
def test_what_fell_due_while_we_were_down_is_recorded_at_its_moment_and_shows_our_lateness() -> (
    None
):
    case = Subject()
    case.settle("01:00", promise())
    assert sweep("02:00") == []  # then the server goes down until four
    assert sweep("04:00") == [BRIEF]
    assert case.fired == [(BRIEF, at("03:00"), at("04:00"))]


def test_a_due_moment_fires_once_however_often_it_is_swept() -> None:
    case = Subject()
    case.settle("01:00", promise())
    assert [sweep("03:00"), sweep("03:00"), sweep("05:00")] == [[BRIEF], [], []]
    assert case.notices == [BRIEF]


@pytest.mark.parametrize(
    ("op", "quiet", "loud"), [("lt", "02:59:59", "03:00"), ("le", "03:00", "03:00:01")]
)
def test_within_includes_the_last_second_and_less_than_does_not(
    op: str, quiet: str, loud: str
) -> None:
    case = Subject()
    case.settle("01:00", promise(op=op))
    assert sweep(quiet) == []
    assert sweep(loud) == [BRIEF]
    assert case.fired[0][1] == DUE


def test_what_is_stopped_in_time_does_not_fire() -> None:
    case = Subject()
    case.settle("01:00", promise())
    case.settle("02:30", promise(stop=at("02:30")))
    assert sweep("04:00") == []
    assert case.states == [(BRIEF, 1, "dropped")]


@pytest.mark.parametrize(("op", "stop", "late"), [("le", "03:00", 0), ("lt", "03:00", 1)])
def test_a_stop_at_the_very_due_moment_is_judged_by_the_operator(
    op: str, stop: str, late: int
) -> None:
    case = Subject()
    case.settle("01:00", promise(op=op))
    case.settle("03:10", promise(op=op, stop=at(stop)))
    assert sweep("03:10") == [BRIEF] * late


def test_a_breach_that_is_over_before_anybody_looked_is_told_all_the_same() -> None:
    case = Subject()
    case.settle("01:00", promise())
    case.settle("03:20", promise(stop=at("03:20")))
    assert sweep("03:30") == [BRIEF]
    assert case.fired == [(BRIEF, at("03:00"), at("03:30"))]


def test_a_due_moment_that_moves_is_a_new_generation() -> None:
    case = Subject()
    case.settle("01:00", promise())
    case.settle("01:30", promise(due=at("02:00")))
    assert case.states == [(BRIEF, 1, "dropped"), (BRIEF, 2, "armed")]
    assert sweep("02:00") == [BRIEF]
    assert sweep("03:00") == []
    assert [moment for _, moment, _ in case.fired] == [at("02:00")]


def test_a_due_moment_that_moves_on_after_it_fired_fires_again_at_the_new_one() -> None:
    case = Subject()
    case.settle("01:00", promise())
    sweep("03:00")
    case.settle("03:10", promise(due=at("05:00")))
    assert sweep("04:59:59") == []
    assert sweep("05:00") == [BRIEF]
    assert [moment for _, moment, _ in case.fired] == [at("03:00"), at("05:00")]
    assert case.notices == [BRIEF, BRIEF]


def test_a_clock_that_runs_again_wakes_the_sweep_again() -> None:
    """A correction took the stop back; the due moment is the old one."""
    case = Subject()
    case.settle("01:00", promise())
    case.settle("02:00", promise(stop=at("02:00")))
    case.settle("02:30", promise())
    assert case.states == [(BRIEF, 1, "armed")]
    assert sweep("03:00") == [BRIEF]


def test_a_clock_that_is_gone_fires_nothing() -> None:
    case = Subject()
    case.settle("01:00", promise())
    case.settle("02:00")
    assert case.stored == []
    assert sweep("04:00") == []


def test_a_clock_that_was_gone_and_is_back_fires_for_what_it_owes_now() -> None:
    case = Subject()
    case.settle("01:00", promise())
    assert sweep("03:00") == [BRIEF]
    case.settle("03:10")
    case.settle("03:20", promise(due=at("05:00")))
    assert sweep("05:00") == [BRIEF]


def test_a_mark_whose_moment_passed_unswept_fires_though_it_is_no_longer_owed() -> None:
    case = Subject()
    warning = Mark("fix_24h_12h", at("03:00"), "2603-00001")
    case.settle("01:00", marks=[warning])
    case.settle("03:30")  # resolved half an hour after the warning was due
    assert sweep("04:00") == ["fix_24h_12h"]
    assert case.fired == [("fix_24h_12h", at("03:00"), at("04:00"))]


def test_a_mark_whose_moment_passed_before_it_was_known_is_not_made_up_for() -> None:
    case = Subject()
    case.settle("03:30", marks=[Mark("fix_24h_12h", at("03:00"), "2603-00001")])
    assert sweep("04:00") == []


def test_a_mark_that_says_so_comes_with_the_recording_that_makes_it_known() -> None:
    case = Subject()
    proposal = Mark("emergency_proposed", at("03:00"), "2603-00001", late=True)
    case.settle("03:30", marks=[proposal])
    assert sweep("03:30") == ["emergency_proposed"]
    assert case.fired == [("emergency_proposed", at("03:30"), at("03:30"))]


def test_a_mark_that_is_dropped_in_time_is_silent() -> None:
    case = Subject()
    case.settle("01:00", marks=[Mark("fix_24h_12h", at("03:00"), "2603-00001")])
    case.settle("02:00")
    assert sweep("04:00") == []


def test_a_mark_that_waits_is_as_urgent_as_its_case_is_now_and_tells_whom_it_would_tell_now() -> (
    None
):
    case = Subject()
    owed = [Mark("fix_24h_12h", at("03:00"), "2603-00001")]
    task = Mark("task:x", at("03:00"), "2603-00001", tell=("hotline_agent",))
    case.settle("01:00", marks=[*owed, task])
    case.settle("01:05", marks=[*owed, replace(task, tell=("engineer",), ack=True)], urgency=1)
    assert sorted(sweep("03:00")) == ["fix_24h_12h", "task:x"]
    rows = Notice.objects.filter(subject=case.id)
    assert set(rows.values_list("urgency", flat=True)) == {1}
    assert list(rows.filter(kind="task:x").values_list("to_role", "ack")) == [("engineer", True)]


def test_a_mark_kept_at_its_first_recording_follows_its_case_too() -> None:
    case = Subject()
    proposal = Mark("emergency_proposed", at("03:00"), "2603-00001", late=True)
    case.settle("03:30", marks=[proposal])
    case.settle("03:30", marks=[proposal], urgency=1)
    assert sweep("03:30") == ["emergency_proposed"]
    assert set(Notice.objects.values_list("urgency", flat=True)) == {1}


def test_after_a_long_outage_everything_fires_once_and_in_order() -> None:
    case = Subject()
    marks = [Mark(f"fix_24h_{n}h", at(f"0{n}:00"), "2603-00001") for n in (4, 2, 3)]
    case.settle("01:00", promise(due=at("02:30")), marks=marks)
    assert sweep("05:00") == ["fix_24h_2h", BRIEF, "fix_24h_3h", "fix_24h_4h"]
    assert {late for *_, late in case.fired} == {at("05:00")}


def test_a_drill_wakes_by_its_emergency_plan_alone_and_says_that_it_is_one() -> None:
    drill = Subject(drill=True)
    drill.settle("01:00", promise(code="emg_team", op="le"), promise())
    assert {code for code, _ in sweep_out("05:00")} == {"due:emg_team"}
    assert [c.promise for c in drill.stored] == ["emg_team", "leader_brief"]
    assert set(Notice.objects.filter(subject=drill.id).values_list("drill", flat=True)) == {True}
    assert queries.alerts() == []


def test_a_sweep_takes_no_more_than_it_is_told_and_the_next_one_goes_on() -> None:
    cases = [Subject() for _ in range(5)]
    for case in cases:
        case.settle("01:00", promise())
    with held_at(at("04:00")):
        sizes = [len(sweeping.sweep(2)) for _ in range(4)]
    assert sizes == [2, 2, 1, 0]


def test_a_notice_that_is_there_already_is_not_written_twice() -> None:
    case = Subject()
    case.settle("01:00", promise())
    trigger = Trigger.objects.get(subject=case.id)
    key = f"trigger:{trigger.pk}:1:due:duty_manager"
    Notice.objects.create(
        key=key, kind=BRIEF, subject_kind="case", subject=case.id, to_role="x", posted_at=DUE
    )
    assert sweep("03:00") == [BRIEF]
    assert Notice.objects.filter(key=key).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_sweep_at_once_each_thing_is_fired_by_one() -> None:
    cases = [Subject() for _ in range(40)]
    for case in cases:
        case.settle("01:00", promise())

    def look(_: int) -> list[str]:
        with held_at(at("03:00")):
            return [str(fell.subject) for fell in sweeping.sweep(7)] + [
                str(fell.subject) for fell in sweeping.sweep(50)
            ]

    answers = at_once(8, look)
    fired = [subject for found in answers if isinstance(found, list) for subject in found]
    assert sorted(fired) == sorted(str(case.id) for case in cases), answers
    assert Fired.objects.count() == Notice.objects.count() == 40


def test_without_a_held_moment_the_database_s_own_clock_decides() -> None:
    past, future = Subject(), Subject()
    past.settle("01:00", promise())
    with held_at(at("01:00")):
        much_later = at("01:00") + timedelta(days=365 * 400)
    future.settle("01:00", promise(due=much_later))
    assert [fell.subject for fell in sweeping.sweep()] == [past.id]
