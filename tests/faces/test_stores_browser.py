"""The counter in a real browser: by keyboard alone, on a telephone, to be read by anybody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.equipment import commands as equipment
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from jiannuo.manual.actor import SYSTEM
from jiannuo.parts import commands as parts
from jiannuo.parts import stores
from tests.faces.test_browser import AXE, MINUTE, case, pytestmark, serious, window, world
from tests.world import BRAND, MODEL, World, login

__all__ = ["pytestmark", "world"]
FAN = "风扇 FAN-60"


@pytest.fixture
def number(world: World) -> str:
    """A case that asked for two of five fans; a loaner on the shelf; the keeper's login."""
    found = case(world, "L2", 30 * MINUTE)
    parts.stock_part(SYSTEM, FAN, 6)
    with held_at(now() - timedelta(minutes=20)):
        keeper = world.actor("蒋丽")
        take("stock_received", keeper, FAN, qty=5, lot="L1", cost="60.00")
        take("part_requested", world.actor("李伟"), found, part=FAN, qty=2)
        take("faulty_part_received", keeper, "RMA-9", serial="PSU-77", case=found)
        equipment.register_loaner(SYSTEM, NewUnit("LN-1", BRAND, MODEL))
    login("蒋丽")
    return found


def test_two_scans_and_enter_book_what_was_asked_for(
    world: World, number: str, live_server: LiveServer
) -> None:
    with window(live_server) as desk:
        desk.sign_in("蒋丽")
        page = desk.open("/stores/")
        expect(page.locator("#scan")).to_be_focused()
        page.keyboard.type(number)
        page.keyboard.press("Enter")
        expect(page.locator(".jn-for")).to_contain_text(number)
        expect(page.locator("#scan")).to_be_focused()
        page.keyboard.type("fan-60")
        page.keyboard.press("Enter")
        quantity = page.get_by_label("数量")
        expect(quantity).to_be_focused()
        expect(quantity).to_have_value("2")
        page.keyboard.press("Enter")
        expect(page.locator(".jn-note.ok")).to_contain_text("现有 3 件")
        expect(page.locator("#scan")).to_be_focused()
        page.keyboard.press("Alt+2")
        expect(page.locator(".jn-modes .on")).to_contain_text("归还")
        page.keyboard.type(FAN)
        page.keyboard.press("Enter")
        expect(page.get_by_label("数量")).to_be_focused()
        page.keyboard.type("1")
        page.keyboard.press("Enter")
        expect(page.locator(".jn-note.ok")).to_contain_text("现有 4 件")
        assert desk.said == []
    assert stores.lines_named([FAN])[FAN].on_hand == 4


def test_a_booking_is_undone_in_a_dialog(
    world: World, number: str, live_server: LiveServer
) -> None:
    with window(live_server) as desk:
        desk.sign_in("蒋丽")
        page = desk.open("/stores/")
        page.get_by_role("link", name="撤销").first.click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("为什么撤销").fill("数量错了")
        page.keyboard.press("Enter")
        expect(page.locator(".jn-lines")).to_contain_text("已撤销")
    assert stores.lines_named([FAN])[FAN].on_hand == 0


PAGES = (
    "/stores/",
    f"/stores/?scan={FAN}",
    "/stores/?scan=LN-1",
    "/stores/?scan=UNKNOWN-1",
    "/stores/?scan=RMA-9",
    "/stores/parts/",
    "/stores/loaners/",
    "/stores/repairs/",
    "/stores/repairs/RMA-9/",
    "/stores/replacements/",
    "/stores/count/",
    "/stores/places/",
    "/stores/labels/?repair=RMA-9",
    "/stores/do/stock_received/?on=A",
)


def test_no_page_of_the_stores_is_wider_than_the_screen(
    world: World, number: str, live_server: LiveServer
) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    with window(live_server, 375) as desk:
        desk.sign_in("蒋丽")
        for path in (*PAGES, f"/stores/?scan={number}", f"/stores/?scan=LN-1&case={number}"):
            desk.open(path)
            for width in (375, 1024, 1280):
                desk.page.set_viewport_size({"width": width, "height": 800})
                assert desk.page.evaluate(wide) <= 0, (path, width)


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing_serious_in_the_stores(
    world: World, number: str, live_server: LiveServer, width: int, theme: str
) -> None:
    found: dict[str, Any] = {}
    with window(live_server, width, theme) as desk:
        desk.sign_in("蒋丽")
        for path in (*PAGES, f"/stores/?scan={number}"):
            desk.open(path)
            found[path] = serious(desk.page)
    assert not {path: rules for path, rules in found.items() if rules}
