"""The worker's loops around a clock that jumped, and on a machine that shows another time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from jiannuo.clocks import guard
from jiannuo.clocks.guard import database_time
from jiannuo.clocks.models import Beat, Jump, Trigger
from jiannuo.journey import delivering, telling
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import sending
from jiannuo.notices.models import Delivery
from jiannuo.notices.sending import Parcel
from jiannuo.people.models import Staff
from jiannuo.site.loops import Deliver, Loop, Sweep, keep_time, run
from tests.clocks.running import armed
from tests.site.waiting import delivery
from tests.world import company

GO_ON = threading.Event()

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a sender handed to its channel."""
    found = list[str]()

    def send(channel: object, parcel: Parcel, *_: object) -> None:
        found.append(parcel.key)
        sending.sent(parcel)

    company()
    telling.configure(SYSTEM, "sms", {"url": "http://127.0.0.1:9/", "secret": "s" * 16})
    monkeypatch.setattr(delivering, "_send", send)
    return found


def test_a_sender_that_looked_a_moment_ago_sends_nothing_inside_the_hold(
    handed_over: list[str],
) -> None:
    sender = Deliver("sms", "")
    assert sender(GO_ON) == 0
    delivery()
    guard.note_jump(database_time(), 7200.0)
    assert sender(GO_ON) == 0
    assert handed_over == []
    Jump.objects.update(hold_until=database_time())
    assert sender(GO_ON) == 1
    assert len(handed_over) == 1


def test_a_jump_between_two_messages_holds_the_second(
    handed_over: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = Staff.objects.values_list("id", flat=True)[0]
    for _ in range(3):
        delivery(person=someone)
    send: Callable[..., None] = delivering._send

    def then_the_clock_jumps(*given: object) -> None:
        send(*given)
        guard.note_jump(database_time(), 7200.0)

    monkeypatch.setattr(delivering, "_send", then_the_clock_jumps)
    Deliver("sms", "")(GO_ON)
    assert len(handed_over) == 1
    assert Delivery.objects.filter(state="waiting", leased_by="").count() == 2


def test_after_a_clock_that_went_back_the_sweep_looks_from_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turn = Sweep()
    turn(GO_ON)
    row = armed(database_time() - timedelta(hours=1))
    turn(GO_ON)
    assert Trigger.objects.get(pk=row.pk).state == "armed"  # it looked no further back
    monkeypatch.setattr(turn.guard, "look", lambda: -7200.0)
    turn(GO_ON)
    assert Trigger.objects.get(pk=row.pk).state == "fired"


def test_a_worker_whose_clock_is_off_says_so_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(guard, "keep_time", lambda: timedelta(hours=1))
    monkeypatch.setattr("jiannuo.site.loops.connection.close", lambda: None)
    stop, turns = threading.Event(), list[int]()

    def turn(_: threading.Event) -> int:
        turns.append(1)
        if len(turns) > 2:
            stop.set()
        return keep_time(stop)

    run(Loop("clock", 0.001, turn), stop)
    assert "快 3600 秒" in Beat.objects.get(loop="clock").trouble
    assert "3600 s ahead" in caplog.text
    assert "Traceback" not in caplog.text
    monkeypatch.setattr(guard, "keep_time", lambda: timedelta(seconds=-4))
    assert keep_time(stop) == 0
