"""Days off and make-up workdays read from a text: lines that somebody types, or the notice of the
State Council as it is published. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
#: A longer stretch of days off is a slip of the keyboard.
LONGEST = 31
_BREAKS = re.compile(r"[\n。；;]+")
_NOTE = re.compile(r"[（(][^）)]*[）)]")
_DATE = re.compile(r"(?:(?P<year>\d{4})[-/.年])?(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?")
_TO = re.compile(
    r"\s*(?:至|到|—+|–|~|～|to)\s*(?:(?:\d{4}[-/.年])?(?P<month>\d{1,2})[-/.月])?(?P<day>\d{1,2})日?"
)
#: Words after which a day is one of work.
_WORK = re.compile(r"上班|补班|调班|work", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DaysOff:
    """`unread`: the lines in which no day was found."""

    holidays: tuple[date, ...]
    makeup: tuple[date, ...]
    unread: tuple[str, ...]


def read(text: str, year: int) -> DaysOff:
    """「10月1日（周四）至8日放假」「2026-10-10 上班」; a day without a year is one of `year`."""
    off, on, unread = set[date](), set[date](), []
    for line in _lines(text):
        found = list(_days(line, year))
        if not found:
            unread.append(line)
        (on if _WORK.search(line) else off).update(found)
    return DaysOff(tuple(sorted(off)), tuple(sorted(on)), tuple(unread))


def _lines(text: str) -> Iterator[str]:
    """A sentence that says both is two: 「…放假，10月10日上班」."""
    for part in _BREAKS.split(text):
        line = _NOTE.sub("", part).strip()
        if not line or line.startswith("#"):
            continue
        rest, _, _ = line.partition("放假")
        if rest != line and _WORK.search(line):
            yield rest
            yield line[len(rest) + 2 :]
        else:
            yield line


def _days(line: str, year: int) -> Iterator[date]:
    at = 0
    while found := _DATE.search(line, at):
        first = _date(int(found["year"] or year), int(found["month"]), int(found["day"]))
        at = found.end()
        until = _TO.match(line, at)
        if first is None:
            continue
        last: date | None = first
        if until:
            at = until.end()
            last = _date(first.year, int(until["month"] or first.month), int(until["day"]))
        if last is not None and 0 <= (last - first).days < LONGEST:
            yield from (first + n * DAY for n in range((last - first).days + 1))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
