"""The pages in a real browser: they tick, say nothing in the console, fit a phone, pass axe."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from playwright.sync_api import ConsoleMessage, Page, ViewportSize, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from jiannuo.clocks.sweeping import sweep
from jiannuo.journey import classification, intake
from jiannuo.kernel.moment import held_at, now
from tests.faces.test_reader import LATE, LEFT
from tests.world import World, clocks_kept, code, company, confirmed, contacted, login, reported

CHROMIUM = shutil.which("chromium")
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: Of the world of the tests: they are asked for a code.
ADMINISTRATORS = ("罗敏", "高远", "谢静")
MINUTE = timedelta(minutes=1)

pytestmark = [
    pytest.mark.slow,
    # One world for all: browser tests of one process share their server's port.
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="no chromium on this machine (Debian: apt-get install chromium)"
    ),
]


class Window:
    """A signed-in page of its own, and what its console said."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address, self.said = page, address, list[str]()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def sign_in(self, name: str) -> None:
        page = self.open("/")
        page.get_by_label("账号").fill(name)
        page.get_by_label("密码").fill(name * 2)
        page.get_by_role("button", name="登录").click()
        if name in ADMINISTRATORS:
            page.get_by_label("6 位数字").fill(code())
            page.get_by_role("button", name="验证").click()
        expect(page.get_by_role("button", name="退出")).to_be_visible()
        expect(self.open("/").get_by_role("heading", name="队列")).to_be_visible()


class Somewhere(Protocol):
    """A server that runs."""

    @property
    def url(self) -> str: ...


