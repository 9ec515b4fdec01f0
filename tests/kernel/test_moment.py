"""The one clock of the product, which may be held."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from jiannuo.kernel.moment import held, held_at, now

THEN = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_now_is_aware_and_in_greenwich_time() -> None:
    assert now().tzinfo is UTC
    assert held() is None


def test_a_held_clock_stands_still_and_runs_on_afterwards() -> None:
    before = now()
    with held_at(THEN):
        assert now() == held() == THEN
        assert now().tzinfo is UTC
    assert held() is None
    assert before <= now() < before + timedelta(hours=1)


def test_a_clock_held_inside_another_gives_back_the_outer_moment() -> None:
    with held_at(THEN):
        with held_at(THEN + timedelta(days=1)):
            assert now() == THEN + timedelta(days=1)
        assert now() == THEN


def test_the_clock_runs_on_after_a_failure() -> None:
    with pytest.raises(RuntimeError), held_at(THEN):
        raise RuntimeError
    assert held() is None


def test_a_moment_without_a_zone_cannot_be_held() -> None:
    naive = THEN.replace(tzinfo=None)
    with pytest.raises(ValueError, match="must be aware"), held_at(naive):
        pass


def test_one_thread_holding_the_clock_does_not_hold_that_of_another() -> None:
    seen: list[datetime | None] = []
    with held_at(THEN):
        other = Thread(target=lambda: seen.append(held()))
        other.start()
        other.join()
    assert seen == [None]
