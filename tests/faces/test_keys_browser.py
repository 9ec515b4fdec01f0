"""The keyboard in a real browser: every page says what can be pressed, and it can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.faces import test_browser
from tests.faces.test_browser import case, window
from tests.world import World, login

pytestmark = test_browser.pytestmark
world = test_browser.world


def test_a_letter_after_g_goes_to_a_part_and_another_takes_the_next_step(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.page
        page.keyboard.press("g")
        page.keyboard.press("c")
        expect(page).to_have_url(f"{live_server.url}/customers/")
        desk.open(f"/cases/{number}/")
        expect(page.locator(".jn-next a").first).to_have_text("打给邓丽 S")
        page.keyboard.press("m")
        expect(page.locator("#more")).to_have_attribute("open", "")
        page.locator('#more a[href$="/do/noted/"]').focus()
        page.keyboard.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert desk.said == []


def test_the_list_of_keys_names_what_the_page_has_and_nothing_happens_while_typing(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="键盘")
        expect(keys.locator("dl > div", has_text="打给邓丽")).to_contain_text("S")
        expect(keys.locator("dl > div", has_text="队列")).to_contain_text("G Q")
        page.keyboard.press("Escape")
        expect(keys).to_have_count(0)
        page.locator("#find").focus()
        page.keyboard.type("gs?m")
        expect(page.locator("#find")).to_have_value("gs?m")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert desk.said == []


def test_the_list_of_keys_has_those_that_stand_on_the_page(
    world: World, live_server: LiveServer
) -> None:
    login("周敏")
    with window(live_server) as desk:
        desk.sign_in("周敏")
        page = desk.open("/hotline/")
        page.get_by_role("button", name="键盘").click()
        keys = page.get_by_role("dialog", name="键盘")
        expect(keys.locator("dl > div", has_text="先存")).to_contain_text("Ctrl S")


@pytest.mark.parametrize("script", [False])
def test_without_script_no_button_promises_keys(
    world: World, live_server: LiveServer, *, script: bool
) -> None:
    with window(live_server, script=script) as desk:
        desk.sign_in("刘洋")
        expect(desk.page.get_by_role("button", name="键盘")).to_have_count(0)
