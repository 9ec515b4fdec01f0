"""Quarters by projects: what is planned, done, missed, waived, and who has no date yet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from jiannuo.customers.listing import ProjectLine, narrowed, project_lines
from jiannuo.faces.desk.plan.cells import (
    LEGEND,
    Cell,
    Column,
    calmed,
    cell,
    column_of,
    columns,
)
from jiannuo.faces.desk.plan.sums import Sum, sums, until
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.manual.actor import Actor
from jiannuo.manual.warranty import add_months
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.people.permits import allowed, require
from jiannuo.web.components import NextStep, Press
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

PAGE = 50  # projects of one page
ASKED = 5  # projects without a date that are listed one by one
BACK, AHEAD = 5, 1

Owed = Mapping[UUID, Sequence[OwedInspection]]


@dataclass(frozen=True, slots=True)
class GridRow:
    customer: str
    number: str
    href: str
    who: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A project that needs something done: what, and the one button for it."""

    customer: str
    number: str
    note: str
    href: str
    verb: str
    within: bool = False
    pressing: bool = False


@dataclass(frozen=True, slots=True)
class GridPage:
    """`heads`: the columns, the current one marked. `undated`, `missed`: what asks for a step."""

    next: NextStep
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[GridRow, ...]
    undated: tuple[Waiting, ...]
    more_undated: int
    sent: tuple[Waiting, ...]
    missed: tuple[Waiting, ...]
    more_missed: int
    legend: tuple[Cell, ...]
    sums: tuple[Sum, ...]
    until: str
    offices: tuple[Choice, ...]
    office: str
    find: str
    count: int
    shown: str
    earlier: str
    later: str
    before: str
    after: str
    away: str


def grid(actor: Actor, reader: Reader, query: QueryDict) -> GridPage:
    require(actor, "read_cases")
    return _Maker(actor, reader, query).page()


def inspection_href(contract: UUID, quarter: str) -> str:
    return reverse("desk:inspection_show", args=[contract, quarter])


