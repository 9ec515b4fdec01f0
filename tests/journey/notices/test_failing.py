"""What does not get through: asked to wait, refused for good, reported as lost, turned off."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn
from uuid import UUID, uuid4

import pytest

from jiannuo.journey import delivering, telling
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import acknowledging, failing, set_up
from jiannuo.notices.channels.channel import Message, NotSent, Report
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from tests.journey.notices.outbox import key_of, notices, work
from tests.journey.telling import Case, at, fault
from tests.world import World


@pytest.fixture
def urgent(world: World) -> Case:
    """Something of level two for the duty manager, at one minute past ten."""
    case = fault(world, "10:00", "L2")
    with held_at(at("10:01")):
        post([Note("n", "deviation", "case", case.id, "duty_manager", urgency=2)])
    return case


def ways(start: str = "n>") -> dict[str, str]:
    """The state of each way out of a notice."""
    rows = Delivery.objects.filter(key__startswith=start).exclude(channel="inbox")
    return dict(rows.values_list("channel", "state"))


def lost(channel: str, when: str, start: str = "n>") -> None:
    """What went out by a channel is reported as not arrived."""
    for row in Delivery.objects.filter(key__startswith=start, name="刘洋", channel=channel):
        with held_at(at(when)):
            telling.hear(channel, Report(row.key, "failed", "", f"{channel}-{row.pk}"))


def turn(channel: str, *, on: bool) -> None:
    kept = set_up.channel(channel)
    telling.configure(SYSTEM, channel, kept.values, enabled=on)


def test_a_gateway_that_asks_for_an_hour_is_gone_around_at_once(
    urgent: Case, gateway: Gateway
) -> None:
    gateway.mood.change({"mode": "busy", "after": 3600, "times": 1})
    work("10:01")
    work("10:01:01")
    assert ways() == {"sms": "waiting", "voice": "sent"}
    work("10:02:01")
    assert ways()["sms"] == "sent"


def test_level_one_waits_a_minute_at_most_whatever_is_asked(
    emergency: Case, gateway: Gateway
) -> None:
    gateway.mood.change({"mode": "busy", "after": 3600})
    work("10:01")
    assert "not_delivered" in notices(emergency)
    gateway.mood.change({"mode": "ok"})
    work("10:02:01")
    assert {m["name"] for m in gateway.messages()} >= {"刘洋", "孙立新", "吴敏芝"}


def test_level_one_is_tried_on_also_where_the_other_side_says_never(
    emergency: Case, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: Message, values: object) -> NoReturn:
        raise NotSent("对方拒收（HTTP 401）。", "refused (HTTP 401)", again=False)

    with monkeypatch.context() as patched:
        broken = {code: replace(one, send=refuse) for code, one in CHANNELS.items()}
        patched.setattr(delivering, "CHANNELS", broken)
        work("10:01")
    assert "not_delivered" in notices(emergency)
    work("10:02:30")
    assert Delivery.objects.get(key=key_of(emergency, "刘洋")).state == "sent"


def test_a_message_reported_as_lost_goes_by_the_next_channel(
    urgent: Case, gateway: Gateway
) -> None:
    work("10:01")
    lost("sms", "10:02")
    lost("sms", "10:02")
    work("10:02")
    assert ways() == {"sms": "failed", "voice": "sent"}
    lost("voice", "10:03")
    assert notices(urgent).count("not_delivered") == 2
    work("10:03")
    heard = Recipient.objects.filter(notice__kind="not_delivered").values_list("name", flat=True)
    assert sorted(heard) == [
        "罗敏",
        "赵刚",
    ]  # not the one who cannot be reached: who stands behind him


def test_of_a_list_that_does_not_arrive_each_case_is_an_alarm(
    world: World, gateway: Gateway
) -> None:
    with held_at(at("10:01")):
        about = [(f"n{place:02}", "x", UUID(int=place)) for place in range(24)]
        for key, kind, subject in (("a", "late_sweep", UUID(int=99)), *about):
            post([Note(key, kind, "claim", subject, "duty_manager", urgency=2)])
    work("10:01")
    lost("sms", "10:02", start="")
    work("10:02")
    lost("voice", "10:03", start="")
    told = Notice.objects.filter(kind="not_delivered", to_role="admin")
    assert set(told.values_list("subject", flat=True)) == {UUID(int=place) for place in range(24)}


def test_who_knows_already_is_not_rung_up_when_his_message_bounces(
    urgent: Case, gateway: Gateway
) -> None:
    work("10:01")
    sms = Delivery.objects.get(key__startswith="n>", channel="sms")
    with held_at(at("10:02")):
        acknowledging.acknowledge(sms.bundle, sms.person, "inbox")
    lost("sms", "10:05")
    work("10:05")
    assert ways() == {"sms": "failed"}
    assert "not_delivered" not in notices(urgent)


def test_what_cannot_go_on_stands_in_nobody_s_way(
    urgent: Case, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failing, "MOST", 1)
    Delivery.objects.create(
        key="stuck",
        bundle=uuid4(),
        person=uuid4(),
        name="某人",
        channel="sms",
        urgency=1,
        next_at=at("09:00"),
        posted_at=at("09:00"),
    )
    gateway.mood.change({"mode": "refuse", "times": 2})
    work("10:01")
    with held_at(at("10:01:01")):
        turn("sms", on=False)
        failing.reroute(set_up.ready())
    assert ways()["voice"] == "waiting"


def test_what_waits_for_a_channel_that_is_off_goes_another_way(
    urgent: Case, gateway: Gateway
) -> None:
    gateway.mood.change({"mode": "refuse", "times": 1})
    work("10:01")
    with held_at(at("10:01:01")):
        turn("sms", on=False)
        assert failing.reroute(set_up.ready()) == 1
        assert failing.reroute(set_up.ready()) == 0
    work("10:01:02")
    assert ways() == {"sms": "failed", "voice": "sent"}


def test_what_has_no_other_way_is_an_alarm_and_waits(urgent: Case, gateway: Gateway) -> None:
    gateway.mood.change({"mode": "refuse"})
    work("10:01")
    with held_at(at("10:01:01")):
        turn("voice", on=False)
        turn("sms", on=False)
        failing.reroute(set_up.ready())
        failing.reroute(set_up.ready())
        assert notices(urgent).count("not_delivered") == 2
        turn("sms", on=True)
        turn("voice", on=True)
    gateway.mood.change({"mode": "ok"})
    work("10:05")
    assert "sent" in ways().values()


def test_a_call_that_nobody_takes_is_followed_by_the_next_channel(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L2")
    with held_at(at("10:01")):
        post(
            [
                Note(
                    "n",
                    "deviation",
                    "case",
                    case.id,
                    "duty_manager",
                    urgency=2,
                    by=("voice", "sms"),
                )
            ]
        )
    work("10:01")
    voice = Delivery.objects.get(key__startswith="n>", channel="voice")
    with held_at(at("10:02")):
        telling.hear("voice", Report(voice.key, "unanswered", "", "r1"))
    work("10:02")
    assert ways() == {"voice": "sent", "sms": "sent"}
