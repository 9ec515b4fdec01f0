"""Live pages in real browsers: two people on one case, boards that renew themselves in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.journey.steps import take
from jiannuo.kernel.moment import now
from tests.faces import test_browser
from tests.faces.test_browser import MINUTE, Window, case, window
from tests.faces.test_notices_browser import meanwhile
from tests.serving import Served, served
from tests.world import World, confirmed, login, reported

pytestmark = test_browser.pytestmark
world = test_browser.world

#: ms until what happened is seen. A second where the machine has nothing else to do (bench_live);
#: without a stream it would be half a minute.
SOON = 3000
NOTE = "a[data-act$='/do/noted/']"


@pytest.fixture
def number(world: World) -> str:
    login("周敏")
    return case(world, "L2", 10 * MINUTE)


@pytest.fixture
def web(number: str, database_url: str, tmp_path: Path) -> Iterator[Served]:
    with served(database_url, log=tmp_path / "log") as found:
        yield found


@contextmanager
def two(web: Served, path: str) -> Iterator[tuple[Window, Window]]:
    """The duty manager and the hotline at the same page, each listening."""
    with window(web) as manager:
        browser = manager.page.context.browser
        assert browser is not None
        other = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        agent = Window(other.new_page(), web.url)
        for one, name in ((manager, "刘洋"), (agent, "周敏")):
            one.sign_in(name)
            listens(one.open(path))
        yield manager, agent
        other.close()


def listens(page: Page) -> None:
    expect(page.locator("body[data-stream=open]")).to_have_count(1)


def noted(world: World, number: str, text: str) -> None:
    meanwhile(lambda: take("noted", world.actor("李伟"), number, text=text))


def test_two_on_one_case_see_each_other_and_what_happens(
    world: World, web: Served, number: str
) -> None:
    with two(web, f"/cases/{number}/") as (manager, agent):
        here = manager.page.locator(".jn-two").locator("xpath=..").locator(".jn-here")
        expect(here).to_have_text("周敏 也在看这单")
        expect(agent.page.locator(".jn-here").first).to_have_text("刘洋 也在看这单")
        agent.page.locator(NOTE).first.evaluate("(link) => link.click()")
        words = agent.page.get_by_role("dialog").get_by_label("内容")
        words.fill("客户说风扇还在响")
        expect(here).to_have_text("周敏 正在写")
        noted(world, number, "到机房了")
        for page in (manager.page, agent.page):
            expect(page.locator("#history")).to_contain_text("到机房了", timeout=SOON)
        bar = agent.page.locator("dialog .jn-news")
        expect(bar).to_contain_text("有新情况")
        expect(words).to_have_value("客户说风扇还在响")
        bar.get_by_role("button", name="查看").click()
        expect(words).to_be_hidden()
        agent.page.locator(NOTE).first.evaluate("(link) => link.click()")
        expect(words).to_have_value("客户说风扇还在响")
        agent.page.close()
        expect(here).to_have_text("")
        assert manager.said == agent.said == []


def test_words_on_a_page_of_their_own_stay_and_a_bar_leads_to_the_case(
    world: World, web: Served, number: str
) -> None:
    with window(web) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/do/noted/")
        listens(page)
        page.get_by_label("内容").fill("还没写完")
        noted(world, number, "到机房了")
        bar = page.locator(".jn-news")
        expect(bar).to_contain_text("有新情况", timeout=SOON)
        with page.context.expect_page() as opened:
            bar.get_by_role("link", name="查看").click()
        expect(opened.value.locator("#history")).to_contain_text("到机房了")
        expect(page.get_by_label("内容")).to_have_value("还没写完")


def test_a_board_renews_itself_and_leaves_focus_place_and_marked_text(
    world: World, web: Served, number: str
) -> None:
    for _ in range(25):
        confirmed(world, reported(world, now()), now(), "L3")
    with window(web) as desk:
        desk.sign_in("刘洋")
        page = desk.page
        listens(page)
        row = page.locator("a.row-link").nth(20)
        address = row.get_attribute("href")
        row.focus()
        page.wait_for_timeout(700)  # till it has scrolled there
        before = row.bounding_box()
        meanwhile(lambda: confirmed(world, reported(world, now(), "新的告警"), now(), "L2"))
        expect(page.locator("#live")).to_contain_text("新的告警", timeout=SOON)
        row = page.locator(f"a.row-link[href='{address}']")
        expect(row).to_be_focused()
        after = row.bounding_box()
        assert before is not None
        assert after is not None
        assert abs(after["y"] - before["y"]) < 2
        row.evaluate("(link) => window.getSelection().selectAllChildren(link)")
        meanwhile(lambda: reported(world, now(), "又一个告警"))
        page.wait_for_timeout(1200)
        expect(page.locator("#live")).not_to_contain_text("又一个告警")
        assert page.evaluate("window.getSelection().toString()") != ""
        page.evaluate("window.getSelection().removeAllRanges()")
        expect(page.locator("#live")).to_contain_text("又一个告警")
        assert desk.said == []


def test_the_wall_shows_at_once_what_happens(world: World, web: Served, number: str) -> None:
    with window(web) as desk:
        desk.sign_in("刘洋")
        page = desk.open("/wall/")
        listens(page)
        meanwhile(lambda: confirmed(world, reported(world, now(), "新的告警"), now(), "L2"))
        expect(page.locator("#main")).to_contain_text("新的告警", timeout=SOON)


def test_a_page_that_nobody_sees_listens_to_nothing_and_catches_up(
    world: World, web: Served, number: str
) -> None:
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    with window(web) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/")
        listens(page)
        page.evaluate(hide, True)
        expect(page.locator("body[data-stream]")).to_have_count(0)
        noted(world, number, "到机房了")
        page.evaluate(hide, False)
        expect(page.locator("#history")).to_contain_text("到机房了", timeout=SOON)


def test_without_a_stream_a_page_asks_every_now_and_then(
    world: World, number: str, live_server: LiveServer
) -> None:
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{number}/")
        assert page.evaluate("document.body.dataset.live") == ""
        page.evaluate("document.getElementById('live').dataset.every = '1'")
        noted(world, number, "到机房了")
        expect(page.locator("#history")).to_contain_text("到机房了")
        assert desk.said == []
