"""The board of the dispatcher in a real browser: by keyboard, by one press, without script."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.journey import onsite, phone, remote
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from jiannuo.people import commands as people
from jiannuo.people.rules import Duty
from jiannuo.visits.models import Visit
from tests.faces.test_browser import AXE, CHROMIUM, serious, window
from tests.world import World, clocks_kept, company, confirmed, login, reported

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    clocks_kept(now() + HOUR)
    with held_at(now() - 3 * HOUR):
        found = company()
    login("刘洋")
    return found


def waiting(world: World) -> str:
    """李伟 is on duty; the customer asked for somebody half an hour ago, 陈晨 is away."""
    at = now()
    manager, span = world.actor("刘洋"), (at - 2 * HOUR, at + 12 * HOUR)
    people.draw_roster(manager, "day", span, ("engineer",), [Duty("engineer", *span, "李伟")])
    take("roster_published", manager, "day")
    people.note_absence("陈晨", at - HOUR, at + 5 * HOUR)
    number = confirmed(world, reported(world, at - HOUR), at - HOUR + MINUTE, "L2")
    with held_at(at - 40 * MINUTE):
        phone.in_contact(world.actor("李伟"), number, call="outbound", result="要上门")
        remote.skip_remote(world.actor("李伟"), number, reason="hardware_evident")
    with held_at(at - 30 * MINUTE):
        onsite.call_on_site(world.actor("彭建军"), number)
    return number


def test_a_case_is_chosen_by_keyboard_and_somebody_sent_by_one_press(
    world: World, live_server: LiveServer
) -> None:
    number = waiting(world)
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.open("/dispatch/")
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"[id='w-{number}']")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".jn-next .what")).to_contain_text("派 李伟 去")
        page.locator(".jn-next").get_by_role("button", name="派他去").click()
        expect(page.locator(".jn-next .what")).to_contain_text("李伟 在路上")
        expect(page.get_by_text("没有等人的工单")).to_be_visible()
        page.get_by_role("link", name="告知客户").click()
        expect(page.locator("dialog input[name=eta]")).not_to_have_value("")
        assert desk.said == []
    assert Visit.objects.get().state == "sent"


def test_without_script_a_reason_is_asked_for_and_kept(
    world: World, live_server: LiveServer
) -> None:
    number = waiting(world)
    with window(live_server, script=False) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/dispatch/?case={number}")
        junior = page.locator(".jn-lane", has_text="陈晨")
        junior.locator("summary").click()
        junior.locator("input[name=override]").fill("李伟在外地")
        junior.get_by_role("button", name="派他去").click()
        expect(page.get_by_text("已派陈晨去")).to_be_visible()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    world: World, live_server: LiveServer, theme: str
) -> None:
    number = waiting(world)
    found: dict[str, Any] = {}
    wide: dict[str, int] = {}
    with window(live_server, 1280, theme) as desk:
        desk.sign_in("刘洋")
        for path in ("/dispatch/", f"/dispatch/?case={number}&hours=24", "/handover/"):
            page = desk.open(path)
            page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
            found[path] = serious(page)
            wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert not {path: rules for path, rules in found.items() if rules}
    assert set(wide.values()) == {1280}
