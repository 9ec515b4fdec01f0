"""Any gateway that takes one HTTP POST for one message, in a body the company writes."""

from __future__ import annotations

from collections.abc import Mapping

from jiannuo.notices.channels.channel import Message, NotSent, Receipt
from jiannuo.notices.channels.checks import needed
from jiannuo.notices.channels.filling import body_of, places
from jiannuo.notices.channels.posting import Answer, post, taken

#: What our own simulated gateway takes, and what a gateway written for this product should.
BODY = (
    '{"key": "{key}", "to": "{to}", "name": "{name}", "text": "{content}", '
    '"callback": "{callback}"}'
)


def send(message: Message, settings: Mapping[str, str]) -> Receipt:
    """One POST; the key goes along as Idempotency-Key, for gateways that know what it is."""
    try:
        body, kind = body_of(settings.get("body") or BODY, places(message))
    except ValueError:
        raise NotSent("短信模板不能用。", "The body template is unfit.", again=False) from None
    headers = {"Content-Type": kind, "Idempotency-Key": message.key}
    if settings.get("token"):
        headers[settings.get("header") or "Authorization"] = settings["token"]
    answer = taken(post(needed(settings, "url"), body, headers))
    _agreed(answer, settings.get("success", ""))
    found = answer.json()
    return Receipt(str(found.get("reference") or found.get("id") or ""))


def _agreed(answer: Answer, success: str) -> None:
    """Many gateways answer 200 to everything and say in the body whether they took it."""
    name, _, value = success.partition("=")
    if name and str(answer.json().get(name)) != value:
        raise NotSent(
            f"短信网关未受理（{name} 不是 {value}）。",
            f"The gateway did not take it ({name} is not {value}).",
            again=False,
        )


def check_success(value: str) -> None:
    name, equals, wanted = value.partition("=")
    if not (name and equals and wanted):
        raise ValueError("应为 字段=值，如 code=0 | field=value, such as code=0")
