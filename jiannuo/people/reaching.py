"""Many of our people at once, to be told something: one question each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiannuo.people.models import Staff
from jiannuo.people.queries import Standby


def by_id(wanted: Iterable[UUID]) -> dict[UUID, Standby]:
    """Those of them who are ours and still work here."""
    rows = Staff.objects.filter(pk__in=list(wanted), active=True)
    return {row.id: _named(row) for row in rows}


def by_name(wanted: Iterable[str]) -> dict[str, Standby]:
    """Those of them who work here; the first hired where two share a name."""
    rows = Staff.objects.filter(name__in=list(wanted), active=True).order_by("-id")
    return {row.name: _named(row) for row in rows}


def _named(row: Staff) -> Standby:
    return Standby(row.id, row.name, "named", row.phone, row.email, row.language)
