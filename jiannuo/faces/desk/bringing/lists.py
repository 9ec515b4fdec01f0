"""What kinds of lists may be brought, and what was brought so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from jiannuo.imports import queries
from jiannuo.imports.queries import Sheet
from jiannuo.journey.bringing.kind import Column, Kind
from jiannuo.journey.bringing.registry import KINDS, kind_of, kinds_for
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.manual.words import Text
from jiannuo.people.permits import allowed, require, roles_of
from jiannuo.web.reader import Reader

STATES = {
    "columns": Text("待选列", "columns to choose"),
    "checking": Text("核对中", "being looked at"),
    "checked": Text("已核对，未写入", "looked at, not written"),
    "writing": Text("写入中", "being written"),
    "written": Text("已写入", "written"),
    "undoing": Text("撤销中", "being taken back"),
    "undone": Text("已撤销", "taken back"),
    "failed": Text("读不了", "cannot be read"),
    "dropped": Text("已作废", "dropped"),
}
TONES = {"written": "ok", "failed": "bad", "columns": "warn", "checked": "br"}


@dataclass(frozen=True, slots=True)
class KindCard:
    code: str
    name: str
    what: str
    href: str
    template: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A list that was brought; `said`: what came of it."""

    number: int
    href: str
    kind: str
    file: str
    who: str
    at: str
    state: str
    tone: str
    said: str


@dataclass(frozen=True, slots=True)
class Lists:
    """`others`: kinds that are brought by somebody else, who that is standing in `what`."""

    kinds: tuple[KindCard, ...]
    others: tuple[KindCard, ...]
    rows: tuple[SheetRow, ...]
    setup: str


def lists(actor: Actor, reader: Reader) -> Lists:
    require(actor, "import_lists")
    kinds = kinds_for(actor)
    rows = queries.sheets([kind.code for kind in kinds])
    others = [kind for kind in KINDS.values() if kind not in kinds]
    return Lists(
        tuple(_card(reader, kind) for kind in kinds),
        tuple(_other(reader, kind) for kind in others),
        tuple(_row(reader, row) for row in rows),
        reverse("desk:setup_show") if allowed(actor, "read_setup") else "",
    )


def _other(reader: Reader, kind: Kind) -> KindCard:
    roles = sorted(roles_of(kind.permit) & roles_of("import_lists"), key=VENDOR_ROLES.index)
    who = " / ".join(reader.word("role", role) for role in roles)
    return KindCard(kind.code, reader.say(kind.name), who, "", "")


def _card(reader: Reader, kind: Kind) -> KindCard:
    return KindCard(
        kind.code,
        reader.say(kind.name),
        reader.say(kind.what),
        reverse("desk:import_open", args=[kind.code]),
        reverse("desk:template_show", args=[kind.code]),
    )


def _row(reader: Reader, row: Sheet) -> SheetRow:
    return SheetRow(
        row.number,
        reverse("desk:import_show", args=[row.number]),
        reader.say(KINDS[row.kind].name),
        row.file_name,
        row.brought_by_name,
        reader.clock(row.brought_at),
        reader.say(STATES[row.state]),
        TONES.get(row.state, ""),
        reader.say(outcome(row)),
    )


def outcome(row: Sheet) -> Text:
    """What came of a list, in one line."""
    counts, done = row.counts, row.done
    if row.state == "columns":
        return Text(f"{row.rows} 行", f"{row.rows} rows")
    if row.state == "undone":
        zh, en = f"撤回 {done['undone']} 行", f"{done['undone']} rows taken back"
        kept = done["kept"]
        return Text(zh, en) + (Text(f"，{kept} 行留下", f", {kept} stay") if kept else "")
    if row.state in ("written", "undoing"):
        failed = counts["refused"] + done["refused"]
        said = Text(f"写入 {done['written']} 行", f"{done['written']} rows written")
        return said + (Text(f"，{failed} 行要改", f", {failed} to mend") if failed else "")
    return Text(
        f"新 {counts['new']}、有变 {counts['changed']}、一样 {counts['same']}、要改 {counts['refused']}",
        f"{counts['new']} new, {counts['changed']} changed, {counts['same']} same, "
        f"{counts['refused']} to mend",
    )


# -- to bring one -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColumnRow:
    head: str
    needed: bool
    example: str
    note: str
    also: str


@dataclass(frozen=True, slots=True)
class Bringing:
    """The form of a kind: what its columns are, and where its template is."""

    name: str
    what: str
    href: str
    template: str
    columns: tuple[ColumnRow, ...]
    error: str = ""


ALSO = 4  # other heads that are named


def bringing(actor: Actor, reader: Reader, code: str, refused: Refusal | None = None) -> Bringing:
    require(actor, "import_lists")
    kind = kind_of(actor, code)
    card = _card(reader, kind)
    return Bringing(
        card.name,
        card.what,
        card.href,
        card.template,
        tuple(_column(reader, column) for column in kind.columns),
        reader.say(Text(refused.zh, refused.en)) if refused else "",
    )


def _column(reader: Reader, column: Column) -> ColumnRow:
    also: Sequence[str] = [head for head in column.also if head != column.head.zh][:ALSO]
    return ColumnRow(
        reader.say(column.head),
        column.needed,
        column.example,
        reader.say(column.note),
        "、".join(also),
    )
