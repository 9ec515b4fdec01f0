"""The clock guard: what a jump of the server's clock sets in motion, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from jiannuo.clocks import guard
from jiannuo.clocks.guard import Guard
from jiannuo.clocks.models import Beat, Fired, Jump, Trigger
from jiannuo.clocks.sweeping import POLL, Bound, sweep
from jiannuo.notices.models import Delivery, Notice
from tests.clocks.running import armed

pytestmark = pytest.mark.django_db


@pytest.fixture
def off(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the database's clock ahead or back, as the guard sees it."""
    real, moved = guard.database_time, [timedelta()]
    monkeypatch.setattr(guard, "database_time", lambda: real() + moved[0])

    def move(seconds: float) -> None:
        moved[0] += timedelta(seconds=seconds)

    return move


def test_time_that_runs_as_time_runs_is_no_jump(off: Callable[[float], None]) -> None:
    found = Guard()
    assert [found.look(), found.look()] == [0.0, 0.0]
    off(4.9)
    assert found.look() == 0.0
    assert not found.doubtful
    assert not Jump.objects.exists()


@pytest.mark.parametrize("seconds", [7200.0, -3600.0])
def test_a_jump_is_kept_told_to_the_administrator_and_holds_what_goes_out(
    off: Callable[[float], None], seconds: float
) -> None:
    found = Guard()
    found.look()
    off(seconds)
    assert found.look() == pytest.approx(seconds, abs=1)
    assert found.doubtful
    assert Jump.objects.get().seconds == pytest.approx(seconds, abs=1)
    (told,) = Notice.objects.filter(kind="clock_jump")
    assert (told.to_role, told.urgency) == ("admin", 2)
    assert guard.holding()
    assert found.look() == 0.0  # the same jump is not noticed twice


def test_what_goes_out_waits_a_minute_and_no_longer(off: Callable[[float], None]) -> None:
    found = Guard()
    found.look()
    off(600)
    found.look()
    off(61)
    assert not guard.holding()


def test_a_clock_that_is_set_back_again_holds_nothing_for_hours(
    off: Callable[[float], None],
) -> None:
    found = Guard()
    found.look()
    off(7200)
    found.look()
    off(-7200)
    found.look()
    assert guard.holding()
    off(61)
    assert not guard.holding()


def test_two_workers_notice_one_jump(off: Callable[[float], None]) -> None:
    both = Guard(), Guard()
    for one in both:
        one.look()
    off(100)
    assert all(one.look() for one in both)
    assert Jump.objects.count() == 1
    assert Notice.objects.filter(kind="clock_jump").count() == 1


def test_a_beat_from_the_future_says_that_the_clock_went_back_while_we_were_away() -> None:
    at = guard.database_time()
    Beat.objects.create(loop="sweep", worker="w", began_at=at, beat_at=at + timedelta(seconds=100))
    assert Guard().look() == pytest.approx(-100, abs=1)


def test_a_beat_of_long_ago_says_that_we_were_away_and_nothing_of_the_clock() -> None:
    at = guard.database_time()
    Beat.objects.create(loop="sweep", worker="w", began_at=at, beat_at=at - timedelta(hours=3))
    assert Guard().look() == 0.0


def test_what_fires_after_a_jump_is_marked_and_stays_fired(off: Callable[[float], None]) -> None:
    row = armed(guard.database_time() - timedelta(seconds=1))
    found = Guard()
    found.look()
    off(100)
    found.look()
    sweep(doubt=found.doubtful)
    assert Fired.objects.get(trigger_id=row.pk).doubt
    assert Notice.objects.get(trigger=row.pk).payload["doubt"] is True
    off(-100)
    found.look()
    assert Fired.objects.filter(trigger_id=row.pk).exists()


def test_what_the_wrong_time_put_off_waits_by_the_right_one_again(
    off: Callable[[float], None],
) -> None:
    at = guard.database_time()
    row = armed(at - timedelta(minutes=1), at + timedelta(hours=2))
    parcel = Delivery.objects.create(
        key="k",
        bundle=uuid4(),
        person=uuid4(),
        name="刘洋",
        channel="sms",
        next_at=at + timedelta(hours=2),
        posted_at=at,
    )
    found = Guard()
    found.look()
    off(-7200)
    found.look()
    row.refresh_from_db()
    parcel.refresh_from_db()
    assert row.sweep_at == row.fire_at
    assert parcel.next_at < at + timedelta(minutes=6)


def test_a_poll_looks_no_further_back_than_it_has_swept_and_all_the_way_each_half_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr("jiannuo.clocks.sweeping.time.monotonic", lambda: clock[0])
    bound, at = Bound(), guard.database_time()
    assert bound.since() is None
    bound.swept(None, at, whole=True)
    assert bound.since() == at - timedelta(seconds=10)
    bound.swept(bound.since(), at + timedelta(seconds=5), whole=False)  # more is left
    assert bound.since() == at - timedelta(seconds=10)
    clock[0] += 30.0
    assert bound.since() is None


def test_what_was_armed_in_the_past_is_found_by_the_full_sweep() -> None:
    at = guard.database_time()
    armed(at - timedelta(minutes=5))
    assert sweep(since=at - timedelta(seconds=10)) == []
    assert len(sweep()) == 1


def test_the_sweep_goes_by_its_index() -> None:
    at = guard.database_time()
    Trigger.objects.bulk_create(
        Trigger(
            subject_kind="case",
            subject=uuid4(),
            code="renewal_30d",
            moment=at + timedelta(hours=n),
            fire_at=at + timedelta(hours=n),
            sweep_at=at + timedelta(hours=n),
            tell=["sales"],
        )
        for n in range(1, 3000)
    )
    with connection.cursor() as cursor:
        cursor.execute("analyze clocks_trigger")
        given = {"now": None, "low": at, "limit": 500, "by": "x", "doubt": False}
        cursor.execute("explain " + POLL, given)
        lines = [line for (line,) in cursor.fetchall()]
    place = next(n for n, line in enumerate(lines) if "clocks_trigger_armed" in line)
    assert "Index Cond" in lines[place + 1]
    assert "sweep_at" in lines[place + 1]
