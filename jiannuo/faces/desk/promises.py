"""The promises of one case: strip, table, and the why of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiannuo.cases.view import CaseView
from jiannuo.manual.clocks import Clock, fold_story
from jiannuo.manual.explain import explain
from jiannuo.manual.profile import Promise
from jiannuo.manual.words import Text
from jiannuo.web import clockview
from jiannuo.web import strip as strips
from jiannuo.web.components import LedgerRow
from jiannuo.web.reader import Reader

NONE = "—"


@dataclass(frozen=True, slots=True)
class Kept:
    """A clock with its promise and chip."""

    clock: Clock
    promise: Promise
    chip: clockview.ClockView
    wrong: str = ""

    @property
    def id(self) -> str:
        return f"p-{self.promise.code}"


def kept(reader: Reader, view: CaseView, stored: Sequence[Clock], doubt: str) -> list[Kept]:
    """The clocks as the events give them now. Where what is stored says otherwise, the sweep
    works with something else than the page shows: the clock is unverified."""
    rows = {clock.promise: clock for clock in stored}
    differs = reader.say(Text("与经过不符，正在核对", "differs from the events, being checked"))
    found = []
    for clock in fold_story(view.story):
        promise = view.profile.by_code[clock.promise]
        wrong = differs if rows.get(clock.promise) != clock else ""
        chip = clockview.view(reader, clock, promise, doubt=wrong or doubt, named=False)
        found.append(Kept(clock, promise, chip, wrong))
    return found


def next_of(found: Sequence[Kept]) -> Kept | None:
    """The running promise that ends first."""
    running = [k for k in found if k.clock.stop is None and not k.clock.excused and k.clock.due]
    return min(running, key=lambda k: (k.clock.due is None, k.clock.due), default=None)


def strip(reader: Reader, found: Sequence[Kept], axis: str) -> strips.Strip | None:
    rows = [
        strips.Row(
            k.clock,
            k.chip,
            reader.say(Text(k.promise.zh, k.promise.en)),
            reader.clause(k.promise.clause),
            f"#{k.id}",
            k.promise.house,
        )
        for k in found
    ]
    return strips.strip(reader, rows, axis)


def ledger(
    reader: Reader, view: CaseView, found: Sequence[Kept], told_at: Mapping[datetime, str]
) -> tuple[LedgerRow, ...]:
    """`told_at`: where the page tells what happened at a moment."""
    return tuple(_row(reader, view, k, told_at) for k in found)


def _row(reader: Reader, view: CaseView, k: Kept, told_at: Mapping[datetime, str]) -> LedgerRow:
    clock, chip = k.clock, k.chip
    told = explain(view.profile, clock, reader.at, view.story)
    excused = reader.word("excuse", clock.excused) if clock.excused else ""
    return LedgerRow(
        id=k.id,
        chip=chip,
        name=reader.say(told.name),
        clause=reader.clause(told.clause),
        house=told.house,
        start=reader.exact(clock.start) if clock.start else NONE,
        due=reader.bound(clock.due, clock.op) if clock.due else NONE,
        stop=reader.exact(clock.stop) if clock.stop else NONE,
        took=clockview.took(reader, clock) or NONE,
        why=tuple((reader.say(line.text), " ".join(line.readings)) for line in told.lines),
        reason=k.wrong or ("" if chip.note == excused else excused),
        started=told_at.get(clock.start, "") if clock.start else "",
        stopped=told_at.get(clock.stop, "") if clock.stop else "",
    )


def big(k: Kept, reader: Reader) -> dict[str, Any]:
    """The next promise for the head of the case."""
    due = k.clock.due
    return {
        "chip": k.chip,
        "name": reader.say(Text(k.promise.zh, k.promise.en)),
        "bound": reader.bound(due, k.clock.op) if due else "",
        "clause": reader.clause(k.promise.clause),
        "house": k.promise.house,
    }
