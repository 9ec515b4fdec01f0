"""Writes to lists: kept, looked at line by line, written by bites, taken back. Whoever changes what
is under way holds its row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from jiannuo.imports.models import Import, Learned, Line
from jiannuo.imports.table import called
from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor

#: Work that a worker does, and what it is when it is done.
AT_WORK = {"checking": "checked", "writing": "written", "undoing": "undone"}
LONGEST_HEAD, LONGEST_LABEL = 200, 200


@dataclass(frozen=True, slots=True)
class Brought:
    """A list as it came: where the archive keeps it, how it was read."""

    kind: str
    subject: UUID
    file: UUID
    file_name: str
    form: str
    heads: Sequence[str]
    samples: Sequence[str]
    rows: int


def keep(actor: Actor, brought: Brought, columns: Mapping[str, Sequence[int]]) -> int:
    """Its number."""
    row = Import.objects.create(
        subject=brought.subject,
        kind=brought.kind,
        file=brought.file,
        file_name=brought.file_name,
        form=brought.form[:200],
        heads=list(brought.heads),
        samples=list(brought.samples),
        rows=brought.rows,
        columns={name: list(places) for name, places in columns.items()},
        brought_at=now(),
        brought_by=actor.id or UUID(int=0),
        brought_by_name=actor.name,
    )
    return int(row.pk)


def choose(number: int, columns: Mapping[str, Sequence[int]]) -> None:
    """What each column is for; the lines are looked at anew. Raises `Refusal` once they are
    being written."""
    row = _held(number, "columns", "checking", "checked", "failed")
    row.columns = {name: list(places) for name, places in columns.items()}
    _move(row, "checking")


def learn(kind: str, heads: Sequence[str], columns: Mapping[str, Sequence[int]]) -> None:
    """The next list of this kind begins with these columns."""
    used = {place: name for name, places in columns.items() for place in places}
    for place, head in enumerate(heads):
        said = {"field": used.get(place, "")}
        Learned.objects.update_or_create(kind=kind, head=called(head)[:LONGEST_HEAD], defaults=said)


def begin_writing(actor: Actor, number: int, *, at_once: bool) -> bool:
    """From now on a worker writes it; False where that was said before."""
    row = _held(number, "checked", "writing", "written")
    if row.state != "checked":
        return False
    row.at_once, row.written_by = at_once, actor.id
    row.save(update_fields=["at_once", "written_by"])
    _move(row, "writing")
    return True


def begin_undoing(actor: Actor, number: int) -> bool:
    """From now on a worker takes it back; False where that was said before."""
    row = _held(number, "written", "undoing", "undone")
    if row.state == "undoing":
        return False
    row.undone_by, row.undone_by_name = actor.id, actor.name
    row.save(update_fields=["undone_by", "undone_by_name"])
    _move(row, "undoing")
    return True


def drop(number: int) -> None:
    """It is not to be imported after all; what was found of it stays to be read."""
    _move(_held(number, "columns", "checking", "checked", "failed", "dropped"), "dropped")


def _held(number: int, *states: str) -> Import:
    row = Import.objects.select_for_update().filter(pk=number).first()
    if row is None:
        raise no_import(number)
    if row.state not in states:
        raise Refusal(
            "import_is_further",
            "这份清单已经在写入或已写入，请刷新页面看现在的状态",
            "this list is being written or was written; reload the page to see where it stands",
        )
    return row


def no_import(number: int) -> Refusal:
    return Refusal("no_import", f"没有导入 {number}", f"there is no import {number}")


def _move(row: Import, state: str) -> None:
    row.state, row.cursor, row.trouble_zh, row.trouble_en = state, 0, "", ""
    row.save(update_fields=["state", "columns", "cursor", "trouble_zh", "trouble_en"])


# -- the work ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Found:
    """What was found of a row; `troubles`: {"field", "head", "cell", "zh", "en"} each."""

    row: int
    verdict: str
    label: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    troubles: Sequence[Mapping[str, str]] = ()


@transaction.atomic
def note_found(number: int, found: Iterable[Found]) -> None:
    """What was found replaces what was found before."""
    row = _held(number, "checking")
    Line.objects.filter(of=row).delete()
    Line.objects.bulk_create(
        (
            Line(
                of=row,
                row=one.row,
                verdict=one.verdict,
                label=one.label[:LONGEST_LABEL],
                values=dict(one.values),
                troubles=[dict(trouble) for trouble in one.troubles],
            )
            for one in found
        ),
        batch_size=1000,
    )
    _move(row, "checked")


def note_fate(
    line: int, fate: str, made: Sequence[Any], trouble: Refusal | None = None, *, cell: str = ""
) -> None:
    """What became of a line; `made`: what it made and what that took the place of."""
    row = Line.objects.get(pk=line)
    row.fate, row.made = fate, list(made)
    if trouble is not None:
        told = {"field": "", "head": "", "cell": cell, "zh": trouble.zh, "en": trouble.en}
        row.troubles = [*row.troubles, told]
    row.save(update_fields=["fate", "made", "troubles"])


def go_on(number: int, cursor: int) -> None:
    Import.objects.filter(pk=number).update(cursor=cursor)


def finish(number: int) -> None:
    """The work that is under way is done."""
    row = Import.objects.select_for_update().get(pk=number)
    at = {"writing": "written_at", "undoing": "undone_at"}.get(row.state)
    if at is not None:
        setattr(row, at, now())
        row.save(update_fields=[at])
    _move(row, AT_WORK[row.state])


def waits(number: int) -> bool:
    """Whether its lines are still to be looked at; no worker takes it while we hold it."""
    return bool(Import.objects.select_for_update().get(pk=number).state == "checking")


@transaction.atomic
def fail(number: int, why: Refusal) -> None:
    """It could not go on; a list that was looked at goes back to that."""
    row = Import.objects.select_for_update().get(pk=number)
    _move(row, {"writing": "checked", "undoing": "written"}.get(row.state, "failed"))
    Import.objects.filter(pk=number).update(trouble_zh=why.zh, trouble_en=why.en)


def next_at_work() -> int | None:
    """The oldest list that waits for a worker, held; None where none does, or others have them."""
    rows = Import.objects.select_for_update(skip_locked=True).filter(state__in=list(AT_WORK))
    row = rows.order_by("id").first()
    return None if row is None else int(row.pk)
