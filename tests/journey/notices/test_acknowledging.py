"""Whoever was told says so: by a link, by a button, once, for himself, and provably."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiannuo.customers import queries as customers
from jiannuo.journey import addressing, delivering, house, telling
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.manual.vocabulary import Verdict
from jiannuo.notices import acknowledging, queries, sending
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery
from jiannuo.people import commands as people
from jiannuo.people.covering import Piece, take_over
from jiannuo.people.models import Staff
from jiannuo.people.rules import Duty
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


def test_a_gateway_that_names_the_call_is_heard_on_each_thing_that_happens_in_it(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    key = key_of(emergency, "刘洋")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key, "unanswered", "", "call-77"))
        assert telling.hear("voice", Report(key, "key", "1", "call-77")) == 1
        assert telling.hear("voice", Report(key, "key", "1", "call-77")) == 0
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")


def test_an_answer_that_is_reported_late_counts_from_when_it_was_given(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    key = key_of(emergency, "刘洋")
    with held_at(at("10:40")):
        telling.hear("voice", Report(key, "key", "1", "r", at("10:15:30")))
    clock = emergency.clock("emg_notify_duty_manager")
    assert (clock.stop, clock.verdict(at("10:40"))) == (at("10:15:30"), Verdict.MET)


@pytest.mark.parametrize("claimed", ["10:00", "10:50"])
def test_an_answer_before_the_call_or_in_time_to_come_counts_as_heard(
    emergency: Case, gateway: Gateway, claimed: str
) -> None:
    work("10:01")
    key = key_of(emergency, "刘洋")
    with held_at(at("10:05")):
        telling.hear("voice", Report(key, "key", "1", "r", at(claimed)))
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:05")


def test_who_presses_the_link_after_a_call_is_told_and_no_call_is_made_up(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    with held_at(at("10:02")):
        telling.acknowledge(emergency.world.actor("刘洋"), bundle_of(emergency, "刘洋"))
    (told,) = emergency.view.story.log.where("notified", lambda _: True)
    assert told.d["how"] == "acknowledged"
    assert [call for call in emergency.calls if call.direction == "outbound"] == []


def test_whoever_the_roster_put_there_answers_for_the_role(world: World, gateway: Gateway) -> None:
    span = (at("2026-03-01 08:00"), at("2026-03-05 08:00"))
    with held_at(at("2026-02-01 08:00")):
        people.draw_roster(
            SYSTEM, "R1", span, ["duty_manager"], [Duty("duty_manager", *span, "刘洋")]
        )
        house.publish_roster(SYSTEM, "R1")
        piece = Piece("R1", "duty_manager", *span)
        take_over(SYSTEM, piece, "郑海涛", instead_of="刘洋", reason="出差")
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    work("10:01")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(case, "郑海涛"), "key", "1", "r1"))
    assert case.clock("emg_notify_duty_manager").stop == at("10:02")


def test_of_two_of_one_name_the_one_who_was_called_answers(
    emergency: Case, gateway: Gateway
) -> None:
    Staff.objects.filter(name="陈晨").update(name="刘洋")
    work("10:01")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(emergency, "刘洋"), "key", "1", "r1"))
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")


def test_a_group_is_told_and_asked_for_nothing(world: World) -> None:
    telling.configure(SYSTEM, "wecom", {"key": "abcdefgh12345"})
    Staff.objects.update(phone="", email="")
    case = fault(world, "10:00", "L3")
    with held_at(at("10:01")):
        post([Note("g", "warn:phone_response", "case", case.id, "duty_manager", ack=True)])
        addressing.address()
        (parcel,) = [p for p in sending.claim("wecom", "w") if p.key.startswith("g>")]
        profile = customers.base_profile(at("10:01"))
        assert delivering.worded(CHANNELS["wecom"], parcel, profile, BASE).link == ""
        assert delivering.worded(CHANNELS["sms"], parcel, profile, BASE).link
