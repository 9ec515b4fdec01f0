"""Telling in a real browser: one press at three in the morning, a bell that rings by itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from jiannuo.cases import queries as cases
from jiannuo.journey import addressing
from jiannuo.kernel.moment import now
from jiannuo.manual.actor import Actor
from jiannuo.notices import acknowledging, set_up
from jiannuo.notices.commands import Note, post
from jiannuo.notices.models import Delivery, Notice, Recipient
from jiannuo.people.models import Staff
from tests.faces import test_browser
from tests.faces.test_browser import AXE, MINUTE, case, serious, window
from tests.world import LONG_NAME, World, confirmed, reported, with_app

pytestmark = test_browser.pytestmark
world = test_browser.world

ADMIN = Actor("罗敏", frozenset({"admin"}))
SETTINGS = (
    "/settings/channels/",
    "/settings/channels/sms/",
    "/settings/wording/",
    "/settings/wording/assigned/",
    "/settings/ladders/",
    "/me/notices/",
)


def tell(number: str, kind: str = "warn:emg_notify_duty_manager", **note: Any) -> None:
    card = cases.card(number)
    given = {"urgency": 1, "ack": True, "to_role": "duty_manager", **note}
    key = f"{kind}:{number}:{now()}"
    post([Note(key, kind, "case", card.id, customer=card.customer, **given)])
    while addressing.address():
        pass


def meanwhile(work: Callable[[], object]) -> None:
    """Somebody else does something: the browser's own thread may not ask the database."""

    def run() -> None:
        work()
        connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def link() -> str:
    row = Delivery.objects.get(channel="inbox", name="刘洋")
    return f"/a/{row.pk}-{acknowledging.code_of(row.key)}/"


def test_one_press_at_night_tells(world: World, live_server: LiveServer) -> None:
    tell(case(world, "L2", MINUTE))
    with window(live_server, 375, "dark") as desk:
        desk.sign_in("刘洋")
        bell = desk.page.locator(".jn-bell")
        expect(bell).to_have_class("jn-bell new hot")
        bell.click()
        button = desk.page.get_by_role("button", name="知道了")
        expect(button).to_be_in_viewport(ratio=1)
        areas = desk.page.evaluate(
            "[...document.querySelectorAll('a, button, input')]"
            ".map((one) => [one.offsetWidth * one.offsetHeight, one.className]).sort((a, b) => b[0] - a[0])"
        )
        assert "jn-know" in areas[0][1]
        button.click()
        expect(desk.page.get_by_role("status").filter(has_text="已记下：您知道了")).to_be_visible()
        expect(desk.page.get_by_role("button", name="知道了")).to_have_count(0)
        expect(desk.page.locator(".jn-bell")).to_have_class("jn-bell")
        assert desk.said == []
    assert Notice.objects.get(to_role="duty_manager").told_by == "刘洋"


def test_the_bell_rings_on_a_page_that_stays_open(world: World, live_server: LiveServer) -> None:
    number = case(world, "L2", MINUTE)
    with window(live_server) as desk:
        desk.sign_in("刘洋")
        expect(desk.page.locator(".jn-bell")).to_have_class("jn-bell")
        meanwhile(lambda: tell(number))
        desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        bell = desk.page.locator(".jn-bell")
        expect(bell).to_have_class("jn-bell hot new")
        expect(bell.locator(".n")).to_have_text("1")
        expect(bell.locator(".jn-sr")).to_have_text("1 条等您确认")


def test_a_link_is_pressed_without_script_or_sign_in(world: World, live_server: LiveServer) -> None:
    tell(case(world, "L2", MINUTE))
    address = link()
    with window(live_server, 375, script=False) as phone:
        page = phone.open(address)
        page.get_by_role("button", name="知道了").click()
        expect(page.get_by_role("status")).to_contain_text("已确认")
        expect(page.get_by_role("button", name="知道了")).to_have_count(0)
    assert Recipient.objects.get(name="刘洋").told_how == "link"


def test_a_preview_follows_what_is_typed(world: World, live_server: LiveServer) -> None:
    with_app("罗敏")
    with window(live_server) as desk:
        desk.sign_in("罗敏")
        page = desk.open("/settings/wording/assigned/")
        page.locator("#text-zh").fill("请$engineer处理 ${customer}，$$5，$nobody")
        read = page.locator("[data-reads=text-zh]")
        expect(read).to_have_text("请李伟处理 眉山东坡智慧交通指挥中心，$5，$nobody")
        assert desk.said == []


def busy(world: World) -> str:
    """Long names, drills, failures, what is told and what is not."""
    with_app("罗敏")
    Staff.objects.filter(name="刘洋").update(phone="13800000007")
    for code in ("sms", "voice"):
        values = {"url": "http://127.0.0.1:9/", "token": "t", "secret": "k" * 20}
        set_up.configure(ADMIN, code, values)
    number = confirmed(world, reported(world, now(), "电源告警" * 40, of=world.stranger), now())
    tell(number)
    tell(number, "emergency_proposed", drill=True, payload={"what": LONG_NAME})
    tell(number, "deviation", urgency=3, ack=False, payload={"note": LONG_NAME})
    for row in Delivery.objects.filter(channel="voice"):
        Delivery.objects.filter(pk=row.pk).update(tries=3, trouble=LONG_NAME)
    return number


def test_the_pages_of_telling_fit_every_screen(world: World, live_server: LiveServer) -> None:
    number = busy(world)
    slip = Delivery.objects.filter(channel="inbox").earliest("id")
    open_link = f"/a/{slip.pk}-{acknowledging.code_of(slip.key)}/"
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    with window(live_server) as desk:
        paths = (*SETTINGS, f"/cases/{number}/", open_link, "/a/1-WRONG/")
        for name, seen in (("罗敏", paths), ("刘洋", ("/inbox/",))):
            desk.page.context.clear_cookies()
            desk.sign_in(name)
            for lang in ("zh", "en"):
                desk.page.context.add_cookies(
                    [{"name": "language", "value": lang, "url": live_server.url}]
                )
                for path in seen:
                    desk.open(path)
                    for width in (375, 768, 1024, 1280):
                        desk.page.set_viewport_size({"width": width, "height": 800})
                        assert desk.page.evaluate(wide) <= 0, (path, width, lang)
                desk.page.context.clear_cookies(name="language")


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed (run `make assets`)")
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (375, "dark")])
def test_axe_finds_nothing_serious_in_telling(
    world: World, live_server: LiveServer, width: int, theme: str
) -> None:
    number = busy(world)
    slip = Delivery.objects.filter(channel="inbox").earliest("id")
    open_link = f"/a/{slip.pk}-{acknowledging.code_of(slip.key)}/"
    found: dict[str, Any] = {}
    with window(live_server, width, theme) as desk:
        paths = (*SETTINGS, f"/cases/{number}/", open_link, "/a/1-WRONG/")
        for name, seen in (("刘洋", ("/inbox/",)), ("罗敏", paths)):
            desk.page.context.clear_cookies(name="sessionid")
            desk.sign_in(name)
            for path in seen:
                desk.open(path)
                desk.page.evaluate(
                    "document.querySelectorAll('details').forEach((d) => (d.open = true))"
                )
                found[path] = serious(desk.page)
    assert not {path: rules for path, rules in found.items() if rules}
