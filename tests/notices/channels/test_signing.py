"""Call-backs are believed only when they are signed, fresh and readable."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.kernel.moment import held_at, now
from jiannuo.notices.channels.channel import NotSent, Report
from jiannuo.notices.channels.reports import heard
from jiannuo.notices.channels.signing import signature, signed
from jiannuo.notices.channels.voice import sending as voice
from tests.notices.channels.serving import SECRET

AT = datetime(2026, 7, 1, 2, 13, 5, tzinfo=UTC)
SETTINGS = {"secret": SECRET, "key": "1"}
ANSWERED = {"key": "trigger:42:1", "what": "answered", "reference": "r-1"}


def _post(body: object, *, at: datetime = AT, secret: str = SECRET) -> tuple[dict[str, str], bytes]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return {name.lower(): value for name, value in signed(secret, raw, at).items()}, raw


def test_the_signature_is_the_one_that_is_documented() -> None:
    """As `printf '1782871985.{}' | openssl dgst -sha256 -hmac secret` gives it."""
    assert (
        signature("secret", "1782871985", b"{}")
        == "sha256=22a2b7a08e5a57114d5696a4a400200449a104edc200ab2637daedcc12474c75"
    )


def test_a_genuine_report_is_heard() -> None:
    with held_at(AT):
        assert voice.hear(*_post(ANSWERED), SETTINGS) == (
            Report("trigger:42:1", "answered", "", "r-1"),
        )


def test_several_reports_may_come_in_one_post() -> None:
    reports = [ANSWERED, {"key": "trigger:42:1", "what": "key", "digit": "1"}]
    with held_at(AT):
        found = voice.hear(*_post(reports), SETTINGS)
    assert [(one.what, one.digit) for one in found] == [("answered", ""), ("key", "1")]


def test_another_key_than_the_one_asked_for_acknowledges_nothing() -> None:
    with held_at(AT):
        (found,) = voice.hear(*_post({**ANSWERED, "what": "key", "digit": "5"}), SETTINGS)
    assert (found.what, found.digit) == ("answered", "5")


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_five_minutes_off_is_still_fresh(minutes: int) -> None:
    headers, body = _post(ANSWERED)
    with held_at(AT + timedelta(minutes=minutes)):
        assert heard(SECRET, headers, body)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_stale_report_is_refused(seconds: int) -> None:
    headers, body = _post(ANSWERED)
    with held_at(AT + timedelta(seconds=seconds)), pytest.raises(NotSent) as refused:
        heard(SECRET, headers, body)
    assert not refused.value.again
    assert "5 分钟" in refused.value.zh


def test_a_report_signed_with_another_secret_is_refused() -> None:
    _refused(*_post(ANSWERED, secret="another-secret-entirely"))


def test_a_report_that_was_changed_is_refused() -> None:
    headers, body = _post(ANSWERED)
    _refused(headers, body.replace(b"answered", b"key"))


def test_a_report_with_a_younger_timestamp_is_refused() -> None:
    headers, body = _post(ANSWERED, at=AT - timedelta(hours=1))
    _refused({**headers, "x-jiannuo-timestamp": str(int(AT.timestamp()))}, body)


@pytest.mark.parametrize("left_out", ["x-jiannuo-timestamp", "x-jiannuo-signature"])
def test_a_report_without_its_signature_is_refused(left_out: str) -> None:
    headers, body = _post(ANSWERED)
    del headers[left_out]
    _refused(headers, body)


@pytest.mark.parametrize("timestamp", ["", "soon", "²", "1e99", "9" * 400, "-1"])
def test_a_timestamp_that_is_none_is_refused_even_where_it_is_signed(timestamp: str) -> None:
    headers = {"x-jiannuo-timestamp": timestamp}
    headers["x-jiannuo-signature"] = signature(SECRET, timestamp, b"{}")
    _refused(headers, b"{}")


def test_without_a_secret_nobody_is_heard() -> None:
    with held_at(AT), pytest.raises(NotSent):
        heard("", *_post(ANSWERED, secret=""))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        [1],
        {"what": "answered"},
        {"key": "", "what": "answered"},
        {"key": "k", "what": "acknowledged"},
        {"key": "k", "what": ["key"]},
        {"key": 7, "what": "answered"},
        {"key": "k", "what": "key", "digit": "12"},
        {"key": "k" * 301, "what": "answered"},
        [ANSWERED, {"key": "k"}],
    ],
)
def test_a_signed_report_that_cannot_be_read_is_refused(body: object) -> None:
    _refused(*_post(body))


def _refused(headers: dict[str, str], body: bytes) -> None:
    with held_at(AT), pytest.raises(NotSent) as refused:
        heard(SECRET, headers, body)
    assert not refused.value.again


def test_what_is_signed_now_is_fresh_now() -> None:
    assert heard(SECRET, *_post(ANSWERED, at=now()))
