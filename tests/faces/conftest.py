"""The small company at noon, a case of it, and a signed-in duty manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from jiannuo.clocks.sweeping import sweep
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.people.rules import Duty
from tests.world import World, clocks_kept, company, confirmed, login, reported

#: 12:00 in Chengdu.
NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)

Page = Callable[[str, datetime], str]


@pytest.fixture
def world(db: None) -> World:
    clocks_kept(NOON + timedelta(days=365))
    with held_at(NOON):
        return company()


@pytest.fixture
def number(world: World) -> str:
    """A case of level two, confirmed at once."""
    return confirmed(world, reported(world, NOON), NOON, "L2")


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(login("刘洋"))
    return client


@pytest.fixture
def on_duty(world: World) -> None:
    """A roster of the day: 周敏 at the hotline, 陈晨 for the engineers, 赵刚 as manager."""
    desks = {"hotline": "周敏", "engineer": "陈晨", "duty_manager": "赵刚"}
    day = (NOON - timedelta(hours=6), NOON + timedelta(hours=18))
    duties = [Duty(desk, *day, name) for desk, name in desks.items()]
    manager = world.actor("刘洋")
    with held_at(NOON - timedelta(hours=7)):
        people.draw_roster(manager, "day", day, tuple(desks), duties)
        take("roster_published", manager, "day")


@pytest.fixture
def page(desk: Client) -> Page:
    """A page at a moment at which the worker has done its work."""

    def ask(address: str, at: datetime) -> str:
        with held_at(at):
            while sweep():
                pass
            answer = desk.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return ask
