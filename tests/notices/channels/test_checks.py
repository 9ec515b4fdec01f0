"""Set-ups that cannot be are refused before they are kept, in both languages."""

from __future__ import annotations

import pytest

from jiannuo.notices.channels import checks, posting
from jiannuo.notices.channels.channel import NotSent, Setting
from jiannuo.notices.channels.email import sending
from jiannuo.notices.channels.registry import CHANNELS

GOOD = {
    ("email", "host"): "smtp.example.com",
    ("email", "port"): "587",
    ("email", "sender"): "service@example.com",
    ("sms", "url"): "http://127.0.0.1:8025/sms",
    ("sms", "body"): "mobile={to}&content={content}",
    ("sms", "header"): "X-Token",
    ("sms", "success"): "code=0",
    ("sms", "secret"): "0123456789abcdef",
    ("sms", "params"): '["{title}", "{case}"]',
    ("sms", "region"): "ap-beijing",
    ("voice", "url"): "https://voice.example/call",
    ("voice", "secret"): "0123456789abcdef",
    ("voice", "key"): "#",
    ("wecom", "key"): "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa",
    ("wecom", "url"): "https://proxy.example/send",
    ("dingtalk", "token"): "566cc69da782ec",
    ("dingtalk", "url"): "https://proxy.example/send",
    ("feishu", "token"): "5e3d587e-d78e-4a07",
    ("feishu", "url"): "https://proxy.example/hook",
    ("webhook", "url"): "https://hook.example:8443/in?from=jiannuo",
    ("webhook", "secret"): "0123456789abcdef",
}

BAD = {
    ("email", "host"): ["smtp.example.com:25", "two words", "http://smtp/", ""],
    ("email", "port"): ["0", "65536", "-1", "abc", "", "２５", "25.0"],
    ("email", "sender"): ["service", "a@b@c", "", "售后@example.com", "a b@c.d", "x@", "a@b\nc"],
    ("sms", "url"): [
        "gateway",
        "ftp://a/",
        "http://",
        "http://me:pw@a/",
        "http://a/#b",
        "http:// a",
    ],
    ("sms", "body"): ["", "{", "text", '{"text": "{text}"}', "[1]", "a=1&b=2"],
    ("sms", "header"): ["X Token", "X:Y", ""],
    ("sms", "success"): ["code", "=0", "code="],
    ("sms", "secret"): ["short", "with a space in it 0123"],
    ("sms", "params"): ["{title}", '{"a": 1}', '"title"', "[1]"],
    ("sms", "region"): ["", "广州"],
    ("voice", "url"): ["https://voice.example:99999/"],
    ("voice", "secret"): [""],
    ("voice", "key"): ["12", "", "a"],
    ("wecom", "key"): ["https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693axxx6", "short"],
    ("webhook", "url"): ["http://hook.example/", "https://user@hook.example/"],
}


def _settings() -> list[tuple[str, Setting]]:
    return [(code, one) for code, channel in CHANNELS.items() for one in channel.settings]


@pytest.mark.parametrize(("at", "value"), GOOD.items())
def test_what_can_be_is_taken(at: tuple[str, str], value: str) -> None:
    _check(at, value)


@pytest.mark.parametrize(("at", "value"), [(at, one) for at, all_ in BAD.items() for one in all_])
def test_what_cannot_be_is_refused_in_both_languages(at: tuple[str, str], value: str) -> None:
    with pytest.raises(ValueError, match=r" \| ") as refused:
        _check(at, value)
    if value and _setting(at).secret:
        assert value not in str(refused.value)


def _setting(at: tuple[str, str]) -> Setting:
    return next(one for code, one in _settings() if (code, one.name) == at)


def _check(at: tuple[str, str], value: str) -> None:
    check = _setting(at).check
    assert check is not None
    check(value)


def test_every_setting_that_is_checked_is_tried_here() -> None:
    checked = {(code, one.name) for code, one in _settings() if one.check is not None}
    assert set(GOOD) == checked


def test_a_default_passes_its_own_check() -> None:
    for _, one in _settings():
        if one.default and one.check is not None:
            one.check(one.default)


def test_every_setting_has_a_name_in_both_languages_and_is_named_once() -> None:
    for channel in CHANNELS.values():
        names = [one.name for one in channel.settings]
        assert len(names) == len(set(names))
        assert all(one.zh and one.en for one in channel.settings)


def test_what_sounds_secret_is_secret() -> None:
    for _, one in _settings():
        if any(word in one.name for word in ("secret", "token", "password")):
            assert one.secret


def test_every_channel_gives_up_before_its_time_is_over() -> None:
    assert min(channel.timeout for channel in CHANNELS.values()) > posting.WHOLE
    assert sending.STEP < sending.WHOLE < CHANNELS["email"].timeout


def test_codes_and_names_are_the_registry_s() -> None:
    assert {code: channel.code for code, channel in CHANNELS.items()} == {c: c for c in CHANNELS}
    assert all(channel.zh and channel.en for channel in CHANNELS.values())


def test_a_setting_that_is_missing_is_named_and_not_tried_again() -> None:
    with pytest.raises(NotSent, match='"url"') as refused:
        checks.needed({"url": " "}, "url")
    assert not refused.value.again
    assert "“url”" in refused.value.zh
