"""The figures as Excel: the register, what was not kept, the KPIs, and the rows of a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jiannuo.faces.desk.figures import cases, kpis, lists, register
from jiannuo.faces.desk.figures.filters import Filters, filters
from jiannuo.faces.desk.figures.saying import ALL
from jiannuo.faces.desk.figures.workbook import MOST, Sheet, Value
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.oversight.register import house_profile
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader

BITE = 1000


@dataclass(frozen=True, slots=True)
class _Asking:
    actor: Actor
    reader: Reader
    asked: Mapping[str, str]
    filters: Filters

    def say(self, zh: str, en: str) -> str:
        return self.reader.say(Text(zh, en))

    def head(self) -> list[str]:
        """What every sheet says above its table."""
        restricted = self.filters.restricted or self.say("全部", "everything")
        local = self.reader.local(self.reader.at)
        return [
            self.say(f"期间：{self.filters.period}", f"Period: {self.filters.period}")
            + f" ({self.filters.first} – {self.filters.last})",
            self.say(f"范围：{restricted}", f"Of: {restricted}"),
            self.say(
                f"{self.actor.name} 于 {local:%Y-%m-%d %H:%M} 导出",
                f"Exported by {self.actor.name}, {local:%Y-%m-%d %H:%M}",
            ),
        ]

    def file(self, title: str) -> str:
        """承诺兑现登记 2026 年第三季度 20261008"""
        day = self.reader.local(self.reader.at)
        parts = (title, self.filters.period, self.filters.restricted, f"{day:%Y%m%d}")
        return re.sub(r'[\\/:*?"<>|·\s]+', " ", " ".join(part for part in parts if part))[:120]

    def beyond(self) -> list[Value]:
        return [
            self.say(
                f"还有更多行没有列出，一个文件最多 {MOST} 行；请缩小期间",
                f"There is more: a file holds {MOST} rows. Choose a shorter period",
            )
        ]


def sheet(actor: Actor, reader: Reader, asked: Mapping[str, str], what: str) -> Sheet:
    """Raises `Refusal` for a table that is not there, and where he may not read figures."""
    require(actor, "read_figures")
    make = SHEETS.get(what)
    if make is None:
        raise Refusal("no_such_page", f"没有名为 {what} 的表", f"there is no table {what}")
    return make(_Asking(actor, reader, asked, filters(reader, asked)))


def _promises(asking: _Asking) -> Sheet:
    page = register.register_page(asking.actor, asking.reader, asking.asked)
    say = asking.say
    rows: list[list[Value]] = [
        [
            line.clause,
            line.name,
            line.sentence,
            say("内部目标", "house target") if line.house else say("手册", "manual"),
            line.kept,
            line.due,
            line.rate,
            line.missed,
            line.running,
            line.na,
            line.untold,
            line.net,
            line.raw,
            line.note,
        ]
        for line in page.lines
    ]
    columns = [
        (say("条款", "Clause"), 14),
        (say("承诺", "Promise"), 24),
        (say("手册原文", "The manual's words"), 50),
        (say("出处", "Source"), 10),
        (say("做到", "Kept"), 8),
        (say("到期", "Due"), 8),
        (say("比率", "Rate"), 9),
        (say("没做到", "Not kept"), 9),
        (say("还在走", "Running"), 9),
        (say("不适用", "Not applicable"), 9),
        (say("无从判断", "Untold"), 9),
        (say("净：扣除等待", "Net of waits"), 20),
        (say("原始：连同不适用的", "Raw, with the excused"), 20),
        (say("说明", "Remark"), 30),
    ]
    title = say("承诺兑现登记", "Promise register")
    return Sheet(title, title, asking.head(), columns, rows, asking.file(title))


def _missed(asking: _Asking) -> Sheet:
    return _rows(asking, "", "broken", asking.say("没做到的承诺", "Promises not kept"))


def _of_promise(asking: _Asking) -> Sheet:
    code = asking.asked.get("promise", ALL)
    page = lists.promise_list(asking.actor, asking.reader, asking.asked, code)
    return _rows(asking, code, "", f"{page.title} {page.part}")


def _rows(asking: _Asking, code: str, part: str, title: str) -> Sheet:
    say = asking.say
    columns = [
        (say("工单", "Case"), 20),
        (say("承诺", "Promise"), 22),
        (say("条款", "Clause"), 14),
        (say("级别", "Level"), 8),
        (say("客户与地点", "Customer and site"), 36),
        (say("故障", "Fault"), 36),
        (say("报修", "Reported"), 17),
        (say("承诺时间", "Due"), 17),
        (say("做到时间", "Done"), 17),
        (say("结果", "Result"), 14),
        (say("迟", "Late by"), 14),
        (say("经手", "Held by"), 12),
        (say("原因", "Reason"), 22),
        (say("写下的话", "In the words given"), 44),
    ]
    wanted = lists.asking(house_profile(asking.reader.at), asking.asked, code, part)

    def table() -> Iterator[list[Value]]:
        for told, row in enumerate(_paged(asking, wanted)):
            if told == MOST:
                yield asking.beyond()
                return
            yield [
                row.ref,
                row.promise,
                row.clause,
                row.level.word,
                row.place,
                row.text,
                row.reported,
                row.due,
                row.stopped,
                row.verdict,
                row.late,
                row.who,
                row.reason,
                "；".join(row.said),
            ]

    return Sheet(title, title, asking.head(), columns, table(), asking.file(title))


def _paged(asking: _Asking, wanted: Any) -> Iterator[lists.Row]:
    """Page after page."""
    profile, at = house_profile(asking.reader.at), asking.reader.at
    after, told = "", 0
    while told < MOST:
        rows, after = lists.rows_of(asking.reader, profile, asking.filters, wanted, at, after, BITE)
        yield from rows
        told += len(rows)
        if not after:
            return


def _kpis(asking: _Asking) -> Sheet:
    page, say = kpis.kpi_page(asking.actor, asking.reader, asking.asked), asking.say
    rows: list[list[Value]] = [
        [group.name, line.name, line.value, line.num, line.den, line.before, line.note]
        for group in page.groups
        for line in group.lines
    ]
    rows += [["", name, "", "", "", "", why] for name, why in page.unknown]
    columns = [
        (say("组", "Group"), 16),
        (say("指标", "Figure"), 28),
        (say("值", "Value"), 14),
        (say("分子", "Numerator"), 10),
        (say("分母", "Denominator"), 10),
        (say("上一期", "Period before"), 24),
        (say("说明", "Remark"), 44),
    ]
    title = say("指标", "Figures")
    return Sheet(title, title, asking.head(), columns, rows, asking.file(title))


def _of_kpi(asking: _Asking) -> Sheet:
    code = asking.asked.get("kpi", "")
    kpi, say = cases.known(code), asking.say
    part = cases.part_of(code, asking.asked)
    profile = house_profile(asking.reader.at)

    def table() -> Iterator[list[Value]]:
        after, told = "", 0
        while told < MOST:
            rows, after = cases.rows_of(
                asking.reader, profile, asking.filters, code, part, after, BITE
            )
            for row in rows:
                yield [
                    row.case,
                    row.level.word,
                    row.place,
                    row.text,
                    row.reported,
                    row.fixed,
                    row.took,
                    row.facts,
                ]
            told += len(rows)
            if not after:
                return
        yield asking.beyond()

    columns = [
        (say("工单", "Case"), 20),
        (say("级别", "Level"), 8),
        (say("客户与地点", "Customer and site"), 36),
        (say("故障", "Fault"), 40),
        (say("报修", "Reported"), 17),
        (say("解决", "Fixed"), 17),
        (say("用时", "Took"), 14),
        (say("计入", "Counts by"), 30),
    ]
    title = asking.reader.say(kpi.name)
    return Sheet(title, title, asking.head(), columns, table(), asking.file(title))


SHEETS: dict[str, Callable[[_Asking], Sheet]] = {
    "promises": _promises,
    "promise": _of_promise,
    "late": _missed,
    "kpis": _kpis,
    "kpi": _of_kpi,
}
