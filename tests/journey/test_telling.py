"""From a fired rung to somebody who knows: roster, bundles, channels, answers, silence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from jiannuo.clocks import queries as clocks
from jiannuo.clocks.models import Trigger
from jiannuo.journey import addressing, delivering, telling
from jiannuo.journey import house as houses
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import When
from jiannuo.journey.undecided import decide_silent
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.links.fakegateway.server import SECRET, Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices import acknowledging, queries, sending
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people import commands as people
from jiannuo.people.models import Staff
from jiannuo.people.rules import Duty
from tests.journey.telling import Case, Moment, at, fault, keeps, moment, opened, refused, step
from tests.world import World

BASE = "http://127.0.0.1:8000"


@pytest.fixture(autouse=True)
def numbers(world: World) -> None:
    """Everybody can be called."""
    for place, row in enumerate(Staff.objects.order_by("id")):
        Staff.objects.filter(pk=row.pk).update(phone=f"1380000{place:04}")


@pytest.fixture
def gateway(world: World) -> Iterator[Gateway]:
    with Gateway(ring=0.01) as found:
        sms = {"provider": "generic", "url": f"{found.url}/sms", "body": BODY, "secret": SECRET}
        telling.configure(SYSTEM, "sms", sms)
        telling.configure(SYSTEM, "voice", {"url": f"{found.url}/voice", "secret": SECRET})
        yield found


BODY = '{"key": "{key}", "to": "{to}", "name": "{name}", "text": "{content}"}'


@pytest.fixture
def emergency(world: World) -> Case:
    found = fault(world, "10:00", "L1")
    found.do("l1_declared", "10:01", "李伟", reason="全断")
    return found


def work(when: Moment) -> None:
    """The worker, at a moment: fire, address, deliver."""
    with held_at(moment(when)):
        while fire_due():
            pass
        decide_silent()
        while addressing.address():
            pass
        for channel in delivering.outward():
            while delivering.deliver(channel, BASE):
                pass


@dataclass(frozen=True)
class Line:
    name: str
    kinds: tuple[str, ...]
    channels: tuple[str, ...]


def bundles(case: Case) -> list[Line]:
    """What went out about a case: to whom, of what, by what; in order."""
    found: dict[UUID, list[Recipient]] = {}
    rows = Recipient.objects.filter(notice__subject=case.id).select_related("notice")
    for row in rows.order_by("id"):
        found.setdefault(row.bundle, []).append(row)
    return [
        Line(
            parts[0].name,
            tuple(part.notice.kind for part in parts),
            tuple(
                Delivery.objects.filter(bundle=bundle)
                .order_by("id")
                .values_list("channel", flat=True)
            ),
        )
        for bundle, parts in found.items()
    ]


def bundle_of(case: Case, name: str) -> UUID:
    row = Recipient.objects.filter(notice__subject=case.id, name=name).order_by("-id").first()
    assert row is not None
    return row.bundle


def declared(case: Case) -> bool:
    return case.view.story.declaration is not None


def press(case: Case, name: str, when: Moment) -> int:
    """He presses "I know" in the product."""
    with held_at(moment(when)):
        return telling.acknowledge(case.world.actor(name), bundle_of(case, name))


def key_of(case: Case, name: str, channel: str = "voice") -> str:
    row = Delivery.objects.filter(bundle=bundle_of(case, name), channel=channel).first()
    assert row is not None
    return row.key


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


def test_one_person_in_two_roles_gets_one_call_and_both_count_when_he_answers(
    world: World, gateway: Gateway
) -> None:
    Staff.objects.filter(name="孙立新").update(roles=["subcentre_head", "product_manager"])
    Staff.objects.filter(name="吴敏芝").update(active=False)
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    work("10:01")
    (line,) = [line for line in bundles(case) if line.name == "孙立新"]
    assert set(line.kinds) == {"warn:emg_notify_subcentre_head", "warn:emg_notify_product_manager"}
    assert line.channels == ("inbox", "voice", "sms")
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(case, "孙立新"), "answered"))
    for role in ("subcentre_head", "product_manager"):
        assert case.clock(f"emg_notify_{role}").stop == at("10:02")


def roster_of(world: World, *duties: Duty, code: str = "R1") -> None:
    with held_at(at("2026-02-01 08:00")):
        span = (at("2026-03-01 08:00"), at("2026-03-05 08:00"))
        people.draw_roster(SYSTEM, code, span, ["duty_manager"], duties)
        houses.publish_roster(SYSTEM, code, When(at("2026-02-01 08:00")))


def test_the_roster_of_the_moment_says_who_is_told(world: World, gateway: Gateway) -> None:
    early = Duty("duty_manager", at("2026-03-01 08:00"), at("2026-03-02 10:02"), "刘洋")
    late = Duty("duty_manager", at("2026-03-02 10:02"), at("2026-03-05 08:00"), "赵刚")
    roster_of(world, early, late)
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    work("10:01")
    work("10:04")
    names = [line.name for line in bundles(case) if "warn:emg_notify_duty_manager" in line.kinds]
    assert names[:2] == ["刘洋", "赵刚"]


def test_an_empty_shift_falls_to_the_head_at_once_and_is_an_alarm(
    world: World, gateway: Gateway
) -> None:
    Staff.objects.filter(name="赵刚").update(deputy_of=None)
    roster_of(world, Duty("duty_manager", at("2026-03-01 08:00"), at("2026-03-05 08:00"), None))
    case = fault(world, "10:00", "L1")
    case.do("l1_declared", "10:01", "李伟", reason="全断")
    work("10:01")
    (line,) = [line for line in bundles(case) if line.name == "孙立新"]
    assert "warn:emg_notify_duty_manager" in line.kinds
    work("10:01")
    (alarm,) = Notice.objects.filter(kind="nobody_on_duty").exclude(state="waiting")
    assert alarm.to_role == "admin"
    assert alarm.payload["role_code"] == "duty_manager"


def test_a_role_that_nobody_can_fill_is_told_to_whoever_runs_the_house(world: World) -> None:
    Staff.objects.filter(roles__overlap=["duty_manager", "subcentre_head"]).update(active=False)
    case = fault(world, "10:00", "L3")
    note = Note("x", "deviation", "case", case.id, "duty_manager", case.customer.id)
    with held_at(at("10:01")):
        post([note])
    work("10:01")
    assert Notice.objects.get(key="x").state == "nobody"
    work("10:02")
    assert [line.name for line in bundles(case) if line.kinds == ("nobody_on_duty",)] == ["罗敏"]


@keeps("R-7.5-B1")
def test_a_withdrawn_emergency_is_told_to_those_who_were_called_and_to_no_other(
    emergency: Case, gateway: Gateway
) -> None:
    work("10:01")
    emergency.do("l1_withdrawn", "10:03", "李伟", level="L3", reason="误判")
    work("10:03")
    told = {line.name for line in bundles(emergency) if "emergency_withdrawn" in line.kinds}
    assert told == {"刘洋", "孙立新", "吴敏芝"}
    before = len([kind for kind in notices(emergency) if "emg_" in kind])
    work("10:30")
    assert len([kind for kind in notices(emergency) if "emg_" in kind]) == before
    assert not Trigger.objects.filter(
        subject=emergency.id, state="armed", code__contains="emg_"
    ).exists()


def test_what_nobody_was_sent_yet_is_not_taken_back_aloud(emergency: Case) -> None:
    with held_at(at("10:01")):
        fire_due()
    emergency.do("l1_withdrawn", "10:02", "李伟", level="L3", reason="误判")
    work("10:03")
    assert [line for line in bundles(emergency) if "emergency_withdrawn" in line.kinds] == []


@keeps("R-7.5-B1")
def test_ten_minutes_of_silence_make_it_level_one_and_everybody_hears(world: World) -> None:
    case = opened(world, "09:00", safety=True)
    case.do("confirmed", "09:00", "周敏", level="L2")
    work("09:00")
    work("09:05")
    assert [n for n in notices(case) if n == "task:judge_level_one"]
    work("09:09:59")
    assert not declared(case)
    work("09:10")
    assert declared(case)
    assert "emg_team" in case.clocks
    work("09:10")
    assert {"level_one_by_default", "warn:emg_notify_duty_manager"} <= set(notices(case))


@keeps("R-7.5-B1")
def test_whoever_may_judge_ends_the_silence(world: World) -> None:
    case = opened(world, "09:00", safety=True)
    case.do("confirmed", "09:00", "周敏", level="L2")
    with refused("not_permitted"):
        case.do("l1_ruled_out", "09:04", "周敏", reason="误报")
    case.do("l1_ruled_out", "09:04", "李伟", reason="误报")
    work("09:30")
    assert not declared(case)
    assert "task:default_level_one" not in notices(case)


def test_a_house_may_choose_to_be_paged_instead(world: World) -> None:
    change = {"notices.default_for_level_1": "page"}
    with held_at(at("2026-01-01 08:00")):
        houses.publish_profile(SYSTEM, "house", version=2, changes=change, reason="只呼叫")
    case = opened(world, "2026-03-02 09:00", safety=True)
    work("2026-03-02 09:10")
    assert not declared(case)
    assert "task:default_level_one" in notices(case)


def notices(case: Case) -> list[str]:
    return list(Notice.objects.filter(subject=case.id).values_list("kind", flat=True))


@keeps("R-7.5-B2-0")
def test_an_update_is_due_every_half_hour_until_the_fault_is_removed(emergency: Case) -> None:
    work("10:30")
    assert "task:next_update" not in notices(emergency)
    work("10:31")
    assert notices(emergency).count("task:next_update") == 1
    emergency.do("update_given", "10:40", "刘洋", text="备件在路上")
    work("11:09")
    assert notices(emergency).count("task:next_update") == 1
    work("11:10")
    assert notices(emergency).count("task:next_update") == 2
    emergency.do("resolved", "11:20", "李伟", cause="quality", customer_confirmed_by="邓丽")
    work("12:30")
    assert notices(emergency).count("task:next_update") == 2


def test_a_drill_is_told_as_one_and_touches_no_real_case(world: World, gateway: Gateway) -> None:
    case = fault(world, "10:00", "L1", drill=True)
    case.do("l1_declared", "10:01", "李伟", reason="演练")
    work("10:01")
    texts = [m["text"] for m in gateway.messages()]
    assert texts
    assert all(text.startswith("【演练】") for text in texts)
    with held_at(at("10:02")):
        telling.hear("voice", Report(key_of(case, "刘洋"), "answered"))
    found = {c.promise: c for c in clocks.clocks_of([case.id], drill=True)[case.id]}
    assert found["emg_notify_duty_manager"].stop == at("10:02")


def reminder(case: Case, key: str, when: Moment, kind: str = "renewal_30d") -> None:
    with held_at(moment(when)):
        note = Note(key, kind, "contract", case.customer.contract, "sales")
        post([note])


def test_a_reminder_at_night_goes_out_in_the_morning_and_those_of_the_night_as_one(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    for place in range(3):
        reminder(case, f"n{place}", "2026-03-02 23:00", kind=f"renewal_{30 * (place + 1)}d")
        work("2026-03-02 23:00")
    work("2026-03-03 06:59")
    assert [m for m in gateway.messages() if m["name"] == "沈浩"] == []
    work("2026-03-03 07:00")
    (one,) = [m for m in gateway.messages() if m["name"] == "沈浩"]
    assert one["text"].count("质保") == 3
    assert Delivery.objects.filter(state="waiting", held=True).count() == 0


def test_the_inbox_knows_no_night(world: World) -> None:
    case = fault(world, "2026-03-02 20:00", "L4")
    reminder(case, "n", "2026-03-02 23:00")
    work("2026-03-02 23:00")
    shen = world.actor("沈浩").id
    assert shen is not None
    assert [line.kind for line in queries.inbox(shen)] == ["renewal_30d"]
    assert queries.badge(shen).unseen == 1


def test_more_than_a_dozen_reminders_an_hour_wait_and_come_as_one(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for place in range(15):
        reminder(case, f"r{place}", f"11:{place:02}", kind="parts_return_3d" if place % 2 else "x")
        Notice.objects.filter(key=f"r{place}").update(subject=UUID(int=place))
        work(f"11:{place:02}")
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 12
    work("12:00")
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 13


def test_after_an_outage_more_than_twenty_things_come_as_one_message(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for place in range(25):
        reminder(case, f"o{place}", "11:00")
        Notice.objects.filter(key=f"o{place}").update(subject=UUID(int=place))
    work("11:05")
    (one,) = [m for m in gateway.messages() if m["name"] == "沈浩"]
    assert "25 条" in one["text"]
    shen = world.actor("沈浩").id
    assert shen is not None
    assert len(queries.inbox(shen)) == 25


def test_the_same_thing_is_not_told_to_the_same_person_twice_within_ten_minutes(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L4")
    for key, when in (("a", "11:00"), ("b", "11:05"), ("c", "11:11")):
        reminder(case, key, when)
        work(when)
    assert len([m for m in gateway.messages() if m["name"] == "沈浩"]) == 2


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


def test_a_try_that_a_crash_took_away_keeps_nobody_from_hearing_that_it_was_given_up(
    world: World, gateway: Gateway
) -> None:
    case = fault(world, "10:00", "L3")
    gateway.mood.change({"mode": "refuse"})
    with held_at(at("10:01")):
        post([Note("n", "assigned", "case", case.id, "duty_manager")])
    work("10:01")
    work("10:01:10")
    with held_at(at("10:01:40")):
        (third,) = sending.claim("sms", "worker that dies")
    work("10:02:20")
    sms = Delivery.objects.get(pk=third.id)
    assert (sms.state, sms.tries) == ("failed", 4)
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
