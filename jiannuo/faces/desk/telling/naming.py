"""What a notice is about, in a few words: for lists, where its whole text would be too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jiannuo.journey import wording
from jiannuo.manual.ladders import DEPUTY
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.notices.channels.channel import Language
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.queries import InboxLine
from jiannuo.web.reader import Reader

#: A promise that nears its end, and one that is broken.
OF_PROMISE = {"warn": Text(" 提醒", ": reminder"), "due": Text(" 已超时", ": overdue")}

#: What the product tells of itself.
OF_THE_HOUSE = {
    "level_one_by_default": Text("无人判定，已按一级处理", "Nobody judged: level one"),
    "emergency_withdrawn": Text("一级故障已撤销", "Level one withdrawn"),
    "roster_gap": Text("值班缺口", "Gap in the roster"),
    "swap_asked": Text("调班申请", "A swap is asked for"),
    "shift_handed_over": Text("交班", "Shift handed over"),
    "profile_offered": Text("新版规范等批准", "A new profile waits for approval"),
    "profile_approved": Text("新版规范已生效", "The new profile is in force"),
    "profile_dropped": Text("规范草案已作废", "The draft is dropped"),
    "swap_accepted": Text("调班已定", "A swap is agreed"),
    "shift_given": Text("新的值班", "A shift of yours"),
    "shift_taken": Text("值班由人代", "Somebody stands in"),
    "nobody_on_duty": Text("无人可通知", "Nobody to tell"),
    "not_delivered": Text("通知未送达", "A notice was not delivered"),
    "clock_jump": Text("服务器时钟跳变", "The server's clock jumped"),
    "late_sweep": Text("计时落后", "The clocks lag"),
    "clocks_differ": Text("存档时钟与重算不一致", "Clocks differ from their events"),
    "canary": Text("自检", "Self-test"),
    "test": Text("测试通知", "A test"),
}

#: Who is no role of ours.
ANYBODY = {
    "assignee": Text("在办工程师", "engineer of the case"),
    "customer": Text("客户联系人", "the customer's contact"),
}


def language_of(reader: Reader) -> Language:
    return "en" if reader.lang == "en" else "zh"


def label(reader: Reader, profile: Profile, kind: str, about: Mapping[str, Any]) -> str:
    """ "电话响应 提醒", "值班缺口"; at worst the stored word itself."""
    head, _, code = kind.partition(":")
    promise = profile.by_code.get(code)
    if promise is not None and head in OF_PROMISE:
        return reader.say(Text(promise.zh, promise.en) + OF_PROMISE[head])
    if kind in OF_THE_HOUSE:
        return reader.say(OF_THE_HOUSE[kind])
    what = wording.words_for(kind, about, profile, language_of(reader))["what"]
    name = reader.word("notice", kind)
    if name in (kind, what):
        return what
    return reader.say(Text(f"{name}：{what}", f"{name}: {what}"))


def case_of(lines: Sequence[InboxLine]) -> str:
    """The number of the one case that all of it is about."""
    numbers = {str(n.about.get("case", "")) for n in lines if n.subject_kind == "case"}
    return numbers.pop() if len(numbers) == 1 else ""


def headline(title: str, case: str) -> str:
    """Without the number, which a page says elsewhere and a narrow one would break."""
    return title.removesuffix(f" · {case}") if case else title


def role(reader: Reader, code: str) -> str:
    """A role as a ladder names it: 值班经理, 值班经理的代理, 在办工程师."""
    plain = code.removesuffix(DEPUTY)
    name = reader.say(ANYBODY[plain]) if plain in ANYBODY else reader.word("role", plain)
    if code.endswith(DEPUTY):
        return reader.say(Text(f"{name}的代理", f"{name}'s deputy"))
    return name


def channel(reader: Reader, code: str) -> str:
    found = CHANNELS.get(code)
    return reader.say(Text(found.zh, found.en)) if found else code
