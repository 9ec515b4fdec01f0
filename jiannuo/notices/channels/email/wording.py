"""A message as a mail: plain text, recognisable when it comes twice, and answered by no robot."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from jiannuo.kernel.moment import now
from jiannuo.notices.channels import checks
from jiannuo.notices.channels.channel import Message, NotSent

LINK = {"zh": "请点击确认：", "en": "Please acknowledge here: "}
FOOT = {
    "zh": "本邮件由系统自动发出，请勿直接回复。",
    "en": "This mail was sent automatically; please do not reply to it.",
}


def mail(message: Message, settings: Mapping[str, str], sender: str) -> EmailMessage:
    """The mail; `NotSent` where the addresses cannot be."""
    found = EmailMessage(policy=SMTP)
    try:
        found["From"] = _mailbox(settings.get("sender_name", ""), sender)
        found["To"] = _mailbox(message.name, message.to)
    except ValueError:
        raise NotSent("邮箱地址不能用。", "The mail address cannot be used.", again=False) from None
    found["Subject"] = _line(message.title)
    found["Date"] = format_datetime(now())
    found["Message-ID"] = message_id(message.key, sender)
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday answers, please
    if message.urgency < 3:
        found["Importance"] = "high"
        found["X-Priority"] = "1"
    link = f"{LINK[message.language]}{message.link}" if message.link else ""
    parts = (message.text, link, FOOT[message.language])
    text = "\n\n".join(part for part in parts if part) + "\n"
    found.set_content(text, charset="utf-8", cte="base64")
    return found


def message_id(key: str, sender: str) -> str:
    """The same on every try: whoever receives it twice sees that it is one."""
    name = hashlib.sha256(key.encode()).hexdigest()[:40]
    return f"<{name}@{sender.rpartition('@')[2]}>"


def _mailbox(name: str, address: str) -> Address:
    checks.mailbox(address)
    return Address(_line(name), addr_spec=address)


def _line(text: str) -> str:
    """On one line: a line break in a header would begin another header."""
    return " ".join(text.split())
