"""`jiannuo doctor` on people: who is on duty can be rung up, and no hour is nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from jiannuo.oversight.doctor.checks import calendar, duty, roster
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.people import commands as people
from jiannuo.people.models import Roster, Staff
from jiannuo.people.rules import Duty
from tests.site.doctor.findings import told
from tests.world import World, company

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return company()


def drawn(world: World, hours: float, *, gap: bool = False) -> None:
    """A roster from now on; `gap`: the hotline is nobody's from the second hour on."""
    at = now()
    span = (at - HOUR, at + hours * HOUR)
    ends = at + 2 * HOUR if gap else span[1]
    duties = [
        Duty("hotline", span[0], ends, "周敏"),
        Duty("duty_manager", *span, "刘洋"),
    ]
    with held_at(at - DAY):
        people.draw_roster(world.actor("刘洋"), "now", span, ("hotline", "duty_manager"), duties)
        take("roster_published", world.actor("刘洋"), "now")


def test_who_is_on_duty_can_be_rung_up(world: World, here: Machine) -> None:
    told(duty.look(here), "warn", "没有值班表")
    Staff.objects.update(phone="")
    drawn(world, 400)
    told(duty.look(here), "bad", "热线坐席 周敏 没有手机号", "刘洋 has no number")
    Staff.objects.update(phone="13800000000")
    told(duty.look(here), "ok", "周敏", "刘洋")
    Staff.objects.filter(name="周敏").update(active=False)
    told(duty.look(here), "warn", "子中心负责人顶着")


def test_hours_of_the_two_weeks_that_are_nobody_s(world: World, here: Machine) -> None:
    told(roster.look(here), "warn", "没有值班表")
    drawn(world, 400)
    told(roster.look(here), "ok")
    Roster.objects.all().delete()
    drawn(world, 72)
    told(roster.look(here), "warn", "只排到", "is drawn until")


def test_a_gap_within_a_day_is_worse(world: World, here: Machine) -> None:
    drawn(world, 400, gap=True)
    told(roster.look(here), "bad", "1 处没人值班：热线坐席", "1 gaps")


def test_the_days_off_of_a_year_are_filled_before_it_begins(world: World, here: Machine) -> None:
    def fill(year: int) -> None:
        days = {"holidays": [f"{year}-10-01"], "makeup": [f"{year}-10-10"]}
        take("calendar_set", world.actor("罗敏"), year=year, **days)

    with held_at(datetime(2026, 11, 30, 4, tzinfo=UTC)):
        told(calendar.look(here), "ok", "按周一到周五")
        fill(2026)
        told(calendar.look(here), "ok", "已填")
    with held_at(datetime(2026, 12, 1, 4, tzinfo=UTC)):
        told(calendar.look(here), "warn", "2027 年的节假日还没填", "2027")
        fill(2027)
        told(calendar.look(here), "ok")
    with held_at(datetime(2028, 1, 1, 4, tzinfo=UTC)):
        told(calendar.look(here), "warn", "2028 年")
