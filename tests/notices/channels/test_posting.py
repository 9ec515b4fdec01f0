"""One POST: how every way to fail is told, and that none of them takes too long."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Sequence

import pytest

from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.posting import ANSWER, post, taken, within
from tests.notices.channels.serving import answer, listening, serving


@pytest.mark.parametrize(
    ("status", "again"),
    [
        *((status, False) for status in (301, 400, 401, 403, 404, 410)),
        *((status, True) for status in (408, 425, 429, 500, 502, 503, 504)),
    ],
)
def test_a_refusal_says_whether_another_try_is_worth_it(status: int, again: bool) -> None:
    with serving(answer(status)) as server, pytest.raises(NotSent) as refused:
        taken(post(server.url, b"{}", {}))
    assert (refused.value.again, refused.value.after) == (again, None)
    assert str(status) in refused.value.zh
    assert str(status) in refused.value.en


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [
        ("7", 7, 7),
        ("999999", 3600, 3600),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0, 0),
        ("Wed, 01 Jan 2120 00:00:00 GMT", 3600, 3600),
    ],
)
def test_the_wait_that_was_asked_for_is_passed_on(asked: str, least: float, most: float) -> None:
    busy = answer(429, Retry_After=asked)
    with serving(busy) as server, pytest.raises(NotSent) as refused:
        taken(post(server.url, b"", {}))
    assert refused.value.after is not None
    assert least <= refused.value.after <= most


@pytest.mark.parametrize("asked", ["soon", "", "-3", "²"])
def test_a_wait_that_cannot_be_read_is_none(asked: str) -> None:
    busy = answer(503, Retry_After=asked.encode().decode("latin-1"))
    with serving(busy) as server, pytest.raises(NotSent) as refused:
        taken(post(server.url, b"", {}))
    assert (refused.value.again, refused.value.after) == (True, None)


def test_a_redirect_is_not_followed() -> None:
    with serving() as other, serving(answer(307, Location=other.url)) as server:
        with pytest.raises(NotSent) as refused:
            taken(post(server.url, b"secret", {}))
        assert not refused.value.again
        assert not other.got


def test_nobody_listening_is_worth_another_try() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    with pytest.raises(NotSent) as trouble:
        post(url, b"", {})
    assert trouble.value.again


def test_a_connection_that_breaks_is_worth_another_try() -> None:
    with listening(lambda line: None) as url, pytest.raises(NotSent) as trouble:
        post(url, b"", {})
    assert trouble.value.again


def _drip(line: socket.socket) -> None:
    """A header that never ends, a byte at a time: each read is quick, all of them are not."""
    line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while True:
        line.sendall(b"x")
        time.sleep(0.02)


def test_a_server_that_drips_cannot_hold_us_longer_than_was_allowed() -> None:
    began = time.monotonic()
    with listening(_drip) as url, pytest.raises(NotSent) as trouble:
        post(url, b"", {}, seconds=0.3)
    assert trouble.value.again
    assert time.monotonic() - began < 1


def test_a_server_that_is_silent_cannot_hold_us_either() -> None:
    with listening(lambda line: time.sleep(0.5)) as url, pytest.raises(NotSent) as trouble:
        post(url, b"", {}, seconds=0.2)
    assert trouble.value.again


def test_a_slow_name_server_cannot_hold_us() -> None:
    def slow(host: str, port: int, seconds: float) -> Sequence[str]:
        within(seconds, lambda: time.sleep(0.6))
        return ["127.0.0.1"]

    began = time.monotonic()
    with pytest.raises(NotSent) as trouble:
        post("http://slow.example/", b"", {}, seconds=0.1, resolve=slow)
    assert trouble.value.again
    assert time.monotonic() - began < 0.5


def test_a_name_that_does_not_exist_is_worth_another_try() -> None:
    with pytest.raises(NotSent) as trouble:
        post("http://nobody.invalid/", b"", {})
    assert trouble.value.again


def test_no_more_of_an_answer_is_read_than_was_asked_for() -> None:
    with serving(answer(200, b"x" * 5_000_000)) as server:
        assert len(post(server.url, b"", {}).body) == ANSWER


def test_what_work_raises_comes_out_of_it() -> None:
    with pytest.raises(ZeroDivisionError):
        within(1, lambda: 1 / 0)


@pytest.mark.parametrize(
    "url", ["", "service", "ftp://service/", "http://", "http:///x", "http://a:b:c/"]
)
def test_an_address_that_is_none_is_not_tried_again(url: str) -> None:
    with pytest.raises(NotSent) as refused:
        post(url, b"", {})
    assert not refused.value.again


def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    with serving() as server:
        post(
            f"http://two.example:{server.port}/",
            b"",
            {},
            resolve=lambda *_: ["127.0.0.99", "127.0.0.1"],
        )
        assert server.got[0].headers["host"] == f"two.example:{server.port}"


def test_the_log_holds_neither_address_nor_header(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(answer(403)) as server, pytest.raises(NotSent) as refused:
        taken(post(f"{server.url}/?key=tell-nobody", b"", {"Authorization": "tell-nobody"}))
    assert "tell-nobody" not in caplog.text + str(refused.value) + refused.value.zh
