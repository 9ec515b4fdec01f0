"""What became of the last four quarters, counted as the figures count them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from uuid import UUID

from jiannuo.faces.desk.plan.cells import Column, state_of
from jiannuo.inspections import queries as inspections
from jiannuo.manual.warranty import add_months
from jiannuo.manual.words import Text
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Sum:
    word: str
    count: str
    mark: str = ""


def sums(reader: Reader, now: Column, shown: Container[UUID]) -> list[Sum]:
    """The last four quarters that are over or done, counted as the figures count them."""
    first = add_months(now.first, -9)
    found = inspections.owed_between(first, now.last)
    states = [
        state_of(one, reader.today)
        for contract, owed in found.items()
        if contract in shown
        for one in owed
    ]
    on_time, late = states.count("done"), states.count("late") + states.count("madeup")
    missed, waived = states.count("missed") + states.count("explained"), states.count("waived")
    say = reader.say
    return [
        Sum(say(Text("按时", "On time")), f"{on_time} / {on_time + late + missed}"),
        Sum(say(Text("迟做", "Late")), str(late)),
        Sum(say(Text("未做", "Missed")), str(missed)),
        Sum(say(Text("豁免（客户书面同意）", "Waived, in writing")), str(waived)),
    ]


def until(reader: Reader, now: Column) -> str:
    left = (now.last - reader.today).days
    day = reader.on(now.last)
    return reader.say(
        Text(f"本季度 {day} 止，余 {left} 天", f"This quarter ends {day}, {left} d left")
    )
