"""Whoever was told says so: by a link, by a button, once, for himself, and provably."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiannuo.journey import telling
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import acknowledging, queries
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.models import Delivery
from tests.journey.notices.outbox import BASE, bundle_of, bundles, key_of, notices, press, work
from tests.journey.telling import Case, at, fault
from tests.world import World


def test_the_link_of_a_message_acknowledges_once_and_a_wrong_code_does_nothing(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    row = Delivery.objects.get(key=key_of(emergency, "刘洋", "sms"))
    (text,) = [m["text"] for m in gateway.messages() if m["key"] == row.key]
    code = acknowledging.code_of(row.key)
    assert f"{BASE}/a/{row.pk}-{code}/" in text
    with held_at(at("10:02")):
        with pytest.raises(Refusal):
            telling.acknowledge_by_link(row.pk, "AAAAAAAAAAAA")
        assert telling.acknowledge_by_link(row.pk, code.lower()) == 1
        assert telling.acknowledge_by_link(row.pk, code) == 0
    with held_at(at("10:02") + timedelta(days=3)), pytest.raises(Refusal):
        telling.acknowledge_by_link(row.pk, code)
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")


def test_an_acknowledged_ladder_rests_and_goes_on(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00", "L3")  # two hours: 75 % at 11:30, 90 % at 11:48
    work("11:30")
    press(case, "刘洋", "11:35")
    work("11:48")
    assert not [n for n in notices(case) if n == "warn:phone_response"][3:]
    work("11:50")
    told = [line.name for line in bundles(case) if "warn:phone_response" in line.kinds]
    assert "孙立新" in told


def test_one_of_ours_cannot_acknowledge_what_was_told_to_another(emergency: Case) -> None:
    work("10:01")
    with held_at(at("10:02")):
        assert telling.acknowledge(emergency.world.actor("周敏"), bundle_of(emergency, "刘洋")) == 0
        with pytest.raises(Refusal):
            telling.acknowledge(SYSTEM, bundle_of(emergency, "刘洋"))


def test_who_was_told_by_what_and_whether_he_knows_can_be_proved(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(emergency, "刘洋"), "key", "1"))
    lines = [t for t in queries.tellings(emergency.id) if t.name == "刘洋"]
    assert {(t.channel, t.state) for t in lines} == {
        ("inbox", "sent"),
        ("voice", "sent"),
        ("sms", "sent"),
    }
    assert {(t.told_at, t.told_how) for t in lines} == {(at("10:02"), "key")}
