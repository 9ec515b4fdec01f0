"""Lists and the set-up in a real browser: a bar that moves by itself, no page without its script."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.journey.bringing import working
from tests.faces.test_browser import AXE, pytestmark, serious, window, world
from tests.journey.test_bringing_lists import book
from tests.world import LONG_NAME, World, login

__all__ = ["pytestmark", "world"]
OWN = "眉山东坡智慧交通指挥中心"


@pytest.fixture(autouse=True)
def sales(world: World) -> None:
    login("沈浩")


def works() -> None:
    """A worker that does all there is to do."""

    def run() -> None:
        try:
            while working.work():
                pass
        finally:
            connection.close()

    worker = threading.Thread(target=run)
    worker.start()
    worker.join(60)


def sends(page: Page, rows: list[list[str]]) -> None:
    data = book(["SN", "客户", "机房"], *rows)
    file: FilePayload = {"name": f"{LONG_NAME}.xlsx", "mimeType": "", "buffer": data}
    page.set_input_files("#file", file)
    page.get_by_role("button", name="上传，先核对").click()


def test_a_list_is_sent_written_and_taken_back_while_the_page_follows(
    world: World, live_server: LiveServer
) -> None:
    with window(live_server) as desk:
        desk.sign_in("沈浩")
        page = desk.open("/import/devices/")
        sends(page, [[f"AB-{n}", OWN, ""] for n in range(3)])
        page.get_by_role("button", name="写入 3 行").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        works()
        expect(page.locator(".jn-next")).to_contain_text("写入 3 行")
        page.get_by_text("撤销这次导入").click()
        page.get_by_role("button", name="确定").click()
        works()
        expect(page.locator(".jn-next")).to_contain_text("撤回 3 行")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (375, "dark")])
def test_pages_of_lists_fit_and_axe_finds_nothing_serious(
    world: World, live_server: LiveServer, width: int, theme: str
) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: dict[str, Any] = {}
    with window(live_server, width, theme) as desk:
        desk.sign_in("沈浩")
        page = desk.open("/import/devices/")
        sends(page, [["AB-1", LONG_NAME, "不在"], [f"AB-{'9' * 60}", OWN, ""], ["", OWN, ""]])
        shown = page.url.removeprefix(live_server.url)
        for path in (shown, f"{shown}?only=refused", "/import/", "/import/devices/", "/setup/"):
            page = desk.open(path)
            assert page.evaluate(wide) <= 0, (path, width)
            found[path] = serious(page)
    assert not {path: rules for path, rules in found.items() if rules}
