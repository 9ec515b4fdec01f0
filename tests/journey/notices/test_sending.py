"""Sending: tried again, handed on, followed up after a crash, left out when it is not so any more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from jiannuo.journey import addressing, delivering
from jiannuo.journey.reminders import fire_due
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices import failing, rules, sending
from jiannuo.notices.channels.channel import Message, NotSent, Receipt
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from tests.journey.notices.outbox import BASE, bundle_of, bundles, notices, work
from tests.journey.telling import Case, at, fault, refused, step
from tests.world import World


def test_three_failures_open_the_next_channel(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00", "L2")
    gateway.mood.change({"mode": "refuse", "times": 3})
    with held_at(at("10:01")):
        post([Note("n", "deviation", "case", case.id, "duty_manager", urgency=2)])
    for when in ("10:01", "10:01:10", "10:01:40", "10:02:40", "10:04"):
        work(when)
    (line,) = [line for line in bundles(case) if line.kinds == ("deviation",)]
    assert line.channels == ("inbox", "sms", "voice")
    states = dict(
        Delivery.objects.filter(bundle=bundle_of(case, "刘洋")).values_list("channel", "state")
    )
    assert states["voice"] == "sent"
    assert "not_delivered" not in notices(case)


def test_level_one_never_gives_up_and_somebody_is_told_that_it_does_not_get_through(
    emergency: Case, gateway: Gateway
) -> None:
    gateway.mood.change({"mode": "refuse"})
    for minute in range(1, 12):
        work(f"10:{minute:02}")
    calls = Delivery.objects.filter(
        bundle__in=Recipient.objects.filter(notice__subject=emergency.id, name="刘洋").values(
            "bundle"
        ),
        channel="voice",
    ).order_by("id")
    assert calls[0].state == "waiting"
    assert calls[0].tries > 5
    assert "not_delivered" in notices(emergency)
    gateway.mood.change({"mode": "ok"})
    work("10:20")
    assert Delivery.objects.get(pk=calls[0].pk).state == "sent"


def reminded(world: World) -> Case:
    """A reminder that only a text message carries."""
    case = fault(world, "10:00", "L3")
    with held_at(at("10:01")):
        post([Note("n", "assigned", "case", case.id, "duty_manager")])
    return case


def test_a_reminder_outlives_an_outage_of_its_only_channel(world: World, gateway: Gateway) -> None:
    case = reminded(world)
    gateway.mood.change({"mode": "refuse"})
    for minute in range(1, 40):
        work(f"10:{minute:02}")
    gateway.mood.change({"mode": "ok"})
    work("10:45")
    (sms,) = Delivery.objects.filter(bundle=bundle_of(case, "刘洋"), channel="sms")
    assert sms.state == "sent"
    assert "not_delivered" not in notices(case)


def test_a_try_that_a_crash_took_away_keeps_nobody_from_hearing_that_it_was_given_up(
    world: World, gateway: Gateway
) -> None:
    case = reminded(world)
    gateway.mood.change({"mode": "refuse"})
    for minute in range(1, 30):
        work(f"10:{minute:02}")
    with held_at(at("10:35")):
        (lost,) = sending.claim("sms", "worker that dies")
    sms = Delivery.objects.get(pk=lost.id)
    for minute in range(36, 120):
        work(f"{10 + minute // 60}:{minute % 60:02}")
    sms.refresh_from_db()
    assert (sms.state, sms.tries) == ("failed", rules.LAST_TRIES)
    assert notices(case).count("not_delivered") == 2  # the administrator and the duty manager


def test_whoever_dies_between_sending_and_marking_is_followed_under_the_same_key(
    emergency: Case, gateway: Gateway
) -> None:
    with held_at(at("10:01")):
        fire_due()
        addressing.address()
        first = sending.claim("voice", "worker that dies")
        assert sending.claim("voice", "another") == []
        mine = {parcel.key for parcel in first}
    with held_at(at("10:01") + timedelta(seconds=29)):
        assert sending.claim("voice", "another") == []
    with held_at(at("10:01") + timedelta(seconds=30)):
        assert {parcel.key for parcel in sending.claim("voice", "another")} == mine


def test_what_a_worker_gives_back_goes_out_at_once(emergency: Case, gateway: Gateway) -> None:
    with held_at(at("10:01")):
        fire_due()
        addressing.address()
        assert len(sending.claim("voice", "w1")) == 3
        assert sending.release("w1") == 3
        assert len(sending.claim("voice", "w2")) == 3


def test_who_comes_back_from_the_dead_leaves_the_lease_of_another_alone(
    emergency: Case, gateway: Gateway
) -> None:
    with held_at(at("10:01")):
        fire_due()
        addressing.address()
        old = sending.claim("voice", "frozen")
    with held_at(at("10:01") + timedelta(seconds=31)):
        new = sending.claim("voice", "another")
        assert {parcel.id for parcel in new} == {parcel.id for parcel in old}
        sending.give_back(old)
        failing.failed(old[0], NotSent("超时", "timed out"))
        assert sending.again(old[0]) is None
        assert sending.claim("voice", "a third") == []
        assert sending.again(new[0]) is not None


def test_a_reminder_that_a_worker_held_is_free_when_it_ends(world: World, gateway: Gateway) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    with held_at(at("2026-03-02 23:00")):
        post([Note("q", "renewal_30d", "contract", case.customer.contract, "sales")])
    work("2026-03-02 23:00")
    with held_at(at("2026-03-03 07:00")):
        held = {parcel.id for parcel in sending.claim("sms", "w1") if parcel.held}
        assert held
        sending.release("w1")
        assert held <= {parcel.id for parcel in sending.claim("sms", "w2")}


def test_what_is_cancelled_while_others_go_out_stays_in(
    world: World, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = fault(world, "10:00", "L2")
    case.do("assigned", "10:00", "周敏", engineer="李伟")
    work("10:00")
    with held_at(at("10:15")):
        post([Note("n", "deviation", "case", case.id, "duty_manager", urgency=1, by=("sms",))])
        fire_due()
        addressing.address()
    sms = CHANNELS["sms"]

    def send(message: Message, values: Mapping[str, str]) -> Receipt:
        """He is called while the first of two messages goes out."""
        if message.name != "李伟":
            case.do("engineer_contact", "10:15", "李伟", call="outbound")
        return sms.send(message, values)

    monkeypatch.setitem(CHANNELS, "sms", replace(sms, send=send))
    before = len(gateway.messages())
    with held_at(at("10:15")):
        delivering.deliver("sms", BASE)
    assert [m["name"] for m in gateway.messages()[before:]] == ["刘洋"]


def test_what_was_cancelled_in_the_very_moment_is_kept_as_gone_out(
    emergency: Case, gateway: Gateway
) -> None:
    with held_at(at("10:01")):
        fire_due()
        addressing.address()
        parcel = sending.claim("voice", "w1")[0]
        Delivery.objects.filter(pk=parcel.id).update(state="cancelled")
        sending.sent(parcel, "ref-1")
    row = Delivery.objects.get(pk=parcel.id)
    assert (row.state, row.sent_at, row.reference) == ("cancelled", at("10:01"), "ref-1")


def test_a_warning_whose_promise_was_kept_meanwhile_is_not_sent(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L2")
    case.do("assigned", "10:00", "周敏", engineer="李伟")
    with held_at(at("10:15")):
        fire_due()
        addressing.address()
    case.do("engineer_contact", "10:16", "李伟", call="outbound")
    work("10:16")
    assert [m["name"] for m in gateway.messages()] == ["李伟"]
    assert "指定" in gateway.messages()[0]["text"]


def test_nothing_is_told_of_what_was_rolled_back(world: World) -> None:
    before = Notice.objects.count()
    with refused("late_without_reason"):
        step(world, "reported", "09:00", "周敏", rec="12:00", **report(world))
    assert Notice.objects.count() == before


def report(world: World) -> dict[str, Any]:
    return {
        "channel": "phone",
        "kind": "fault",
        "safety": True,
        "customer": world.customer.id,
        "device": world.customer.serial,
    }
