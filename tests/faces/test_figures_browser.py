"""Figures and the wall in a real browser: axe finds nothing, the wall never scrolls and renews."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import classification
from jiannuo.kernel.moment import held_at, now
from jiannuo.oversight import tallying
from tests.faces.test_browser import AXE, pytestmark, serious, window, world
from tests.world import World, confirmed, contacted, reported

__all__ = ["pytestmark", "world"]
MINUTE = timedelta(minutes=1)
SCROLLS = """document.documentElement.scrollHeight > innerHeight
  || document.documentElement.scrollWidth > innerWidth"""
CLOCKS = """[...document.querySelectorAll('.wl-big')].filter((o) => o.getClientRects().length)
  .map((o) => parseFloat(getComputedStyle(o).fontSize))"""
#: Text smaller than 22 px that somebody five metres away should read.
SMALL = """() => [...document.querySelectorAll('main *')].filter((one) => one.childElementCount === 0
  && one.textContent.trim() && getComputedStyle(one).display !== 'none'
  && one.getClientRects().length && parseFloat(getComputedStyle(one).fontSize) < 22)
  .map((one) => one.className + ' ' + one.textContent.trim())"""
#: What stands outside of its frame: rows cut by the foot of the wall.
CUT = """() => [...document.querySelectorAll('.wl-row, .wl-crisis, .wl-foot, .wl-today')].filter((one) =>
  one.getBoundingClientRect().bottom > innerHeight || one.getBoundingClientRect().height < 40)
  .map((one) => one.className)"""


def life(world: World) -> None:
    """A case kept, one late, one running."""
    for minutes, level in ((40, "L3"), (50, "L2"), (5, "L3")):
        at = now() - minutes * MINUTE
        confirmed(world, reported(world, at), at, level)
    at = now() - 30 * MINUTE
    number = confirmed(world, reported(world, at), at, "L4")
    contacted(world, number, at + 5 * MINUTE)


def emergencies(world: World, count: int) -> None:
    for n in range(count):
        at = now() - (10 + n) * MINUTE
        customer = world.stranger if n % 2 else world.customer
        number = confirmed(
            world, reported(world, at, "核心存储宕机，全部业务中断", of=customer), at
        )
        with held_at(at + MINUTE):
            classification.declare_level_one(world.actor("李伟"), number, reason="整个瘫痪")


def settle() -> None:
    while sweep():
        pass
    tallying.refresh_all()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_the_pages_of_figures(
    world: World, live_server: LiveServer, theme: str
) -> None:
    life(world)
    settle()
    paths = (
        "/figures/promises/",
        "/figures/promises/phone_response/?part=due",
        "/figures/late/",
        "/figures/kpis/",
        "/figures/kpis/mttr_hours/",
        "/figures/duties/",
    )
    with window(live_server, width=1440, theme=theme) as desk:
        desk.sign_in("刘洋")
        for path in paths:
            desk.open(path)
            assert serious(desk.page) == [], path
        desk.open("/figures/promises/")
        desk.page.locator("#r-phone_response").get_by_role("link", name="1", exact=True).click()
        expect(desk.page.locator(".fg-v.is-broken")).to_have_count(1)
        assert desk.said == []


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_the_wall_fits_and_is_read_from_five_metres(
    world: World, live_server: LiveServer, count: int
) -> None:
    life(world)
    for n in range(5):
        at = now() - n * MINUTE
        confirmed(world, reported(world, at, "接入交换机批量丢包" * 8, of=world.stranger), at, "L3")
    emergencies(world, count)
    settle()
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        desk.page.set_viewport_size({"width": 1920, "height": 1080})
        desk.open("/wall/")
        assert not desk.page.evaluate(SCROLLS)
        assert desk.page.evaluate(SMALL) == []
        assert desk.page.evaluate(CUT) == []
        assert min(desk.page.evaluate(CLOCKS)) >= 50
        assert serious(desk.page) == []
        assert desk.said == []


def test_the_wall_renews_itself_and_says_when_nobody_answers(
    world: World, live_server: LiveServer
) -> None:
    at = now() - MINUTE
    confirmed(world, reported(world, at), at, "L2")
    settle()
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        desk.page.clock.install()
        desk.open("/wall/")
        first = desk.page.locator(".wl-row .wl-big").first
        before = first.inner_text()
        desk.page.clock.run_for(2000)
        expect(first).not_to_have_text(before)
        desk.page.evaluate("document.querySelector('main').dataset.old = '1'")
        desk.page.clock.run_for(6000)
        expect(desk.page.locator("main[data-old]")).to_have_count(0)
        desk.page.route("**/wall/", lambda route: route.abort())
        desk.page.clock.run_for(20000)
        expect(desk.page.locator("#wall-beat")).to_contain_text("断线")
        desk.page.clock.run_for(20000)
        expect(first).to_have_text("待核")
