"""A list is brought, its columns are chosen, its lines are looked at; nothing is written yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.db import transaction

from jiannuo.archive import files
from jiannuo.archive.commands import Subject
from jiannuo.imports import commands, queries
from jiannuo.imports.commands import Brought, Found
from jiannuo.imports.queries import Sheet
from jiannuo.imports.reading import opened
from jiannuo.imports.table import MB, Limits, Table, refused
from jiannuo.journey.bringing.kind import Kind, matched, rows_of, said
from jiannuo.journey.bringing.registry import KINDS, kind_of
from jiannuo.kernel.ids import new_id
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.people.permits import require

#: What a list may hold; more is made into several files.
WITHIN = Limits(unpacked=200 * MB, most_rows=20_000)
#: Lists up to so many rows are looked at while he waits; longer ones by the worker.
AT_ONCE = 3000


@transaction.atomic
def bring(actor: Actor, code: str, name: str, data: bytes) -> int:
    """Keep a file and match its columns; the number of the import. Raises `Refusal` for what is no
    table."""
    require(actor, "import_lists")
    kind = kind_of(actor, code)
    if not data:
        raise refused("文件是空的", "the file is empty")
    if files.sniffed(data).startswith(("image/", "application/pdf")):
        raise refused(
            "这是图片或 PDF，不是表格；请上传 .xlsx 或 .csv",
            "this is a picture or a PDF, no list; send .xlsx or .csv",
        )
    table = opened(data, kind.heads, within=WITHIN)
    if not table.lines:
        raise refused("表里只有表头，没有数据行", "the table has a header and no rows")
    subject = Subject("import", new_id())
    card = files.keep(actor, subject, name, data)
    brought = Brought(
        kind=code,
        subject=subject.id,
        file=card.id,
        file_name=card.name,
        form=table.form,
        heads=table.names,
        samples=list(_samples(table)),
        rows=len(table.lines),
    )
    columns = matched(kind, table.names, queries.learned(code))
    number = commands.keep(actor, brought, columns)
    if not lacking(kind, columns):
        commands.choose(number, columns)
    return number


SHOWN, WIDE = 3, 40


def _samples(table: Table) -> Iterator[str]:
    """What stands in the first rows of each column."""
    for place in range(len(table.names)):
        found = [said(line.cells[place]) for line in table.lines[:30] if place < len(line.cells)]
        yield " · ".join([one[:WIDE] for one in dict.fromkeys(found) if one][:SHOWN])


def lacking(kind: Kind, columns: Mapping[str, Sequence[int]]) -> list[str]:
    """Columns that it cannot do without and that were not found."""
    return [c.name for c in kind.columns if c.needed and not columns.get(c.name)]


@transaction.atomic
def choose(actor: Actor, number: int, chosen: Sequence[str]) -> None:
    """What each column is for, by its place; "" for nothing. It is kept for the next list of this
    kind. Raises `Refusal` where a field is chosen twice or one is missing."""
    sheet = opened_by(actor, number)
    kind = KINDS[sheet.kind]
    columns: dict[str, list[int]] = {}
    for place, name in enumerate(chosen[: len(sheet.heads)]):
        if name:
            columns.setdefault(name, []).append(place)
    for name, places in columns.items():
        column = kind.column(name)
        if len(places) > 1 and not column.several:
            zh, en = column.head.zh, column.head.en
            raise Refusal("column_twice", f"「{zh}」选了两列，请留一列", f"{en} is chosen twice")
    if missing := lacking(kind, columns):
        heads = [kind.column(name).head for name in missing]
        raise Refusal(
            "no_column",
            f"还没有选：{'、'.join(head.zh for head in heads)}",
            f"not chosen yet: {', '.join(head.en for head in heads)}",
        )
    commands.learn(sheet.kind, sheet.heads, columns)
    commands.choose(number, columns)


def opened_by(actor: Actor, number: int) -> Sheet:
    """A list that he may bring. Raises `Refusal` ("no_import")."""
    require(actor, "import_lists")
    sheet = queries.sheet(number)
    kind_of(actor, sheet.kind)
    return sheet


def table_of(sheet: Sheet) -> Table:
    """The table as it came."""
    _, data = files.opened(sheet.subject, sheet.file)
    return opened(data, KINDS[sheet.kind].heads, within=WITHIN)


def look(actor: Actor, sheet: Sheet) -> None:
    """Each line as it would be written; nothing is. Raises `Refusal` where it cannot be told."""
    commands.note_found(sheet.number, _found(actor, sheet))


def _found(actor: Actor, sheet: Sheet) -> list[Found]:
    kind, table = KINDS[sheet.kind], table_of(sheet)
    if kind.look is not None:
        return kind.look(table, sheet.columns, actor)
    rows = rows_of(kind, table, sheet.columns)
    kind.judge(actor, rows)
    return [row.found() for row in rows]


def look_at_once(actor: Actor, number: int) -> None:
    """A list that is not long is looked at now; what is wrong with it as a whole stands on it."""
    sheet = opened_by(actor, number)
    if sheet.rows > AT_ONCE:
        return
    try:
        with transaction.atomic():
            if commands.waits(number):  # a worker may have been faster
                look(actor, sheet)
    except Refusal as refusal:
        commands.fail(number, refusal)
