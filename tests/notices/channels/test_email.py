"""Mail through a real SMTP server."""

from __future__ import annotations

import asyncio
import email
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from jiannuo.notices.channels.channel import NotSent
from jiannuo.notices.channels.email.sending import send
from tests.notices.channels.certificate import made
from tests.notices.channels.serving import listening, message


class Postman:
    """Takes mail, or answers the recipient or the letter as it is told."""

    def __init__(self, rcpt: str = "250 OK", data: str = "250 taken") -> None:
        self.rcpt, self.data = rcpt, data
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data.startswith("250"):
            assert isinstance(envelope.content, bytes)
            found = email.message_from_bytes(envelope.content, policy=default)
            assert isinstance(found, EmailMessage)
            self.mails.append(found)
        return self.data


@contextmanager
def posting(
    postman: Postman, *, implicit: ssl.SSLContext | None = None, **options: Any
) -> Iterator[dict[str, str]]:
    """A running server, as settings. `implicit`: it speaks TLS from the first byte."""
    loop = asyncio.new_event_loop()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = loop.create_server(
            lambda: SMTP(postman, hostname="mx.example", loop=loop, **options),
            sock=listener,
            ssl=implicit,
        )
        server = loop.run_until_complete(made)
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        try:
            yield {
                "host": "127.0.0.1",
                "port": str(listener.getsockname()[1]),
                "security": "none",
                "sender": "service@jiannuo.example",
                "sender_name": "践诺服务",
            }
        finally:
            asyncio.run_coroutine_threadsafe(_ended(server), loop).result(5)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(5)
            loop.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


LETTER = message(to="liuyang@jiannuo.example")


def test_chinese_arrives_as_it_was_written() -> None:
    postman = Postman()
    with posting(postman) as settings:
        receipt = send(LETTER, settings)
    (mail,) = postman.mails
    assert mail["Subject"] == "一级故障超时"
    assert mail["From"].addresses[0].display_name == "践诺服务"
    assert mail["To"].addresses[0].display_name == "刘洋"
    assert mail["To"].addresses[0].addr_spec == "liuyang@jiannuo.example"
    body = mail.get_content()
    assert "X-2026-0042 已超过“30 分钟”响应时限" in body
    assert "请点击确认：https://service.example/ack/abc" in body
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert receipt.reference == mail["Message-ID"]


def test_an_english_reader_is_written_to_in_english() -> None:
    postman = Postman()
    with posting(postman) as settings:
        letter = message(to="a@b.example", language="en", text="Late.", link="", urgency=3)
        send(letter, settings)
    (mail,) = postman.mails
    told, empty, foot = mail.get_content().splitlines()
    assert (told, empty) == ("Late.", "")
    assert foot.startswith("This mail was sent automatically")
    assert mail["Importance"] is None


def test_the_same_key_is_the_same_message_id_and_another_key_another() -> None:
    postman = Postman()
    with posting(postman) as settings:
        for key in ("trigger:42:1", "trigger:42:1", "trigger:42:2"):
            send(message(to="a@b.example", key=key), settings)
    first, again, other = (mail["Message-ID"] for mail in postman.mails)
    assert first == again != other
    assert first.endswith("@jiannuo.example>")


def test_a_line_break_in_a_title_or_a_name_begins_no_header() -> None:
    postman = Postman()
    with posting(postman) as settings:
        send(message(to="a@b.example", title="一\r\nBcc: x@y.z", name="刘\nX: y"), settings)
    (mail,) = postman.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "一 Bcc: x@y.z"


@pytest.mark.parametrize(
    ("postman", "again"),
    [
        (Postman(rcpt="450 4.2.1 mailbox busy"), True),
        (Postman(rcpt="550 5.1.1 no such user"), False),
        (Postman(data="452 4.3.1 disk full"), True),
        (Postman(data="554 5.7.1 looks like spam"), False),
        (Postman(data="421 4.3.2 shutting down"), True),
    ],
)
def test_4xx_is_worth_another_try_and_5xx_is_not(postman: Postman, again: bool) -> None:
    with posting(postman) as settings, pytest.raises(NotSent) as refused:
        send(LETTER, settings)
    assert refused.value.again is again
    said = postman.rcpt if postman.rcpt[0] != "2" else postman.data
    assert said[:3] in refused.value.zh
    assert said[4:9] in str(refused.value)


@pytest.mark.parametrize("to", ["", "nobody", "a@b@c", "刘洋@example.com", "a b@c.d", "a@b.c\nx"])
def test_an_address_that_cannot_be_is_not_tried_again(to: str) -> None:
    with posting(Postman()) as settings, pytest.raises(NotSent) as refused:
        send(message(to=to), settings)
    assert not refused.value.again


def _authenticator(password: str) -> Any:
    def check(
        server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == password.encode()
        return AuthResult(success=good, handled=False)

    return check


@pytest.mark.parametrize(("password", "sent"), [("right", True), ("wrong-password", False)])
def test_a_login_is_used_and_a_wrong_one_is_not_tried_again(password: str, sent: bool) -> None:
    postman = Postman()
    options = {"authenticator": _authenticator("right"), "auth_require_tls": False}
    with posting(postman, **options) as server:
        settings = {**server, "user": "service", "password": password}
        if sent:
            send(LETTER, settings)
        else:
            with pytest.raises(NotSent) as refused:
                send(LETTER, settings)
            assert not refused.value.again
            assert password not in str(refused.value) + refused.value.zh
    assert len(postman.mails) == sent


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_goes_encrypted_to_a_server_that_is_who_it_says(security: str, tmp_path: Path) -> None:
    server_side, client_side = made(tmp_path, "localhost")
    options: dict[str, Any] = (
        {"implicit": server_side}
        if security == "tls"
        else {"tls_context": server_side, "require_starttls": True}
    )
    postman = Postman()
    with posting(postman, **options) as server:
        settings = {**server, "security": security, "host": "localhost"}
        send(LETTER, settings, tls=client_side)
        with pytest.raises(NotSent) as refused:  # the system does not know who signed it
            send(LETTER, settings, tls=ssl.create_default_context())
    assert refused.value.again
    assert len(postman.mails) == 1


def test_a_server_without_encryption_is_not_sent_to_in_clear() -> None:
    postman = Postman()
    with posting(postman) as settings, pytest.raises(NotSent) as refused:
        send(LETTER, {**settings, "security": "starttls"})
    assert not refused.value.again
    assert not postman.mails


def test_a_server_that_is_away_or_hangs_up_is_tried_again() -> None:
    with listening(lambda line: None) as url, pytest.raises(NotSent) as trouble:
        send(LETTER, _at(url))
    assert trouble.value.again
    with pytest.raises(NotSent) as trouble:
        send(LETTER, _at(url))
    assert trouble.value.again


def _at(url: str) -> dict[str, str]:
    port = url.rpartition(":")[2]
    return {"host": "127.0.0.1", "port": port, "security": "none", "sender": "a@b.example"}
