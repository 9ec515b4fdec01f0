"""The ways out of the house: is any set up, does each get its messages through?"""

from __future__ import annotations

from datetime import datetime, timedelta

from jiannuo.customers import queries as customers
from jiannuo.kernel.moment import now
from jiannuo.manual.words import Text, length
from jiannuo.notices import queries as notices
from jiannuo.notices import set_up
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.queries import Health
from jiannuo.notices.rules import INBOX, Manners
from jiannuo.oversight.doctor.finding import Check, Finding, ago, broken, fine, heed, joined
from jiannuo.oversight.doctor.machine import Machine

STUCK = timedelta(minutes=5)

NONE = Text("没有任何短信、电话、邮件或群机器人。", "No text, call, mail or robot is set up.")
SET_UP = Text(
    "在网页「设置」里至少开一个渠道，否则只有登录的人才看得到通知。",
    "Turn one on under Settings: else only who is signed in sees a notice.",
)
NOT_ON = Text(" 没有启用：一级故障靠它们告知。", ": off, and a level one is told by it.")
MEND = Text(
    "在网页「设置」里打开该渠道，按「发测试」看对方的答复。",
    "Open the channel under Settings and send a test to see what the other side says.",
)


def look(_: Machine) -> Finding:
    at = now()
    outward = [code for code in set_up.ready() if code != INBOX]
    if not outward:
        return heed(NONE, SET_UP)
    off = [code for code in _needed() if code not in outward]
    health = notices.health(at)
    found = [(code, health.get(code)) for code in outward]
    stuck = [(code, one) for code, one in found if one is not None and _stuck(at, one)]
    failed = [(code, one) for code, one in found if one is not None and one.failed]
    if stuck:
        return broken(joined([_wait(at, code, one) for code, one in stuck]), MEND)
    if off:
        return heed(joined([_name(code) for code in off]) + NOT_ON, SET_UP)
    if failed:
        return heed(joined([_fail(code, one) for code, one in failed]), MEND)
    said = joined([_well(at, code, one) for code, one in found])
    return fine(said.zh + "。", said.en + ".")


def _needed() -> tuple[str, ...]:
    """By what the house tells of a level one."""
    return Manners.of(customers.base_profile(now())).level_1


def _name(code: str) -> Text:
    return Text(CHANNELS[code].zh, CHANNELS[code].en)


def _stuck(at: datetime, one: Health) -> bool:
    return one.oldest_waiting_at is not None and at - one.oldest_waiting_at > STUCK


def _wait(at: datetime, code: str, one: Health) -> Text:
    waits = length(at - (one.oldest_waiting_at or at), seconds=False)
    return _name(code) + Text(
        f" 积压 {one.waiting} 条，最早已等 {waits.zh}{_why(one)}",
        f": {one.waiting} stuck, the oldest for {waits.en}{_why(one)}",
    )


def _fail(code: str, one: Health) -> Text:
    return _name(code) + Text(
        f" 一天内 {one.failed} 条没有发成{_why(one)}",
        f": {one.failed} did not go out in a day{_why(one)}",
    )


def _why(one: Health) -> str:
    return f" ({one.trouble})" if one.trouble else ""


def _well(at: datetime, code: str, one: Health | None) -> Text:
    if one is None or one.last_sent_at is None:
        return _name(code) + Text(" 一天内没有发过", ": none sent in a day")
    since = ago(at - one.last_sent_at)
    return _name(code) + Text(f" {since.zh}发过", f": sent {since.en}")


CHECK = Check("channels", Text("渠道", "Channels"), look)
