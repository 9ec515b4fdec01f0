"""The calls of an emergency: who is rung up, who answers, who is told by it."""

from __future__ import annotations

from jiannuo.journey import telling
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.models import Recipient
from jiannuo.people.models import Staff
from tests.journey.notices.outbox import (
    bundles,
    declared_with_one_man_for_two_roles,
    key_of,
    press,
    work,
)
from tests.journey.telling import Case, at, fault, keeps
from tests.world import World


@keeps("R-7.5-B2-1")
def test_the_three_roles_are_called_in_the_minute_of_the_declaration(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    called = {m["name"] for m in gateway.messages() if m["kind"] == "voice"}
    assert called == {"刘洋", "孙立新", "吴敏芝"}
    (text,) = [m["text"] for m in gateway.messages() if m["name"] == "刘洋" and m["kind"] == "sms"]
    assert emergency.number in text
    assert "值班经理" in text


@keeps("R-7.5-B2-1")
def test_nobody_answers_and_the_ladder_climbs_to_the_deputy_and_the_head(
    emergency: Case, gateway: Gateway
) -> None:
    for when in ("10:01", "10:04", "10:07", "10:11"):
        work(when)
    calls = [m["name"] for m in gateway.messages() if m["kind"] == "voice"]
    assert calls.count("赵刚") >= 2
    assert calls.count("孙立新") >= 3
    first = {name: calls.index(name) for name in ("刘洋", "赵刚")}
    assert first["刘洋"] < first["赵刚"]
    assert emergency.clock("emg_notify_duty_manager").stop is None


@keeps("R-7.5-B2-1")
def test_an_answered_call_tells_the_role_and_stops_its_calls(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(emergency, "刘洋"), "key", "1", "r1"))
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")
    assert emergency.clock("emg_notify_subcentre_head").stop is None
    before = len(gateway.messages())
    work("10:04")
    assert not [m for m in gateway.messages()[before:] if m["name"] == "刘洋"]


def test_a_report_that_comes_twice_or_late_is_one(emergency: Case, gateway: Gateway) -> None:
    work("10:01")
    key = key_of(emergency, "刘洋")
    with held_at(at("10:02")):
        assert telling.hear("voice", Report(key, "answered", "", "r1")) == 1
        assert telling.hear("voice", Report(key, "answered", "", "r1")) == 0
        assert telling.hear("voice", Report(key, "unanswered", "", "r0")) == 0
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")


@keeps("R-7.5-B2-1")
def test_a_call_that_nobody_answered_stands_in_the_log_and_stops_nothing(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(emergency, "刘洋"), "unanswered"))
    attempt = [e for e in emergency.view.events if e.kind == "notify_attempt"]
    assert [(e.d["role"], e.d["person"]) for e in attempt] == [("duty_manager", "刘洋")]
    assert emergency.clock("emg_notify_duty_manager").stop is None


def test_a_press_in_the_product_counts_once_a_call_was_tried(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    assert press(emergency, "刘洋", "10:02") == 1
    assert emergency.clock("emg_notify_duty_manager").stop == at("10:02")


def test_without_a_call_a_press_is_no_call(emergency: Case) -> None:
    work("10:01")  # no channel leads out of the house
    assert press(emergency, "刘洋", "10:02") == 1
    assert emergency.clock("emg_notify_duty_manager").stop is None
    assert press(emergency, "刘洋", "10:02") == 0


def test_who_is_called_for_two_roles_counts_for_those_he_stands_for(
    world: World, gateway: Gateway
) -> None:
    """He has the duty manager's shift; the product manager's call only fell through to him."""
    Staff.objects.filter(name="吴敏芝").update(active=False)
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    work("10:01")
    mine = Recipient.objects.filter(name="孙立新", notice__subject=case.view.card.id)
    how = dict(mine.values_list("notice__to_role", "via"))
    assert how["subcentre_head"] == "role"
    assert how["product_manager"] == "escalation"
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(case, "孙立新"), "answered"))
    assert case.clock("emg_notify_subcentre_head").stop == at("10:02")
    assert case.clock("emg_notify_product_manager").stop is None


def test_one_person_in_two_roles_gets_one_call_and_both_count_when_he_answers(
    world: World, gateway: Gateway
) -> None:
    case = declared_with_one_man_for_two_roles(world)
    work("10:01")
    (line,) = [line for line in bundles(case) if line.name == "孙立新"]
    assert set(line.kinds) == {"warn:emg_notify_subcentre_head", "warn:emg_notify_product_manager"}
    assert line.channels == ("inbox", "voice", "sms")
    (said,) = [m for m in gateway.messages() if m["name"] == "孙立新" and m["kind"] == "voice"]
    assert said["text"].count("一级故障：") == 1
    assert "现通知您（子中心负责人、产品经理）" in said["text"]
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(case, "孙立新"), "answered"))
    for role in ("subcentre_head", "product_manager"):
        assert case.clock(f"emg_notify_{role}").stop == at("10:02")
