"""The door in a real browser: typed words outlive a session, a security key, pages that fit."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.archive.models import Event
from jiannuo.journey import classification, phone, remote
from jiannuo.kernel.moment import held_at, now
from jiannuo.people.models import Session, Staff
from tests.faces import test_browser
from tests.faces.test_browser import AXE, MINUTE, Window, case, serious, window
from tests.faces.test_notices_browser import meanwhile
from tests.world import World, code, login, with_app

pytestmark = test_browser.pytestmark
world = test_browser.world

TEXT = "主控板 74 ℃，风扇在转\n「备板」已通电"


@pytest.fixture
def declared(world: World) -> str:
    number = case(world, "L2", 10 * MINUTE)
    with held_at(now() - 5 * MINUTE):
        classification.declare_level_one(world.actor("李伟"), number, reason="全网中断")
    return number


def lines() -> list[str]:
    return [row.detail["text"] for row in Event.objects.filter(kind="log_added").order_by("id")]


@pytest.mark.parametrize("script", [True, False])
def test_a_session_that_ends_in_the_middle_of_a_form_loses_nothing(
    declared: str, live_server: LiveServer, *, script: bool
) -> None:
    with window(live_server, 375, script=script) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{declared}/")
        page.locator("#log-text").fill(TEXT)
        meanwhile(lambda: Session.objects.all().delete())
        page.locator("form:has(#log-text) button[type=submit]").click()
        expect(page.get_by_text("登录已过期，字都还在")).to_be_visible()
        page.get_by_label("账号").fill("刘洋")
        page.get_by_label("密码").fill("打错了")
        page.get_by_role("button", name="登录").click()
        page.get_by_label("密码").fill("刘洋刘洋")
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="字都还在")).to_be_visible()
        expect(page.get_by_text("主控板 74 ℃")).to_be_visible()
        sent = list[str]()
        meanwhile(lambda: sent.extend(lines()))
        assert sent == []  # nothing goes by itself
        page.get_by_role("button", name="再提交一次").click()
        expect(page.get_by_text("主控板 74 ℃").first).to_be_visible()
        assert page.url.startswith(f"{desk.address}/cases/{declared}/")
    assert [one.replace("\r\n", "\n") for one in lines()] == [TEXT]


def test_a_session_that_ends_under_an_open_dialog_loses_nothing(
    declared: str, live_server: LiveServer
) -> None:
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{declared}/")
        page.locator("summary", has_text="其他动作").click()
        page.locator("a[data-act][href$='/do/noted/']").click()
        page.locator("dialog [name=text]").fill(TEXT)
        meanwhile(lambda: Session.objects.all().delete())
        page.locator("dialog .jn-act button[type=submit]").click()
        expect(page.get_by_text("登录已过期，字都还在")).to_be_visible()
        page.get_by_label("账号").fill("刘洋")
        page.get_by_label("密码").fill("刘洋刘洋")
        page.get_by_role("button", name="登录").click()
        page.get_by_role("button", name="再提交一次").click()
        expect(page.get_by_text("主控板 74 ℃").first).to_be_visible()
        assert page.url.startswith(f"{desk.address}/cases/{declared}/")
    [noted] = Event.objects.filter(kind="noted")
    assert noted.detail["text"].replace("\r\n", "\n") == TEXT


@pytest.fixture
def let_in(world: World) -> str:
    """The telephone did not do; the customer lets us in."""
    login("李伟")
    number = case(world, "L2", 10 * MINUTE)
    with held_at(now() - 5 * MINUTE):
        phone.in_contact(world.actor("李伟"), number)
        phone.give_up_on_phone(world.actor("李伟"), number, confirmed_with="邓丽")
        remote.answer_consent(world.actor("邓丽"), number, given=True, how="call")
    return number


@pytest.mark.parametrize("script", [True, False])
def test_the_way_to_a_second_factor_and_back_loses_nothing(
    let_in: str, live_server: LiveServer, *, script: bool
) -> None:
    """From the dialog as from the page."""
    with window(live_server, script=script) as desk:
        desk.sign_in("李伟")
        meanwhile(lambda: with_app("李伟"))
        page = desk.open(f"/cases/{let_in}/")
        page.locator(f"a[href$='/cases/{let_in}/do/remote_login/']").first.click()
        page.locator("#act-late summary").click()
        page.locator("#act [name=why]").fill("机房没有信号")
        page.get_by_role("button", name="去做两步验证").click()
        page.get_by_label("6 位数字").fill(code())
        page.get_by_role("button", name="验证").click()
        expect(page.locator("#act [name=why]")).to_have_value("机房没有信号")
        page.get_by_role("button", name="已登录").click()
        expect(page.get_by_text("李伟远程登录").first).to_be_visible()
    [event] = Event.objects.filter(kind="remote_login")
    assert event.why == "机房没有信号"


def test_a_token_that_is_too_old_loses_nothing(declared: str, live_server: LiveServer) -> None:
    with window(live_server, script=False) as desk:
        desk.sign_in("刘洋")
        page = desk.open(f"/cases/{declared}/")
        page.locator("#log-text").fill(TEXT)
        page.context.clear_cookies(name="csrftoken")
        page.locator("form:has(#log-text) button[type=submit]").click()
        expect(page.get_by_role("heading", name="字都还在")).to_be_visible()
        page.get_by_role("button", name="再提交一次").click()
        expect(page.get_by_text("主控板 74 ℃").first).to_be_visible()
    assert len(lines()) == 1


def key_in(page: Page) -> None:
    """A security key in the browser that says yes to whoever asks."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def typed(desk: Window, name: str) -> Page:
    page = desk.open("/sign-in/")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码").fill(name * 2)
    page.get_by_role("button", name="登录").click()
    return page


