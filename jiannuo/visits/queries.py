"""Reads of field work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from jiannuo.visits.models import Visit
from jiannuo.visits.states import VisitState

UNDER_WAY = (VisitState.SENT, VisitState.ON_SITE)


@dataclass(frozen=True, slots=True)
class VisitLine:
    engineer: str
    state: str
    sent_at: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    off_fence_m: int | None
    inferred: bool


def of_case(case: UUID) -> list[VisitLine]:
    # The name alone: more of our people a customer's session may not read.
    rows = Visit.objects.filter(case_id=case).annotate(who=F("engineer__name"))
    return [
        VisitLine(
            v.who,
            v.state,
            v.sent_at,
            v.arrived_at,
            v.left_at,
            v.off_fence_m,
            v.inferred,
        )
        for v in rows.order_by("sent_at", "arrived_at", "id")
    ]


def on_site() -> list[tuple[str, UUID]]:
    """(engineer, case) of everybody on site now."""
    rows = Visit.objects.filter(state=VisitState.ON_SITE).select_related("engineer")
    return [(v.engineer.name, v.case_id) for v in rows]


@dataclass(frozen=True, slots=True)
class DayVisit:
    """A visit as the day of its engineer shows it."""

    id: UUID
    case: UUID
    engineer: UUID
    state: str
    sent_at: datetime | None
    expected_at: datetime | None
    expected_until: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None


#: Cases after which nobody is under way any more, whatever was left standing.
_GONE = ("closed", "merged", "cancelled", "resolved", "observing")


def in_span(
    start: datetime, end: datetime, engineers: Iterable[UUID] | None = None
) -> list[DayVisit]:
    """Visits that touch a stretch: under way, or left in it. One question.

    Who was sent and never came has no part in a case that is fixed; drills count for nothing.
    """
    begun = Q(sent_at__lt=end) | Q(arrived_at__lt=end)
    going = Q(state=VisitState.ON_SITE) | (Q(state=VisitState.SENT) & ~Q(case__status__in=_GONE))
    left = Q(state=VisitState.LEFT, left_at__gt=start)
    rows = Visit.objects.filter(begun & (going | left), case__drill=False)
    if engineers is not None:
        rows = rows.filter(engineer__in=list(engineers))
    fields = [name for name in DayVisit.__slots__ if name not in ("case", "engineer")]
    found = rows.order_by("sent_at", "arrived_at", "id").values_list(
        "id", "case_id", "engineer_id", *fields[1:]
    )
    return [DayVisit(*row) for row in found]


def out_for(cases: Iterable[UUID]) -> set[UUID]:
    """Those of them to which somebody is under way, or at which he is."""
    rows = Visit.objects.filter(case__in=list(cases), state__in=UNDER_WAY)
    return set(rows.values_list("case_id", flat=True))


@dataclass(frozen=True, slots=True)
class Seen:
    """How often an engineer was at a device, and at the site at all."""

    device: int
    site: int


def been_at(serials: Iterable[str], site: UUID | None, but: UUID) -> dict[UUID, Seen]:
    """By engineer; the visits of one case, the one that is asked about, are not counted."""
    there = Visit.objects.filter(arrived_at__isnull=False, case__drill=False).exclude(case=but)
    mine = Q(case__devices__unit__serial__in=list(serials))
    here = Q(case__site=site) if site is not None else Q(pk__in=[])
    rows = there.filter(mine | here).values("engineer_id")
    counted = rows.annotate(
        device=Count("id", mine, distinct=True), site=Count("id", here, distinct=True)
    )
    return {r["engineer_id"]: Seen(r["device"], r["site"]) for r in counted}
