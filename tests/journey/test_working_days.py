"""7.7, 7.8: what counts working days counts those of the house's calendar."""

from __future__ import annotations

from datetime import date

from jiannuo.archive.models import Event
from jiannuo.customers import working
from jiannuo.journey import working_days
from jiannuo.journey.steps import take
from jiannuo.journey.working_days import Moved
from jiannuo.kernel.moment import held_at
from jiannuo.manual.daysoff import read
from tests.journey.telling import at, keeps, refused
from tests.journey.test_workshop import order, own_project, received, taken_off
from tests.world import World

DAYS = "10-01 至 10-07 国庆\n10-10 上班"
BEFORE = at("2026-09-28 09:00")


def fill(world: World, text: str = DAYS, when: str = "2026-09-28 09:00", by: str = "罗敏") -> None:
    found = read(text, 2026)
    off, on = list(map(str, found.holidays)), list(map(str, found.makeup))
    with held_at(at(when)):
        take("calendar_set", world.actor(by), year=2026, text=text, holidays=off, makeup=on)


@keeps("R-7.7-I2")
def test_a_running_repair_follows_the_calendar_and_that_is_known_before(world: World) -> None:
    taken_off(world, "2026-09-25 09:00", own_project())
    assert received(world, "2026-09-25 10:00").due_on == date(2026, 10, 9)
    with held_at(BEFORE):
        moved = working_days.looked_at(world.actor("罗敏"), 2026, read(DAYS, 2026))
    assert moved == [Moved("repair", "MB-OLD", date(2026, 10, 9), date(2026, 10, 15))]
    assert order().due_on == date(2026, 10, 9)
    assert working.years() == []
    fill(world)
    assert order().due_on == date(2026, 10, 15)
    event = Event.objects.get(kind="calendar_set")
    assert (event.by_name, event.detail["moved"]) == ("罗敏", 1)


@keeps("R-7.7-I2")
def test_a_contract_that_says_otherwise_of_a_day_keeps_its_own(world: World) -> None:
    fill(world)
    own = own_project(makeup_workdays=(date(2026, 10, 5), date(2026, 10, 6)))
    taken_off(world, "2026-09-28 09:00", own)
    assert received(world, "2026-09-28 10:00").due_on == date(2026, 10, 14)


def test_a_day_that_is_past_is_not_set_anew_and_one_that_is_both_not_at_all(world: World) -> None:
    fill(world)
    with refused("day_is_past"):
        fill(world, "10-01 至 10-05\n10-10 上班", "2026-10-08 09:00")
    with refused("off_and_on"):
        fill(world, "10-01\n10-01 上班")
    with refused("other_year"):
        fill(world, "2027-01-01")
    with refused("not_permitted"):
        fill(world, by="李伟")
    fill(world, DAYS + "\n12-31", "2026-10-08 09:00", by="刘洋")
    kept = working.year(2026)
    assert kept is not None
    assert (len(kept.holidays), kept.by) == (8, "刘洋")
