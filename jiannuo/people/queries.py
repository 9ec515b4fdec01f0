"""Reads about our own people, and who is on duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from uuid import UUID

from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.distance import Spot
from jiannuo.manual.vocabulary import ADMINISTRATORS
from jiannuo.people import boards
from jiannuo.people.boards import Loaded, Span
from jiannuo.people.models import Office, Roster, Staff, Swap
from jiannuo.people.rules import ON_DUTY, Board, Stretch, desk_of, stretches


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff; `deputised` are the roles he holds as somebody's deputy."""

    id: UUID
    name: str
    roles: frozenset[str]
    deputised: frozenset[str]
    level: str
    skills: frozenset[str]
    password_lent: bool = False

    @property
    def administrator(self) -> bool:
        """One of the three who never work without a second factor."""
        return not self.roles.isdisjoint(ADMINISTRATORS)

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


def named_offices() -> list[tuple[str, str]]:
    """(code, name) of every office."""
    return list(Office.objects.order_by("code").values_list("code", "name"))


def staff(name: str) -> StaffCard | None:
    """The member of staff of this name who works here; the first hired where two share it."""
    rows = Staff.objects.select_related("deputy_of").filter(name=name, active=True)
    row = rows.order_by("id").first()
    return _card(row) if row else None


def staff_by_id(staff: UUID) -> StaffCard | None:
    """Nobody once he has left."""
    row = Staff.objects.select_related("deputy_of").filter(pk=staff, active=True).first()
    return _card(row) if row else None


def staff_of_user(user_id: int) -> StaffCard | None:
    """Who stands behind a login; nobody once he has left."""
    row = Staff.objects.select_related("deputy_of").filter(user_id=user_id, active=True).first()
    return _card(row) if row else None


def everybody() -> list[StaffCard]:
    rows = Staff.objects.select_related("deputy_of").filter(active=True).order_by("id")
    return [_card(row) for row in rows]


def chief(staff: UUID) -> tuple[str, frozenset[str]]:
    """Whose standing deputy somebody is ("" for nobody's), and the roles that are his own."""
    row = Staff.objects.select_related("deputy_of").filter(pk=staff, active=True).first()
    if row is None or row.deputy_of is None:
        return "", frozenset(row.roles if row else ())
    return row.deputy_of.name, frozenset(row.roles)


def known_staff(name: str) -> StaffCard:
    """Raises `Refusal` naming whom we do not know."""
    card = staff(name)
    if card is None:
        raise Refusal(
            "no_such_person", f"没有名为 {name} 的员工", f"there is no {name} on the staff"
        )
    return card


def _card(row: Staff) -> StaffCard:
    return StaffCard(
        row.id,
        row.name,
        frozenset(row.roles),
        _deputised(row),
        row.level,
        frozenset(row.skills),
        row.password_lent,
    )


def _deputised(row: Staff) -> frozenset[str]:
    """What an administrator may is his alone: a deputy would be a second key to it."""
    return frozenset(row.deputy_of.roles if row.deputy_of else ()) - frozenset(ADMINISTRATORS)


def board(code: str) -> Board:
    """A published roster with every absence known by now; its persons are ids."""
    roster = Roster.objects.get(code=code)
    return boards.of([roster], (roster.starts_at, roster.ends_at)).rotas[0].board


def rosters() -> list[str]:
    return list(
        Roster.objects.filter(published_at__isnull=False)
        .order_by("-published_at", "-starts_at")
        .values_list("code", flat=True)
    )


def on_duty(desk: str, at: datetime) -> tuple[str, str] | None:
    """Whom to call for a desk: (name, "override" | "shift" | "deputy" | "escalation"); None: no
    roster.

    An empty desk falls through to the sub-centre head at once (readings 19).
    """
    loaded = boards.at_moment(at, desk)
    for rota in loaded.rotas:
        duty = rota.board.on_duty(desk, at)
        if duty is not None:
            return loaded.staff[duty[0]].name, duty[1]
    if not Roster.objects.exists():
        return None
    heads = loaded.holders("subcentre_head")
    there = [head for head in heads if loaded.nobody.present(head, at)]
    return (loaded.staff[(there or heads)[0]].name, "escalation") if heads else None


