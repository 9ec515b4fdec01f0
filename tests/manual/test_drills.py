"""How a drill is scored."""

from __future__ import annotations

from datetime import timedelta

from jiannuo.manual.clocks import Clock
from jiannuo.manual.drills import score
from jiannuo.manual.profile import shipped
from tests.manual.happenings import at, keeps


def duty(code: str, stop: str | None, minutes: int = 30) -> Clock:
    start = at("10:00")
    limit = timedelta(minutes=minutes)
    return Clock(code, start, start + limit, "le", at(stop) if stop else None, limit=limit)


@keeps("R-7.5-B2-0")
def test_kept_duties_count_late_ones_do_not_and_running_ones_are_left_out() -> None:
    clocks = [
        duty("emg_notify_duty_manager", "10:04", 15),
        duty("emg_team", "10:40"),
        duty("emg_expert", None, 60),
        duty("phone_response", "10:01"),  # no duty of the plan
    ]
    found = score(shipped(), clocks, at("10:45"))
    assert [d.promise for d in found.duties] == [
        "emg_notify_duty_manager",
        "emg_team",
        "emg_expert",
    ]
    assert (found.kept, found.counted, found.percent) == (1, 2, 50)
    assert found.duties[0].took == timedelta(minutes=4)


def test_nothing_decided_is_no_score() -> None:
    assert score(shipped(), [duty("emg_team", None)], at("10:10")).percent is None
