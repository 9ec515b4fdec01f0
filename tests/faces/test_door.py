"""Signing in: nonsense is answered, nobody is led away; passwords of one's own."""

from __future__ import annotations

import pytest
from django.test import Client

from jiannuo.archive.models import Event
from jiannuo.journey import accounts
from jiannuo.kernel.moment import held_at
from jiannuo.manual.actor import Actor
from jiannuo.people.models import Staff
from tests.faces.conftest import NOON
from tests.faces.door import did, opened, show_code, sign_in
from tests.world import World, login, with_app


@pytest.mark.parametrize(
    "said",
    [
        {"username": "x" * 5000, "password": "x"},
        {"username": "a\x00b", "password": "x"},
        {"username": "周敏", "password": "\x00"},
        {"username": "' or 1=1 --", "password": "x", "next": "\r\nSet-Cookie: a=b"},
        {"username": "周敏", "password": "x", "draft": "not.sealed:by-us"},
        {"username": "周敏"},
        {},
    ],
)
def test_nonsense_at_the_door_is_answered_with_the_form(
    world: World, client: Client, said: dict[str, str]
) -> None:
    login("周敏")
    answer = client.post("/sign-in/", said)
    assert answer.status_code == 200
    assert "登录" in answer.content.decode()


@pytest.mark.parametrize(
    "to", ["https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"]
)
def test_a_sign_in_never_leads_out_of_the_house(world: World, client: Client, to: str) -> None:
    login("周敏")
    assert sign_in(client, "周敏", NOON, next=to) == "/hotline/"
    with_app("李伟")
    other = Client()
    sign_in(other, "李伟", NOON)
    assert show_code(other, NOON, back=to) == "/"


GUARD = Actor("高远", frozenset({"security_admin"}), None)


def lent(name: str, sign: str) -> str:
    with held_at(NOON):
        return accounts.open_login(GUARD, Staff.objects.get(name=name).id, sign).password


def test_a_one_time_password_is_changed_before_anything_else(world: World, client: Client) -> None:
    password = lent("周敏", "zhoumin")
    assert sign_in(client, "zhoumin", NOON, password) == "/hotline/"
    assert opened(client, "/", NOON) == (302, "/me/account/password/?next=%2F")
    said = {"chosen": "一二三四五六七八九十", "again": "一二三四五六七八九十"}
    with held_at(NOON):
        assert client.post("/me/account/password/", said).headers["Location"] == "/"
    assert opened(client, "/", NOON)[0] == 200
    assert sign_in(Client(), "zhoumin", NOON, password) == ""
    assert sign_in(Client(), "zhoumin", NOON, said["chosen"]) == "/hotline/"
    assert did("password_chosen") == ["周敏"]
    assert not Event.objects.filter(detail__icontains=password).exists()


@pytest.mark.parametrize(
    ("chosen", "again", "why"),
    [
        ("short", "short", "至少 10 个字符"),
        ("1234567890123", "1234567890123", "全是数字"),
        ("zhoumin1234", "zhoumin1234", "和登录名太像"),
        ("correct horse", "correct hose", "不一样"),
    ],
)
def test_an_easy_password_is_refused_in_words(
    world: World, client: Client, chosen: str, again: str, why: str
) -> None:
    sign_in(client, "zhoumin", NOON, lent("周敏", "zhoumin"))
    with held_at(NOON):
        answer = client.post("/me/account/password/", {"chosen": chosen, "again": again})
    assert answer.status_code == 409
    assert why in answer.content.decode()


def test_another_password_takes_the_present_one_and_ends_other_sessions(
    world: World, client: Client
) -> None:
    login("周敏")
    other = Client()
    for one in (client, other):
        sign_in(one, "周敏", NOON)
    said = {"present": "错", "chosen": "correct horse", "again": "correct horse"}
    with held_at(NOON):
        assert client.post("/me/account/password/", said).status_code == 409
        client.post("/me/account/password/", said | {"present": "周敏周敏"})
    assert opened(client, "/", NOON)[0] == 200
    assert opened(other, "/", NOON)[0] == 302
