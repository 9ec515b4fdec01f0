"""The live log in a real browser: photos are sent, too large ones are told before, words stay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.archive.models import Event, File
from jiannuo.journey import classification, emergency
from jiannuo.kernel.moment import held_at, now
from tests.faces import test_browser
from tests.faces.test_browser import MINUTE, case, window
from tests.faces.test_notices_browser import meanwhile
from tests.world import World

pytestmark = test_browser.pytestmark
world = test_browser.world

STALE = "document.body.dispatchEvent(new CustomEvent('stale'))"
LOG = "%LINK-3-UPDOWN: Interface ge-0/0/1, changed state to down\n" * 500


@pytest.fixture
def declared(world: World, tmp_path: Path) -> Iterator[str]:
    number = case(world, "L2", 10 * MINUTE)
    with held_at(now() - 5 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    with override_settings(DATA=tmp_path / "data"):
        yield number


@contextmanager
def case_page(server: LiveServer, number: str, width: int = 1280) -> Iterator[Page]:
    """The page of a case, open for the duty manager."""
    with window(server, width) as desk:
        desk.sign_in("刘洋")
        yield desk.open(f"/cases/{number}/")


def renew(page: Page, number: str) -> None:
    """The page asks for its live part anew, and has done with it what it does."""
    with page.expect_response(lambda answer: answer.url.endswith(f"/cases/{number}/")):
        page.evaluate(STALE)
    page.wait_for_timeout(300)


@pytest.mark.parametrize("script", [True, False])
def test_a_line_with_files_is_written_and_saved_again(
    declared: str, live_server: LiveServer, tmp_path: Path, *, script: bool
) -> None:
    sent = tmp_path / "核心交换机.log"
    sent.write_text(LOG)
    with window(live_server, 375, script=script) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{declared}/")
        page.get_by_label("记一笔").fill("已换主控板，仍不启动")
        page.get_by_label("照片、日志").set_input_files(sent)
        page.get_by_role("button", name="记入日志").click()
        card = page.locator("#emergency")
        expect(card).to_contain_text("已换主控板，仍不启动")
        expect(page.get_by_label("记一笔")).to_have_value("")
        with page.expect_download() as found:
            card.get_by_role("link", name="核心交换机.log").click()
        assert found.value.suggested_filename == sent.name
        assert found.value.path().read_text() == LOG
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert not script or page.evaluate(wide) <= 0
        assert desk.said == []
    assert File.objects.get().kept_by == "刘洋"


def test_what_is_typed_stays_while_the_page_renews_itself(
    declared: str, live_server: LiveServer
) -> None:
    with case_page(live_server, declared) as page:
        page.get_by_label("记一笔").fill("第一行还没写完")
        page.evaluate("document.getElementById('live').dataset.old = '1'")
        page.evaluate(STALE)
        expect(page.locator("#live[data-old]")).to_have_count(0)
        expect(page.get_by_label("记一笔")).to_have_value("第一行还没写完")
        expect(page.get_by_label("记一笔")).to_be_focused()
        page.get_by_role("button", name="记入日志").click()
        expect(page.locator("#emergency")).to_contain_text("第一行还没写完")
    assert Event.objects.filter(kind="log_added").count() == 1


def test_what_is_typed_stays_though_he_wrote_elsewhere_or_the_emergency_is_over(
    declared: str, live_server: LiveServer, world: World, tmp_path: Path
) -> None:
    photo = tmp_path / "柜.jpg"
    photo.write_bytes(b"\xff\xd8\xff0")

    def elsewhere() -> None:
        emergency.add_to_log(world.actor("刘洋"), declared, text="手机上写的")

    def over() -> None:
        classification.withdraw_level_one(world.actor("刘洋"), declared, level="L3", reason="误判")

    with case_page(live_server, declared) as page:
        page.get_by_label("记一笔").fill("还没写完")
        page.get_by_label("照片、日志").set_input_files(photo)
        meanwhile(elsewhere)
        renew(page, declared)
        expect(page.locator("#emergency")).to_contain_text("手机上写的")
        expect(page.get_by_label("记一笔")).to_have_value("还没写完")
        assert page.get_by_label("照片、日志").evaluate("(field) => field.files.length") == 1
        meanwhile(over)
        renew(page, declared)
        expect(page.get_by_label("记一笔")).to_have_value("还没写完")
        page.get_by_role("button", name="记入日志").click()
        expect(page.locator("#history")).to_contain_text("还没写完")
    assert Event.objects.filter(kind="log_added").count() == 2


def test_a_page_does_not_renew_itself_in_the_middle_of_a_chinese_word(
    declared: str, live_server: LiveServer
) -> None:
    with case_page(live_server, declared) as page:
        field = page.get_by_label("记一笔")
        page.evaluate("document.getElementById('live').dataset.old = '1'")
        field.dispatch_event("compositionstart", {})
        with page.expect_response(lambda answer: answer.url.endswith(f"/cases/{declared}/")):
            page.evaluate(STALE)
        page.wait_for_timeout(300)
        expect(page.locator("#live[data-old]")).to_have_count(1)
        field.dispatch_event("compositionend", {})
        page.evaluate(STALE)
        expect(page.locator("#live[data-old]")).to_have_count(0)


def test_on_a_phone_what_is_wrong_stands_where_it_was_typed(
    declared: str, live_server: LiveServer, tmp_path: Path
) -> None:
    nothing = tmp_path / "空.log"
    nothing.touch()
    with case_page(live_server, declared, 375) as page:
        page.get_by_label("记一笔").fill("x" * 120)
        page.get_by_label("照片、日志").set_input_files(nothing)
        page.get_by_role("button", name="记入日志").click()
        expect(page.get_by_role("alert")).to_contain_text("文件是空的")
        expect(page.get_by_role("alert")).to_be_in_viewport()
        expect(page.get_by_label("记一笔")).to_have_value("x" * 120)
        page.get_by_role("button", name="记入日志").click()
        expect(page.locator("#emergency")).to_contain_text("x" * 120)
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wide) <= 0


def test_a_page_does_not_renew_itself_while_a_line_is_being_sent(
    declared: str, live_server: LiveServer
) -> None:
    with case_page(live_server, declared) as page:
        button = page.get_by_role("button", name="记入日志")
        button.evaluate("(one) => one.form.addEventListener('submit', (e) => e.preventDefault())")
        page.get_by_label("记一笔").fill("正在上传")
        button.click()
        sending = page.get_by_role("button", name="正在传…")
        expect(sending).to_be_disabled()
        with page.expect_response(lambda answer: answer.url.endswith(f"/cases/{declared}/")):
            page.evaluate(STALE)
        page.wait_for_timeout(300)
        expect(sending).to_be_disabled()


def test_what_is_too_large_is_told_before_it_is_sent(
    declared: str, live_server: LiveServer, tmp_path: Path
) -> None:
    large = tmp_path / "录像.mp4"
    with large.open("wb") as film:
        film.truncate(21 * 1024 * 1024)
    with case_page(live_server, declared) as page:
        chosen = page.get_by_label("照片、日志")
        chosen.set_input_files(large)
        said = chosen.evaluate("(field) => field.validationMessage")
        assert said == "超过 20 MB，请压缩后再传：录像.mp4"
        page.get_by_role("button", name="记入日志").click()
        expect(page.get_by_role("button", name="记入日志")).to_be_enabled()
    assert not Event.objects.filter(kind="log_added").exists()
