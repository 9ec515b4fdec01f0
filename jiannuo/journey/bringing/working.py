"""What a worker does for lists: looks at long ones, writes, takes back, a bite at a time.

A bite is one transaction with the list held. A worker that dies in it leaves nothing half done, and
the next one goes on: each line has operations of its own.
"""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from jiannuo.imports import commands, queries
from jiannuo.imports.queries import LineCard, Sheet
from jiannuo.journey.bringing.kind import Stamp
from jiannuo.journey.bringing.looking import look, opened_by
from jiannuo.journey.bringing.registry import KINDS
from jiannuo.journey.bringing.undoing import take_back
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people import queries as people
from jiannuo.people.permits import require

log = logging.getLogger("jiannuo.worker")
BITE = 25


def work() -> int:
    """One bite of the oldest list; how many lines it dealt with, 0 where there is nothing to do."""
    try:
        with transaction.atomic():
            number = commands.next_at_work()
            return 0 if number is None else _turn(queries.sheet(number))
    except _Whole as stop:
        commands.fail(stop.number, stop.why)
        return 1


class _Whole(Exception):
    """The list as a whole cannot go on; what this bite did is not done."""

    def __init__(self, number: int, why: Refusal) -> None:
        super().__init__(why.en)
        self.number, self.why = number, why


def _turn(sheet: Sheet) -> int:
    """Raises `_Whole` for a list that cannot go on. A database that is away, or gave up for the sake
    of another, is none: the next turn may do what this one could not."""
    try:
        return TURNS[sheet.state](sheet)
    except Refusal as refusal:
        raise _Whole(sheet.number, refusal) from None
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("import %s cannot go on", sheet.number)
        raise _Whole(sheet.number, _broken(error)) from error


def _broken(error: Exception) -> Refusal:
    said = f"{type(error).__name__}: {error}"[:200]
    return Refusal(
        "broken",
        f"系统出错，停在这里；已写入的行完整无缺（{said}）",
        f"something is broken, it stops here; rows that were written are whole ({said})",
    )


def _look(sheet: Sheet) -> int:
    look(_acting(sheet.brought_by), sheet)
    return max(sheet.rows, 1)


def _write(sheet: Sheet) -> int:
    """All lines in one transaction where he wants all or none, else the next few."""
    actor = _acting(sheet.written_by)
    lines = queries.to_write(sheet.number, None if sheet.at_once else BITE)
    for line in lines:
        _write_line(actor, sheet, line)
        commands.go_on(sheet.number, line.row)
    if sheet.at_once or len(lines) < BITE:
        commands.finish(sheet.number)
    return max(len(lines), 1)


def _write_line(actor: Actor, sheet: Sheet, line: LineCard) -> None:
    stamp = Stamp(sheet.number, sheet.subject)
    try:
        with transaction.atomic():
            made = KINDS[sheet.kind].write(actor, line.values, stamp, line.row)
    except Refusal as refusal:
        if sheet.at_once:
            raise _none(line, refusal) from None
        if refusal.code == "nothing_changed":  # somebody entered the same meanwhile
            commands.note_fate(line.id, "written", [])
        else:
            commands.note_fate(line.id, "refused", [], refusal, cell=line.label)
    else:
        commands.note_fate(line.id, "written", made)


def _none(line: LineCard, why: Refusal) -> Refusal:
    return Refusal(
        why.code,
        f"第 {line.row} 行写不进去：{why.zh}。整份清单都没有写入",
        f"row {line.row} cannot be written: {why.en}. Nothing of the list was",
    )


def _undo(sheet: Sheet) -> int:
    actor, stamp = _acting(sheet.undone_by), Stamp(sheet.number, sheet.subject)
    lines = queries.to_undo(sheet.number, sheet.cursor or None, BITE)
    for line in lines:
        try:
            with transaction.atomic():
                take_back(actor, stamp, line)
        except Refusal as refusal:
            commands.note_fate(line.id, "kept", line.made, refusal, cell=line.label)
        else:
            commands.note_fate(line.id, "undone", line.made)
        commands.go_on(sheet.number, line.row)
    if len(lines) < BITE:
        commands.finish(sheet.number)
    return max(len(lines), 1)


TURNS = {"checking": _look, "writing": _write, "undoing": _undo}


def _acting(person: UUID | None) -> Actor:
    """Whoever asked for it, with the roles that he has now."""
    card = people.staff_by_id(person) if person else None
    if card is None:
        raise Refusal(
            "nobody_acts",
            "发起人已不在册，请另一个人重新操作",
            "whoever asked for this has left; somebody else asks anew",
        )
    return card.actor


# -- what people ask for ----------------------------------------------------------------------


@transaction.atomic
def write(actor: Actor, number: int, *, at_once: bool) -> bool:
    """From now on the good lines are written; False where that was asked for before. Raises
    `Refusal` where all or none is wanted and a line is refused."""
    sheet = opened_by(actor, number)
    if sheet.state == "checked" and at_once and sheet.counts["refused"]:
        raise Refusal(
            "some_refused",
            f"有 {sheet.counts['refused']} 行要改；改好再导，或选只导入好的行",
            f"{sheet.counts['refused']} rows are to be mended; do that, or take the good rows only",
        )
    return commands.begin_writing(actor, number, at_once=at_once)


@transaction.atomic
def undo(actor: Actor, number: int) -> bool:
    """From now on what it made is taken back, where nobody has used it since."""
    sheet = opened_by(actor, number)
    require(actor, KINDS[sheet.kind].permit)
    return commands.begin_undoing(actor, number)


@transaction.atomic
def drop(actor: Actor, number: int) -> None:
    opened_by(actor, number)
    commands.drop(number)
