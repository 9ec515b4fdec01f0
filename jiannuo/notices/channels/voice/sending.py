"""Start a call by an HTTP gateway; what came of it arrives later as a signed call-back.

The gateway is asked to speak `text` to `to`, to listen for the key `press` ("" asks for none), and
to report to `callback` what came of it. The same key twice is one call: whoever runs the gateway
goes by Idempotency-Key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jiannuo.notices.channels import checks
from jiannuo.notices.channels.channel import Channel, Message, Receipt, Report, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.posting import JSON, encoded, post, taken
from jiannuo.notices.channels.reports import heard

KEY = "1"
PROMPT = {"zh": "收到请按 {} 键。", "en": "Press {} to acknowledge."}


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    """Start one call; a message that asks for nothing (no link) asks for no key either."""
    press = _key(settings) if message.link else ""
    prompt = PROMPT[message.language].format(press) if press else ""
    body = encoded(
        {
            "key": message.key,
            "to": message.to,
            "name": message.name,
            "language": message.language,
            "text": f"{message.text} {prompt}".strip(),
            "press": press,
            "urgency": message.urgency,
            "callback": message.callback,
        }
    )
    headers = {"Content-Type": JSON, "Idempotency-Key": message.key}
    if settings.get("token"):
        headers["Authorization"] = f"Bearer {settings['token']}"
    answer = taken(post(needed(settings, "url"), body, headers)).json()
    return Receipt(str(answer.get("reference", "")))


def hear(
    headers: Mapping[str, str], body: bytes, settings: Mapping[str, str]
) -> tuple[Report, ...]:
    """Answered, unanswered, or the key that was asked for: another key is an answer, no more."""
    reports = heard(settings.get("secret", ""), headers, body)
    wanted = _key(settings)
    return tuple(
        replace(one, what="answered") if one.what == "key" and one.digit != wanted else one
        for one in reports
    )


def _key(settings: Mapping[str, str]) -> str:
    return settings.get("key") or KEY


CHANNEL = Channel(
    code="voice",
    zh="语音电话",
    en="Telephone call",
    needs="phone",
    settings=(
        Setting("url", "语音网关地址", "The gateway's address", check=checks.web_address),
        Setting("token", "网关令牌（Bearer）", "Bearer token", required=False, secret=True),
        Setting(
            "secret",
            "回调签名密钥",
            "The secret that signs its call-backs",
            secret=True,
            check=checks.secret,
        ),
        Setting(
            "key",
            "确认按键",
            "The key to press",
            default=KEY,
            check=checks.like(r"[0-9*#]", "一位：0 到 9、* 或 #", "one of 0 to 9, * and #"),
        ),
    ),
    send=send,
    hear=hear,
    answered=True,
)
