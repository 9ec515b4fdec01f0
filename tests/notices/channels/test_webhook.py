"""A webhook goes out signed, and never into an internal network, whatever a name says."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path

import pytest

from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.signing import verify
from jiannuo.notices.channels.webhook.guard import public
from jiannuo.notices.channels.webhook.sending import send
from tests.notices.channels.certificate import made
from tests.notices.channels.serving import SECRET, answer, message, serving


def _home(address: str) -> bool:
    """Stands for the open internet in these tests: this one address and no other."""
    return address == "127.0.0.1"


INTERNAL = """
127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 169.254.1.1
100.100.100.200 100.64.0.1 168.63.129.16 192.0.0.192 192.0.2.1 198.18.0.1 203.0.113.7 192.88.99.1
224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 fe80::1 fe80::1%eth0 fc00::1 fd00:ec2::254 fec0::1 ff0e::1 2001:db8::1 3fff::1 100::1 5f00::1
::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 ::127.0.0.1
64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::1 2001:0:4136:e378::1
127.1 nonsense
"""


@pytest.mark.parametrize("address", INTERNAL.split())
def test_an_internal_address_is_not_public(address: str) -> None:
    assert not public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "47.95.1.1", "2606:4700::1111", "2400:3200::1"])
def test_an_address_of_the_open_internet_is_public(address: str) -> None:
    assert public(address)


def test_it_is_signed_and_carries_the_key() -> None:
    with serving(answer(200, {"reference": "ref-7"})) as server:
        settings = {"url": f"{server.url}/in", "secret": SECRET}
        receipt = send(message(), settings, allowed=_home)
        request = server.got[0]
    assert receipt.reference == "ref-7"
    assert request.path == "/in"
    assert request.headers["idempotency-key"] == "trigger:42:1"
    verify(SECRET, request.headers, request.body)
    assert request.json["title"] == "一级故障超时"
    assert request.json["words"] == {"case": "X-2026-0042"}
    assert "一级故障超时".encode() in request.body


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "017700000001", "0"]
)
def test_a_name_of_our_own_machine_is_refused_however_it_is_written(host: str) -> None:
    with serving() as server:
        with pytest.raises(NotSent) as refused:
            send(message(), {"url": f"http://{host}:{server.port}/", "secret": SECRET})
        assert not server.got
    assert not refused.value.again
    assert "内部网络" in refused.value.zh


@pytest.mark.parametrize(
    "host", ["[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "[fd00:ec2::254]"]
)
def test_literal_internal_addresses_are_refused(host: str) -> None:
    with pytest.raises(NotSent) as refused:
        send(message(), {"url": f"http://{host}/latest/meta-data", "secret": SECRET})
    assert not refused.value.again


def test_one_internal_address_among_open_ones_refuses_the_host() -> None:
    with serving() as server:
        with pytest.raises(NotSent) as refused:
            send(
                message(),
                {"url": f"http://both.example:{server.port}/", "secret": SECRET},
                allowed=_home,
                resolve=lambda *_: ["127.0.0.1", "10.0.0.1"],
            )
        assert not server.got
    assert not refused.value.again


def test_a_name_that_changes_its_address_reaches_the_one_that_was_looked_at() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int, seconds: float) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    with serving() as open_one, serving(host="127.0.0.2") as internal:
        url = f"http://rebind.example:{open_one.port}/"
        send(message(), {"url": url, "secret": SECRET}, allowed=_home, resolve=rebinding)
        assert asked == ["rebind.example"]
        assert open_one.got[0].headers["host"] == f"rebind.example:{open_one.port}"
        assert not internal.got


def test_a_redirect_into_the_internal_network_is_not_followed() -> None:
    with serving(host="127.0.0.2") as internal:
        moved = answer(302, Location=f"{internal.url}/admin")
        with serving(moved) as server, pytest.raises(NotSent) as refused:
            send(message(), {"url": server.url, "secret": SECRET}, allowed=_home)
        assert not internal.got
    assert not refused.value.again


def test_the_name_stays_in_the_handshake_and_its_certificate_is_checked(tmp_path: Path) -> None:
    server_side, client_side = made(tmp_path, "hook.example")
    named: list[str | None] = []

    def note(_: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        named.append(name)

    server_side.sni_callback = note
    with serving(tls=server_side) as server:

        def tell(host: str, tls: ssl.SSLContext | None) -> None:
            send(
                message(),
                {"url": f"https://{host}:{server.port}/", "secret": SECRET},
                allowed=_home,
                resolve=lambda *_: ["127.0.0.1"],
                tls=tls,
            )

        tell("hook.example", client_side)
        assert named == ["hook.example"]
        for host, tls in (("other.example", client_side), ("hook.example", None)):
            with pytest.raises(NotSent) as refused:
                tell(host, tls)
            assert refused.value.again
        assert len(server.got) == 1


def test_a_busy_receiver_is_given_its_time() -> None:
    with serving(answer(429, Retry_After="12")) as server, pytest.raises(NotSent) as refused:
        send(message(), {"url": server.url, "secret": SECRET}, allowed=_home)
    assert (refused.value.again, refused.value.after) == (True, 12.0)


def test_an_endless_answer_is_cut() -> None:
    with serving(answer(200, b"x" * 3_000_000)) as server:
        assert send(message(), {"url": server.url, "secret": SECRET}, allowed=_home).reference == ""
