"""Who errs too often has to wait."""

from __future__ import annotations

from datetime import datetime

import pytest
from axes.models import AccessAttempt
from django.test import Client

from jiannuo.kernel.moment import held_at
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.door import MINUTE, did, show_code, sign_in
from tests.world import World, enter, login, with_app


def wrong(client: Client, name: str, times: int, at: datetime = NOON) -> str:
    said = ""
    for _ in range(times):
        with held_at(at):
            answer = client.post("/sign-in/", {"username": name, "password": "不对"})
        said = answer.content.decode()
    return said


def test_five_errors_lock_a_login_for_a_quarter_of_an_hour(world: World, client: Client) -> None:
    login("周敏")
    assert "账号或密码不对" in wrong(client, "周敏", 4)
    said = wrong(client, "周敏", 1)
    assert "连错 5 次，12:15 前不能登录" in said
    assert "安全管理员" in said
    assert sign_in(client, "周敏", NOON + 14 * MINUTE) == ""  # the right one helps nobody now
    assert sign_in(client, "周敏", NOON + 16 * MINUTE) == "/hotline/"
    assert did("login_locked") == ["system"]


def test_errors_while_it_is_locked_make_it_no_longer(world: World, client: Client) -> None:
    login("周敏")
    wrong(client, "周敏", 5)
    wrong(client, "周敏", 5, NOON + 10 * MINUTE)
    assert sign_in(client, "周敏", NOON + 16 * MINUTE) == "/hotline/"


def test_a_lock_is_of_one_login_at_one_address(world: World, client: Client) -> None:
    login("周敏")
    login("李伟")
    wrong(Client(REMOTE_ADDR="203.0.113.9"), "周敏", 5)
    assert sign_in(client, "周敏", NOON) == "/hotline/"
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "李伟", NOON) == "/work/"


def test_a_browser_that_knows_him_is_locked_by_its_own_errors_only(
    world: World, client: Client
) -> None:
    """Nobody keeps the hotline out by typing its names: its own screens stay open."""
    login("周敏")
    login("李伟")
    sign_in(client, "周敏", NOON)
    client.post("/sign-out/")
    wrong(Client(), "周敏", 5)
    assert sign_in(Client(), "周敏", NOON) == ""
    assert sign_in(client, "周敏", NOON) == "/hotline/"
    client.post("/sign-out/")
    assert "连错 5 次" in wrong(client, "周敏", 5)  # and is no way to guess on
    assert sign_in(client, "周敏", NOON) == ""
    wrong(Client(), "李伟", 5)
    assert sign_in(client, "李伟", NOON) == ""  # it knows 周敏, not him


@pytest.mark.parametrize("given", ["", "forged", "a:b:c", '["0123456789abcdef", []]'])
def test_a_cookie_that_we_did_not_write_makes_no_browser_known(
    world: World, client: Client, given: str
) -> None:
    login("周敏")
    wrong(Client(), "周敏", 5)
    client.cookies["known"] = given
    assert sign_in(client, "周敏", NOON) == ""


def test_with_a_second_factor_a_browser_is_known_after_the_code(
    world: World, client: Client
) -> None:
    with_app("李伟")
    sign_in(client, "李伟", NOON)
    assert "known" not in client.cookies
    show_code(client, NOON)
    assert client.cookies["known"]["httponly"]


def test_a_name_that_nobody_has_is_locked_like_any_other(world: World, client: Client) -> None:
    assert "连错 5 次" in wrong(client, "无此人", 5)
    assert did("login_locked") == []


def test_the_security_administrator_unlocks(world: World, client: Client) -> None:
    login("周敏")
    wrong(client, "周敏", 5)
    guard, zhou = enter(Client(), login("高远")), Staff.objects.get(name="周敏")
    with held_at(NOON):
        assert "锁到 12:15" in guard.get("/accounts/").content.decode()
        guard.post(f"/accounts/{zhou.id}/", {"do": "unlock"})
    assert sign_in(client, "周敏", NOON) == "/hotline/"
    assert did("login_unlocked") == ["高远"]


def test_nothing_that_was_typed_lies_with_the_errors(world: World, client: Client) -> None:
    login("周敏")
    wrong(client, "周敏", 2)
    [row] = AccessAttempt.objects.all()
    assert "不对" not in f"{row.post_data}{row.get_data}"
    assert row.failures_since_start == 2
