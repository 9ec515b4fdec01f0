"""Reads about our own people, and who is on duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import Spot
from jiannuo.people.models import Absence, Office, Roster, Shift, Staff
from jiannuo.people.rules import Away, Board, Duty


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff; `deputised` are the roles he holds as somebody's deputy."""

    id: UUID
    name: str
    roles: frozenset[str]
    deputised: frozenset[str]
    level: str
    skills: frozenset[str]

    @property
    def senior(self) -> bool:
        return self.level == "senior"

    def holds(self, role: str) -> bool:
        """Holds the role, himself or as the deputy of one who does (A22)."""
        return role in self.roles or role in self.deputised

    @property
    def actor(self) -> Actor:
        return Actor(self.name, self.roles | self.deputised, self.id)


def offices() -> list[Spot]:
    return [Spot(o.code, o.lat, o.lon) for o in Office.objects.order_by("code")]


def staff(name: str) -> StaffCard | None:
    """The member of staff of this name who works here; the first hired where two share it."""
    rows = Staff.objects.select_related("deputy_of").filter(name=name, active=True)
    row = rows.order_by("id").first()
    return _card(row) if row else None


def staff_of_user(user_id: int) -> StaffCard | None:
    """Who stands behind a login; nobody once he has left."""
    row = Staff.objects.select_related("deputy_of").filter(user_id=user_id, active=True).first()
    return _card(row) if row else None


def everybody() -> list[StaffCard]:
    rows = Staff.objects.select_related("deputy_of").filter(active=True).order_by("id")
    return [_card(row) for row in rows]


def known_staff(name: str) -> StaffCard:
    """Raises `Refusal` naming whom we do not know."""
    card = staff(name)
    if card is None:
        raise Refusal(
            "no_such_person", f"没有名为 {name} 的员工", f"there is no {name} on the staff"
        )
    return card


def _card(row: Staff) -> StaffCard:
    deputised = frozenset(row.deputy_of.roles) if row.deputy_of else frozenset()
    return StaffCard(
        row.id, row.name, frozenset(row.roles), deputised, row.level, frozenset(row.skills)
    )


def board(code: str) -> Board:
    """A published roster with every absence known by now."""
    roster = Roster.objects.get(code=code)
    return _board(roster)


def _board(roster: Roster) -> Board:
    shifts = Shift.objects.filter(roster=roster).select_related("person", "deputy").order_by("id")
    return Board(
        start=roster.starts_at,
        end=roster.ends_at,
        desks=tuple(roster.desks),
        duties=[
            Duty(
                s.desk,
                s.starts_at,
                s.ends_at,
                s.person.name if s.person else None,
                s.deputy.name if s.deputy else None,
            )
            for s in shifts
        ],
        away=[
            Away(a.person.name, a.starts_at, a.ends_at)
            for a in Absence.objects.filter(
                starts_at__lt=roster.ends_at, ends_at__gt=roster.starts_at
            )
            .select_related("person")
            .order_by("id")
        ],
        deputies=_standing_deputies(),
    )


def _standing_deputies() -> dict[str, str]:
    rows = Staff.objects.filter(deputy_of__isnull=False, active=True).order_by("-id")
    return {row.deputy_of.name: row.name for row in rows.select_related("deputy_of")}  # type: ignore[union-attr]


def rosters() -> list[str]:
    return list(
        Roster.objects.filter(published_at__isnull=False)
        .order_by("-published_at", "-starts_at")
        .values_list("code", flat=True)
    )


def on_duty(desk: str, at: datetime) -> tuple[str, str] | None:
    """Whom to call for a desk: (name, "shift" | "deputy" | "escalation"); None: no roster.

    An empty desk falls through to the sub-centre head at once (readings 19).
    """
    found = Roster.objects.filter(published_at__isnull=False)
    for roster in found.filter(starts_at__lte=at, ends_at__gt=at).order_by("-published_at"):
        duty = _board(roster).on_duty(desk, at)
        if duty is not None:
            return duty
    if not Roster.objects.exists():
        return None
    head = Staff.objects.filter(roles__contains=["subcentre_head"], active=True).order_by("id")
    first = head.first()
    return (first.name, "escalation") if first else None


#: Roles that are called by name at any hour; the others have a desk on the roster.
NO_SHIFTS = frozenset({"subcentre_head", "product_manager", "expert"})


def answering(at: datetime) -> dict[str, str]:
    """Who is to be called at a moment: by desk of the roster, and by role for those who keep no
    shifts. An empty desk falls to the sub-centre head (readings 19)."""
    found: dict[str, str] = {}
    always = Staff.objects.filter(roles__overlap=list(NO_SHIFTS), active=True).order_by("id")
    for name, roles in always.values_list("name", "roles"):
        for role in NO_SHIFTS.intersection(roles):
            found.setdefault(role, name)
    running = Roster.objects.filter(
        published_at__isnull=False, starts_at__lte=at, ends_at__gt=at
    ).order_by("-published_at")
    boards = [_board(roster) for roster in running]
    duties = ((desk, board.on_duty(desk, at)) for board in boards for desk in board.desks)
    for desk, duty in duties:
        if duty is not None:
            found.setdefault(desk, duty[0])
    head = found.get("subcentre_head")
    desks = {desk for board in boards for desk in board.desks}
    return dict.fromkeys(desks, head) | found if head else found


def on_shift(at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """Who has a shift at a moment, at any desk, and who is away then."""
    shifts = Shift.objects.filter(
        roster__published_at__isnull=False, starts_at__lte=at, ends_at__gt=at
    )
    away = Absence.objects.filter(starts_at__lte=at, ends_at__gt=at)
    names = (
        rows.filter(person__isnull=False).values_list("person__name", flat=True)
        for rows in (shifts, away)
    )
    on, off = (frozenset(found) for found in names)
    return on - off, off


def published_rosters(start: datetime, end: datetime) -> list[tuple[str, UUID]]:
    """Rosters (code, id) in force at any time of a stretch."""
    rows = Roster.objects.filter(published_at__isnull=False, starts_at__lt=end, ends_at__gt=start)
    return list(rows.order_by("starts_at").values_list("code", "id"))
