"""The canary: it comes out where notices come out, by its own way, and nobody is told of it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from jiannuo.clocks import canary
from jiannuo.clocks.guard import database_time
from jiannuo.clocks.models import Trigger
from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import addressing, delivering, telling
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import failing, sending, set_up
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.site.loops import loop_back
from tests.world import company

GO_ON = threading.Event()
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


def sing(at: datetime) -> None:
    """One is armed, fires and is addressed."""
    with held_at(at):
        canary.send(at - canary.AHEAD)
        sweep()
        addressing.address()


def hand_over(at: datetime) -> None:
    with held_at(at):
        while loop_back(GO_ON):
            pass


def song() -> canary.Song:
    found = canary.last()
    assert found is not None
    return found


def test_it_is_out_when_the_sender_handed_it_over_and_not_before() -> None:
    at = database_time()
    sing(at)
    assert song().fired_at == at
    assert song().out_at is None
    assert canary.last_out() is None
    hand_over(at + timedelta(seconds=1))
    assert song().out_at == canary.last_out() == at + timedelta(seconds=1)
    (parcel,) = Delivery.objects.filter(channel="loopback")
    assert (parcel.state, parcel.tries, parcel.reference) == ("sent", 1, parcel.key)


def test_with_every_sender_dead_it_never_comes_out() -> None:
    at = database_time()
    company()
    telling.configure(SYSTEM, "sms", {"url": "http://127.0.0.1:9/", "secret": "s" * 16})
    sing(at)
    for channel in delivering.outward():
        delivering.deliver(channel, "")
    assert canary.last_out() is None


def test_each_one_comes_out_by_itself_however_soon_after_the_last() -> None:
    at = database_time()
    for minutes in (0, 5, 10):
        sing(at + minutes * MINUTE)
        assert song().out_at is None  # the one before speaks for itself alone
        hand_over(at + minutes * MINUTE)
        assert song().out_at == at + minutes * MINUTE


def test_those_that_an_outage_left_come_out_each_under_its_own_key() -> None:
    at = database_time()
    with held_at(at):
        for seconds in range(3):
            canary.send(at - timedelta(seconds=10 + seconds))
        sweep()
        addressing.address()
    hand_over(at)
    hand_over(at)
    rows = Delivery.objects.filter(channel="loopback")
    assert set(rows.values_list("state", flat=True)) == {"sent"}
    assert rows.count() == rows.values("bundle").distinct().count() == 3


@pytest.mark.parametrize("hour", [3, 12])
def test_no_group_and_no_person_is_told_of_it_by_night_or_by_day(hour: int) -> None:
    company()
    for code in ("wecom", "dingtalk", "feishu"):
        telling.configure(SYSTEM, code, {"key": "abcdefgh12345", "token": "abcdefgh12345"})
    at = database_time().replace(hour=hour)
    sing(at)
    hand_over(at)
    assert set(Delivery.objects.values_list("channel", flat=True)) <= {"inbox", "loopback"}
    assert set(Recipient.objects.values_list("name", flat=True)) == {"canary"}
    assert song().out_at == at


def test_the_loop_back_is_no_channel_that_anybody_sees() -> None:
    assert "loopback" not in CHANNELS
    assert "loopback" not in set(CHANNELS) | set(set_up.ready())
    assert CHANNELS.get("loopback") is None
    assert CHANNELS["loopback"].code == "loopback"
    with pytest.raises(KeyError):
        CHANNELS["telex"]


def test_one_that_waits_for_its_sender_is_no_alarm_of_a_channel_that_is_off() -> None:
    at = database_time()
    sing(at)
    with held_at(at):
        canary.hand_on()
        failing.reroute(set_up.ready())
        assert Notice.objects.exclude(kind="canary").count() == 0
        (parcel,) = sending.claim("loopback", "w")
    assert [part.kind for part in parcel.parts] == ["canary"]


def test_after_a_day_nothing_of_it_is_left() -> None:
    at = database_time()
    sing(at - timedelta(days=2))
    hand_over(at - timedelta(days=2))
    canary.send(at)
    assert Trigger.objects.filter(code="canary").count() == 1
    assert not Notice.objects.filter(kind="canary").exists()
    assert not Recipient.objects.exists()
    assert not Delivery.objects.exists()
