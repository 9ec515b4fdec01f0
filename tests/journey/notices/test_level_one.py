"""Level one begun by silence, withdrawn, updated every half hour, played as a drill."""

from __future__ import annotations

from jiannuo.clocks import queries as clocks
from jiannuo.clocks.models import Trigger
from jiannuo.journey import house as houses
from jiannuo.journey import intake, telling
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual import holding
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.channels.channel import Report
from jiannuo.notices.models import Notice
from tests.journey.notices.outbox import bundles, key_of, notices, work
from tests.journey.telling import Case, at, fault, keeps, opened, refused
from tests.world import World


def declared(case: Case) -> bool:
    return case.view.story.declaration is not None


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
def test_where_silence_declares_the_duty_manager_is_rung_up_once(world: World) -> None:
    """For the emergency itself; that nobody judged he has in writing."""
    case = opened(world, "09:00", safety=True)
    for when in ("09:00", "09:05", "09:10", "09:10"):
        work(when)
    rung = Notice.objects.filter(
        subject=case.id, to_role="duty_manager", posted_at__gte=at("09:10"), state="addressed"
    ).values_list("kind", "by")
    ways = {kind: by for kind, by in rung if "voice" in by or not by}
    assert list(ways) == ["warn:emg_notify_duty_manager"]


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


def test_what_is_entered_late_is_asked_when_it_is_entered(world: World) -> None:
    case = opened(world, "10:00")
    with held_at(at("10:12")):
        intake.confirm(world.actor("周敏"), case.number, When(at("10:00")), level="L1")
    work("10:21:59")
    assert not declared(case)
    assert "task:judge_level_one" in notices(case)
    work("10:22")
    assert declared(case)


def test_whoever_sets_a_lower_level_has_judged(world: World) -> None:
    case = opened(world, "10:00")
    case.do("confirmed", "10:00", "周敏", level="L1")
    assert holding.to_judge(case.view.story.log.events)
    case.do("reclassified", "10:02", "李伟", level="L3", reason="只影响一个端口")
    assert not holding.to_judge(case.view.story.log.events)
    asked = Notice.objects.filter(kind="task:asked_level_one").values_list("state", flat=True)
    assert set(asked) == {"cancelled"}
    work("10:30")
    assert not declared(case)


def test_what_was_withdrawn_needs_no_second_judgement(emergency: Case) -> None:
    emergency.do("l1_withdrawn", "10:20", "刘洋", level="L2", reason="误报")
    with refused("judged_already", "R-7.5-B1"):
        emergency.do("l1_ruled_out", "10:21", "李伟", reason="误报")


def test_a_house_may_choose_to_be_paged_instead(world: World) -> None:
    change = {"notices.default_for_level_1": "page"}
    with held_at(at("2026-01-01 08:00")):
        houses.publish_profile(SYSTEM, "house", version=2, changes=change, reason="只呼叫")
    case = opened(world, "2026-03-02 09:00", safety=True)
    work("2026-03-02 09:10")
    assert not declared(case)
    assert "task:default_level_one" in notices(case)


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
