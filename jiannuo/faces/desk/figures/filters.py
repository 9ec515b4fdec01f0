"""Which part of everything a page of figures shows. It stands in the address, so that a link to a
number is a link to the same number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from jiannuo.manual.vocabulary import Level
from jiannuo.manual.words import Text
from jiannuo.oversight import slices
from jiannuo.oversight.choices import Choices, choices, customers_like
from jiannuo.oversight.slices import Slice
from jiannuo.web.reader import Reader

DAY = timedelta(days=1)
BEGINNING = "2000-01-01"
UNITS = ("month", "quarter", "year")
SPANS = {"month": slices.month, "quarter": slices.quarter, "year": slices.year}
NUMERALS = "一二三四"
LEVELS = (*(level.value for level in Level), "unknown")
SOURCES = {
    "all": Text("全部工单", "All cases"),
    "own": Text("本系统的", "Lived here"),
    "imported": Text("导入的", "Imported"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a field, or one button of a row of them (`href`)."""

    value: str
    name: str
    on: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """`said`: what the address says, in its words; `problems`: what of it could not be read, in
    the reader's language. `unit` is "" for days of one's own."""

    slice: Slice
    said: Mapping[str, str]
    unit: str
    period: str
    restricted: str
    problems: tuple[str, ...]
    units: tuple[Choice, ...]
    earlier: str
    later: str
    first: str
    last: str
    offices: tuple[Choice, ...]
    models: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    sources: tuple[Choice, ...]
    customers: tuple[str, ...]

    @property
    def query(self) -> str:
        return urlencode(self.said)

    def link(self, **changed: str) -> str:
        """The same with some of it changed; "" takes it out."""
        found = {**self.said, **changed}
        return "?" + urlencode({key: value for key, value in found.items() if value})

    @property
    def whole(self) -> str:
        """The same restrictions from the beginning to the end of the period."""
        rest = {k: v for k, v in self.said.items() if k not in ("p", "from", "to")}
        return "?" + urlencode({"from": BEGINNING, "to": self.last, **rest})

    @property
    def title(self) -> str:
        return " · ".join(part for part in (self.period, self.restricted) if part)

    @property
    def customer(self) -> str:
        return self.said.get("customer", "")


class _Reading:
    """What of an address can be read; the rest is said and left out."""

    def __init__(self, reader: Reader, asked: Mapping[str, str], known: Choices) -> None:
        self.reader, self.asked, self.known = reader, asked, known
        self.said: dict[str, str] = {}
        self.problems: list[str] = []

    def wrong(self, zh: str, en: str) -> None:
        self.problems.append(self.reader.say(Text(zh, en)))

    def of(self, name: str) -> str:
        return self.asked.get(name, "").strip().replace("\x00", "")[:120]

    def period(self, today: date) -> tuple[str, date, date]:
        first, last = self.of("from"), self.of("to")
        if first or last:
            found = self._days(first, last)
            if found:
                return found
        text = self.of("p")
        span = _span(text)
        if text and span is None:
            self.wrong(
                f"看不懂期间“{text}”，先给出本季度；可写 2026-07、2026-Q3 或 2026",
                f"The period “{text}” was not understood, this is the quarter; "
                "write 2026-07, 2026-Q3 or 2026",
            )
        if text and span is not None:
            self.said["p"] = text
            return span
        return ("quarter", *slices.quarter(today))

    def _days(self, first: str, last: str) -> tuple[str, date, date] | None:
        try:
            start, end = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            self.wrong(
                "起止日期都要写，写成 2026-07-01 的样子",
                "Both days are needed, written like 2026-07-01",
            )
            return None
        if end < start or not 1990 <= start.year <= end.year <= 2200:
            self.wrong("截止日期早于起始日期", "The last day lies before the first")
            return None
        self.said |= {"from": first, "to": last}
        return ("", start, end)

    def one(self, name: str, allowed: Mapping[str, str], zh: str, en: str) -> str:
        value = self.of(name)
        if value and value not in allowed:
            self.wrong(
                f"没有{zh}“{value}”，这一项没有筛选", f"There is no {en} “{value}”: not used"
            )
            return ""
        if value:
            self.said[name] = value
        return value

    def customer(self) -> Slice:
        name = self.of("customer")
        if not name:
            return Slice()
        found = customers_like(name)
        if len(found) == 1:
            self.said["customer"] = found[0][1]
            return Slice(customer=found[0][0])
        if found:
            names = self.reader.listed(f"“{other}”" for _, other in found)
            self.wrong(
                f"名字里有“{name}”的客户不止一家：{names}；请写全",
                f"More than one customer has “{name}” in its name: {names}",
            )
        else:
            self.wrong(
                f"没有名字里有“{name}”的客户，这一项没有筛选",
                f"No customer has “{name}” in its name: not used",
            )
        return Slice()


