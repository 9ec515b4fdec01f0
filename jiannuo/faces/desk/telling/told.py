"""Who was told of a case: by what, when, whether he knows. Sent is never called told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.faces.desk.telling.naming import channel, label, role
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text
from jiannuo.notices import queries as notices
from jiannuo.notices.queries import TellingLine
from jiannuo.notices.rules import INBOX
from jiannuo.web.components import Person
from jiannuo.web.reader import Reader

#: Rows that stand open; the earlier ones are folded.
OPEN = 6

HOW = {
    "inbox": Text("在收件箱点了「知道了」", "pressed “Got it” in the inbox"),
    "link": Text("点链接确认", "by the link"),
    "call": Text("接了电话", "answered the call"),
    "key": Text("电话按键确认", "pressed the key"),
}
#: What a gateway reports in one word.
REPORTED = {"unanswered": Text("无人接听", "no answer"), "failed": Text("未送达", "not delivered")}


@dataclass(frozen=True, slots=True)
class Way:
    """One channel: what became of it; `bad`: it failed, and `then` follows."""

    channel: str
    what: str
    bad: bool = False
    then: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person and one notice."""

    at: str
    what: str
    drill: bool
    person: Person
    via: str
    ways: tuple[Way, ...]
    result: str
    tone: str  # "ok": he knows; "": sent, not acknowledged; "bad": nothing got out


@dataclass(frozen=True, slots=True)
class ToldList:
    """Newest first; `summary`: how many know, and how many were only sent something."""

    summary: str
    rows: tuple[Row, ...]
    earlier: tuple[Row, ...]


def told(reader: Reader, profile: Profile, case: UUID) -> ToldList:
    """Two questions to the database."""
    found: dict[tuple[datetime, str, str, str], list[TellingLine]] = {}
    for line in notices.tellings(case):
        found.setdefault((line.at, line.kind, line.role, line.name), []).append(line)
    rows = [_row(reader, profile, lines) for lines in reversed(found.values())]
    return ToldList(_summary(reader, rows), tuple(rows[:OPEN]), tuple(rows[OPEN:]))


def _row(reader: Reader, profile: Profile, lines: Sequence[TellingLine]) -> Row:
    first = lines[0]
    result, tone = _result(reader, lines)
    by_role = first.via in ("", "role", "named", "customer")
    return Row(
        at=reader.exact(first.at),
        what=label(reader, profile, first.kind, {}),
        drill=first.drill,
        person=Person(first.name, role(reader, first.role), ours=first.via != "customer"),
        via="" if by_role else reader.word("via", first.via),
        ways=tuple(_way(reader, line, lines[n + 1 :]) for n, line in enumerate(lines)),
        result=result,
        tone=tone,
    )


def _result(reader: Reader, lines: Sequence[TellingLine]) -> tuple[str, str]:
    first = lines[0]
    if first.told_at is not None:
        at, how = reader.exact(first.told_at), HOW.get(first.told_how)
        by = f" · {reader.say(how)}" if how else ""
        return reader.say(Text(f"已告知 {at}", f"Told {at}")) + by, "ok"
    if any(line.state == "sent" for line in lines):
        return reader.say(Text("已发出，未确认", "Sent, not acknowledged")), ""
    if all(line.state in ("cancelled", "merged") for line in lines):
        return reader.say(Text("不必再告知", "No longer needed")), ""
    if any(line.state == "waiting" for line in lines):
        return reader.say(Text("还没有发出", "Not sent yet")), "bad" if _tried(lines) else ""
    return reader.say(Text("没有送达", "Not delivered")), "bad"


def _tried(lines: Sequence[TellingLine]) -> bool:
    return any(line.tries and line.trouble for line in lines)


def _way(reader: Reader, line: TellingLine, later: Sequence[TellingLine]) -> Way:
    name = channel(reader, line.channel)
    if line.state == "sent":
        return _sent(reader, name, line)
    if line.state == "failed":
        return Way(name, _trouble(reader, line), bad=True, then=_then(reader, later))
    if line.state == "waiting" and line.trouble:
        again = Text(f"试过 {line.tries} 次，还会再试", f"tried {line.tries} times, goes on trying")
        then = _then(reader, later) if later else reader.say(again)
        return Way(name, _trouble(reader, line), bad=True, then=then)
    return Way(name, reader.say(QUIET.get(line.state, QUIET["waiting"])))


QUIET = {
    "waiting": Text("等待发送", "waiting to be sent"),
    "cancelled": Text("不必再发", "no longer needed"),
    "merged": Text("并入另一条", "part of another"),
}


def _sent(reader: Reader, name: str, line: TellingLine) -> Way:
    at = reader.exact(line.sent_at) if line.sent_at else ""
    if line.channel == INBOX:
        return Way(name, reader.say(Text(f"{at} 放入", f"put there {at}")))
    parts = [reader.say(Text(f"{at} 发出", f"sent {at}"))]
    if line.arrived_at is not None and line.answered_at is None:
        arrived = reader.exact(line.arrived_at)
        parts.append(reader.say(Text(f"{arrived} 送到", f"arrived {arrived}")))
    if line.answered_at is not None:
        answered = reader.exact(line.answered_at)
        parts.append(reader.say(Text(f"{answered} 接听", f"answered {answered}")))
    if line.trouble:
        parts.append(_trouble(reader, line))
    return Way(name, reader.listed(parts), bad=bool(line.trouble))


def _trouble(reader: Reader, line: TellingLine) -> str:
    if line.trouble in REPORTED:
        return reader.say(REPORTED[line.trouble])
    said = line.trouble.rstrip("。") or reader.say(Text("原因不明", "cause unknown"))
    return reader.say(Text(f"没发出：{said}", f"not sent: {said}"))


def _then(reader: Reader, later: Sequence[TellingLine]) -> str:
    if later:
        following = channel(reader, later[0].channel)
        return reader.say(Text(f"已改用{following}", f"{following} instead"))
    return reader.say(
        Text("不再发；已告知管理员和值班经理", "given up; administrator and duty manager were told")
    )


def _summary(reader: Reader, rows: Sequence[Row]) -> str:
    know = {row.person.name for row in rows if row.tone == "ok"}
    sent = {row.person.name for row in rows} - know
    if not rows:
        return ""
    if not sent:
        return reader.say(Text(f"{len(know)} 人已告知", f"{len(know)} told"))
    only = Text(f"{len(sent)} 人只是发出，未确认", f"{len(sent)} only sent")
    return reader.say(Text(f"{len(know)} 人已告知，", f"{len(know)} told, ") + only)