#: Roles that are called by name at any hour; the others have a desk on the roster.
NO_SHIFTS = frozenset({"subcentre_head", "product_manager", "expert"})


def answering(at: datetime) -> dict[str, str]:
    """Who is to be called at a moment: by desk of the roster, and by role for those who keep no
    shifts. An empty desk falls to the sub-centre head (readings 19)."""
    running = list(boards.published().filter(starts_at__lte=at, ends_at__gt=at))
    loaded = boards.of(running, (at, at + boards.MOMENT))
    held = {role: loaded.holders(role) for role in NO_SHIFTS}
    found = {role: holders[0] for role, holders in held.items() if holders}
    asked = [(desk, rota.board) for rota in loaded.rotas for desk in rota.board.desks]
    for desk, asked_board in asked:
        duty = asked_board.on_duty(desk, at)
        if duty is not None:
            found.setdefault(desk, duty[0])
    head = found.get("subcentre_head")
    desks = {desk for desk, _ in asked}
    answers = dict.fromkeys(desks, head) | found if head else found
    return {desk: loaded.staff[person].name for desk, person in answers.items()}


def on_shift(at: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """Who has a shift at a moment, at any desk, and who is away then."""
    loaded = boards.at_moment(at)
    asked = [replace(rota.board, unreachable=frozenset()) for rota in loaded.rotas]
    on = {
        person
        for board in asked
        for desk in board.manned
        for person, via in board.standby(desk, at)
        if via in ON_DUTY
    }
    names, off = (
        frozenset(loaded.staff[person].name for person in found)
        for found in (on, {away.person for away in loaded.nobody.away})
    )
    return names - off, off


@dataclass(frozen=True, slots=True)
class Standby:
    """One to be called: `via` tells why it is he."""

    id: UUID
    name: str
    via: str  # "shift" | "override" | "deputy" | "role" | "escalation" | "named"
    phone: str
    email: str
    language: str


def standing_by(role: str, at: datetime, office: str | None = None) -> list[Standby]:
    """Whom to try for a role at a moment, in this order, nobody twice (readings 19).

    Of the office's own roster, then of that for all: who is on duty, the deputy of the shift,
    his standing deputies. Of a role for which no roster keeps a desk: whoever holds it, those of
    the office first, then their deputies. At last the sub-centre heads, and who stands in for
    them. Nobody who is away, has left or has no number (T35); an empty shift falls through at
    once (T34). Empty: there is nobody at all. Four questions to the database.
    """
    desk = desk_of(role)
    loaded = boards.at_moment(at, desk, office)
    lines: list[Iterable[tuple[str, str]]] = [r.board.standby(desk, at) for r in loaded.rotas]
    if not loaded.kept:
        lines.append(loaded.line(loaded.holders(role, office), at, "role"))
    lines.append(loaded.line(loaded.holders("subcentre_head", office), at, "escalation"))
    found: dict[str, str] = {}
    for person, via in chain.from_iterable(lines):
        found.setdefault(person, via)
    return [_standby(loaded, person, via) for person, via in found.items()]


def person(staff: UUID) -> Standby | None:
    """One of ours by id, to be told something; None once he has left."""
    row = Staff.objects.filter(pk=staff, active=True).first()
    return Standby(row.id, row.name, "named", row.phone, row.email, row.language) if row else None


def _standby(loaded: Loaded, person: str, via: str) -> Standby:
    row = loaded.staff[person]
    return Standby(row.id, row.name, via, row.phone, row.email, row.language)


@dataclass(frozen=True, slots=True)
class Gap:
    """Nobody mans a desk that a roster keeps: from inclusive, to exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DeskDuty:
    """A desk at a moment. `office` is "" where the roster counts for all of them.

    `now` answers until `until`, then `next`; None: nobody, or (`until`) no change within the time
    looked ahead. `drawn_until`: the rosters end within that time.
    """

    desk: str
    office: str
    now: Standby | None
    until: datetime | None
    next: Standby | None
    gaps: tuple[Gap, ...]
    drawn_until: datetime | None


def duty_at(
    at: datetime, office: str | None = None, ahead: timedelta = timedelta(days=14)
) -> list[DeskDuty]:
    """Each desk of the rosters in force now or soon: who answers, until when, who comes next,
    and the gaps ahead; of an office and of all, or of everything. Five questions to the database.
    """
    end = at + ahead
    rows = boards.published().filter(starts_at__lt=end, ends_at__gt=at)
    loaded = boards.of(list(rows), (at, end))
    desks = {(rota.office, desk): None for rota in loaded.rotas for desk in rota.board.desks}
    return [
        _duty(loaded, desk, whose, (at, end))
        for whose, desk in desks
        if office is None or whose in ("", office)
    ]


def _duty(loaded: Loaded, desk: str, office: str, span: Span) -> DeskDuty:
    """An office's own rosters are asked before those for all."""
    rotas = [r for r in loaded.rotas if r.office == office] if office else []
    rotas += [r for r in loaded.rotas if not r.office]
    found = stretches([rota.board for rota in rotas], desk, *span)
    keeping = [rota.board.end for rota in rotas if desk in rota.board.desks]
    first, later = found[0], next((s for s in found if s.person != found[0].person), None)
    return DeskDuty(
        desk,
        office,
        _answering(loaded, first, office),
        None if later is None else later.start,
        None if later is None else _answering(loaded, later, office),
        tuple(Gap(s.start, s.end) for s in found if s.gap),
        max(keeping) if max(keeping) < span[1] else None,
    )


def _answering(loaded: Loaded, stretch: Stretch, office: str) -> Standby | None:
    """Who mans it, else the first of the sub-centre heads who is there."""
    if stretch.person is not None:
        return _standby(loaded, stretch.person, stretch.via or "")
    heads = loaded.holders("subcentre_head", office or None)
    escalated = next(loaded.line(heads, stretch.start, "escalation"), None)
    return _standby(loaded, *escalated) if escalated else None


@dataclass(frozen=True, slots=True)
class RosterCard:
    """A roster by its code; `office` is "" where it counts for all of them."""

    id: UUID
    code: str
    office: str
    start: datetime
    end: datetime
    published: bool


def roster(code: str) -> RosterCard:
    """Raises `Refusal` where there is none of this code."""
    row = Roster.objects.filter(code=code).first()
    if row is None:
        raise Refusal("no_roster", f"没有编号为 {code} 的值班表", f"there is no roster {code}")
    published = row.published_at is not None
    return RosterCard(row.id, code, row.office_id or "", row.starts_at, row.ends_at, published)


@dataclass(frozen=True, slots=True)
class SwapCard:
    """`person` gives `desk` from start to end to `other` and takes the stretch behind it."""

    id: UUID
    roster: str
    person: str
    desk: str
    start: datetime
    end: datetime
    other: str
    back_roster: str
    back_desk: str
    back_start: datetime
    back_end: datetime
    reason: str
    accepted_by: str


def swap_card(row: Swap) -> SwapCard:
    return SwapCard(
        row.id,
        row.roster.code,
        row.person.name,
        row.desk,
        row.starts_at,
        row.ends_at,
        row.other.name,
        row.back_roster.code,
        row.back_desk,
        row.back_starts_at,
        row.back_ends_at,
        row.reason,
        row.accepted_by,
    )


def open_swaps(at: datetime) -> list[SwapCard]:
    """What was asked and can still be accepted, the oldest first."""
    rows = Swap.objects.filter(accepted_at__isnull=True, ends_at__gt=at, back_ends_at__gt=at)
    known = rows.select_related("roster", "back_roster", "person", "other")
    return [swap_card(row) for row in known.order_by("asked_at", "id")]


def published_rosters(start: datetime, end: datetime) -> list[tuple[str, UUID]]:
    """Rosters (code, id) in force at any time of a stretch."""
    rows = Roster.objects.filter(published_at__isnull=False, starts_at__lt=end, ends_at__gt=start)
    return list(rows.order_by("starts_at").values_list("code", "id"))
