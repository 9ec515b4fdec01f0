"""Who reads a page: language, zone, and the moment it was made. How times are written. Pure.

A page never writes a time itself; it asks the reader, so that the same moment looks the same
everywhere (and tick.js, which writes the ticking ones, is held to the same table by a test).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from jiannuo.manual.telling import SYSTEM
from jiannuo.manual.words import Text, length, word

WEEKDAYS = (
    Text("周一", "Mon"),
    Text("周二", "Tue"),
    Text("周三", "Wed"),
    Text("周四", "Thu"),
    Text("周五", "Fri"),
    Text("周六", "Sat"),
    Text("周日", "Sun"),
)
HOUR, DAY = 3600, 86400


@dataclass(frozen=True, slots=True)
class Reader:
    """`lang` is "zh" or "en"; `at` the moment the page is made, aware."""

    lang: str
    zone: ZoneInfo
    at: datetime

    def say(self, text: Text) -> str:
        return text.said(self.lang)

    def word(self, table: str, value: object) -> str:
        return self.say(word(table, value))

    def who(self, name: str) -> str:
        """A name as it was kept; the product itself by its word."""
        return self.say(SYSTEM) if name == "system" else name

    def listed(self, words: Iterable[str]) -> str:
        return self.say(Text("、", ", ")).join(words)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    # -- moments ----------------------------------------------------------------------------

    def clock(self, moment: datetime) -> str:
        """19:40, with the day in front unless it is today's."""
        return self._dated(moment, f"{self.local(moment):%H:%M}")

    def exact(self, moment: datetime) -> str:
        """19:40:00, with the day in front unless it is today's."""
        return self._dated(moment, f"{self.local(moment):%H:%M:%S}")

    def _dated(self, moment: datetime, clock: str) -> str:
        local = self.local(moment)
        days = (local.date() - self.local(self.at).date()).days
        near = NEAR.get(days)
        if near is not None:
            return f"{self.say(near)} {clock}".strip()
        same_year = local.year == self.local(self.at).year
        return f"{local:%m-%d} {clock}" if same_year else f"{local:%Y-%m-%d} {clock}"

    def day(self, moment: datetime) -> str:
        """07-07 周二."""
        local = self.local(moment)
        return f"{local:%m-%d} {self.say(WEEKDAYS[local.weekday()])}"

    def on(self, day: date) -> str:
        """11-12, with the year in front unless it is this year's."""
        same_year = day.year == self.local(self.at).year
        return f"{day:%m-%d}" if same_year else f"{day:%Y-%m-%d}"

    def weekday(self, day: date) -> str:
        """11-12 周四."""
        return f"{self.on(day)} {self.say(WEEKDAYS[day.weekday()])}"

    @property
    def today(self) -> date:
        return self.local(self.at).date()

    def by(self, moment: datetime) -> str:
        """A due moment as a chip or row names it: 19:40 前."""
        return self.say(Text(f"{self.clock(moment)} 前", f"by {self.clock(moment)}"))

    def bound(self, moment: datetime, op: str) -> str:
        """A due moment with its operator in words: 须早于 19:40:00, 不晚于 19:40:00."""
        exact = self.exact(moment)
        if op == "lt":
            return self.say(Text(f"须早于 {exact}", f"before {exact}"))
        return self.say(Text(f"不晚于 {exact}", f"no later than {exact}"))

    def clause(self, clause: str) -> str:
        return self.say(clause_text(clause))

    # -- lengths ----------------------------------------------------------------------------

    def left(self, span: timedelta) -> str:
        """What is left: 余 20:48, 余 5 时 02 分, 余 6 天."""
        text = amount(max(0, int(span.total_seconds())))
        return self.say(Text(f"余 {text.zh}", f"{text.en} left"))

    def late(self, span: timedelta) -> str:
        """By how much it is too late: 迟 7:12, 迟 1 秒, 迟 2 天."""
        seconds = max(0, ceil(span.total_seconds()))
        text = Text(f"{seconds} 秒", f"{seconds} s") if seconds < 60 else amount(seconds)
        return self.say(Text(f"迟 {text.zh}", f"{text.en} late"))

    def took(self, span: timedelta, *, seconds: bool) -> str:
        """How long something took: 29 分 59 秒, 3 时 58 分."""
        whole = span if seconds or span < timedelta(minutes=1) else span - span % MINUTE
        return self.say(length(whole, seconds=seconds))

    def ago(self, moment: datetime) -> str:
        """How long ago: 刚刚, 8 分钟前, 3 小时前, 2 天前."""
        minutes = int((self.at - moment).total_seconds()) // 60
        if minutes < 1:
            return self.say(Text("刚刚", "just now"))
        if minutes < 60:
            return self.say(Text(f"{minutes} 分钟前", f"{minutes} min ago"))
        hours = minutes // 60
        if hours < 48:
            return self.say(Text(f"{hours} 小时前", f"{hours} h ago"))
        return self.say(Text(f"{hours // 24} 天前", f"{hours // 24} d ago"))


def clause_text(clause: str) -> Text:
    """Where it stands in the manual: 第 3 条; 7.2 C 2, 表2-2."""
    if clause.isdecimal():
        return Text(f"第 {clause} 条", f"section {clause}")
    return Text(clause, clause.replace("表", "table "))


MINUTE = timedelta(minutes=1)
NEAR = {
    -1: Text("昨天", "yesterday"),
    0: Text("", ""),
    1: Text("明天", "tomorrow"),
}


def amount(seconds: int) -> Text:
    """Minutes and seconds under an hour, hours and minutes to 48 hours, then days. A bare 5:02
    for hours is forbidden: nobody can tell it from minutes."""
    if seconds < HOUR:
        text = f"{seconds // 60}:{seconds % 60:02}"
        return Text(text, text)
    if seconds <= 2 * DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // 60
        return Text(f"{hours} 时 {minutes:02} 分", f"{hours} h {minutes:02} m")
    return Text(f"{seconds // DAY} 天", f"{seconds // DAY} d")


def millis(moment: datetime) -> int:
    """A moment as the scripts of a page count it."""
    return int(moment.astimezone(UTC).timestamp() * 1000)
