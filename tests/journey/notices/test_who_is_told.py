"""Who is told: whom the roster names for a role, and who hears it when that is nobody."""

from __future__ import annotations

from jiannuo.journey import house as houses
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.links.fakegateway.server import Gateway
from jiannuo.manual.actor import SYSTEM
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Notice
from jiannuo.people import commands as people
from jiannuo.people.models import Staff
from jiannuo.people.rules import Duty
from tests.journey.notices.outbox import bundles, work
from tests.journey.telling import at, fault
from tests.world import World


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
    told = Notice.objects.filter(kind="nobody_on_duty", urgency=1)
    (alarm,) = told.exclude(state="waiting")
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
