"""Tencent Cloud's SendSms (2021-01-11), signed with TC3-HMAC-SHA256.

Facts: "SendSms" and "Signature v3" in Tencent Cloud's public documentation,
cloud.tencent.com/document/api/382/55981 and cloud.tencent.com/document/product/679/47719, and
"SMS Sending Status Notification", tencentcloud.com/document/product/382/43547. The key goes along as
SessionContext, but reports name the service's own number; it does not recognise duplicates.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import Message, NotSent, Receipt, Report
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.posting import JSON, encoded, post, taken
from jiannuo.notices.channels.reports import local, text_of

URL = "https://sms.tencentcloudapi.com/"
REGION = "ap-guangzhou"
ALGORITHM = "TC3-HMAC-SHA256"
#: Beginnings of codes that pass by themselves, and the seconds they take.
BUSY = {"LimitExceeded": 60.0, "RequestLimitExceeded": 2.0, "InternalError": None}


def send(message: Message, settings: Mapping[str, str], params: Any) -> Receipt:
    """`params`: the filled places of the approved template, in order."""
    body = encoded(
        {
            "PhoneNumberSet": ["".join(message.to.split())],
            "SmsSdkAppId": needed(settings, "app_id"),
            "SignName": needed(settings, "sign_name"),
            "TemplateId": needed(settings, "template"),
            "TemplateParamSet": params,
            "SessionContext": message.key,
        }
    )
    url, at = settings.get("url") or URL, now()
    key, secret = needed(settings, "access_key"), needed(settings, "access_secret")
    host = urlsplit(url).netloc
    headers = {
        "Host": host,
        "Content-Type": JSON,
        "X-TC-Action": "SendSms",
        "X-TC-Version": "2021-01-11",
        "X-TC-Region": settings.get("region") or REGION,
        "X-TC-Timestamp": str(int(at.timestamp())),
        "Authorization": authorization(key, secret, "sms", host, body, at),
    }
    return _taken(taken(post(url, body, headers)).json())


def _taken(answer: dict[str, Any]) -> Receipt:
    """One number was asked for, so one status comes back, or an error for the whole request."""
    try:
        said = answer["Response"]
        status = said["SendStatusSet"][0] if said.get("SendStatusSet") else said["Error"]
        code = str(status["Code"])
    except (KeyError, TypeError, AttributeError, IndexError):
        status, code = {}, "?"
    if code == "Ok":
        return Receipt(str(status.get("SerialNo", "")))
    begins = code.partition(".")[0]
    raise NotSent(
        f"腾讯云短信未受理（{code}）。",
        f"Tencent Cloud did not take the message ({code}).",
        again=begins in BUSY,
        after=BUSY.get(begins),
    )


def reports(found: list[Any]) -> Iterator[Report]:
    """What became of messages; `sid` is the SerialNo that the service gave each."""
    for one in found:
        serial = text_of(one["sid"])
        if not serial:
            raise ValueError
        yield Report(
            "",
            "delivered" if one["report_status"] == "SUCCESS" else "failed",
            reference=serial,
            at=local(one["user_receive_time"]),
            of=serial,
        )


def authorization(key: str, secret: str, service: str, host: str, body: bytes, at: datetime) -> str:
    """The Authorization header of a JSON POST to `/`; content type and host are signed."""
    names = "content-type;host"
    asked = f"POST\n/\n\ncontent-type:{JSON}\nhost:{host}\n\n{names}\n{_digest(body)}"
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    to_sign = f"{ALGORITHM}\n{int(at.timestamp())}\n{scope}\n{_digest(asked.encode())}"
    signer = f"TC3{secret}".encode()
    for step in (day, service, "tc3_request"):
        signer = hmac.new(signer, step.encode(), hashlib.sha256).digest()
    signature = hmac.new(signer, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
