"""Channels: how each is, how it is set up, whether a message gets through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby

from django.urls import reverse

from jiannuo.customers import queries as customers
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text, length
from jiannuo.notices import queries as notices
from jiannuo.notices import set_up
from jiannuo.notices.channels.channel import Channel, Setting
from jiannuo.notices.channels.registry import CHANNELS
from jiannuo.notices.queries import Health
from jiannuo.notices.rules import INBOX
from jiannuo.notices.set_up import Kept
from jiannuo.people import queries as people
from jiannuo.people.permits import allowed, require
from jiannuo.web.reader import Reader

#: Longer than this a message should not wait to be sent.
STUCK = timedelta(minutes=2)
#: Values longer than this get several lines.
LONG = 60

REACHES = {
    "phone": Text("按手机号", "by telephone number"),
    "email": Text("按邮箱", "by mail address"),
    "login": Text("登录后可见", "after signing in"),
    "group": Text("发到群或系统", "to a group or a system"),
}
WHOM = {
    "phone": Text("手机号", "Telephone number"),
    "email": Text("邮箱", "Mail address"),
    "login": Text("发给", "To"),
    "group": Text("发到", "To"),
}


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """`tone`: "ok", "bad" where somebody has to look, "" where nothing is to be said."""

    code: str
    name: str
    reach: str
    on: bool
    fixed: bool
    state: str
    tone: str
    sent: int
    waiting: int
    failed: int
    last: str
    trouble: str


@dataclass(frozen=True, slots=True)
class Channels:
    rows: tuple[ChannelRow, ...]
    may: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as the form shows it. `kept`: a secret is there, and is not shown. `group`: the
    heading that begins with it."""

    name: str
    label: str
    hint: str
    value: str
    required: bool
    secret: bool
    kept: bool
    long: bool
    choices: tuple[tuple[str, str], ...]
    error: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """`asks`: what turning it off would mean, where he is asked whether he wants that.
    `reports_to`: the path of the address that is entered with a service which signs nothing."""

    row: ChannelRow
    fields: tuple[Field, ...]
    set_at: str
    set_by: str
    may: bool
    wanted: bool
    whom: str
    to: str
    asks_whom: bool
    error: str = ""
    test_error: str = ""
    asks: tuple[str, ...] = ()
    reports_to: str = ""


def channels(actor: Actor, reader: Reader) -> Channels:
    require(actor, "read_settings")
    found, ready = notices.health(reader.at), set_up.ready()
    rows = (_row(reader, one, found.get(code), on=code in ready) for code, one in CHANNELS.items())
    return Channels(tuple(rows), allowed(actor, "set_up_channels"))


def channel(
    actor: Actor,
    reader: Reader,
    code: str,
    typed: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
    to: str | None = None,
) -> ChannelPage:
    """`typed`: what he wrote and was `refused`, kept as it stands but for the secrets; `to`: whom
    the test was for that was refused."""
    require(actor, "read_settings")
    one = known(code)
    kept, found = set_up.channel(code), notices.health(reader.at).get(code)
    said = reader.say(Text(refused.zh, refused.en)) if refused else ""
    wrong = refused.reasons[0] if refused and refused.reasons else ""
    fields = tuple(
        _field(reader, s, kept, typed, said if s.name == wrong else "") for s in one.settings
    )
    row = _row(reader, one, found, on=kept.enabled)
    turns_off = typed is not None and refused is None and kept.enabled
    return ChannelPage(
        row=row,
        fields=tuple(_grouped(fields)),
        set_at=reader.clock(kept.set_at) if kept.set_at else "",
        set_by=reader.who(kept.set_by),
        may=allowed(actor, "set_up_channels"),
        wanted=kept.enabled if typed is None else typed.get("enabled") == "on",
        whom=reader.say(WHOM[one.needs]),
        to=_own(actor, one.needs) if to is None else to,
        asks_whom=one.needs in ("phone", "email"),
        error="" if to is not None or any(f.error for f in fields) else said,
        test_error="" if to is None else said,
        asks=_asks(reader, row) if turns_off else (),
        reports_to=_reports_to(one, kept),
    )


def _reports_to(one: Channel, kept: Kept) -> str:
    code = one.reports_to(kept.values)
    return reverse("hooks_coded", args=[one.code, code]) if code else ""


