"""The roster, the profile and the days off in a real browser."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.customers import versions
from jiannuo.journey import profiling, what_if
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import now
from jiannuo.manual.profile import shipped
from jiannuo.people import commands as people
from jiannuo.people import queries
from jiannuo.people.models import Override
from jiannuo.people.rules import Duty
from tests.faces import test_browser
from tests.faces.test_browser import AXE, serious, window
from tests.world import World, login

pytestmark = test_browser.pytestmark
world = test_browser.world
HOUR, ZONE = timedelta(hours=1), shipped().zone


@pytest.fixture
def short(world: World) -> datetime:
    """A roster of some hours, the last of them without a hotline agent: since when."""
    login("周敏")
    login("沈浩")
    at = now().replace(minute=0, second=0, microsecond=0)
    day = (at - HOUR, at + 6 * HOUR)
    duties = [
        Duty("hotline", day[0], at + 2 * HOUR, "周敏"),
        Duty("hotline", at + 2 * HOUR, day[1], None),
        Duty("duty_manager", *day, "赵刚"),
    ]
    manager = world.actor("刘洋")
    people.draw_roster(manager, "now", day, ("hotline", "duty_manager"), duties)
    take("roster_published", manager, "now")
    return at + 2 * HOUR


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_rules_and_the_roster(
    world: World, short: datetime, live_server: LiveServer, theme: str
) -> None:
    seller = world.actor("沈浩")
    draft = profiling.begin(seller, 1)
    profiling.write(seller, draft, {"phone_response.L3": "01:00"}, "新标书")
    what_if.ask(seller, draft, now().date() - timedelta(days=90), now().date())
    while what_if.go_on():
        pass
    own = f"/profile/drafts/{draft}/"
    pages = {"刘洋": ["/roster/", "/settings/holidays/"], "沈浩": [own]}
    if theme == "light":
        pages["刘洋"] += ["/roster/new/", "/profile/", "/profile/1/"]
        pages["沈浩"] += [f"{own}edit/"]
    found: dict[str, Any] = {}
    for name, paths in pages.items():
        with window(live_server, 1280, theme) as desk:
            desk.sign_in(name)
            for path in paths:
                found[path] = serious(desk.open(path))
            for path in paths if theme == "light" else ():
                desk.page.set_viewport_size({"width": 375, "height": 800})
                desk.open(path)
                wide = desk.page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 375, path
            assert desk.said == []
    assert not {path: rules for path, rules in found.items() if rules}
    assert versions.draft(draft).state == "open"


@pytest.mark.parametrize("script", [True, False])
def test_a_gap_is_filled_by_the_keyboard_and_without_a_script(
    world: World, short: datetime, live_server: LiveServer, *, script: bool
) -> None:
    with window(live_server, 1280, script=script) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/roster/?week={short.astimezone(ZONE):%Y-%m-%d}")
        fill = page.get_by_role("link", name="补班").first
        fill.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text("改派值班")
        page.get_by_label("换成谁").fill("孙立新")
        page.get_by_label("为什么换").fill("晚班没人")
        page.get_by_role("button", name="换上他").press("Enter")
        expect(page.locator(".jn-week")).to_contain_text("孙立新")
    assert queries.on_duty("hotline", short + HOUR) == ("孙立新", "override")
    assert Override.objects.get().recorded_by == "刘洋"


def test_on_a_phone_the_roster_is_a_list_by_day(
    world: World, short: datetime, live_server: LiveServer
) -> None:
    with window(live_server, 375) as phone:
        phone.sign_in("周敏")
        page = phone.open("/roster/")
        today = page.locator(".jn-week .head.today").bounding_box()
        mine = page.locator(".jn-week .cell.today .mine").first.bounding_box()
        assert today is not None
        assert mine is not None
        assert today["y"] < mine["y"]
        expect(page.locator(".jn-week .cell.today .at").first).to_be_visible()
