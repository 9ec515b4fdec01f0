"""Dates for many projects at once: what is suggested for each, and one press for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.db import transaction
from django.http import QueryDict

from jiannuo.customers.listing import ProjectLine, narrowed, project_lines
from jiannuo.faces.desk.plan.cells import column_of
from jiannuo.faces.desk.plan.matter import suggested
from jiannuo.inspections import queries as inspections
from jiannuo.inspections.queries import OwedInspection
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.web.reader import Reader

MOST = 60  # projects of one page
CHOICES = ("first", "second", "third")


@dataclass(frozen=True, slots=True)
class DatesRow:
    """A project with its days; `wrong`: why it could not be sent."""

    key: str
    customer: str
    number: str
    until: str
    note: str
    days: tuple[str, ...]
    picked: bool
    wrong: str


@dataclass(frozen=True, slots=True)
class DatesPage:
    rows: tuple[DatesRow, ...]
    op: str
    more: int
    error: str
    office: str
    find: str


Waiting = list[tuple[ProjectLine, OwedInspection]]


class _Ground:
    """The projects without a date, and who goes where anyhow."""

    def __init__(self, reader: Reader, query: QueryDict) -> None:
        self.office, self.find = query.get("office", "")[:40], query.get("find", "")[:100]
        self.today = reader.today
        now = column_of(self.today)
        every = {line.contract: line for line in project_lines()}
        owed = inspections.owed_between(now.first, now.last)
        chosen = {line.contract for line in narrowed([*every.values()], self.office, self.find)}
        self.near = self._trips(every, owed)
        self.waiting: Waiting = sorted(
            (
                (every[contract], one)
                for contract, found in owed.items()
                if contract in chosen
                for one in found
                if self._waits(one)
            ),
            key=lambda pair: (pair[1].quarter.due, pair[0].customer_name),
        )

    def _waits(self, one: OwedInspection) -> bool:
        dated = one.planned is not None or one.proposed is not None
        return one.open and not dated and one.quarter.due >= self.today

    def _trips(
        self, every: Mapping[UUID, ProjectLine], owed: Mapping[UUID, Sequence[OwedInspection]]
    ) -> dict[str, list[tuple[date, str]]]:
        """By office: the days on which somebody goes to one of its customers."""
        found: dict[str, list[tuple[date, str]]] = {}
        for contract, rows in owed.items():
            line = every.get(contract)
            for one in rows if line is not None else ():
                if line and one.open and one.planned is not None and one.planned > self.today:
                    for office in line.offices:
                        found.setdefault(office, []).append((one.planned, line.customer_name))
        return found

    def trips(self, line: ProjectLine) -> dict[date, str]:
        return {day: name for office in line.offices for day, name in self.near.get(office, ())}


def dates_page(
    actor: Actor,
    reader: Reader,
    query: QueryDict,
    post: QueryDict | None = None,
    wrong: Mapping[str, str] | None = None,
) -> DatesPage:
    require(actor, "inspection_dates_proposed")
    ground = _Ground(reader, query)
    rows = [
        _row(reader, ground, line, one, n, post, wrong or {})
        for n, (line, one) in enumerate(ground.waiting)
    ]
    error = ""
    if wrong:
        error = reader.say(
            Text(f"一封都没发：{len(wrong)} 处要改", f"Nothing was sent: {len(wrong)} to mend")
        )
    elif post is not None:
        error = reader.say(Text("先勾选要发的项目", "Tick the projects to send to"))
    return DatesPage(
        tuple(rows[:MOST]),
        post.get("op", "") if post is not None else str(new_id()),
        max(0, len(rows) - MOST),
        error,
        ground.office,
        ground.find,
    )


def _row(
    reader: Reader,
    ground: _Ground,
    line: ProjectLine,
    one: OwedInspection,
    n: int,
    post: QueryDict | None,
    wrong: Mapping[str, str],
) -> DatesRow:
    key, trips = str(line.contract), ground.trips(line)
    if post is not None:
        days = [post.get(f"{name}:{key}", "") for name in CHOICES]
        picked = key in post.getlist("to")
    else:
        found = suggested(ground.today, one, list(trips), n)
        days, picked = [day.isoformat() for day in found], True
    note = ""
    joined = next((day for day in sorted(trips) if day.isoformat() in days), None)
    if joined is not None:
        day, name = reader.on(joined), trips[joined]
        note = reader.say(
            Text(f"可并入 {day} 去{name}的行程", f"can join the trip of {day} to {name}")
        )
    until = reader.on(one.quarter.due)
    return DatesRow(
        key, line.customer_name, line.number, until, note, tuple(days), picked, wrong.get(key, "")
    )


def send(actor: Actor, reader: Reader, post: QueryDict, op: UUID) -> tuple[int, dict[str, str]]:
    """Propose to every project that was ticked, all or none: how many, and what is wrong by
    project. The same form again sends nothing again."""
    require(actor, "inspection_dates_proposed")
    now = column_of(reader.today)
    owed = inspections.owed_between(now.first, now.last)
    wrong: dict[str, str] = {}
    wanted = list(dict.fromkeys(post.getlist("to")))[: MOST * 2]
    with transaction.atomic():
        for key in wanted:
            try:
                _propose(actor, owed, post, key, op)
            except Refusal as refusal:
                wrong[key] = reader.say(Text(refusal.zh, refusal.en))
        if wrong:
            transaction.set_rollback(True)
    return len(wanted), wrong


def _propose(
    actor: Actor,
    owed: Mapping[UUID, Sequence[OwedInspection]],
    post: QueryDict,
    key: str,
    op: UUID,
) -> None:
    try:
        contract = UUID(key)
        days = [date.fromisoformat(d) for n in CHOICES if (d := post.get(f"{n}:{key}", "").strip())]
    except ValueError:
        raise Refusal("bad_input", "日期不对", "this is no date") from None
    found = [one for one in owed.get(contract, ()) if one.open]
    if not days or not found:
        raise Refusal("bad_input", "至少要一个日期", "at least one day is needed")
    when = When(op=uuid5(op, key))
    fields = dict(zip(CHOICES, days, strict=False))
    take(
        "inspection_dates_proposed",
        actor,
        found[0].quarter.name,
        when,
        contract=contract,
        **fields,
    )
