"""The one box in a real browser, by keyboard and without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.kernel.moment import held_at, now
from tests.faces.test_browser import AXE, CHROMIUM, case, window
from tests.world import World, clocks_kept, company, login

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
    ),
]


@pytest.fixture
def world(transactional_db: None) -> World:
    clocks_kept(now() + timedelta(hours=1))
    with held_at(now() - 3 * timedelta(hours=1)):
        found = company()
    login("刘洋")
    return found


def test_finds_and_opens_by_keyboard_alone(world: World, live_server: LiveServer) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.page
        box, found = page.locator("#find"), page.locator("#found")
        page.keyboard.press("/")
        expect(box).to_be_focused()
        page.keyboard.type("主控")
        expect(found.get_by_role("option").first).to_contain_text("一块主控板告警")
        expect(box).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowUp")  # from below: the last one
        expect(found.locator("[aria-selected=true]")).to_have_text("全部结果")
        page.keyboard.press("ArrowDown")  # past the end: the words in the box again
        expect(found.locator("[aria-selected=true]")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(found).to_be_hidden()
        expect(box).to_have_value("主控")
        page.keyboard.press("ArrowDown")
        expect(found.locator("[aria-selected=true]")).to_contain_text(number)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/cases/{number}/#e-*")
        assert desk.said == []


def test_enter_opens_a_number_and_lists_anything_else(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.page
        page.keyboard.press("/")
        page.keyboard.type(number + "\n")
        page.wait_for_url(f"**/cases/{number}/")
        page.keyboard.press("/")
        page.keyboard.type("dl\n")
        expect(page.get_by_role("heading", name="联系人")).to_be_visible()
        expect(page.get_by_text("邓丽").first).to_be_visible()
        assert desk.said == []


def test_a_slash_in_a_sentence_is_a_slash(world: World, live_server: LiveServer) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        desk.open(f"/find/?q={number[:4]}")
        desk.page.locator("#find").press("End")
        desk.page.keyboard.type("/x")
        expect(desk.page.locator("#find")).to_have_value(f"{number[:4]}/x")


def test_the_list_shows_where_a_form_holds_words(world: World, live_server: LiveServer) -> None:
    """What is typed elsewhere on the page neither goes nor stands in the way."""
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/")
        page.evaluate(
            "document.getElementById('live').insertAdjacentHTML('beforeend',"
            " '<textarea id=\"kept\">noch nicht</textarea>')"
        )
        page.keyboard.press("/")
        page.keyboard.type("dengli")
        expect(page.locator("#found").get_by_text("邓丽").first).to_be_visible()
        assert page.locator("#kept").input_value() == "noch nicht"


def test_without_script_the_box_leads_to_the_page(world: World, live_server: LiveServer) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server, script=False) as desk:
        desk.sign_in("刘洋")
        desk.page.get_by_label("查找").fill("主控板")
        desk.page.keyboard.press("Enter")
        expect(desk.page.get_by_role("heading", name="写过的话")).to_be_visible()
        desk.page.locator(".jn-hit .lead").first.click()
        desk.page.wait_for_url(f"**/cases/{number}/**")


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 375)])
def test_axe_finds_nothing_serious_in_finding(
    world: World, live_server: LiveServer, theme: str, width: int
) -> None:
    case(world, "L2", timedelta(minutes=10))
    with window(live_server, width, theme) as desk:
        desk.sign_in("刘洋")
        for address, typed in (("/find/?q=CXN6800", ""), ("/find/?q=xyz", ""), ("/", "机房")):
            page = desk.open(address)
            if typed:
                page.locator("#find").fill(typed)
                expect(page.locator("#found")).to_be_visible()
            page.add_script_tag(path=str(AXE))
            found = page.evaluate("axe.run()")["violations"]
            bad = [one for one in found if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["html"]) for one in bad] == []
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width
