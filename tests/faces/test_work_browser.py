"""My work and canned phrases in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.journey import assignment
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at, now
from jiannuo.knowledge import phrases
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
    login("李伟")
    return found


def test_a_case_is_declined_on_the_page_with_words_chosen_by_a_key(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L3", timedelta(minutes=10))
    assignment.assign(world.actor("周敏"), number, engineer="李伟")
    phrases.keep(world.actor("李伟"), "zl", "我在{客户}，{到达时间}才能走", house=False)
    with window(live_server, 375) as desk:
        desk.sign_in("李伟")
        page = desk.open("/work/")
        waiting = page.locator("[data-waiting]")
        expect(waiting).to_have_text("1")
        page.get_by_role("link", name="退单").click()
        reason = page.get_by_role("dialog").locator("textarea[name=reason]")
        reason.press_sequentially(";zl ")
        expect(reason).to_have_value("我在眉山东坡智慧交通指挥中心，{到达时间}才能走")
        page.keyboard.type("三点")  # what stayed open is marked, and written over
        expect(reason).to_have_value("我在眉山东坡智慧交通指挥中心，三点才能走")
        page.get_by_role("dialog").get_by_role("button", name="退单").click()
        expect(page.get_by_role("status").filter(has_text="三点才能走")).to_be_visible()
        assert page.url == f"{desk.address}/work/"
        expect(waiting).to_be_hidden()
        assert desk.said == []


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
def test_axe_finds_nothing_serious_at_work_and_in_knowledge(
    world: World, live_server: LiveServer
) -> None:
    number = case(world, "L2", timedelta(minutes=10))
    assignment.assign(world.actor("周敏"), number, engineer="李伟")
    said = {"title": "主控板告警", "symptom": "主控板告警", "steps": "换板"}
    article = take("article_drafted", world.actor("李伟"), **said).number
    take("article_sent_back", world.actor("郑海涛"), article, version=1, reason="缺回退")
    with window(live_server, 1280) as desk:
        desk.sign_in("李伟")
        for path in ("/work/", "/knowledge/", f"/knowledge/{article}/", "/me/phrases/"):
            page = desk.open(path)
            page.add_script_tag(path=str(AXE))
            found = page.evaluate("axe.run()")["violations"]
            bad = [one for one in found if one["impact"] in ("serious", "critical")]
            assert [(one["id"], one["nodes"][0]["html"]) for one in bad] == []