@contextmanager
def window(
    server: Somewhere, width: int = 1280, theme: str = "", *, script: bool = True
) -> Iterator[Window]:
    """A browser, begun after the rows are written: its loop forbids Django's database calls."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        size: ViewportSize = {"width": width, "height": 800}
        context = browser.new_context(viewport=size, locale="zh-CN", java_script_enabled=script)
        if theme:
            context.add_cookies([{"name": "theme", "value": theme, "url": server.url}])
        yield Window(context.new_page(), server.url)
        browser.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    clocks_kept(now() + timedelta(hours=1))
    with held_at(now() - 3 * timedelta(hours=1)):
        found = company()
    login("刘洋")
    return found


def case(world: World, level: str, before: timedelta) -> str:
    """A case confirmed so long ago, its alerts fired."""
    at = now() - before
    number = confirmed(world, reported(world, at - MINUTE), at, level)
    while sweep():
        pass
    return number


def test_signs_in_reads_the_queue_and_a_case_that_ticks(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L2", 10 * MINUTE)
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        chip = desk.page.locator(".jn-clock[data-due] b").first
        before = chip.inner_text()
        assert before.startswith("余 19:")
        expect(chip).not_to_have_text(before)
        desk.page.get_by_role("link", name="核心交换机一块主控板告警").click()
        expect(desk.page.get_by_role("heading", level=1)).to_contain_text("核心交换机")
        assert number in desk.page.title()
        big = desk.page.locator(".jn-due .jn-clock b")
        before = big.inner_text()
        expect(big).not_to_have_text(before)
        desk.page.locator(".jn-why summary").first.click()
        expect(desk.page.get_by_text("起算时为二级")).to_be_visible()
        assert desk.said == []


def test_the_desk_works_without_script(world: World, live_server: LiveServer) -> None:
    case(world, "L2", 10 * MINUTE)
    with window(live_server, script=False) as desk:
        desk.sign_in("刘洋")
        expect(desk.page.locator(".jn-clock.is-run b").first).to_contain_text("余 19:")
        desk.page.get_by_role("link", name="核心交换机一块主控板告警").click()
        desk.page.locator(".jn-why summary").first.click()
        expect(desk.page.get_by_text("起算时为二级")).to_be_visible()
        desk.page.get_by_role("button", name="深色").click()
        expect(desk.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        desk.page.get_by_role("button", name="English").click()
        expect(desk.page.get_by_role("heading", name="Promises")).to_be_visible()
        desk.page.get_by_role("button", name="Sign out").click()
        expect(desk.page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_chip_turns_late_by_itself(world: World, live_server: LiveServer) -> None:
    """At its very moment, by the page's own count and with nobody to ask; time stands while the
    page is made, so that a busy machine changes nothing."""
    case(world, "L2", 25 * MINUTE)
    with window(live_server) as desk:
        desk.page.clock.install(time=now())
        desk.page.clock.pause_at(now() + MINUTE)
        desk.sign_in("刘洋")
        chip = desk.page.locator(".jn-clock[data-due]").first
        left = chip.evaluate("(chip) => chip.dataset.due - document.body.dataset.now")
        assert 0 < left <= 5 * MINUTE / timedelta(milliseconds=1)
        desk.page.context.set_offline(True)
        desk.page.clock.run_for(left - 1000)
        expect(chip).to_have_attribute("data-state", "crit")
        expect(chip.locator("b")).to_have_text("余 0:01")
        desk.page.clock.run_for(1500)
        expect(chip).to_have_attribute("data-state", "late")
        expect(chip).to_have_class("jn-clock is-late")
        expect(chip.locator("b")).to_have_text("迟 1 秒")
        expect(chip.locator(".jn-sr")).to_have_text("已超时")


def test_the_device_s_clock_does_not_matter(world: World, live_server: LiveServer) -> None:
    case(world, "L2", 10 * MINUTE)
    with window(live_server) as desk:
        desk.page.clock.install(time=now() + timedelta(hours=5))
        desk.sign_in("刘洋")
        assert desk.page.locator(".jn-clock[data-due] b").first.inner_text().startswith("余 1")


def test_the_script_writes_times_as_the_server_does(world: World, live_server: LiveServer) -> None:
    case(world, "L2", MINUTE)
    ask = "([name, ms]) => window.jiannuoClock[name](ms)"
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        for column in (1, 2):
            for name, rows in (("left", LEFT), ("late", LATE)):
                for row in rows:
                    ms = row[0] / timedelta(milliseconds=1)
                    assert desk.page.evaluate(ask, [name, ms]) == row[column]
            desk.page.get_by_role("button", name="English").or_(
                desk.page.get_by_role("button", name="中文")
            ).click()
            desk.page.wait_for_load_state()


def test_the_queue_renews_itself_and_keeps_the_focus(world: World, live_server: LiveServer) -> None:
    case(world, "L4", MINUTE)
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        link = desk.page.locator(".row-link").first
        link.focus()
        kept = link.get_attribute("id")
        with desk.page.expect_response(lambda answer: answer.url == desk.address + "/"):
            desk.page.evaluate("document.body.dispatchEvent(new CustomEvent('stale'))")
        expect(desk.page.locator(f"#{kept}")).to_be_focused()
        assert desk.said == []


def busy(world: World) -> str:
    """A case with much to show: talked, waiting, noted, level one."""
    number = case(world, "L3", 30 * MINUTE)
    contacted(world, number, now() - 20 * MINUTE)
    with held_at(now() - 15 * MINUTE):
        intake.note(world.actor("李伟"), number, text="主控板 74 ℃")
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    while sweep():
        pass
    return number


def test_nothing_is_wider_than_the_screen(world: World, live_server: LiveServer) -> None:
    number = busy(world)
    confirmed(world, reported(world, now(), "电源告警" * 60, of=world.stranger), now())
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        for path in ("/", f"/cases/{number}/", "/cases/none/"):
            desk.open(path)
            for width in (375, 768, 1024, 1280, 1440):
                desk.page.set_viewport_size({"width": width, "height": 800})
                assert desk.page.evaluate(wide) <= 0, (path, width)


def test_the_head_of_the_page_stays_one_line_on_a_tablet(
    world: World, live_server: LiveServer
) -> None:
    with window(live_server, 768) as desk:
        desk.sign_in("刘洋")
        head = desk.page.locator(".jn-top")
        for switch in ("English", "中文"):
            box = head.bounding_box()
            assert box is not None
            assert box["height"] < 60
            desk.page.get_by_role("button", name=switch).click()


def test_the_time_of_a_promise_leads_to_the_event(world: World, live_server: LiveServer) -> None:
    number = busy(world)
    with window(live_server, 375) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/")
        page.locator("#ledger a[href^='#e-']").first.click()
        told = page.locator(".jn-tl > li:target")
        expect(told).to_be_in_viewport()
        expect(told).to_contain_text("周敏确认受理")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing_serious(
    world: World, live_server: LiveServer, width: int, theme: str
) -> None:
    number = busy(world)
    found: dict[str, Any] = {}
    with window(live_server, width, theme) as desk:
        desk.open("/sign-in/")
        found["sign-in"] = serious(desk.page)
        desk.sign_in("刘洋")
        for path in ("/", f"/cases/{number}/", "/cases/none/"):
            desk.open(path)
            desk.page.evaluate(
                "document.querySelectorAll('details').forEach((d) => (d.open = true))"
            )
            found[path] = serious(desk.page)
    assert not {path: rules for path, rules in found.items() if rules}


def serious(page: Page) -> list[str]:
    page.add_script_tag(path=AXE)
    answer = page.evaluate("axe.run()")
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:160]}"
        for rule in answer["violations"]
        if rule["impact"] in ("serious", "critical")
    ]