class _Maker:
    def __init__(self, actor: Actor, reader: Reader, query: QueryDict) -> None:
        self.actor, self.reader = actor, reader
        self.today = reader.today
        self.now = column_of(self.today)
        self.office = query.get("office", "")[:40]
        self.find = query.get("find", "")[:100]
        self.middle = _asked(query.get("at", ""), self.now)
        self.page_no = max(1, _whole(query.get("page", "")))
        self.lines = narrowed(project_lines(), self.office, self.find)
        self.by_id = {line.contract: line for line in self.lines}
        self.current = inspections.owed_between(self.now.first, self.now.last)
        self.may_plan = allowed(actor, "inspection_dates_proposed")

    def page(self) -> GridPage:
        reader = self.reader
        shown_columns = columns(self.middle, BACK, AHEAD)
        ordered = sorted(self.lines, key=self._order)
        last = max(1, -(-len(ordered) // PAGE))
        number = min(self.page_no, last)
        lines = ordered[(number - 1) * PAGE : number * PAGE]
        undated, sent, missed = self._undated(), self._sent(), self._missed()
        heads = [
            (c.words(reader, shown_columns[n - 1] if n else None), c == self.now)
            for n, c in enumerate(shown_columns)
        ]
        begin = (number - 1) * PAGE + 1
        return GridPage(
            next=self._next(undated, missed),
            heads=tuple(heads),
            rows=tuple(self._rows(lines, shown_columns)),
            undated=tuple(undated[:ASKED]),
            more_undated=max(0, len(undated) - ASKED),
            sent=tuple(sent[:ASKED]),
            missed=tuple(missed[:5]),
            more_missed=max(0, len(missed) - 5),
            legend=tuple(Cell(s, g, "", reader.say(w)) for s, (g, w) in LEGEND.items() if g),
            sums=tuple(sums(reader, self.now, self.by_id)),
            until=until(reader, self.now),
            offices=tuple(Choice(code, name) for code, name in people.named_offices()),
            office=self.office,
            find=self.find,
            count=len(ordered),
            shown=f"{begin}–{min(len(ordered), number * PAGE)}" if last > 1 else "",
            earlier=self._link(at=column_of(add_months(self.middle.first, -12)).name),
            later=self._link(at=column_of(add_months(self.middle.first, 12)).name),
            before=self._link(page=str(number - 1)) if number > 1 else "",
            after=self._link(page=str(number + 1)) if number < last else "",
            away=self._link() if self.middle != self.now else "",
        )

    def _link(self, **changed: str) -> str:
        kept = {"office": self.office, "find": self.find}
        if self.middle != self.now and "at" not in changed and changed:
            kept["at"] = self.middle.name
        said = {name: value for name, value in {**kept, **changed}.items() if value}
        return f"{reverse('desk:plan_list')}?{urlencode(said)}"

    # -- what asks for a step ---------------------------------------------------------------

    def _open(self) -> list[tuple[ProjectLine, OwedInspection]]:
        """This quarter's inspections of the projects shown that are not done, the first due
        first."""
        found = [
            (self.by_id[contract], one)
            for contract, owed in self.current.items()
            if contract in self.by_id
            for one in owed
            if one.open and one.quarter.due >= self.today and one.planned is None
        ]
        return sorted(found, key=lambda pair: (pair[1].quarter.due, pair[0].customer_name))

    def _undated(self) -> list[Waiting]:
        return [
            self._wait(line, one, "inspection_dates_proposed", Text("发可选日期", "Propose dates"))
            for line, one in self._open()
            if one.proposed is None
        ]

    def _sent(self) -> list[Waiting]:
        return [
            self._wait(line, one, "inspection_scheduled", Text("约定日期", "Schedule"))
            for line, one in self._open()
            if one.proposed is not None
        ]

    def _wait(self, line: ProjectLine, one: OwedInspection, kind: str, verb: Text) -> Waiting:
        left = (one.quarter.due - self.today).days
        until = self.reader.on(one.quarter.due)
        note = Text(f"{until} 止，余 {left} 天", f"until {until}, {left} d left")
        if one.proposed is not None:
            sent = self.reader.on(one.proposed)
            note = Text(f"{sent} 已发，等客户选", f"sent {sent}, the customer chooses")
        elif one.quarter.due < self.now.last:
            note = Text("质保 ", "warranty ends ") + Text(f"{until} 到期，先约", f"{until}: first")
        return self._waiting(line, one, kind, verb, note, pressing=left <= 14)

    def _waiting(
        self,
        line: ProjectLine,
        one: OwedInspection,
        kind: str,
        verb: Text,
        note: Text,
        *,
        pressing: bool = False,
    ) -> Waiting:
        may = allowed(self.actor, kind)
        href = (
            reverse("desk:inspection_open", args=[line.contract, one.quarter.name, kind])
            if may
            else inspection_href(line.contract, one.quarter.name)
        )
        say = self.reader.say
        shown = say(verb if may else Text("看这次", "Look"))
        return Waiting(
            line.customer_name, line.number, say(note), href, shown, within=may, pressing=pressing
        )

    def _missed(self) -> list[Waiting]:
        verb = Text("写明原因", "Explain")
        return [
            self._waiting(self.by_id[contract], one, "inspection_missed", verb, self._gone(one))
            for contract, owed in inspections.missed(self.today).items()
            if contract in self.by_id
            for one in owed
        ]

    def _gone(self, one: OwedInspection) -> Text:
        due = self.reader.on(one.quarter.due)
        days = (self.today - one.quarter.due).days
        return Text(
            f"{one.quarter.name}，{due} 到期，过了 {days} 天",
            f"{one.quarter.name}, due {due}, {days} d ago",
        )

    def _next(self, undated: Sequence[Waiting], missed: Sequence[Waiting]) -> NextStep:
        say, total = self.reader.say, self._owed_now()
        dated = total - len(undated)
        who = say(
            Text(f"本季度 {total} 个项目，已有安排 {dated} 个", f"{dated} of {total} arranged")
        )
        if undated and self.may_plan:
            n = len(undated)
            what = Text(f"给没约的 {n} 个项目发可选日期", f"Propose dates to {n} projects")
            href = reverse("desk:dates_open") + self._link()[len(reverse("desk:plan_list")) :]
            press = Press(say(Text("看建议并发送", "Look and send")), href, "send")
            first = undated[0]
            return NextStep(who, say(what), f"{first.customer}：{first.note}", buttons=(press,))
        if missed:
            first = missed[0]
            what = Text(f"写明 {len(missed)} 次未做的原因", f"Say why {len(missed)} were missed")
            why = f"{first.customer}：{first.note}"
            press = Press(first.verb, first.href, within=first.within)
            return NextStep(who, say(what), why, wait=not first.within, buttons=(press,))
        return self._all_well(who, total, len(undated))

    def _all_well(self, who: str, total: int, undated: int) -> NextStep:
        say = self.reader.say
        if undated:
            what = Text(f"{undated} 个项目还没有日期", f"{undated} projects have no date")
            return NextStep(
                who, say(what), say(Text("等值班经理安排", "the duty manager")), wait=True
            )
        upcoming = column_of(add_months(self.now.first, 3))
        ahead = inspections.owed_between(upcoming.first, upcoming.last)
        open_ = [c for c, owed in ahead.items() if c in self.by_id and any(o.open for o in owed)]
        what = Text("本季度都有安排", "Everything is arranged for this quarter")
        if not total:
            what = Text("本季度没有要做的巡检", "Nothing is owed this quarter")
        why = Text(
            f"下季度 {len(open_)} 个项目，可以提前准备",
            f"{len(open_)} projects next quarter can be prepared",
        )
        press = Press(say(Text("看下季度", "Next quarter")), self._link(at=upcoming.name))
        return NextStep(who, say(what), say(why), over=True, buttons=(press,))

    def _owed_now(self) -> int:
        return sum(len(owed) for c, owed in self.current.items() if c in self.by_id)

    # -- the grid ---------------------------------------------------------------------------

    def _order(self, line: ProjectLine) -> tuple[int, str, str]:
        """Who has no date this quarter stands on top, then whom the customer keeps waiting."""
        owed = [
            one
            for one in self.current.get(line.contract, ())
            if one.open and one.planned is None and one.quarter.due >= self.today
        ]
        place = 2 if not owed else 1 if owed[0].proposed else 0
        return (place, line.customer_name, line.number)

    def _rows(self, lines: Sequence[ProjectLine], shown: Sequence[Column]) -> list[GridRow]:
        ids = [line.contract for line in lines]
        owed = inspections.owed_between(shown[0].first, shown[-1].last, ids)
        cells = calmed([self._cells(line, owed.get(line.contract, ()), shown) for line in lines])
        return [
            GridRow(
                line.customer_name,
                line.number,
                inspection_href(line.contract, self._nearest(owed.get(line.contract, ()))),
                self._who(owed.get(line.contract, ())),
                tuple(row),
            )
            for line, row in zip(lines, cells, strict=True)
        ]

    def _nearest(self, owed: Sequence[OwedInspection]) -> str:
        """The quarter that runs, else the last one shown."""
        names = [o.quarter.name for o in owed if o.quarter.due >= self.today]
        return names[0] if names else (owed[-1].quarter.name if owed else "none")

    def _who(self, owed: Sequence[OwedInspection]) -> str:
        named = [o.engineer for o in owed if o.engineer]
        return named[-1] if named else ""

    def _cells(
        self, line: ProjectLine, owed: Sequence[OwedInspection], shown: Sequence[Column]
    ) -> list[Cell]:
        by_column: dict[str, OwedInspection] = {}
        for one in owed:
            name = column_of(one.quarter.due).name
            by_column[name] = by_column[name] if name in by_column and by_column[name].open else one
        found = []
        for column in shown:
            one_ = by_column.get(column.name)
            if one_ is not None:
                found.append(
                    cell(self.reader, one_, inspection_href(line.contract, one_.quarter.name))
                )
            else:
                found.append(Cell("", "", self._blank(line, column), ""))
        return found

    def _blank(self, line: ProjectLine, column: Column) -> str:
        before = column.first <= line.accepted_on
        return self.reader.say(
            Text("验收前", "before") if before else Text("质保外", "after warranty")
        )


def _asked(text: str, usual: Column) -> Column:
    """A column by its name; the current one for anything else."""
    found = re.fullmatch(r"(20[0-9]{2})Q([1-4])", text)
    return column_of(date(int(found[1]), int(found[2]) * 3, 1)) if found else usual


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