def _span(text: str) -> tuple[str, date, date] | None:
    found = re.fullmatch(r"(20\d\d)(?:-(0[1-9]|1[0-2])|-Q([1-4]))?", text)
    if found is None:
        return None
    year = int(found[1])
    if found[2]:
        return ("month", *slices.month(date(year, int(found[2]), 1)))
    if found[3]:
        return ("quarter", *slices.quarter(date(year, int(found[3]) * 3, 1)))
    return ("year", *slices.year(date(year, 1, 1)))


def filters(reader: Reader, asked: Mapping[str, str]) -> Filters:
    """What an address asks for: this quarter, where it names no period. Two questions at most."""
    known = choices()
    reading = _Reading(reader, asked, known)
    today = reader.local(reader.at).date()
    unit, first, last = reading.period(today)
    offices, models = dict(known.offices), {str(code): name for code, name in known.models}
    levels = {level: reader.word("level", level) for level in LEVELS}
    sources = {code: reader.say(name) for code, name in SOURCES.items()}
    office = reading.one("office", offices, "办事处", "office")
    model = reading.one("model", models, "型号", "model")
    level = reading.one("level", levels, "级别", "level")
    source = reading.one("source", sources, "来源", "source")
    wanted = replace(
        reading.customer(),
        first=first,
        last=last,
        office=office,
        model=int(model) if model else None,
        level=level,
        source=source or "all",
    )
    said = reading.said
    names = (offices.get(office), said.get("customer"), models.get(model), levels.get(level))
    return Filters(
        slice=wanted,
        said=said,
        unit=unit,
        period=_period(reader, unit, first, last),
        restricted=" · ".join(name for name in (*names, source and sources[source]) if name),
        problems=tuple(reading.problems),
        units=_units(reader, said, unit, first, last, today),
        earlier=_shifted(said, unit, first - DAY),
        later=_shifted(said, unit, last + DAY) if last < today else "",
        first=first.isoformat(),
        last=last.isoformat(),
        offices=_choices(offices, office),
        models=_choices(models, model),
        levels=_choices(levels, level),
        sources=_choices(sources, source or "all"),
        customers=known.customers,
    )


def _choices(names: Mapping[str, str], on: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, name, value == on) for value, name in names.items())


def written(unit: str, day: date) -> str:
    """A period as the address writes it."""
    if unit == "month":
        return f"{day:%Y-%m}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if unit == "quarter" else str(day.year)


def _without_days(said: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in said.items() if key not in ("p", "from", "to")}


def _shifted(said: Mapping[str, str], unit: str, day: date) -> str:
    if not unit:
        return ""
    return "?" + urlencode({"p": written(unit, day), **_without_days(said)})


def _units(
    reader: Reader, said: Mapping[str, str], unit: str, first: date, last: date, today: date
) -> tuple[Choice, ...]:
    """A month, quarter or year: that in which today lies, where the period holds it."""
    day = today if first <= today <= last else last
    names = (Text("月", "Month"), Text("季", "Quarter"), Text("年", "Year"))
    rest = _without_days(said)
    return tuple(
        Choice(
            one,
            reader.say(name),
            one == unit,
            "?" + urlencode({"p": written(one, day), **rest}),
        )
        for one, name in zip(UNITS, names, strict=True)
    )


def _period(reader: Reader, unit: str, first: date, last: date) -> str:
    if unit == "month":
        return reader.say(Text(f"{first.year} 年 {first.month} 月", f"{first:%B %Y}"))
    if unit == "quarter":
        n = (first.month + 2) // 3
        return reader.say(Text(f"{first.year} 年第{NUMERALS[n - 1]}季度", f"Q{n} {first.year}"))
    if unit == "year":
        return reader.say(Text(f"{first.year} 年", f"{first.year}"))
    return reader.say(Text(f"{first} 至 {last}", f"{first} to {last}"))
