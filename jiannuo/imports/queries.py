"""Reads of lists: each as it stands, its lines by what was found of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from jiannuo.imports.commands import AT_WORK, no_import
from jiannuo.imports.models import VERDICTS, Import, Learned, Line


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it stands. `counts`: rows by verdict; `done`: rows by what became of them."""

    number: int
    subject: UUID
    kind: str
    file: UUID
    file_name: str
    form: str
    heads: tuple[str, ...]
    samples: tuple[str, ...]
    rows: int
    columns: Mapping[str, Sequence[int]]
    state: str
    cursor: int
    at_once: bool
    brought_at: datetime
    brought_by: UUID
    brought_by_name: str
    written_at: datetime | None
    written_by: UUID | None
    undone_at: datetime | None
    undone_by: UUID | None
    undone_by_name: str
    trouble: tuple[str, str]
    counts: Mapping[str, int]
    done: Mapping[str, int]

    @property
    def at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def wanted(self) -> int:
        """Lines that would write something."""
        return self.counts["new"] + self.counts["changed"]


_COUNTS = {name: Count("lines", filter=Q(lines__verdict=name)) for name in VERDICTS}
FATES = ("written", "undone", "kept")
_FATES = {f"fate_{name}": Count("lines", filter=Q(lines__fate=name)) for name in FATES}
#: Lines that were good when they were looked at and could not be written.
_FATES["fate_refused"] = Count("lines", filter=Q(lines__fate="refused"))


def sheet(number: int) -> Sheet:
    """Raises `Refusal` ("no_import")."""
    row = _rows().filter(pk=number).first()
    if row is None:
        raise no_import(number)
    return _sheet(row)


def sheets(kinds: Collection[str], limit: int = 50) -> list[Sheet]:
    """The newest lists of some kinds."""
    rows = _rows().filter(kind__in=list(kinds)).exclude(state="dropped").order_by("-id")
    return [_sheet(row) for row in rows[:limit]]


def _rows() -> QuerySet[Any]:
    return Import.objects.annotate(**_COUNTS, **_FATES)


def _sheet(row: Any) -> Sheet:
    return Sheet(
        number=row.pk,
        subject=row.subject,
        kind=row.kind,
        file=row.file,
        file_name=row.file_name,
        form=row.form,
        heads=tuple(row.heads),
        samples=tuple(row.samples),
        rows=row.rows,
        columns=row.columns,
        state=row.state,
        cursor=row.cursor,
        at_once=row.at_once,
        brought_at=row.brought_at,
        brought_by=row.brought_by,
        brought_by_name=row.brought_by_name,
        written_at=row.written_at,
        written_by=row.written_by,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
        undone_by_name=row.undone_by_name,
        trouble=(row.trouble_zh, row.trouble_en),
        counts={name: getattr(row, name) for name in VERDICTS},
        done={name: getattr(row, f"fate_{name}") for name in (*FATES, "refused")},
    )


@dataclass(frozen=True, slots=True)
class LineCard:
    id: int
    row: int
    verdict: str
    fate: str
    label: str
    values: Mapping[str, Any]
    troubles: Sequence[Mapping[str, str]]
    made: Sequence[Mapping[str, Any]]


def lines(
    number: int, which: Collection[str] = (), *, after: int = 0, limit: int | None = None
) -> list[LineCard]:
    """In order of the file; `which`: only these verdicts or, as "failed", what could not be
    written or taken back."""
    rows = Line.objects.filter(of_id=number, row__gt=after).order_by("row")
    if which:
        found = Q(verdict__in=[one for one in which if one in VERDICTS])
        if "failed" in which:
            found |= Q(fate__in=["refused", "kept"])
        rows = rows.filter(found)
    return [_line(row) for row in rows[:limit]]


def to_write(number: int, limit: int | None) -> list[LineCard]:
    rows = Line.objects.filter(of_id=number, verdict__in=["new", "changed"], fate="")
    return [_line(row) for row in rows.order_by("row")[:limit]]


def to_undo(number: int, before: int | None, limit: int) -> list[LineCard]:
    """What was written, the last first: what came later may stand on what came before. `before`:
    rows from here on were dealt with."""
    rows = Line.objects.filter(of_id=number, fate__in=["written", "kept"])
    if before:
        rows = rows.filter(row__lt=before)
    return [_line(row) for row in rows.order_by("-row")[:limit]]


def _line(row: Line) -> LineCard:
    return LineCard(
        row.pk, row.row, row.verdict, row.fate, row.label, row.values, row.troubles, row.made
    )


def learned(kind: str) -> dict[str, str]:
    """For what a column was chosen last time, by its name made plain."""
    return dict(Learned.objects.filter(kind=kind).values_list("head", "field"))
