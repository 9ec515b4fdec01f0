"""Calls through the simulated gateway: what it is asked, what it reports, how it misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from jiannuo.links.fakegateway.server import SECRET, Gateway
from jiannuo.notices.channels.channel import Message, NotSent, Receipt, Report
from jiannuo.notices.channels.inbox.sending import CHANNEL as INBOX
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.channels.voice.sending import CHANNEL, hear, send
from tests.notices.channels.serving import Script, answer, message, serving, until

SETTINGS = {"secret": SECRET, "token": "gateway-token"}


@contextmanager
def calling(*answers: Any, **options: Any) -> Iterator[tuple[Gateway, Script]]:
    """A gateway that rings for a moment only, and where it reports to."""
    quick = {"ring": 0.01, "pause": 0.02, **options}
    with serving(*answers) as ours, Gateway(**quick) as gateway:
        yield gateway, ours


def _call(gateway: Gateway, ours: Script, **changed: Any) -> Receipt:
    called = message(callback=f"{ours.url}/voice", **changed)
    return send(called, {**SETTINGS, "url": f"{gateway.url}/voice"})


def _heard(ours: Script) -> list[Report]:
    return [one for request in ours.got for one in hear(request.headers, request.body, SETTINGS)]


def _tell(gateway: Gateway, **told: Any) -> Any:
    return httpx.post(f"{gateway.url}/control", json=told, trust_env=False).json()


def test_the_gateway_is_asked_to_speak_and_to_listen_for_a_key() -> None:
    with serving(answer(200, {"reference": "C-1"})) as server:
        receipt = send(message(), {**SETTINGS, "url": server.url, "key": "9"})
        request = server.got[0]
    assert receipt.reference == "C-1"
    assert request.headers["authorization"] == "Bearer gateway-token"
    assert request.headers["idempotency-key"] == request.json["key"] == "trigger:42:1"
    assert request.json["press"] == "9"
    assert request.json["text"].endswith("响应时限 收到请按 9 键。")


def test_a_message_that_asks_for_nothing_asks_for_no_key() -> None:
    with serving() as server:
        send(message(link=""), {**SETTINGS, "url": server.url})
        request = server.got[0]
    assert (request.json["press"], request.json["text"]) == ("", message().text)


@pytest.mark.parametrize(
    ("answers", "heard"),
    [
        ({}, [("unanswered", "")]),
        ({"13800000001": "answer"}, [("answered", "")]),
        ({"+86 138-0000-0001": "press:1"}, [("answered", ""), ("key", "1")]),
        ({"13800000001": "press:7"}, [("answered", ""), ("answered", "7")]),
    ],
)
def test_what_came_of_a_call_is_reported(answers: Any, heard: list[tuple[str, str]]) -> None:
    with calling(answers=answers) as (gateway, ours):
        _call(gateway, ours)
        until(lambda: len(ours.got) == len(heard))
        found = _heard(ours)
    assert [(one.what, one.digit) for one in found] == heard
    assert {one.key for one in found} == {"trigger:42:1"}
    assert len({one.reference for one in found}) == len(heard)


def test_the_same_key_is_one_call_and_one_reference() -> None:
    with calling() as (gateway, ours):
        first, again, other = (_call(gateway, ours, key=key).reference for key in ("a", "a", "b"))
        until(lambda: len(ours.got) == 2)
        assert first == again != other
        assert [one["key"] for one in gateway.messages()] == ["a", "b"]
        assert [one["key"] for one in gateway.book.lines("duplicate")] == ["a"]
    assert sorted(one.key for one in _heard(ours)) == ["a", "b"]


@pytest.mark.parametrize(
    ("told", "again", "after", "delivered"),
    [
        ({"mode": "refuse"}, True, None, 0),
        ({"mode": "busy", "after": 7}, True, 7.0, 0),
        ({"mode": "down"}, True, None, 0),
        ({"mode": "swallow"}, True, None, 1),
    ],
)
def test_a_failing_gateway_is_tried_again_and_the_call_is_made_once(
    told: Any, again: bool, after: float | None, delivered: int
) -> None:
    with calling() as (gateway, ours):
        _tell(gateway, **told, times=1)
        with pytest.raises(NotSent) as refused:
            _call(gateway, ours)
        assert (refused.value.again, refused.value.after) == (again, after)
        assert len(gateway.messages()) == delivered
        assert _call(gateway, ours).reference == "sim-voice-000001"
        assert len(gateway.messages()) == 1


def test_a_slow_gateway_answers_in_the_end() -> None:
    with calling() as (gateway, ours):
        _tell(gateway, mode="slow", seconds=0.1)
        assert _call(gateway, ours).reference


@pytest.mark.parametrize(
    ("callbacks", "heard"),
    [
        ("normal", ["answered", "key"]),
        ("twice", ["answered", "answered", "key", "key"]),
        ("reversed", ["key", "answered"]),
        ("late", ["answered", "key"]),
    ],
)
def test_call_backs_come_as_the_gateway_was_told(callbacks: str, heard: list[str]) -> None:
    with calling(answers={"13800000001": "press:1"}) as (gateway, ours):
        _tell(gateway, callbacks=callbacks, late=0.05)
        _call(gateway, ours)
        until(lambda: len(ours.got) == len(heard))
        assert [one.what for one in _heard(ours)] == heard


def test_call_backs_may_never_come() -> None:
    with calling() as (gateway, ours):
        _tell(gateway, callbacks="none")
        _call(gateway, ours, key="a")
        _tell(gateway, callbacks="normal")
        _call(gateway, ours, key="b")
        until(lambda: ours.got)
    assert [one.key for one in _heard(ours)][-1] == "b"


def test_a_call_back_is_tried_until_it_is_taken() -> None:
    with calling(answer(503), answer(500), answer(200)) as (gateway, ours):
        _call(gateway, ours)
        until(lambda: len(gateway.book.lines("report")) == 3)
        said = [one["said"] for one in gateway.book.lines("report")]
    assert said[-1] == "ok"
    assert len({one.reference for one in _heard(ours)}) == 1


def test_old_call_backs_can_be_played_back_as_they_were() -> None:
    with calling() as (gateway, ours):
        _call(gateway, ours)
        until(lambda: ours.got)
        assert _tell(gateway, replay=True)["replayed"] == 1
        until(lambda: len(ours.got) == 2)
    first, again = ours.got
    assert first.body == again.body
    assert first.headers["x-jiannuo-signature"] == again.headers["x-jiannuo-signature"]


def test_a_call_that_was_answered_counts_as_told_and_a_row_is_delivered_as_it_is_kept() -> None:
    assert CHANNEL.answered
    assert INBOX.send(_nobody(), {}) == Receipt()
    assert [one.code for one in CHANNELS.values() if one.answered] == ["voice"]


def _nobody() -> Message:
    return message(to="")