def _asks(reader: Reader, row: ChannelRow) -> tuple[str, ...]:
    """What it would mean to turn a channel off that is on."""
    profile = customers.base_profile(reader.at)
    others = [code for code in set_up.ready() if code not in (row.code, INBOX)]
    names = [Text(CHANNELS[code].zh, CHANNELS[code].en) for code in others]
    zh, en = "、".join(t.zh for t in names), ", ".join(t.en for t in names)
    left = Text(f"通到外面的还有：{zh}", f"What still leads out: {en}")
    if not others:
        left = Text(
            "再没有渠道通到外面：夜里的一级故障只会出现在收件箱里，没有人会响铃",
            "Nothing else leads out: level one at night would only stand in the inbox, and no"
            " telephone would ring",
        )
    first = row.code in profile.value("notices.level_1")
    urgent = Text("一级故障眼下先走这里", "Level one goes out by it first")
    waits = Text(
        f"等着发的 {row.waiting} 条会改走别的渠道",
        f"{row.waiting} waiting would go another way",
    )
    said = [urgent if first else None, left, waits if row.waiting and others else None]
    return tuple(reader.say(text) for text in said if text)


def known(code: str) -> Channel:
    """Raises `Refusal` ("no_such_page") for a channel that is not there."""
    if code not in CHANNELS:
        raise Refusal("no_such_page", f"没有「{code}」这一渠道", f"there is no channel {code}")
    return CHANNELS[code]


def _own(actor: Actor, needs: str) -> str:
    found = people.person(actor.id) if actor.id else None
    own = {"phone": found.phone, "email": found.email} if found else {}
    return own.get(needs, "")


def _row(reader: Reader, one: Channel, health: Health | None, *, on: bool) -> ChannelRow:
    state, tone = _state(reader, health, on=on)
    return ChannelRow(
        code=one.code,
        name=reader.say(Text(one.zh, one.en)),
        reach=reader.say(REACHES[one.needs]),
        on=on,
        fixed=one.code == INBOX,
        state=state,
        tone=tone,
        sent=health.sent if health else 0,
        waiting=health.waiting if health else 0,
        failed=health.failed if health else 0,
        last=reader.ago(health.last_sent_at) if health and health.last_sent_at else "",
        trouble=health.trouble if health else "",
    )


def _state(reader: Reader, health: Health | None, *, on: bool) -> tuple[str, str]:
    if not on:
        return reader.say(Text("未启用", "off")), ""
    oldest = health.oldest_waiting_at if health else None
    if health and oldest is not None and reader.at - oldest > STUCK:
        span = length(reader.at - oldest, seconds=False)
        stuck = Text(
            f"积压 {health.waiting} 条，最久 {span.zh}", f"{health.waiting} stuck, {span.en}"
        )
        return reader.say(stuck), "bad"
    if health and health.failed:
        failed = Text(f"一天内 {health.failed} 条没送达", f"{health.failed} failed in a day")
        return reader.say(failed), "bad"
    if health is None or not health.sent:
        return reader.say(Text("启用，一天内没用过", "on, unused in a day")), ""
    return reader.say(Text("正常", "fine")), "ok"


def _field(
    reader: Reader, one: Setting, kept: Kept, typed: Mapping[str, str] | None, error: str
) -> Field:
    said = reader.say(Text(one.zh, one.en))
    choices = tuple((value, reader.say(Text(zh, en))) for value, zh, en in one.choices)
    value = kept.values.get(one.name, one.default) if typed is None else typed.get(one.name, "")
    return Field(
        name=one.name,
        label=said,
        hint="" if one.required else reader.say(Text("可不填", "optional")),
        value="" if one.secret else value,
        required=one.required and not one.secret,
        secret=one.secret,
        kept=one.secret and bool(kept.values.get(one.name)),
        long=max(len(value), len(one.default)) > LONG,
        choices=choices,
        error=error,
    )


def _grouped(fields: Iterable[Field]) -> Iterator[Field]:
    """Several that begin alike ("通用网关：…") stand under one heading."""
    for head, found in groupby(fields, key=lambda f: _head(f.label)[0]):
        alike = list(found)
        if not head or len(alike) < 2:
            yield from alike
            continue
        yield replace(alike[0], label=_head(alike[0].label)[1], group=head)
        yield from (replace(one, label=_head(one.label)[1]) for one in alike[1:])


def _head(label: str) -> tuple[str, str]:
    found = re.fullmatch(r"([^：:]+)(?:：|: )(.+)", label)
    return (found[1], found[2]) if found else ("", label)
