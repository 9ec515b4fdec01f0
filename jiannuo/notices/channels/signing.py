"""Signed posts, in and out: HMAC-SHA256 with a shared secret over the time and the body.

Two headers: X-Jiannuo-Timestamp, seconds since 1970 in UTC, and X-Jiannuo-Signature,
"sha256=" and the HMAC in hexadecimal of the timestamp, a full stop and the raw body. The time is
signed with it, so that a copy cannot be played back later than `FRESH`.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import NotSent

#: What the last part of the address was that a post came to: a header that no other side sends.
CODE = "x-jiannuo-code"
TIMESTAMP, SIGNATURE = "X-Jiannuo-Timestamp", "X-Jiannuo-Signature"
FRESH = timedelta(minutes=5)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signed(secret: str, body: bytes, at: datetime) -> dict[str, str]:
    """The two headers that go with a body."""
    timestamp = str(int(at.timestamp()))
    return {TIMESTAMP: timestamp, SIGNATURE: signature(secret, timestamp, body)}


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Raises `NotSent` for a post that is not genuine, or older or newer than five minutes.

    An empty secret signs nothing: whoever set none up hears nobody.
    """
    timestamp = headers.get(TIMESTAMP.lower(), "")
    given = headers.get(SIGNATURE.lower(), "")
    good = signature(secret, timestamp, body).encode()
    if not secret or not hmac.compare_digest(good, given.encode()):
        raise NotSent("签名不对，不予受理。", "The signature is wrong; not taken.", again=False)
    # Signed, so the timestamp is a number if the other side knows the rules at all.
    age = now().timestamp() - float(timestamp) if timestamp.isdecimal() else float("inf")
    if abs(age) > FRESH.total_seconds():
        raise NotSent(
            "时间戳与现在相差超过 5 分钟，不予受理。",
            "The timestamp is more than five minutes off; not taken.",
            again=False,
        )


def code(secret: str, channel: str) -> str:
    """The last part of the address to which a service reports that signs nothing: whoever knows it
    was told it. 32 letters and digits; "" without a secret."""
    if not secret:
        return ""
    made = hmac.new(secret.encode(), f"reports of {channel}".encode(), hashlib.sha256)
    return made.hexdigest()[:32]


def check_code(secret: str, channel: str, headers: Mapping[str, str]) -> None:
    """Raises `NotSent` for a post that came to another address than the one that was given out."""
    good, given = code(secret, channel), headers.get(CODE, "")
    if not good or not hmac.compare_digest(good.encode(), given.encode()):
        raise NotSent("回执地址不对，不予受理。", "The address is wrong; not taken.", again=False)
