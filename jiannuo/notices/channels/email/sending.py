"""Handing a mail to the company's own server."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from email.message import EmailMessage
from functools import partial

from jiannuo.notices.channels import checks
from jiannuo.notices.channels.channel import Channel, Message, NotSent, Receipt, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.email.wording import mail
from jiannuo.notices.channels.posting import within

#: Seconds: each step of the conversation, all of it.
STEP, WHOLE = 6.0, 18.0
PORTS = {"none": "25", "starttls": "587", "tls": "465"}


def send(
    message: Message, settings: Mapping[str, str], *, tls: ssl.SSLContext | None = None
) -> Receipt:
    """Hand one mail over; the reference is its Message-ID. 4xx: again; 5xx: not.

    A server too slow for us may still take it after we gave up: then it comes twice, under one
    Message-ID.
    """
    written = mail(message, settings, needed(settings, "sender"))
    try:
        within(WHOLE, partial(_hand_over, written, settings, tls))
    except smtplib.SMTPRecipientsRefused as refusal:
        raise _refused(*next(iter(refusal.recipients.values()))) from None
    except smtplib.SMTPResponseException as refusal:
        raise _refused(refusal.smtp_code, refusal.smtp_error) from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent(
            "邮件服务器不支持所设的加密或登录方式。",
            "The mail server does not know the security or login that is set up.",
            again=False,
        ) from None
    except (smtplib.SMTPException, OSError) as problem:  # a time-out is an OSError
        what = type(problem).__name__
        raise NotSent(
            f"连不上邮件服务器或中断（{what}）。",
            f"No connection to the mail server, or it broke ({what}).",
        ) from None
    return Receipt(str(written["Message-ID"]))


def _hand_over(
    written: EmailMessage, settings: Mapping[str, str], tls: ssl.SSLContext | None
) -> None:
    smtp = _connected(settings, tls)
    try:
        if settings.get("user"):
            smtp.login(settings["user"], settings.get("password", ""))
        smtp.send_message(written)
        # Taken is taken: how the goodbye goes changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _connected(settings: Mapping[str, str], tls: ssl.SSLContext | None) -> smtplib.SMTP:
    security = settings.get("security") or "starttls"
    host, port = needed(settings, "host"), int(settings.get("port") or PORTS[security])
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=STEP, context=tls or _trusted())
    smtp = smtplib.SMTP(host, port, timeout=STEP)
    if security == "starttls":
        try:
            smtp.starttls(context=tls or _trusted())
        except BaseException:
            smtp.close()
            raise
    return smtp


def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()


def _refused(code: int, reply: bytes | str) -> NotSent:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    said = " ".join(text.split())[:200]
    return NotSent(
        f"邮件服务器拒收（{code}）：{said}",
        f"The mail server refused it ({code}): {said}",
        again=not 500 <= code < 600,
    )


CHANNEL = Channel(
    code="email",
    zh="邮件",
    en="Mail",
    needs="email",
    settings=(
        Setting("host", "邮件服务器（SMTP）", "Mail server (SMTP)", check=checks.host),
        Setting(
            "security",
            "加密",
            "Encryption",
            default="starttls",
            choices=(
                ("starttls", "STARTTLS（常用端口 587）", "STARTTLS (mostly port 587)"),
                ("tls", "TLS（常用端口 465）", "TLS (mostly port 465)"),
                ("none", "不加密（只用于内网）", "None (inside the house only)"),
            ),
        ),
        Setting(
            "port",
            "端口（不填则按加密方式取 25、587、465）",
            "Port (left empty: 25, 587 or 465 as the security asks)",
            required=False,
            check=checks.port,
        ),
        Setting("user", "登录账号", "User", required=False),
        Setting("password", "登录密码", "Password", required=False, secret=True),
        Setting("sender", "发件地址", "Sender's address", check=checks.mailbox),
        Setting("sender_name", "发件人名称", "Sender's name", required=False),
    ),
    send=send,
    timeout=20.0,
)
