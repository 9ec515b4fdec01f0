"""The pages of channels: set up, tested, turned off and on, without showing a secret."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from jiannuo.journey import telling
from jiannuo.notices import set_up
from jiannuo.notices.models import Delivery
from tests.faces.telling.pages import ADMIN, ask, press, tell, turn_on


def test_a_channel_that_is_stuck_is_red(number: str, admin: Client) -> None:
    turn_on("sms")
    tell(number, by=("sms",))
    html = ask(admin, "/settings/channels/", 9)
    assert re.search(r'jn-tag bad">积压 1 条', html)
    assert "一直开着" in html


def test_a_trouble_that_is_over_is_not_red(number: str, admin: Client) -> None:
    """What was refused, and is not to be told any more."""
    turn_on("sms")
    tell(number, by=("sms",))
    rows = Delivery.objects.filter(channel="sms")
    assert rows.update(trouble="对方拒收（HTTP 429）。") > 0
    assert "HTTP 429" in ask(admin, "/settings/channels/", 9)
    rows.update(state="cancelled")
    assert "HTTP 429" not in ask(admin, "/settings/channels/", 9)


def test_a_secret_is_never_shown_and_blank_keeps_it(admin: Client) -> None:
    turn_on("sms")
    address = "/settings/channels/sms/"
    html = ask(admin, address)
    assert "never-shown" not in html
    assert "已保存，留空则不变" in html
    form = {"provider": "generic", "url": "http://127.0.0.1:99/", "enabled": "on", "do": "save"}
    assert press(admin, address, form=form).status_code == 302
    kept = set_up.channel("sms")
    assert (kept.values["url"], kept.values["token"]) == (form["url"], "Bearer never-shown")
    assert kept.set_by == "罗敏"


def test_what_is_refused_is_told_at_its_field_and_kept_as_typed(admin: Client) -> None:
    address = "/settings/channels/voice/"
    answer = press(
        admin,
        address,
        form={"url": "电话网关", "enabled": "on", "do": "save", "token": "geheim-getippt"},
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="电话网关"' in html
    assert 'name="enabled" value="on" checked' in html
    assert 'id="e-url"' in html
    assert "geheim-getippt" not in html
    assert not set_up.channel("voice").enabled


def test_what_can_only_be_some_values_is_chosen_from_a_list(admin: Client) -> None:
    html = ask(admin, "/settings/channels/sms/")
    options = re.findall(r'<option value="(\w+)"', html)
    assert options == ["generic", "aliyun", "tencent"]
    admin.cookies["language"] = "en"
    options = re.findall(r'<option value="(\w+)"', ask(admin, "/settings/channels/email/"))
    assert options == ["starttls", "tls", "none"]


def test_whoever_turns_a_channel_off_is_asked_and_keeps_what_it_had(admin: Client) -> None:
    turn_on("sms", "voice")
    address, before = "/settings/channels/sms/", set_up.channel("sms").values
    form = {"url": before["url"]}
    for do in ("save", "test"):
        answer = press(admin, address, form={**form, "do": do})
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "要停用短信吗" in html
        assert "一级故障眼下先走这里" in html
        assert "通到外面的还有：语音电话" in html
        assert set_up.channel("sms").enabled
    assert press(admin, address, form={**form, "do": "off"}).status_code == 302
    assert not set_up.channel("sms").enabled
    press(admin, address, form={**form, "do": "save", "enabled": "on"})
    assert (set_up.channel("sms").enabled, set_up.channel("sms").values) == (True, before)


def test_the_last_way_out_of_the_house_is_not_closed_unasked(admin: Client) -> None:
    turn_on("voice")
    set_up.configure(ADMIN, "sms", {"url": "http://127.0.0.1:9/"}, enabled=False)
    form = {"url": set_up.channel("voice").values["url"], "do": "save"}
    html = press(admin, "/settings/channels/voice/", form=form).content.decode()
    assert "没有人会响铃" in html


def test_turning_on_what_was_never_set_up_asks_for_what_is_missing(admin: Client) -> None:
    answer = press(admin, "/settings/channels/voice/", form={"do": "save", "enabled": "on"})
    assert answer.status_code == 409
    assert "请填写「语音网关地址」" in answer.content.decode()


def test_a_test_goes_to_oneself_and_tells_what_the_other_side_said(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on("sms")
    address = "/settings/channels/sms/"
    assert 'value="13800000015"' in ask(admin, address)
    monkeypatch.setattr(telling, "send_test", lambda actor, code, to: f"{code}-{to}-r1")
    press(admin, address, form={"do": "test", "to": "13800000015", "enabled": "on"})
    assert "回执 sms-13800000015-r1" in ask(admin, address)


def test_a_test_that_fails_says_why(admin: Client) -> None:
    turn_on("sms")
    typed = {"do": "test", "to": "13800000099", "url": "http://127.0.0.1:9/new", "enabled": "on"}
    answer = press(admin, "/settings/channels/sms/", form=typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "没有发出：" in html
    assert 'value="http://127.0.0.1:9/new"' in html
    assert 'value="13800000099"' in html
    assert set_up.channel("sms").values["url"] == "http://127.0.0.1:9/new"  # nothing typed is lost


@pytest.mark.parametrize(("code", "to"), [("sms", ""), ("sms", "abc"), ("email", "刘洋")])
def test_a_test_to_what_is_no_address_says_what_to_fill_in(
    admin: Client, code: str, to: str
) -> None:
    form = {
        "do": "test",
        "to": to,
        "enabled": "on",
        "url": "http://127.0.0.1:9/",
        "host": "localhost",
        "sender": "a@b.cn",
    }
    html = press(admin, f"/settings/channels/{code}/", form=form).content.decode()
    assert "请填手机号" in html or "请填邮箱" in html


def test_a_value_that_is_not_on_the_list_is_refused(admin: Client) -> None:
    form = {"enabled": "on", "provider": "twilio", "url": "http://127.0.0.1:9/"}
    html = press(admin, "/settings/channels/sms/", form=form).content.decode()
    assert "「服务商」只能是 generic、aliyun、tencent" in html
