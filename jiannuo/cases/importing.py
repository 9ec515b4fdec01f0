"""Cases that were lived elsewhere: whole rows at once, each by its source exactly once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from jiannuo.cases.commands import standing_of
from jiannuo.cases.models import Case
from jiannuo.manual.clocks import Clock
from jiannuo.manual.story import CaseStory


@dataclass(frozen=True, slots=True)
class OldCase:
    """A case to write; `origin` (source and number there) is what makes it once."""

    id: UUID
    number: str
    origin: str
    customer: UUID | None
    story: CaseStory
    clocks: Sequence[Clock]


def write(cases: Sequence[OldCase]) -> None:
    """Write the rows as their events leave them now."""
    Case.objects.bulk_create(map(_row, cases), batch_size=1000)


def _row(case: OldCase) -> Case:
    report = case.story.report
    d = report.d if report else {}
    return Case(
        id=case.id,
        number=case.number,
        customer_id=case.customer,
        channel=d.get("channel", ""),
        text=d.get("text", ""),
        caller=d.get("caller", ""),
        missing=[name for name in ("device", "text", "caller") if not d.get(name)],
        imported_from=case.origin,
        **standing_of(case.story, case.clocks, ""),
    )


@dataclass(frozen=True, slots=True)
class Present:
    """A case that came in before."""

    id: UUID
    number: str
    customer: UUID | None


def present(origins: Collection[str]) -> dict[str, Present]:
    """Which of these are here already, by origin."""
    rows = Case.objects.filter(imported_from__in=list(origins))
    return {str(r.imported_from): Present(r.id, r.number, r.customer_id) for r in rows}


def taken(numbers: Collection[str]) -> set[str]:
    """Which of these numbers a case has already."""
    rows = Case.objects.filter(number__in=list(numbers))
    return set(rows.values_list("number", flat=True))
