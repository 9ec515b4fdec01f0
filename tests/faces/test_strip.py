"""The promise strip: where a clock stands on the axis, and which hours are shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.manual.clocks import Clock
from jiannuo.manual.profile import shipped
from jiannuo.web.clockview import view
from jiannuo.web.reader import Reader
from jiannuo.web.strip import Row, Strip, strip

START = datetime(2026, 7, 7, 6, 0, tzinfo=UTC)  # 14:00 in Chengdu
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def made(
    after: timedelta, *spans: tuple[str, timedelta, timedelta | None], axis: str = ""
) -> Strip:
    """A strip of (promise, limit, stopped after) at a moment after the start."""
    reader = Reader("zh", shipped().zone, START + after)
    rows = []
    for code, limit, stop in spans:
        promise = shipped().by_code[code]
        clock = Clock(code, START, START + limit, "le", START + stop if stop else None, limit=limit)
        chip = view(reader, clock, promise, named=False)
        rows.append(Row(clock, chip, promise.zh, promise.clause, f"#p-{code}", promise.house))
    found = strip(reader, rows, axis)
    assert found is not None
    return found


LONG = (("phone_response", 30 * MINUTE, 17 * MINUTE), ("fix_24h", 24 * HOUR, None))


def test_a_clock_takes_its_part_of_the_axis() -> None:
    found = made(2 * HOUR, ("onsite_arrival", 4 * HOUR, HOUR), ("fix_24h", 4 * HOUR, None))
    stopped, open_ = found.tracks
    assert stopped.left == 2.0
    assert stopped.width == pytest.approx(96.0)
    assert stopped.used == pytest.approx(24.0)
    assert open_.used == pytest.approx(48.0)
    assert found.now == pytest.approx(50.0)


def test_the_first_hours_are_shown_while_they_last() -> None:
    assert made(HOUR, *LONG).zoom == "看全程"
    assert made(HOUR, *LONG).tracks[1].cut
    assert made(9 * HOUR, *LONG).zoom == "放大前 6 小时"
    assert made(HOUR, *LONG, axis="all").zoom == "放大前 6 小时"
    assert made(9 * HOUR, *LONG, axis="first").zoom == "看全程"


def test_clocks_of_like_length_need_no_other_scale() -> None:
    assert made(HOUR, ("umbrella_response", 4 * HOUR, None)).zoom == ""


def test_a_late_open_clock_reaches_to_now() -> None:
    found = made(8 * HOUR, ("umbrella_response", 4 * HOUR, None))
    assert found.now == pytest.approx(98.0)
    assert found.tracks[0].due == pytest.approx(50.0)
    assert found.tracks[0].used == pytest.approx(96.0)


def test_nothing_runs_no_now() -> None:
    assert made(40 * HOUR, ("umbrella_response", 4 * HOUR, HOUR)).now is None


def test_ticks_are_round_local_times_that_leave_room_for_now() -> None:
    found = made(HOUR, ("umbrella_response", 4 * HOUR, None))
    assert [t.label for t in found.ticks] == ["14:00", "16:00", "17:00", "18:00"]
    assert all(abs(t.at - (found.now or 0)) > 18 for t in found.ticks)


def test_house_numbers_and_what_does_not_apply_are_not_counted() -> None:
    found = made(
        HOUR, ("phone_response", 30 * MINUTE, 17 * MINUTE), ("emg_dispatch", 15 * MINUTE, None)
    )
    assert found.summary == "1 项，已兑现 1 项"


def test_a_case_without_a_clock_has_no_strip() -> None:
    assert strip(Reader("zh", shipped().zone, START), []) is None
