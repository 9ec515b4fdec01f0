"""Aliyun's SendSms (dysmsapi, 2017-05-25), signed with ACS3-HMAC-SHA256.

Facts: "SendSms" and "V3 request structure and signature" in Aliyun's public documentation,
help.aliyun.com/en/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms and
help.aliyun.com/document_detail/2593177.html; "SmsReport" for what it pushes. The service knows no
idempotency key: a message whose answer was lost may arrive twice, which is better than never.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from jiannuo.kernel.moment import now
from jiannuo.notices.channels.channel import Message, NotSent, Receipt, Report
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.posting import encoded, passes, post, taken
from jiannuo.notices.channels.reports import local, text_of

URL = "https://dysmsapi.aliyuncs.com/"
ALGORITHM = "ACS3-HMAC-SHA256"
#: Codes that pass by themselves, and the seconds they take.
BUSY = {"isv.BUSINESS_LIMIT_CONTROL": 60.0, "isp.SYSTEM_ERROR": None, "isp.UNKNOWN_ERR_CODE": None}


def send(message: Message, settings: Mapping[str, str], params: Any) -> Receipt:
    """`params`: the filled places of the approved template, by name."""
    query = {
        "PhoneNumbers": "".join(message.to.split()),
        "SignName": needed(settings, "sign_name"),
        "TemplateCode": needed(settings, "template"),
        "TemplateParam": encoded(params).decode(),
        "OutId": message.key,
    }
    url = settings.get("url") or URL
    headers = {
        "host": urlsplit(url).netloc,
        "x-acs-action": "SendSms",
        "x-acs-content-sha256": digest(b""),
        "x-acs-date": now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": "2017-05-25",
    }
    key, secret = needed(settings, "access_key"), needed(settings, "access_secret")
    path = urlsplit(url).path or "/"
    headers["Authorization"] = authorization(key, secret, path, query, headers)
    answer = post(f"{url}?{canonical(query)}", b"", headers)
    said = answer.json()
    code = str(said.get("Code") or "")
    if not code:  # nothing of the service's own: whoever answered stands before it
        taken(answer)
    if code != "OK":  # a wrong signature and a limit both come as HTTP 400, with their code
        passing = code in BUSY or code.startswith("Throttling") or passes(answer.status)
        raise NotSent(
            f"阿里云短信未受理（{code or '无结果码'}）。",
            f"Aliyun did not take the message ({code or 'no code'}).",
            again=passing,
            after=BUSY.get(code),
        )
    return Receipt(str(said.get("BizId", "")))


def reports(found: list[Any]) -> Iterator[Report]:
    """What became of messages (SmsReport, pushed in batches for a whole account); `out_id` is our
    key, and what has none was sent by somebody else."""
    for one in found:
        if not one.get("out_id"):
            continue
        yield Report(
            text_of(one["out_id"]),
            "delivered" if one["success"] is True else "failed",
            reference=text_of(one["biz_id"]),
            at=local(one["report_time"]),
        )


def canonical(query: Mapping[str, str]) -> str:
    return "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items())
    )


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def authorization(
    key: str, secret: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> str:
    """The Authorization header of a POST without a body; `headers` in lower case, all signed."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    asked = f"POST\n{path}\n{canonical(query)}\n{lines}\n{names}\n{digest(b'')}"
    to_sign = f"{ALGORITHM}\n{digest(asked.encode())}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key},SignedHeaders={names},Signature={signature}"