def test_an_administrator_signs_in_with_a_security_key(
    world: World, live_server: LiveServer
) -> None:
    login("高远")
    with window(live_server) as desk:
        key_in(desk.page)
        page = typed(desk, "高远")
        page.get_by_role("link", name="改用安全密钥或指纹").click()
        page.get_by_label("叫什么").fill("蓝色那把")
        page.get_by_role("button", name="登记这把密钥").click()
        expect(page.get_by_role("heading", name="恢复码")).to_be_visible()
        page.get_by_role("button", name="我抄下了，继续").click()
        expect(page.get_by_role("heading", name="账号")).to_be_visible()
        page = desk.open("/me/account/")
        expect(page.get_by_text("蓝色那把").first).to_be_visible()
        page.get_by_role("button", name="退出", exact=True).first.click()
        page = typed(desk, "高远")
        page.get_by_role("button", name="用安全密钥").click()
        expect(page.get_by_role("heading", name="账号")).to_be_visible()
        assert desk.said == []


def test_a_code_typed_by_a_person_opens_the_door_without_script(
    world: World, live_server: LiveServer
) -> None:
    with_app("谢静")
    with window(live_server, 375, script=False) as desk:
        page = typed(desk, "谢静")
        page.get_by_label("6 位数字").fill(code())
        page.get_by_role("button", name="验证").click()
        expect(page.get_by_role("heading", name="审计")).to_be_visible()


PAGES = {
    "高远": ("/accounts/", "/accounts/new/", "/accounts/PERSON/", "/me/account/", "/me/notices/"),
    "谢静": ("/audit/", "/me/account/password/", "/me/account/key/"),
}
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
def test_the_pages_of_accounts_and_audit_fit_and_can_be_read(
    declared: str, live_server: LiveServer
) -> None:
    for name in PAGES:
        with_app(name)
    person = str(Staff.objects.get(name="李伟").id)
    wide, wrong = [], dict[str, Any]()
    with window(live_server, 1280, "dark") as desk:
        for name, paths in PAGES.items():
            desk.page.context.clear_cookies(name="sessionid")
            page = typed(desk, name)
            wrong["code"] = serious(page)
            page.get_by_label("6 位数字").fill(code())
            page.get_by_role("button", name="验证").click()
            for path in paths:
                desk.open(path.replace("PERSON", person))
                wrong[path] = serious(page)
                for width in (375, 768, 1280):
                    page.set_viewport_size({"width": width, "height": 800})
                    if page.evaluate(WIDE) > 0:
                        wide.append((path, width))
                page.set_viewport_size({"width": 1280, "height": 800})
    assert not {path: rules for path, rules in wrong.items() if rules}
    assert not wide
