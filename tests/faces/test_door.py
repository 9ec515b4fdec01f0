"""Who comes in: wrong passwords counted, second factors, sessions that end, one-time passwords."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client

from jiannuo.archive.models import AuditRow, Event
from jiannuo.journey import accounts
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.profile import shipped
from jiannuo.people import factors
from jiannuo.people.models import Session, Staff
from jiannuo.web import second_factor
from jiannuo.web.sessions import stay_of
from tests.faces.conftest import NOON
from tests.faces.door import HERE, opened, show_code, sign_in
from tests.world import SECRET, World, code, enter, login, with_app

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
STEP = timedelta(seconds=30)


def did(kind: str) -> list[str]:
    """Who did it, as the audit has it."""
    return list(
        AuditRow.objects.filter(action=kind).order_by("id").values_list("by_name", flat=True)
    )


# -- wrong passwords --------------------------------------------------------------------------


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
    assert sign_in(client, "周敏", NOON + 16 * MINUTE) == "/"
    assert did("login_locked") == ["system"]


def test_errors_while_it_is_locked_make_it_no_longer(world: World, client: Client) -> None:
    login("周敏")
    wrong(client, "周敏", 5)
    wrong(client, "周敏", 5, NOON + 10 * MINUTE)
    assert sign_in(client, "周敏", NOON + 16 * MINUTE) == "/"


def test_a_lock_is_of_one_login_at_one_address(world: World, client: Client) -> None:
    login("周敏")
    login("李伟")
    wrong(Client(REMOTE_ADDR="203.0.113.9"), "周敏", 5)
    assert sign_in(client, "周敏", NOON) == "/"
    assert sign_in(Client(REMOTE_ADDR="203.0.113.9"), "李伟", NOON) == "/"


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
    assert sign_in(client, "周敏", NOON) == "/"
    assert did("login_unlocked") == ["高远"]


def test_nothing_that_was_typed_lies_with_the_errors(world: World, client: Client) -> None:
    login("周敏")
    wrong(client, "周敏", 2)
    [row] = AccessAttempt.objects.all()
    assert "不对" not in f"{row.post_data}{row.get_data}"
    assert row.failures_since_start == 2


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
    assert sign_in(client, "周敏", NOON, next=to) == "/"
    with_app("李伟")
    other = Client()
    sign_in(other, "李伟", NOON)
    assert show_code(other, NOON, back=to) == "/"


# -- second factors ---------------------------------------------------------------------------


def test_who_has_a_second_factor_is_asked_for_it_before_anything_else(
    world: World, client: Client, number: str
) -> None:
    with_app("李伟")
    assert sign_in(client, "李伟", NOON) == "/"
    assert opened(client, f"/cases/{number}/", NOON) == (
        302,
        f"/sign-in/code/?next=%2Fcases%2F{number}%2F",
    )
    assert opened(client, "/api/me", NOON)[0] == 403
    assert show_code(client, NOON, back=f"/cases/{number}/") == f"/cases/{number}/"
    assert opened(client, f"/cases/{number}/", NOON)[0] == 200
    assert opened(client, "/api/me", NOON)[0] == 200
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
    assert sign_in(client, name, NOON) == "/"
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
            f"/api/cases/{number}/steps/remote_login", {}, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_needed")
        enter(client, user)
        answer = client.post(
            f"/api/cases/{number}/steps/remote_login", {}, content_type="application/json"
        )
    assert answer.json()["code"] == "no_consent"


def test_secrets_lie_encrypted(world: World) -> None:
    with_app("李伟")
    [row] = Authenticator.objects.filter(type="totp")
    assert SECRET not in str(row.data)


# -- how long ---------------------------------------------------------------------------------


def test_an_abandoned_screen_signs_out_whatever_it_asks_by_itself(
    world: World, client: Client
) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(1, 15):
        at = NOON + minutes * MINUTE
        assert opened(client, "/web/beat/", at)[0] == 200
        assert opened(client, "/", at, **{"HX-Request": "true"})[0] == 200
    at = NOON + 15 * MINUTE
    assert opened(client, "/", at, **{"HX-Request": "true"}) == (401, "")
    assert opened(client, "/inbox/", at) == (302, "/sign-in/?next=/inbox/")


@pytest.mark.parametrize("use", ["/web/beat/?used=1", "/inbox/"])
def test_who_works_stays_signed_in(world: World, client: Client, use: str) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(0, 120, 10):
        assert opened(client, use, NOON + minutes * MINUTE)[0] == 200


def test_an_administrator_s_day_ends_on_time(world: World, client: Client) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    for minutes in range(0, 480, 10):
        assert opened(client, "/inbox/", NOON + minutes * MINUTE)[0] == 200
    assert opened(client, "/inbox/", NOON + 8 * HOUR)[0] == 302


def test_a_hotline_session_lasts_a_silent_shift_and_no_call_is_cut_off(
    world: World, client: Client
) -> None:
    login("周敏")
    sign_in(client, "周敏", NOON)
    for minutes in (12 * 60, 13 * 60 - 5, 13 * 60 + 5, 14 * 60):  # the caller still speaks
        for later in range(0, 60, 5):
            at = NOON + (minutes + later) * MINUTE
            if at < NOON + 14 * HOUR:
                assert opened(client, "/web/beat/?used=1", at)[0] == 200, at
    assert opened(client, "/", NOON + 14 * HOUR + 10 * MINUTE)[0] == 302


def test_a_hotline_session_ends_with_the_first_pause_after_its_time(
    world: World, client: Client
) -> None:
    login("周敏")
    sign_in(client, "周敏", NOON)
    assert opened(client, "/", NOON + 12 * HOUR + 50 * MINUTE)[0] == 200
    assert opened(client, "/", NOON + 13 * HOUR + 5 * MINUTE)[0] == 302


def test_times_are_the_house_s_and_the_shortest_for_administrators() -> None:
    changed = shipped().with_changes({"sign_in.idle.hotline_agent": "06:00"})
    assert stay_of(changed, {"hotline_agent"}).idle == 6 * HOUR
    both = stay_of(shipped(), {"admin", "hotline_agent"})
    assert (both.idle, both.beyond) == (15 * MINUTE, timedelta())
    assert stay_of(shipped(), {"sales", "engineer"}).whole == 24 * HOUR


def test_a_page_learns_how_long_it_stays(world: World, client: Client) -> None:
    with_app("罗敏")
    sign_in(client, "罗敏", NOON)
    show_code(client, NOON)
    with held_at(NOON + 5 * MINUTE):
        assert client.get("/web/beat/").json()["stays"] == 600


# -- passwords of one's own -------------------------------------------------------------------

GUARD = Actor("高远", frozenset({"security_admin"}), None)


def lent(name: str, sign: str) -> str:
    with held_at(NOON):
        return accounts.open_login(GUARD, Staff.objects.get(name=name).id, sign).password


def test_a_one_time_password_is_changed_before_anything_else(world: World, client: Client) -> None:
    password = lent("周敏", "zhoumin")
    assert sign_in(client, "zhoumin", NOON, password) == "/"
    assert opened(client, "/", NOON) == (302, "/me/account/password/?next=%2F")
    said = {"chosen": "一二三四五六七八九十", "again": "一二三四五六七八九十"}
    with held_at(NOON):
        assert client.post("/me/account/password/", said).headers["Location"] == "/"
    assert opened(client, "/", NOON)[0] == 200
    assert sign_in(Client(), "zhoumin", NOON, password) == ""
    assert sign_in(Client(), "zhoumin", NOON, said["chosen"]) == "/"
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


# -- typed words ------------------------------------------------------------------------------


def test_a_form_that_meets_nobody_keeps_its_words_through_the_sign_in(
    world: World, client: Client, number: str
) -> None:
    """Also through the second factor; sent by one press, with the same operation."""
    with_app("李伟")
    typed = {"text": "主控板 74 ℃\n风扇在转", "n": "7", "password": "hunter2"}
    path = f"/cases/{number}/log/"
    answer = client.post(path, typed, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "字都还在" in page
    assert "hunter2" not in page
    [sealed] = re.findall(r'name="draft" value="([^"]+)"', page)
    assert sign_in(client, "李伟", NOON, draft=sealed) == "/web/draft/"
    assert show_code(client, NOON, back="/web/draft/") == "/web/draft/"
    page = opened(client, "/web/draft/", NOON)[1]
    assert f'action="{path}"' in page
    assert "主控板 74 ℃" in page
    assert "hunter2" not in page
    assert not Event.objects.filter(kind="log_added").exists()  # nothing goes by itself


def test_what_another_place_sent_is_not_kept(world: World, client: Client, number: str) -> None:
    """Else a strange page could lay words before him and wait for his press."""
    for headers in ({"Origin": "https://example.org"}, {"Origin": "null"}, {}):
        answer = client.post(f"/cases/{number}/log/", {"text": "x"}, headers=headers)
        assert answer.status_code == 302
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(login("李伟"))
    answer = strict.post(
        f"/cases/{number}/log/", {"text": "恶意"}, headers={"Origin": "https://example.org"}
    )
    assert answer.status_code == 403
    assert "恶意" not in answer.content.decode()


def test_words_of_another_login_stay_his(world: World, client: Client, number: str) -> None:
    login("李伟")
    login("周敏")
    sign_in(client, "李伟", NOON)
    later = NOON + 14 * HOUR
    with held_at(later):
        page = client.post(f"/cases/{number}/log/", {"text": "李伟的话"}, headers=HERE)
    [sealed] = re.findall(r'name="draft" value="([^"]+)"', page.content.decode())
    assert sign_in(client, "周敏", later, draft=sealed) == "/"
    assert opened(client, "/web/draft/", later)[0] == 302
    assert sign_in(Client(), "李伟", later, draft=sealed) == "/web/draft/"


def test_a_stale_token_loses_nothing(world: World, number: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(login("李伟"))
    path = f"/cases/{number}/log/"
    with held_at(NOON):
        answer = strict.post(path, {"text": "主控板 74 ℃"}, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "字都还在" in page
    assert "主控板 74 ℃" in page
    assert f'action="{path}"' in page


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/code/", "/me/account/password/"])
def test_passwords_and_codes_are_never_kept(world: World, path: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"password": "x", "chosen": "geheim", "code": "1"}, headers=HERE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "字都还在" not in page
    assert "geheim" not in page


def test_too_much_is_not_carried(world: World, client: Client, number: str) -> None:
    answer = client.post(f"/cases/{number}/log/", {"text": "长" * 70_000}, headers=HERE)
    assert answer.status_code == 302


def test_a_code_that_no_app_shows_is_refused_in_words(world: World) -> None:
    with pytest.raises(Refusal, match="the code is wrong"):
        accounts.add_app(world.actor("李伟"), login("李伟"), SECRET, "000000")
