"""The wall: one thing in red, five next promises, who is on shift; quiet where nothing is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jiannuo.clocks.models import Beat
from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import classification
from jiannuo.kernel.moment import held_at
from jiannuo.oversight import tallying
from tests.faces.conftest import NOON
from tests.faces.test_query_budget import BUDGET
from tests.world import LONG_NAME, World, clocks_kept, confirmed, contacted, reported

MINUTE = timedelta(minutes=1)
LATER = NOON + 14 * MINUTE
Wall = Callable[..., str]


@pytest.fixture
def wall(world: World, on_duty: None, desk: Client) -> Wall:
    def ask(at: datetime = LATER, more: str = "") -> str:
        with held_at(at):
            while sweep():
                pass
            tallying.refresh_all()
            answer = desk.get(f"/wall/{more}")
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def level_one(world: World, after: timedelta, *, of: bool = False) -> str:
    at = NOON + after
    customer = world.stranger if of else world.customer
    number = confirmed(world, reported(world, at, "全部业务中断", of=customer), at + MINUTE, "L2")
    with held_at(at + 2 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number, reason="整个系统瘫痪")
    return number


def red(page: str) -> int:
    """Tiles in solid red, the frame around one not counted."""
    return len(re.findall(r'class="(?:wl-lead|wl-worst) is-red"', page))


def test_a_quiet_wall_says_so(wall: Wall) -> None:
    page = wall()
    assert "没有未结的工单" in page
    assert red(page) == 0
    assert "周敏" in page


def test_the_next_five_promises_are_in_the_order_in_which_they_end(
    world: World, wall: Wall
) -> None:
    for n in range(7):
        confirmed(world, reported(world, NOON + n * MINUTE), NOON + n * MINUTE, "L3")
    page = wall()
    ends = [int(ms) for ms in re.findall(r'data-ends="(\d+)"', page)]
    assert len(ends) == 5
    assert ends == sorted(ends)
    assert red(page) == 0


@pytest.mark.parametrize(("count", "shape"), [(1, "one"), (2, "two"), (4, "many"), (6, "many")])
def test_of_several_emergencies_one_tile_is_red(
    world: World, wall: Wall, count: int, shape: str
) -> None:
    for n in range(count):
        level_one(world, n * MINUTE / 2, of=n % 2 == 1)
    page = wall(LATER + 2 * MINUTE)
    assert f"wl-page is-{shape}" in page
    assert red(page) == 1
    assert page.count('class="wl-crisis') == min(count, 4)
    assert ("还有 2 起应急" in page) == (count == 6)
    assert "差 子中心" in page


def test_who_misses_of_the_three_is_named(world: World, wall: Wall) -> None:
    level_one(world, timedelta())
    assert "孙立新" in wall()


def test_without_an_emergency_the_latest_is_the_red_one(world: World, wall: Wall) -> None:
    confirmed(world, reported(world, NOON), NOON, "L2")
    confirmed(world, reported(world, NOON + MINUTE), NOON + MINUTE, "L2")
    page = wall(NOON + 50 * MINUTE)
    assert red(page) == 1
    assert "+20:00" in page
    assert "另有 1 单已过承诺时间" in page


def test_while_the_clocks_are_not_kept_nothing_is_known(world: World, wall: Wall) -> None:
    level_one(world, timedelta())
    confirmed(world, reported(world, NOON), NOON, "L3")
    Beat.objects.all().delete()
    page = wall()
    assert "待核" in page
    assert "data-ends" not in page
    assert red(page) == 0
    assert "is-unsure" in page
    clocks_kept(NOON + timedelta(days=365))
    assert "data-ends" in wall()


def test_visitors_read_numbers_and_no_names(world: World, wall: Wall) -> None:
    number = level_one(world, timedelta(), of=True)
    confirmed(world, reported(world, NOON), NOON, "L3")
    assert LONG_NAME in wall()
    page = wall(more="?codes=1")
    assert LONG_NAME not in page
    assert "眉山东坡智慧交通指挥中心" not in page
    assert number in page


def test_the_counts_are_today_s(world: World, wall: Wall) -> None:
    number = confirmed(world, reported(world, NOON), NOON, "L3")
    contacted(world, number, NOON + 10 * MINUTE)
    page = wall()
    counts = re.findall(r'<dd class="num">(\d+)</dd><dt>(.*?)</dt>', page)
    assert {name: int(n) for n, name in counts} == {
        "在办": 1,
        "已解决": 0,
        "承诺做到": 2,
        "没做到": 0,
    }


def test_the_hotline_stands_below(wall: Wall) -> None:
    assert "wl-phones" not in wall()
    with override_settings(HOTLINE=("028-5550-0101", "028-5550-0102")):
        assert "028-5550-0101 · 028-5550-0102" in " ".join(wall().split())


@pytest.mark.parametrize("count", [0, 1, 6])
def test_the_wall_keeps_its_budget(world: World, wall: Wall, desk: Client, count: int) -> None:
    for n in range(count):
        level_one(world, n * MINUTE)
        confirmed(world, reported(world, NOON), NOON, "L3")
    wall()
    with held_at(LATER), CaptureQueriesContext(connection) as asked:
        desk.get("/wall/")
    assert len(asked) <= BUDGET["desk:wall_show"]
