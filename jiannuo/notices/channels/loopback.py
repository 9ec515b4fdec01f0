"""The loop-back: it leads nowhere. The canary goes out by it; nobody is ever told by it, and nobody
sets it up."""

from __future__ import annotations

from collections.abc import Mapping

from jiannuo.notices.channels.channel import Channel, Message, Receipt


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    return Receipt(message.key)


CHANNEL = Channel(
    code="loopback", zh="自检回路", en="Self-test loop", needs="login", settings=(), send=send
)
