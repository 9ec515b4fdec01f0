"""Ladders: rungs one after another, what an acknowledgement stops, what an outage leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiannuo.clocks import commands, sweeping
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held_at
from jiannuo.manual.clocks import Clock
from jiannuo.notices.models import Notice
from tests.clocks.running import DUE, Subject, promise, sweep_out
from tests.manual.happenings import at, keeps

pytestmark = pytest.mark.django_db
CODE = "due:phone_response"


def phone(due: str = "03:00", stop: str | None = None) -> Clock:
    """50 % at 02:00, 75 % at 02:30, 90 % at 02:48."""
    return promise(due=at(due), code="phone_response", stop=at(stop) if stop else None)


def told(case: Subject) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(subject=case.id).order_by("id")
    return [(row.payload["stage"], row.to_role) for row in rows]


def acknowledge(case: Subject, when: str) -> None:
    with held_at(at(when)):
        triggers = Trigger.objects.filter(subject=case.id, state="armed")
        commands.rest(triggers.values_list("pk", flat=True), timedelta(minutes=15))


def test_each_rung_comes_at_its_own_moment_and_tells_its_own_people() -> None:
    case = Subject()
    case.settle("01:00", phone())
    climbed = {when: sweep_out(when) for when in ("01:59:59", "02:00", "02:30", "02:48", "03:00")}
    assert climbed == {
        "01:59:59": [],
        "02:00": [(CODE, "50%")],
        "02:30": [(CODE, "75%")],
        "02:48": [(CODE, "90%")],
        "03:00": [(CODE, "due")],
    }
    assert told(case) == [
        ("50%", "assignee"),
        ("75%", "assignee"),
        ("75%", "duty_manager"),
        ("90%", "duty_manager"),
        ("90%", "subcentre_head"),
        ("due", "assignee"),
        ("due", "duty_manager"),
    ]
    assert case.states == [(CODE, 1, "fired")]


def test_a_rung_that_comes_late_does_not_push_the_next() -> None:
    case = Subject()
    case.settle("01:00", phone())
    assert sweep_out("02:29") == [(CODE, "50%")]
    assert sweep_out("02:30") == [(CODE, "75%")]


@keeps("R-X-2")
def test_after_an_outage_the_highest_missed_rung_is_told_and_the_lower_ones_are_kept_as_late() -> (
    None
):
    case = Subject()
    case.settle("01:00", phone())
    assert sweep_out("02:50") == [(CODE, "50%"), (CODE, "75%"), (CODE, "90%")]
    rows = Fired.objects.filter(subject=case.id).order_by("moment")
    assert [(row.stage, row.outcome) for row in rows] == [
        ("50%", "late"),
        ("75%", "late"),
        ("90%", "told"),
    ]
    assert {row.fired_at for row in rows} == {at("02:50")}
    assert told(case) == [("90%", "duty_manager"), ("90%", "subcentre_head")]


def test_a_broken_promise_is_told_however_late_and_its_warnings_are_not() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("09:00")
    assert told(case) == [("due", "assignee"), ("due", "duty_manager")]


def test_who_knows_lets_the_ladder_rest_and_then_it_goes_on() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:20")
    acknowledge(case, "02:20")  # rests a quarter of an hour
    assert sweep_out("02:34:59") == []
    assert sweep_out("02:35") == [(CODE, "75%")]
    assert sweep_out("02:48") == [(CODE, "90%")]


def test_an_acknowledgement_stops_the_ladder_and_not_the_clock() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:48")
    acknowledge(case, "02:50")
    assert sweep_out("02:59:59") == []
    assert sweep_out("03:00") == [(CODE, "due")]


def test_an_acknowledgement_before_two_rungs_leaves_the_higher_one_when_its_time_is_over() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:00")
    acknowledge(case, "02:29")
    acknowledge(case, "02:40")
    assert sweep_out("02:54:59") == []
    assert sweep_out("02:55") == [(CODE, "75%"), (CODE, "90%")]
    assert told(case)[1:] == [("90%", "duty_manager"), ("90%", "subcentre_head")]


def test_settling_again_keeps_the_rest_and_what_came() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:00")
    acknowledge(case, "02:20")
    case.settle("02:21", phone())
    case.settle("02:22", phone(), urgency=1)
    assert sweep_out("02:34") == []
    assert sweep_out("02:35") == [(CODE, "75%")]
    assert set(Notice.objects.filter(subject=case.id).values_list("urgency", flat=True)) == {1, 3}


def test_a_warning_that_nobody_got_yet_is_called_back_when_the_promise_is_kept() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:30")
    case.settle("02:31", phone(stop="02:31"))
    rows = Notice.objects.filter(subject=case.id)
    assert set(rows.values_list("state", flat=True)) == {"cancelled"}


def test_a_breach_that_nobody_got_yet_is_not_called_back() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("03:00")
    case.settle("03:10", phone(stop="03:10"))
    rows = Notice.objects.filter(subject=case.id, payload__stage="due")
    assert set(rows.values_list("state", flat=True)) == {"waiting"}


def test_a_due_moment_that_moves_away_does_not_repeat_the_warnings_behind_us() -> None:
    case = Subject()
    case.settle("01:00", phone())
    assert sweep_out("02:10") == [(CODE, "50%")]
    case.settle("02:10", phone(due="03:10"))  # half of it is 02:05: behind us, and told
    assert sweep_out("02:30") == []
    assert sweep_out("02:37:30") == [(CODE, "75%")]


def test_a_due_moment_that_comes_nearer_tells_the_highest_rung_that_is_behind_us_now() -> None:
    case = Subject()
    case.settle("01:00", phone())
    case.settle("01:40", phone(due="02:00"))  # 50 % was 01:30, 75 % is 01:45
    assert sweep_out("01:40") == [(CODE, "50%")]


def test_a_promise_known_too_late_tells_its_highest_missed_rung_at_once() -> None:
    case = Subject()
    case.settle("02:45", phone())
    assert sweep_out("02:45") == [(CODE, "50%"), (CODE, "75%")]
    assert told(case) == [("75%", "assignee"), ("75%", "duty_manager")]


def test_calls_of_an_emergency_climb_to_the_deputy_and_the_head() -> None:
    case = Subject()
    clock = Clock("emg_notify_duty_manager", at("01:00"), at("01:15"), "le")
    case.settle("01:00", clock, urgency=1)
    for when in ("01:00", "01:03", "01:06", "01:10", "01:15:01"):
        sweep_out(when)
    assert [role for _, role in told(case)] == [
        "duty_manager",
        "duty_manager",
        "duty_manager.deputy",
        "duty_manager.deputy",
        "subcentre_head",
        "duty_manager",
        "duty_manager.deputy",
        "subcentre_head",
        "subcentre_head",
        "duty_manager",
    ]
    assert Notice.objects.filter(subject=case.id, ack=True, by=["voice", "sms"]).count() == 8


def test_after_an_outage_the_worst_level_comes_first() -> None:
    ordinary, worst = Subject(), Subject()
    ordinary.settle("01:00", promise(due=at("02:00")))
    worst.settle("01:00", promise(due=DUE), urgency=1)
    with held_at(at("05:00")):
        (first,) = sweeping.sweep(1, worst_first=True)
    assert first.subject == worst.id


def test_a_broken_promise_that_ran_again_and_ended_again_warns_nobody() -> None:
    """A correction took its late stop back, and another put it there again."""
    case = Subject()
    case.settle("01:00", phone())
    case.settle("03:05", phone(stop="03:05"))
    assert sweep_out("03:05") == [(CODE, "due")]
    case.settle("03:10", phone())
    case.settle("03:10", phone(stop="03:05"))
    assert sweep_out("03:10") == []
    assert case.states == [(CODE, 1, "fired")]


def calls(case: Subject) -> set[tuple[str, str]]:
    rows = Notice.objects.filter(subject=case.id).values_list("payload__stage", "state")
    return set(rows)


def emergency(stop: str | None = None) -> Clock:
    """Due at 01:15, called for again at 01:20:01."""
    end = at(stop) if stop else None
    return Clock("emg_notify_duty_manager", at("01:00"), at("01:15"), "le", end)


def broken() -> Subject:
    """Nobody answered: it is broken, and called for again, and nothing of that went out yet."""
    case = Subject()
    case.settle("01:00", emergency(), urgency=1)
    for when in ("01:15:01", "01:20:01"):
        sweep_out(when)
    return case


def test_what_is_done_too_late_is_asked_for_no_more_and_was_broken_all_the_same() -> None:
    case = broken()
    assert ("due+00:05", "waiting") in calls(case)
    case.settle("01:20:05", emergency(stop="01:20:05"), urgency=1)
    found = calls(case)
    assert ("due", "waiting") in found
    assert {state for stage, state in found if stage != "due"} == {"cancelled"}
    assert sweep_out("03:00") == []


def test_a_call_that_was_named_to_somebody_and_is_not_out_yet_is_called_back_too() -> None:
    case = broken()
    Notice.objects.filter(subject=case.id).update(state="addressed")
    case.settle("01:20:05", emergency(stop="01:20:05"), urgency=1)
    assert {("due", "addressed"), ("due+00:05", "cancelled")} <= calls(case)


def test_a_ladder_at_its_end_whose_promise_is_gone_asks_for_nothing_either() -> None:
    case = broken()
    Trigger.objects.filter(subject=case.id).update(state="fired", rest=[])
    case.settle("01:21")
    assert ("due+00:05", "cancelled") in calls(case)


def test_a_breach_that_nobody_swept_yet_is_told_and_the_warnings_before_it_are_not() -> None:
    case = Subject()
    case.settle("01:00", phone())
    sweep_out("02:30")
    case.settle("03:10", phone(stop="03:10"))
    assert sweep_out("03:11") == [(CODE, "due")]
    assert calls(case) == {("75%", "cancelled"), ("due", "waiting")}
