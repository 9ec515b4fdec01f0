"""DingTalk group robot: open.dingtalk.com/document/orgapp/custom-robot-access.

More than twenty messages a minute silence it for ten minutes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import Channel, Message, Receipt, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.robots import address, phone, tell, token_like, wording

URL = "https://oapi.dingtalk.com/robot/send"
#: Seconds of that silence; the service is busy.
BUSY = {130101: 600.0, -1: None}


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    number = phone(message)
    # Only a number that also stands in the text is shown as a mention.
    text = wording(message, 5_000, f"@{number}" if number else "")
    body = {
        "msgtype": "text",
        "text": {"content": text},
        "at": {"atMobiles": [number] if number else [], "isAtAll": False},
    }
    query = {"access_token": needed(settings, "token")}
    if settings.get("secret"):
        query |= signed(settings["secret"], int(now().timestamp() * 1000))
    return tell(f"{settings.get('url') or URL}?{urlencode(query)}", body, code="errcode", busy=BUSY)


def signed(secret: str, milliseconds: int) -> dict[str, str]:
    to_sign = f"{milliseconds}\n{secret}".encode()
    signature = base64.b64encode(hmac.new(secret.encode(), to_sign, hashlib.sha256).digest())
    return {"timestamp": str(milliseconds), "sign": signature.decode()}


CHANNEL = Channel(
    code="dingtalk",
    zh="钉钉群",
    en="DingTalk group",
    needs="group",
    settings=(
        Setting("token", "机器人 access_token", "access_token", secret=True, check=token_like),
        Setting("secret", "加签密钥（SEC…）", "Signing secret", required=False, secret=True),
        address(URL),
    ),
    send=send,
)
