"""Second factors: who is asked, what a code is worth, how one is set up."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client

from jiannuo.journey import accounts
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.people import factors
from jiannuo.people.models import Session
from jiannuo.web import second_factor
from tests.faces.conftest import NOON
from tests.faces.door import MINUTE, STEP, did, opened, show_code, sign_in
from tests.world import SECRET, World, code, enter, login, with_app


def test_who_has_a_second_factor_is_asked_for_it_before_anything_else(
    world: World, client: Client, number: str
) -> None:
    with_app("李伟")
    assert sign_in(client, "李伟", NOON) == "/work/"
    assert opened(client, f"/cases/{number}/", NOON) == (
        302,
        f"/sign-in/code/?next=%2Fcases%2F{number}%2F",
    )
    assert opened(client, "/api/v1/me", NOON)[0] == 403
    assert show_code(client, NOON, back=f"/cases/{number}/") == f"/cases/{number}/"
    assert opened(client, f"/cases/{number}/", NOON)[0] == 200
    assert opened(client, "/api/v1/me", NOON)[0] == 200
    assert (did("signed_in"), did("second_factor_passed")) == (["李伟"], ["李伟"])


def test_the_key_of_a_session_is_a_new_one_after_the_code(world: World, client: Client) -> None:
    with_app("李伟")
    sign_in(client, "李伟", NOON)
    before = client.cookies["sessionid"].value
    show_code(client, NOON)
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(pk=before).exists()


def test_a_code_counts_once_and_a_minute_at_most(world: World, client: Client) -> None:
    with_app("李伟")
    sign_in(client, "李伟", NOON)
    assert show_code(client, NOON, code(NOON - 2 * STEP)) == ""
    assert show_code(client, NOON, code(NOON - STEP)) == "/"  # a clock that is a little late
    other = Client()
    sign_in(other, "李伟", NOON)
    assert show_code(other, NOON, code(NOON - STEP)) == ""
    assert show_code(other, NOON, code(NOON)) == "/"


def test_wrong_codes_are_counted_as_wrong_passwords(world: World, client: Client) -> None:
    """Also when the password is typed anew between them."""
    with_app("李伟")
    for _ in range(4):
        sign_in(client, "李伟", NOON)
        assert show_code(client, NOON, "000000") == ""
        client.logout()
    sign_in(client, "李伟", NOON)
    with held_at(NOON):
        answer = client.post("/sign-in/code/", {"code": "000000"})
    assert "连错 5 次，12:15 前不能登录" in answer.content.decode()
    assert opened(client, "/", NOON) == (302, "/sign-in/?next=/")
    assert show_code(client, NOON) == "/sign-in/?next=/sign-in/code/"


@pytest.mark.parametrize("given", ["", "１２３４５６", "0" * 4000, "\x00", "abcdef", "-1"])
def test_nonsense_is_no_code(world: World, client: Client, given: str) -> None:
    with_app("李伟")
    sign_in(client, "李伟", NOON)
    with held_at(NOON):
        answer = client.post("/sign-in/code/", {"code": given, "credential": "{"})
    assert answer.status_code == 403
    assert "验证码不对或已用过" in answer.content.decode()


@pytest.mark.parametrize("name", ["罗敏", "高远", "谢静"])
def test_an_administrator_sets_up_a_second_factor_before_anything_else(
    world: World, client: Client, name: str
) -> None:
    login(name)
    assert sign_in(client, name, NOON) in ("/work/", "/accounts/", "/audit/")
    for path in ("/inbox/", "/me/account/", "/settings/channels/", "/accounts/", "/audit/"):
        assert opened(client, path, NOON)[1].startswith("/sign-in/code/?next=")
    assert opened(client, "/sign-in/code/", NOON)[1].startswith("/me/account/app/")
    page = opened(client, "/me/account/app/?next=/inbox/", NOON)[1]
    assert '<svg viewBox="' in page
    assert "<script" not in page.split("<svg", 2)[-1].split("</main>")[0]
    [secret] = re.findall(r"jn-secret\">([A-Z2-7 ]+)<", page)
    shown = factors.code_of(secret.replace(" ", ""), NOON)
    with held_at(NOON):
        answer = client.post("/me/account/app/", {"code": shown, "next": "/inbox/"})
    assert answer.headers["Location"] == "/me/account/codes/?next=%2Finbox%2F"
    codes = re.findall(r"<li>(\d{4} \d{4})</li>", opened(client, "/me/account/codes/", NOON)[1])
    assert len(codes) == 10
    with held_at(NOON):
        assert (
            client.post("/me/account/codes/", {"next": "/inbox/"}).headers["Location"] == "/inbox/"
        )
    assert opened(client, "/me/account/codes/", NOON)[0] == 302  # shown once
    assert opened(client, "/inbox/", NOON)[0] == 200
    other = Client()
    sign_in(other, name, NOON)
    assert show_code(other, NOON, codes[3]) == "/"
    third = Client()
    sign_in(third, name, NOON)
    assert show_code(third, NOON, codes[3]) == ""  # each counts once


def test_a_wrong_first_code_sets_nothing_up(world: World, client: Client) -> None:
    user = login("罗敏")
    sign_in(client, "罗敏", NOON)
    with held_at(NOON):
        answer = client.post("/me/account/app/", {"code": "000000"})
    assert answer.status_code == 409
    assert factors.enrolled(user.pk) == ()


def test_an_open_screen_sets_no_second_factor_up_without_the_password(
    world: World, client: Client
) -> None:
    """It would outlive the session, and shut its owner out. Errors count as at the sign-in."""
    user = login("李伟")
    sign_in(client, "李伟", NOON)
    later = NOON + 11 * MINUTE
    assert 'name="present"' not in opened(client, "/me/account/app/", NOON)[1]
    page = opened(client, "/me/account/app/", later)[1]
    assert 'name="present"' in page
    assert 'name="present"' in opened(client, "/me/account/key/", later)[1]
    [secret] = re.findall(r"jn-secret\">([A-Z2-7 ]+)<", page)
    said = {"code": factors.code_of(secret.replace(" ", ""), later), "credential": "{}"}
    with held_at(later):
        for path in ("/me/account/app/", "/me/account/key/"):
            for present in ("", "不对"):
                answer = client.post(path, {**said, "present": present})
                assert answer.status_code == 409
                assert "现在的密码不对" in answer.content.decode()
        assert factors.enrolled(user.pk) == ()
        assert AccessAttempt.objects.get().failures_since_start == 4
        client.post("/me/account/app/", {**said, "present": "李伟李伟"})
    assert len(factors.enrolled(user.pk)) == 1


def test_who_owes_a_code_cannot_set_up_another_factor_instead(world: World, client: Client) -> None:
    """A stolen password is no way round the second factor."""
    user = with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    for path in (
        "/me/account/app/",
        "/me/account/key/",
        "/me/account/codes/",
        "/me/account/password/",
    ):
        with held_at(NOON):
            answer = client.post(path, {"code": code(NOON), "credential": "{}", "chosen": "x"})
        assert answer.headers["Location"].startswith("/sign-in/code/")
    for path in ("/me/account/", "/web/draft/"):
        with held_at(NOON):
            answer = client.post(path, {"do": "remove", "factor": "1"})
        assert answer.headers["Location"].startswith("/sign-in/code/")
    assert len(factors.enrolled(user.pk)) == 1


def test_an_administrator_keeps_one_second_factor(world: World, client: Client) -> None:
    user = with_app("罗敏")
    enter(client, user)
    [factor] = factors.enrolled(user.pk)
    answer = client.post("/me/account/", {"do": "remove", "factor": str(factor.id)})
    assert answer.status_code == 409
    assert "必须两步验证" in answer.content.decode()
    li = with_app("李伟")
    other = enter(Client(), li)
    [factor] = factors.enrolled(li.pk)
    other.post("/me/account/", {"do": "remove", "factor": str(factor.id)})
    assert factors.enrolled(li.pk) == ()
    assert did("second_factor_removed") == ["李伟"]


def test_remote_work_takes_a_second_factor_in_a_browser(
    world: World, client: Client, number: str
) -> None:
    """An expert from afar as well; whoever he is. Other steps do not."""
    assert second_factor.demanded("remote_login")
    assert second_factor.demanded("expert_started", {"how": "remote"})
    assert not second_factor.demanded("expert_started", {"how": "lab"})
    assert not second_factor.demanded("remote_logout")
    user = login("李伟")
    client.force_login(user)
    with held_at(NOON):
        answer = client.post(
            f"/api/v1/cases/{number}/steps/remote_login", {}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
        enter(client, user)
        answer = client.post(
            f"/api/v1/cases/{number}/steps/remote_login", {}, content_type="application/json"
        )
    assert answer.json()["code"] == "no_consent"


def test_secrets_lie_encrypted(world: World) -> None:
    with_app("李伟")
    [row] = Authenticator.objects.filter(type="totp")
    assert SECRET not in str(row.data)


def test_a_code_that_no_app_shows_is_refused_in_words(world: World) -> None:
    with pytest.raises(Refusal, match="the code is wrong"):
        accounts.add_app(world.actor("李伟"), login("李伟"), SECRET, "000000")
