"""Nothing leaves the house: whoever signs in finds it there, so it is delivered as it is kept."""

from __future__ import annotations

from collections.abc import Mapping

from jiannuo.notices.channels.channel import Channel, Message, Receipt


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    return Receipt()


CHANNEL = Channel(code="inbox", zh="站内消息", en="Inbox", needs="login", settings=(), send=send)
