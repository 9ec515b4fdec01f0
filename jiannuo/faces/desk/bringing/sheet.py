"""One list: for what its columns are, what each line would do, how far it is, what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from jiannuo.faces.desk.bringing.lists import STATES, TONES, outcome
from jiannuo.imports import queries
from jiannuo.imports.queries import LineCard, Sheet
from jiannuo.journey.bringing.kind import DIFFERS, Kind
from jiannuo.journey.bringing.looking import opened_by
from jiannuo.journey.bringing.registry import KINDS
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader

PAGE = 100
VERDICTS = {
    "new": Text("新增", "new"),
    "changed": Text("有变", "changed"),
    "same": Text("一样", "same"),
    "refused": Text("要改", "to mend"),
}
FATES = {
    "written": Text("已写入", "written"),
    "refused": Text("没写成", "not written"),
    "undone": Text("已撤回", "taken back"),
    "kept": Text("撤不回", "stays"),
}
#: What coordinates are called that come from two columns.
PLACE = Text("坐标", "Coordinates")
FATE_TONES = {"written": "ok", "refused": "bad", "kept": "warn"}
TONES_OF = {"new": "br", "changed": "warn", "refused": "bad"}


@dataclass(frozen=True, slots=True)
class Count:
    """Lines of one sort, and where only those are shown."""

    word: str
    n: int
    href: str
    on: bool


@dataclass(frozen=True, slots=True)
class HeadRow:
    """A column of the file: what stands in it, and for what it is taken."""

    name: str
    sample: str
    head: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with a cell; `where` its head, `cell` what it says."""

    where: str
    cell: str
    what: str


@dataclass(frozen=True, slots=True)
class Differing:
    """What stood in a field, and what would stand there."""

    head: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class LineRow:
    row: int
    label: str
    word: str
    tone: str
    troubles: tuple[Trouble, ...]
    differing: tuple[Differing, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetPage:
    """`ready`: lines that would be written; `failed`: lines that are to be mended."""

    number: int
    kind: str
    again: str
    file: str
    rows: int
    who: str
    at: str
    state: str
    word: str
    tone: str
    summary: str
    at_work: bool
    total: int
    done: int
    ready: int
    failed: int
    counts: tuple[Count, ...]
    heads: tuple[HeadRow, ...]
    choices: tuple[Choice, ...]
    lines: tuple[LineRow, ...]
    more: str
    undone_by: str
    kept: int
    refused: str
    error: str


def page(
    actor: Actor,
    reader: Reader,
    number: int,
    asked: Mapping[str, str],
    *,
    chosen: Sequence[str] | None = None,
    refused: Refusal | None = None,
) -> SheetPage:
    """`chosen`: what he chose for each column and was `refused`."""
    sheet = opened_by(actor, number)
    kind = KINDS[sheet.kind]
    only = asked.get("only", "")
    lines = queries.lines(number, WHICH.get(only, ()), after=_after(asked), limit=PAGE + 1)
    error = refused or (Refusal("list", *sheet.trouble) if sheet.trouble[0] else None)
    return SheetPage(
        number=number,
        kind=reader.say(kind.name),
        again=reverse("desk:import_open", args=[sheet.kind]),
        file=sheet.file_name,
        rows=sheet.rows,
        who=sheet.brought_by_name,
        at=reader.clock(sheet.brought_at),
        state=sheet.state,
        word=reader.say(STATES[sheet.state]),
        tone=TONES.get(sheet.state, ""),
        summary=reader.say(outcome(sheet)),
        at_work=sheet.at_work,
        total=_total(sheet),
        done=sheet.done["written"] + sheet.done["refused"] if sheet.state == "writing" else 0,
        ready=sheet.wanted,
        failed=sheet.counts["refused"] + sheet.done["refused"],
        counts=tuple(_counts(reader, sheet, only)),
        heads=tuple(_heads(reader, sheet, kind, chosen)),
        choices=tuple(Choice(c.name, reader.say(c.head), "*" * c.needed) for c in kind.columns),
        lines=tuple(_line(reader, kind, line) for line in lines[:PAGE]),
        more=_more(lines, only),
        undone_by=sheet.undone_by_name if sheet.state == "undone" else "",
        kept=sheet.done["kept"],
        refused=reverse("desk:refused_show", args=[number]),
        error=reader.say(Text(error.zh, error.en)) if error else "",
    )


#: What is shown where only some lines are asked for; those that could not be written are to mend.
WHICH = {name: (name,) for name in VERDICTS} | {"refused": ("refused", "failed")}


def _after(asked: Mapping[str, str]) -> int:
    said = asked.get("after", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _more(lines: Sequence[LineCard], only: str) -> str:
    if len(lines) <= PAGE:
        return ""
    return "?" + urlencode({"only": only, "after": lines[PAGE - 1].row}) + "#lines"


def _total(sheet: Sheet) -> int:
    return sheet.wanted if sheet.state == "writing" else sheet.rows


def _counts(reader: Reader, sheet: Sheet, only: str) -> list[Count]:
    if sheet.state in ("columns", "checking", "failed"):
        return []
    late = {"refused": sheet.done["refused"]}
    return [
        Count(
            reader.say(word),
            sheet.counts[name] + late.get(name, 0),
            "?" if only == name else f"?only={name}",
            only == name,
        )
        for name, word in VERDICTS.items()
    ]


def _heads(reader: Reader, sheet: Sheet, kind: Kind, chosen: Sequence[str] | None) -> list[HeadRow]:
    used = {place: name for name, places in sheet.columns.items() for place in places}
    said = dict(enumerate(chosen)) if chosen is not None else used
    names = {column.name: reader.say(column.head) for column in kind.columns}
    return [
        HeadRow(head, sheet.samples[at], names.get(said.get(at, ""), ""), said.get(at, ""))
        for at, head in enumerate(sheet.heads)
    ]


def _line(reader: Reader, kind: Kind, line: LineCard) -> LineRow:
    word = FATES.get(line.fate) or VERDICTS[line.verdict]
    heads = {column.name: reader.say(column.head) for column in kind.columns}
    return LineRow(
        line.row,
        line.label,
        reader.say(word),
        FATE_TONES.get(line.fate, "") if line.fate else TONES_OF.get(line.verdict, ""),
        tuple(
            Trouble(
                one["head"] or heads.get(one["field"], ""),
                one["cell"] if one["head"] else "",
                reader.say(Text(one["zh"], one["en"])),
            )
            for one in line.troubles
        ),
        tuple(
            Differing(heads.get(name) or reader.say(PLACE), was or "—", now)
            for name, (was, now) in line.values.get(DIFFERS, {}).items()
        ),
    )
