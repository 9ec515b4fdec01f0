"""Signing in and out, language, theme, and what goes wrong told as a page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject

from jiannuo.web.refusing import broken
from tests.world import World, login


def test_an_agent_who_signs_in_is_led_to_the_hotline(world: World, client: Client) -> None:
    login("周敏")
    answer = client.post("/sign-in/", {"username": "周敏", "password": "周敏周敏", "next": ""})
    assert answer.headers["Location"] == "/hotline/"
    assert "周敏 <small>热线坐席</small>" in client.get("/").content.decode()


def test_a_wrong_password_says_what_to_look_at(world: World, client: Client) -> None:
    login("周敏")
    answer = client.post("/sign-in/", {"username": "周敏", "password": "x"})
    assert "账号或密码不对，密码分大小写。" in answer.content.decode()


def test_signing_out_takes_a_button_not_a_link(desk: Client) -> None:
    assert desk.get("/sign-out/").status_code == 405
    assert desk.post("/sign-out/").headers["Location"] == "/sign-in/"
    assert desk.get("/").status_code == 302


def test_chinese_is_spoken_whatever_the_browser_prefers(desk: Client) -> None:
    page = desk.get("/", headers={"Accept-Language": "en-US"})
    assert 'lang="zh-CN"' in page.content.decode()
    assert page.headers["Content-Language"] == "zh-CN"


def test_the_language_is_kept_and_unknown_ones_are_not(desk: Client) -> None:
    desk.post("/web/language/", {"language": "en"})
    assert 'lang="en"' in desk.get("/").content.decode()
    desk.post("/web/language/", {"language": "xx"})
    assert 'lang="en"' in desk.get("/").content.decode()


def test_the_theme_is_set_before_the_first_paint(desk: Client) -> None:
    assert "data-bs-theme" not in desk.get("/").content.decode()
    desk.post("/web/theme/", {"theme": "dark"})
    page = desk.get("/").content.decode()
    assert '<html lang="zh-CN" data-bs-theme="dark">' in page
    assert page.index("theme.js") < page.index("components.css")


@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_a_switch_never_leads_out_of_the_house(desk: Client, to: str) -> None:
    answer = desk.post("/web/theme/", {"theme": "dark", "next": to})
    assert answer.headers["Location"] == "/"


def test_an_unknown_address_is_told_in_words(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "没有这一页" in answer.content.decode()


def test_a_broken_page_asks_no_database(
    rf: RequestFactory,
    db: None,
    django_assert_num_queries: Callable[[int], AbstractContextManager[Any]],
) -> None:
    """What broke may have been just that: the page would wait for it twice."""
    request = rf.get("/")
    vars(request)["user"] = SimpleLazyObject(User.objects.get)
    with django_assert_num_queries(0):
        answer = broken(request)
    assert answer.status_code == 500
    assert "系统出了问题" in answer.content.decode()


def test_a_stale_form_says_that_nothing_was_sent(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"username": "周敏", "password": "x"})
    assert answer.status_code == 403
    assert "页面放太久了，没有提交" in answer.content.decode()


def test_the_heartbeat_tells_the_server_s_time(desk: Client) -> None:
    beat = desk.get("/web/beat/").json()
    assert beat["bad"] is False
    assert beat["words"] == "计时正常"
    assert beat["now"] > 1_700_000_000_000
