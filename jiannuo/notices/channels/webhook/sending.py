"""One JSON post, signed, with the message's key, to an address that was looked at first."""

from __future__ import annotations

import ssl
from collections.abc import Mapping

from jiannuo.kernel.moment import now
from jiannuo.notices.channels import checks
from jiannuo.notices.channels.channel import Channel, Message, Receipt, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.posting import (
    JSON,
    Allowed,
    Resolve,
    addresses,
    encoded,
    post,
    taken,
)
from jiannuo.notices.channels.signing import signed
from jiannuo.notices.channels.webhook.guard import public


def send(
    message: Message,
    settings: Mapping[str, str],
    *,
    allowed: Allowed = public,
    resolve: Resolve = addresses,
    tls: ssl.SSLContext | None = None,
) -> Receipt:
    """Post it, signed as `signing` tells. The three keywords are for tests, never settings."""
    body = encoded(
        {
            "key": message.key,
            "kind": message.kind,
            "urgency": message.urgency,
            "to": message.to,
            "name": message.name,
            "language": message.language,
            "title": message.title,
            "text": message.text,
            "link": message.link,
            "words": dict(message.words),
        }
    )
    headers = {
        "Content-Type": JSON,
        "Idempotency-Key": message.key,
        "User-Agent": "jiannuo-webhook",
        **signed(needed(settings, "secret"), body, now()),
    }
    url = needed(settings, "url")
    answer = taken(post(url, body, headers, allowed=allowed, resolve=resolve, tls=tls))
    return Receipt(str(answer.json().get("reference", "")))


CHANNEL = Channel(
    code="webhook",
    zh="Webhook",
    en="Webhook",
    needs="group",
    settings=(
        Setting("url", "接收地址（https）", "Where to (https)", check=checks.secure_address),
        Setting("secret", "签名密钥", "Signing secret", secret=True, check=checks.secret),
    ),
    send=send,
)
