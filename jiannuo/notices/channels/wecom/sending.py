"""WeCom group robot: developer.work.weixin.qq.com/document/path/91770 (text, 2048 bytes)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from jiannuo.notices.channels.channel import Channel, Message, Receipt, Setting
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.robots import PAUSE, address, phone, tell, token_like, wording

URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
#: Too many in this minute; the service is busy.
BUSY = {45009: PAUSE, -1: None}


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    number = phone(message)
    text = {
        "content": wording(message, 2048),
        "mentioned_mobile_list": [number] if number else [],
    }
    key = quote(needed(settings, "key"), safe="")
    url = f"{settings.get('url') or URL}?key={key}"
    return tell(url, {"msgtype": "text", "text": text}, code="errcode", busy=BUSY)


CHANNEL = Channel(
    code="wecom",
    zh="企业微信群",
    en="WeCom group",
    needs="group",
    settings=(
        Setting("key", "机器人 key", "The robot's key", secret=True, check=token_like),
        address(URL),
    ),
    send=send,
)
