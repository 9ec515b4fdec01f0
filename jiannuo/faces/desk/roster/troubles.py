"""What has to be mended on a roster: what, when, which promise fails by it, the one thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from jiannuo.faces.desk.roster.saying import act_href, desk_name, piece_href, stretch
from jiannuo.manual.words import Text
from jiannuo.people.rules import desk_of
from jiannuo.people.weekly import DRAFT, Hole, Planned, Twice, Weekly
from jiannuo.web.reader import Reader

BREAKS = {
    "hotline_agent": Text("热线电话没有人接", "nobody answers the hotline"),
    "duty_manager": Text(
        "一级故障 15 分钟内通知不到值班经理", "at level 1 no duty manager is told within 15 minutes"
    ),
    "expert": Text("一级故障 1 小时内没有专家可用", "at level 1 no expert begins within the hour"),
}
UNDRAWN = Text("还没排班", "not drawn yet")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that has to be mended: what, when, what fails by it, the one thing to do."""

    when: str
    words: str
    breaks: str
    requirement: str
    verb: str
    href: str


def troubles_of(reader: Reader, found: Weekly, *, may: bool) -> Iterator[Trouble]:
    """What is still to come, in order of its beginning; `may`: he can mend it."""
    return _Maker(reader, found, may).all()


@dataclass(frozen=True)
class _Maker:
    reader: Reader
    found: Weekly
    may: bool

    def all(self) -> Iterator[Trouble]:
        at = self.reader.at
        holes = [(h.start, self._hole(h)) for h in self.found.holes if h.end > at]
        twice = [(t.start, self._twice(t)) for t in self.found.twice if t.end > at]
        gone = [(p.start, self._gone(p)) for p in _joined(self.found.away) if p.end > at]
        for _, trouble in sorted([*holes, *twice, *gone], key=lambda pair: pair[0]):
            yield trouble

    def _hole(self, hole: Hole) -> Trouble:
        reader, desk = self.reader, desk_of(hole.role)
        start = max(hole.start, reader.at) if hole.roster else hole.start
        if hole.roster:
            href = act_href(
                reader,
                hole.roster,
                "shift_overridden",
                desk=desk,
                **{"from": start},
                to=hole.end,
            )
            what, verb = Text("没有人", "nobody"), Text("补班", "Fill it")
        else:
            day = max(reader.local(hole.start).date(), reader.today)
            href = f"{reverse('desk:roster_open')}?first={day}"
            what, verb = UNDRAWN, Text("排班", "Draw it")
        name = desk_name(reader, desk)
        words = reader.say(Text(f"{name}{what.zh}", f"{name}: {what.en}"))
        return self._trouble(
            hole.start, hole.end, words, BREAKS[hole.role], hole.requirement, verb, href
        )

    def _twice(self, one: Twice) -> Trouble:
        reader = self.reader
        a, b = (desk_name(reader, desk) for desk in one.desks)
        words = Text(f"{one.name}同时排在{a}和{b}", f"{one.name} is at two desks: {a}, {b}")
        roster = self._roster(one.desks[1], one.start)
        href = piece_href(reader, roster, one.desks[1], one.start, one.end) if roster else ""
        breaks = Text("一个人顶不了两个岗", "one cannot man both")
        return self._trouble(
            one.start, one.end, reader.say(words), breaks, "", Text("换人", "Replace"), href
        )

    def _gone(self, one: Planned) -> Trouble:
        reader, desk = self.reader, desk_name(self.reader, one.desk, one.office)
        words = Text(f"{one.name}请假，仍排在{desk}", f"{one.name} is away, yet planned: {desk}")
        stands_in = Text(f"眼下由{one.instead}顶", f"{one.instead} stands in for now")
        breaks = stands_in if one.instead else Text("那时没有人", "nobody then")
        href = ""
        if one.roster and one.roster != DRAFT:
            href = act_href(
                reader,
                one.roster,
                "shift_overridden",
                desk=one.desk,
                **{"from": max(one.start, reader.at)},
                to=one.end,
                instead_of=one.name,
            )
        return self._trouble(
            one.start, one.end, reader.say(words), breaks, "", Text("换人", "Replace"), href
        )

    def _trouble(
        self,
        start: datetime,
        end: datetime,
        words: str,
        breaks: Text,
        requirement: str,
        verb: Text,
        href: str,
    ) -> Trouble:
        reader = self.reader
        return Trouble(
            stretch(reader, start, end),
            words,
            reader.say(breaks),
            requirement,
            reader.say(verb),
            href if self.may else "",
        )

    def _roster(self, desk: str, at: datetime) -> str:
        pieces = (p for line in self.found.lines if line.desk == desk for p in line.pieces)
        code = next((p.roster for p in pieces if p.start <= at < p.end), "")
        return "" if code == DRAFT else code


def _joined(found: Sequence[Planned]) -> Iterable[Planned]:
    """Neighbouring pieces of one leave are one."""
    last: Planned | None = None
    for one in found:
        if last is not None and _goes_on(last, one):
            last = replace(last, end=one.end)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last


def _goes_on(last: Planned, one: Planned) -> bool:
    same = (last.name, last.desk, last.roster, last.instead)
    return same == (one.name, one.desk, one.roster, one.instead) and last.end == one.start
