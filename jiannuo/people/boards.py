"""Rosters as they lie in the tables, made into boards for the rules; persons are ids there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, Q, QuerySet

from jiannuo.people import rules
from jiannuo.people.models import Absence, Override, Roster, Shift, Staff
from jiannuo.people.rules import Away, Board, Duty

MOMENT = timedelta(microseconds=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Rota:
    """A roster ready to be asked; `office` is "" where it counts for all of them."""

    id: UUID
    code: str
    office: str
    board: Board


@dataclass(frozen=True, slots=True)
class Loaded:
    """Rosters, the one to be asked first in front, and everybody by id, the first hired first.

    `nobody`: a board without desks that knows who is away. `kept`: some published roster, be it
    over or to come, names the desk that was asked for.
    """

    rotas: Sequence[Rota]
    staff: Mapping[str, Staff]
    nobody: Board
    kept: bool = False

    def holders(self, role: str, office: str | None = None) -> list[str]:
        """Who works here and holds a role; those of the office first."""
        found = [key for key, one in self.staff.items() if one.active and role in one.roles]
        return sorted(found, key=lambda key: office is not None and not self._of(key, office))

    def _of(self, key: str, office: str) -> bool:
        return self.staff[key].office_id == office

    def line(self, holders: Sequence[str], at: datetime, via: str) -> Iterator[tuple[str, str]]:
        """Those of them who are there, then the standing deputies of all of them."""
        board = self.nobody
        yield from ((one, via) for one in holders if board.present(one, at))
        behind = (deputy for one in holders for deputy in board.deputies.get(one, ()))
        how = "deputy" if via == "role" else via
        yield from ((one, how) for one in behind if board.present(one, at))


def published() -> QuerySet[Roster]:
    """Rosters that count, the newest first; those of all offices before those of one."""
    rows = Roster.objects.filter(published_at__isnull=False)
    return rows.order_by(F("office").asc(nulls_first=True), "-published_at")


def of(rosters: Sequence[Roster], span: Span) -> Loaded:
    """These rosters, in their order, in a stretch. Four questions to the database."""
    here = _within(span) & Q(roster__in=rosters)
    shifts = Shift.objects.filter(here).order_by("id")
    overrides = Override.objects.filter(here).order_by("recorded_at", "id")
    return _loaded(rosters, list(shifts), list(overrides), span, Staff.objects.all())


def at_moment(at: datetime, desk: str | None = None, office: str | None = None) -> Loaded:
    """What decides about a desk (or about all) at a moment: the rosters that have something to
    say, those of the office first, then those of all. Four questions to the database."""
    span = at, at + MOMENT
    running = Q(
        roster__published_at__isnull=False, roster__starts_at__lte=at, roster__ends_at__gt=at
    )
    here = _within(span) & running & _for(office, "roster__")
    if desk is not None:
        here &= Q(desk=desk)
    shifts = list(Shift.objects.filter(here).select_related("roster").order_by("id"))
    overrides = list(
        Override.objects.filter(here).select_related("roster").order_by("recorded_at", "id")
    )
    keeping = published().filter(_for(office), desks__contains=[desk] if desk else [])
    everybody = Staff.objects.annotate(kept=Exists(keeping))
    rosters = {s.roster_id: s.roster for s in shifts} | {o.roster_id: o.roster for o in overrides}
    ordered = sorted(rosters.values(), key=_published_at, reverse=True)
    ordered.sort(key=lambda row: (row.office_id is None) == bool(office))
    return _loaded(ordered, shifts, overrides, span, everybody)


def _published_at(roster: Roster) -> datetime:
    return roster.published_at or roster.starts_at


def _for(office: str | None, path: str = "") -> Q:
    """The rosters that count for an office; all of them where none is said."""
    if office is None:
        return Q()
    return Q(**{f"{path}office": office}) | Q(**{f"{path}office__isnull": True})


def _within(span: Span) -> Q:
    return Q(starts_at__lt=span[1], ends_at__gt=span[0])


def _loaded(
    rosters: Sequence[Roster],
    shifts: Sequence[Shift],
    overrides: Sequence[Override],
    span: Span,
    everybody: QuerySet[Staff],
) -> Loaded:
    staff = {str(row.id): row for row in everybody.order_by("id")}
    away = Absence.objects.filter(_within(span)).order_by("id")
    nobody = Board(
        *span,
        desks=(),
        duties=(),
        away=[Away(str(a.person_id), a.starts_at, a.ends_at) for a in away],
        deputies=_standing_deputies(staff),
        unreachable=_unreachable(staff),
    )
    rotas = [
        Rota(
            row.id,
            row.code,
            row.office_id or "",
            replace(
                nobody,
                start=row.starts_at,
                end=row.ends_at,
                desks=tuple(row.desks),
                duties=[_duty(s) for s in shifts if s.roster_id == row.id],
                overrides=[_override(o) for o in overrides if o.roster_id == row.id],
            ),
        )
        for row in rosters
    ]
    return Loaded(rotas, staff, nobody, any(getattr(one, "kept", False) for one in staff.values()))


def _duty(row: Shift) -> Duty:
    return Duty(row.desk, row.starts_at, row.ends_at, _key(row.person_id), _key(row.deputy_id))


def _override(row: Override) -> rules.Override:
    relieved = _key(row.instead_of_id)
    return rules.Override(row.desk, row.starts_at, row.ends_at, str(row.person_id), relieved)


def _key(person: UUID | None) -> str | None:
    return str(person) if person else None


def _standing_deputies(staff: Mapping[str, Staff]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, row in staff.items():
        if row.active and row.deputy_of_id is not None:
            found.setdefault(str(row.deputy_of_id), []).append(key)
    return found


def _unreachable(staff: Mapping[str, Staff]) -> frozenset[str]:
    """Who left, or has no number to call (T35). A house that has not written down a single number
    is not asked for them: it would have nobody at all."""
    numbered = any(row.active and row.phone.strip() for row in staff.values())
    return frozenset(
        key for key, row in staff.items() if not row.active or (numbered and not row.phone.strip())
    )
