"""Group robots of WeCom, DingTalk and Feishu: one POST of a text to a group.

All three answer 200 to nearly everything and say in the body whether they took it; a robot that
was removed from its group refuses with 200. So it is the body that is believed. None knows keys:
a message whose answer was lost may appear twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from jiannuo.notices.channels import checks
from jiannuo.notices.channels.channel import Message, NotSent, Receipt, Setting
from jiannuo.notices.channels.posting import JSON, encoded, post, taken

#: Seconds until a group that was told too much may be told again: WeCom and Feishu count minutes.
PAUSE = 60.0
token_like = checks.like(
    r"[A-Za-z0-9_-]{8,}",
    "只填机器人地址中的令牌，不是整个地址",
    "only the token out of the robot's address, not all of it",
)


def tell(
    url: str, body: Mapping[str, object], *, code: str, busy: Mapping[int, float | None]
) -> Receipt:
    """Post to a group. `code`: the field of the answer that is 0 when it was taken; `busy`: its
    values that pass by themselves, and the seconds they take."""
    answer = taken(post(url, encoded(body), {"Content-Type": JSON})).json()
    found = answer.get(code)
    if found == 0:
        return Receipt()
    raise NotSent(
        f"群机器人未受理（{code} {found}）。",
        f"The group robot did not take it ({code} {found}).",
        again=found in busy,
        after=busy.get(found) if isinstance(found, int) else None,
    )


def wording(message: Message, longest: int, mention: str = "") -> str:
    """Title, text and link, and who is meant, in at most `longest` bytes: the link stays whole."""
    tail = "".join(f"\n{part}" for part in (message.link, mention) if part)
    named = f"{message.name}：" if message.name else ""
    head = f"{named}{message.title}\n{message.text}"
    room = longest - len(tail.encode())
    if len(head.encode()) > room:
        head = head.encode()[: max(room - 3, 0)].decode("utf-8", "ignore") + "…"
    return head + tail


def phone(message: Message) -> str:
    """A mainland mobile number to mention in the group; "" where there is none."""
    found = re.fullmatch(r"(?:\+?86)?(1\d{10})", re.sub(r"[\s-]", "", message.to))
    return found[1] if found else ""


def address(default: str) -> Setting:
    return Setting(
        "url",
        "接口地址（一般不改）",
        "The service's address (rarely another)",
        required=False,
        default=default,
        check=checks.web_address,
    )
