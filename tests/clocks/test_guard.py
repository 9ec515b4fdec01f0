"""The clock guard: what a jump of the server's clock sets in motion, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, tzinfo
from typing import Self
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from jiannuo.clocks import commands, guard, vitals
from jiannuo.clocks.guard import Guard
from jiannuo.clocks.models import Beat, Fired, Jump, Trigger
from jiannuo.clocks.sweeping import POLL, Bound, sweep
from jiannuo.kernel import moment
from jiannuo.kernel.moment import held_at
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


def test_a_dead_worker_s_beat_from_the_future_tells_of_the_jump_once(
    off: Callable[[float], None],
) -> None:
    at = guard.database_time()
    ahead = at + timedelta(hours=1)
    Beat.objects.create(loop="sweep", worker="dead", began_at=at, beat_at=ahead, well_at=ahead)
    Guard().look()
    assert Jump.objects.count() == 1
    off(61)
    late = Guard()
    assert late.look() == 0.0
    assert not late.doubtful
    assert not guard.holding()
    assert Jump.objects.count() == 1
    swept_at = vitals.pulse().swept_at
    assert swept_at is not None
    assert swept_at < at + timedelta(seconds=5)


def test_a_jump_that_could_not_be_noted_is_noted_at_the_next_look(
    off: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, note = Guard(), guard.note_jump
    found.look()
    off(7200)

    def away(at: datetime, seconds: float) -> None:
        raise OperationalError("the connection is gone")

    monkeypatch.setattr(guard, "note_jump", away)
    assert found.look() == pytest.approx(7200, abs=1)
    assert found.doubtful
    monkeypatch.setattr(guard, "note_jump", note)
    assert found.look() == pytest.approx(7200, abs=1)
    assert found.look() == 0.0
    assert Jump.objects.count() == 1


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


def rest(row: Trigger, when: datetime) -> Trigger:
    with held_at(when):
        commands.rest([row.pk], timedelta(minutes=15))
    row.refresh_from_db()
    return row


def test_a_ladder_that_rests_by_the_wrong_time_goes_on_by_the_right_one() -> None:
    """Somebody said that he knows while the clock was two hours fast."""
    at = guard.database_time()
    row = armed(at + timedelta(minutes=5), code="due:x")
    rest(row, at + timedelta(hours=2))
    assert row.sweep_at > at + timedelta(hours=2)
    guard.note_jump(at, -7200.0)
    row.refresh_from_db()
    assert row.rests_until == row.sweep_at == at + timedelta(minutes=15)


def test_a_rest_that_was_over_when_the_clock_went_back_holds_nothing() -> None:
    at = guard.database_time()
    row = armed(at + timedelta(minutes=5), at + timedelta(hours=2), code="due:x")
    Trigger.objects.filter(pk=row.pk).update(rests_until=at - timedelta(minutes=1))
    guard.note_jump(at, -7200.0)
    row.refresh_from_db()
    assert row.sweep_at == row.fire_at


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[timedelta], None]]:
    """This machine's clock is ahead of the database's by so much."""

    def ahead(by: timedelta) -> None:
        class Fast(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return super().now(tz) + by

        monkeypatch.setattr(moment, "datetime", Fast)

    yield ahead
    monkeypatch.undo()
    guard.keep_time()


@pytest.mark.parametrize("hours", [1, -3])
def test_a_worker_whose_machine_shows_another_time_goes_by_the_database_s(
    machine: Callable[[timedelta], None], hours: int
) -> None:
    machine(timedelta(hours=hours))
    assert abs(moment.now() - guard.database_time()) > timedelta(minutes=50)
    assert abs(guard.keep_time() - timedelta(hours=hours)) < timedelta(seconds=1)
    assert abs(moment.now() - guard.database_time()) < timedelta(seconds=2)
    machine(timedelta())  # somebody set it right; the next sign of life sees it
    guard.beat("sweep", moment.now())
    assert abs(moment.now() - guard.database_time()) < timedelta(seconds=2)


def test_a_machine_whose_clock_is_right_goes_by_its_own() -> None:
    guard.keep_time()
    before = moment.now()
    assert abs(guard.keep_time()) < timedelta(seconds=1)
    assert moment.now() >= before


def test_an_answer_that_was_long_on_its_way_says_nothing_of_the_time(
    machine: Callable[[timedelta], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine(timedelta(hours=1))
    clock = [0.0]

    def slow() -> float:
        clock[0] += 3.0
        return clock[0]

    with monkeypatch.context() as busy:
        busy.setattr("jiannuo.clocks.guard.time.monotonic", slow)
        assert guard.keep_time() == timedelta()
    assert moment.now() - guard.database_time() > timedelta(minutes=50)
