"""All emergencies that stand: one leads to its board, several are a list, worst first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.clocks import queries as clocks
from jiannuo.faces.desk import promises
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people.permits import require
from jiannuo.support import queries as support
from jiannuo.web.beat import Beat, beat
from jiannuo.web.clockview import ClockView
from jiannuo.web.components import PageState
from jiannuo.web.reader import Reader

MOST = 30


@dataclass(frozen=True, slots=True)
class Standing:
    """An emergency in the list. `watching`: the fault is removed, somebody stays."""

    number: str
    title: str
    where: str
    since: str
    chip: ClockView | None
    promise: str
    by: str
    due: datetime | None
    watching: bool
    drill: bool


@dataclass(frozen=True, slots=True)
class Emergencies:
    rows: tuple[Standing, ...]
    state: PageState | None
    beat: Beat


def emergencies(actor: Actor, reader: Reader) -> Emergencies:
    require(actor, "read_cases")
    heart = beat(reader.at)
    views = [
        cases.view_for(actor, number) for number in cases.open_numbers_of(support.standing(MOST))
    ]
    rows = [_row(reader, view, heart.doubt(reader)) for view in views]
    rows.sort(key=lambda row: (row.drill, row.watching, row.due is None, row.due or reader.at))
    state = None
    if not rows:
        state = PageState(
            "empty",
            reader.say(Text("没有应急在进行", "No emergency is running")),
            reader.say(
                Text("一级故障一经判定，这里就出现倒计时。", "Level one once judged appears here.")
            ),
        )
    return Emergencies(tuple(rows), state, heart)


def _row(reader: Reader, view: CaseView, doubt: str) -> Standing:
    card = view.card
    stored = clocks.clocks_of([card.id], drill=card.drill)[card.id]
    coming = promises.next_of(promises.kept(reader, view, stored, doubt))
    at = view.story.declared_at
    return Standing(
        card.number,
        card.text,
        " · ".join(part for part in (card.customer_name, card.site_name) if part),
        reader.clock(at) if at else "",
        coming.chip if coming else None,
        reader.say(Text(coming.promise.zh, coming.promise.en)) if coming else "",
        reader.by(coming.clock.due) if coming and coming.clock.due else "",
        coming.clock.due if coming else None,
        view.story.resolution is not None,
        card.drill,
    )
