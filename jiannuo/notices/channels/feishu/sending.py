"""Feishu group robot: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot (20 KB).

It cannot mention anybody by telephone number; the name stands in the text.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import quote

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import Channel, Message, Receipt, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.robots import PAUSE, address, tell, token_like, wording

URL = "https://open.feishu.cn/open-apis/bot/v2/hook"
#: Too many in this minute.
BUSY = {11232: PAUSE}


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    body: dict[str, object] = {
        "msg_type": "text",
        "content": {"text": wording(message, 18_000)},
    }
    if settings.get("secret"):
        body |= signed(settings["secret"], int(now().timestamp()))
    token = quote(needed(settings, "token"), safe="")
    return tell(f"{settings.get('url') or URL}/{token}", body, code="code", busy=BUSY)


def signed(secret: str, seconds: int) -> dict[str, str]:
    """Feishu signs nothing with the time and the secret for a key."""
    signer = f"{seconds}\n{secret}".encode()
    signature = base64.b64encode(hmac.new(signer, b"", hashlib.sha256).digest())
    return {"timestamp": str(seconds), "sign": signature.decode()}


CHANNEL = Channel(
    code="feishu",
    zh="飞书群",
    en="Feishu group",
    needs="group",
    settings=(
        Setting(
            "token",
            "机器人地址的最后一段",
            "The address's last part",
            secret=True,
            check=token_like,
        ),
        Setting("secret", "签名校验密钥", "Signing secret", required=False, secret=True),
        address(URL),
    ),
    send=send,
)
