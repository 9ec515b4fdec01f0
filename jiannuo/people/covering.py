"""Writes about who stands in for whom: overrides, and exchanges of shifts between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jiannuo.kernel.moment import now
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.vocabulary import VENDOR_ROLES
from jiannuo.people import boards
from jiannuo.people.commands import must_end_after_its_start
from jiannuo.people.models import Absence, Override, Roster, Shift, Staff, Swap
from jiannuo.people.queries import SwapCard, swap_card
from jiannuo.people.rules import ON_DUTY, Board, role_of

DUTY = "R-7.1-B-1"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a desk on a roster: from inclusive, to exclusive."""

    roster: str
    desk: str
    start: datetime
    end: datetime


def take_over(
    actor: Actor,
    piece: Piece,
    person: str,
    *,
    instead_of: str | None = None,
    reason: str = "",
) -> UUID:
    """Somebody else mans a desk for a stretch; its roster's id. Raises `Refusal`."""
    roster, who = _found(piece), _known(person)
    relieved = _known(instead_of) if instead_of else None
    _is_another(who, relieved)
    _is_there(who, piece)
    if relieved is not None and not _has_shift(_board(roster), piece, relieved):
        raise _no_shift(piece, relieved)
    Override.objects.create(
        roster=roster,
        desk=piece.desk,
        starts_at=piece.start,
        ends_at=piece.end,
        person=who,
        instead_of=relieved,
        reason=reason,
        recorded_at=now(),
        recorded_by=actor.name,
    )
    return roster.id


def add(piece: Piece, person: str) -> UUID:
    """One more mans a desk for a stretch, beside whoever does; its roster's id. Raises
    `Refusal`, as for one who stands there already."""
    roster, who = _found(piece), _known(person)
    _is_there(who, piece)
    if _has_shift(_board(roster), piece, who):
        raise Refusal(
            "there_already",
            f"{person}这段时间已在这个岗位值班，请另选一人或改时间",
            f"{person} mans this desk then already; choose somebody else or another time",
            requirement=DUTY,
        )
    Shift.objects.create(
        roster=roster, desk=piece.desk, starts_at=piece.start, ends_at=piece.end, person=who
    )
    return roster.id


def ask_swap(
    actor: Actor,
    swap: UUID,
    given: Piece,
    taken: Piece,
    between: tuple[str, str],
    at: datetime,
    reason: str = "",
) -> SwapCard:
    """The first of the two gives a stretch to the other and takes one of his; it counts once it is
    accepted. Raises `Refusal`: for another one only a duty manager asks."""
    person, other = map(_known, between)
    if person.id != actor.id and not _manages(actor):
        raise Refusal(
            "not_your_shift",
            f"这是{person.name}的班，只有本人或值班经理可以提出调班",
            f"it is the shift of {person.name}; only he or a duty manager may ask to swap it",
            requirement="R-X-4",
        )
    _is_another(person, other)
    rosters = _found(given), _found(taken)
    _can_be_swapped(rosters, (given, taken), (person, other))
    row = Swap.objects.create(
        id=swap,
        roster=rosters[0],
        desk=given.desk,
        starts_at=given.start,
        ends_at=given.end,
        person=person,
        back_roster=rosters[1],
        back_desk=taken.desk,
        back_starts_at=taken.start,
        back_ends_at=taken.end,
        other=other,
        reason=reason,
        asked_at=at,
        asked_by=actor.name,
    )
    return swap_card(row)


def accept_swap(actor: Actor, roster: UUID, swap: str, at: datetime) -> SwapCard:
    """From now on each has the other's stretch. Raises `Refusal`: it takes the other of the two,
    or a duty manager who is not the one that gives his own shift away."""
    row = _asked(roster, swap)
    by_other = actor.id is not None and actor.id == row.other_id
    if not by_other and (not _manages(actor) or actor.id == row.person_id):
        raise Refusal(
            "not_your_swap",
            f"这次调班要由{row.other.name}或值班经理同意",
            f"it is for {row.other.name} or a duty manager to accept this swap",
            requirement="R-X-4",
        )
    if row.accepted_at is not None:
        raise Refusal(
            "already_accepted",
            f"这次调班已由{row.accepted_by}同意，不用再点",
            f"{row.accepted_by} has accepted this swap already",
        )
    pieces = _left(row, at)
    _can_be_swapped((row.roster, row.back_roster), pieces, (row.person, row.other))
    row.accepted_at, row.accepted_by = at, actor.name
    row.save(update_fields=["accepted_at", "accepted_by"])
    hands = (row.roster, row.other, row.person), (row.back_roster, row.person, row.other)
    Override.objects.bulk_create(
        Override(
            roster=whose,
            desk=piece.desk,
            starts_at=piece.start,
            ends_at=piece.end,
            person=person,
            instead_of=relieved,
            reason=row.reason,
            swap=row,
            recorded_at=now(),
            recorded_by=actor.name,
        )
        for piece, (whose, person, relieved) in zip(pieces, hands, strict=True)
    )
    return swap_card(row)


def _asked(roster: UUID, swap: str) -> Swap:
    try:
        rows = Swap.objects.select_for_update().filter(pk=UUID(swap), roster=roster)
    except ValueError:
        rows = Swap.objects.none()
    row = rows.first()
    if row is None:
        raise Refusal("no_swap", "没有这一条调班申请", "nobody asked for such a swap")
    return row


def _left(row: Swap, at: datetime) -> tuple[Piece, Piece]:
    """What is left of both stretches: who was on duty before it was accepted, was."""
    if at >= min(row.ends_at, row.back_ends_at):
        raise Refusal(
            "too_late",
            "其中一段班已经过去，请重新提出调班",
            "one of the two stretches is over; ask for another swap",
        )
    return (
        Piece(row.roster.code, row.desk, max(row.starts_at, at), row.ends_at),
        Piece(row.back_roster.code, row.back_desk, max(row.back_starts_at, at), row.back_ends_at),
    )


# -- what must be so ------------------------------------------------------------------------------


def _found(piece: Piece) -> Roster:
    """The roster of a piece that can be."""
    roster = Roster.objects.filter(code=piece.roster).first()
    if roster is None:
        raise Refusal(
            "no_roster", f"没有编号为 {piece.roster} 的值班表", f"there is no roster {piece.roster}"
        )
    if piece.desk not in roster.desks:
        desks = ", ".join(roster.desks)
        raise Refusal(
            "no_such_desk",
            f"值班表 {roster.code} 没有岗位 {piece.desk}；有：{desks}",
            f"roster {roster.code} has no desk {piece.desk}; it has {desks}",
        )
    must_end_after_its_start(piece.start, piece.end)
    if piece.start < roster.starts_at or piece.end > roster.ends_at:
        raise Refusal(
            "outside_the_roster",
            f"这段时间超出了值班表 {roster.code} 的起止",
            f"the stretch reaches beyond roster {roster.code}",
        )
    return roster


def _known(name: str) -> Staff:
    row = Staff.objects.filter(name=name, active=True).order_by("id").first()
    if row is None:
        raise Refusal("no_such_person", f"没有名为 {name} 的在职员工", f"there is no {name}")
    return row


def _is_another(person: Staff, other: Staff | None) -> None:
    if person == other:
        raise Refusal(
            "same_person",
            f"不能让{person.name}替自己值班，请另选一人",
            f"{person.name} cannot stand in for himself; choose somebody else",
        )


def _is_there(person: Staff, piece: Piece) -> None:
    away = Absence.objects.filter(
        person=person, starts_at__lt=piece.end, ends_at__gt=piece.start
    ).exists()
    if away:
        raise Refusal(
            "absent_then",
            f"{person.name}在这段时间里有缺勤记录，请另选一人",
            f"{person.name} is away in this stretch; choose somebody else",
            requirement=DUTY,
        )


def _can_be_swapped(
    rosters: Sequence[Roster], pieces: Sequence[Piece], people: Sequence[Staff]
) -> None:
    """Each has the whole of his stretch, is there in the other's and can do his work."""
    for roster, piece, giver, taker in zip(rosters, pieces, people, reversed(people), strict=True):
        if not _board(roster).mans(str(giver.id), piece.desk, piece.start, piece.end):
            raise _no_shift(piece, giver)
        _is_there(taker, piece)
        _can_man(taker, piece.desk)


def _can_man(person: Staff, desk: str) -> None:
    role = role_of(desk)
    chief = person.deputy_of
    held = {*person.roles, *(chief.roles if chief else ())}
    if role in VENDOR_ROLES and role not in held:
        raise Refusal(
            "not_for_this_desk",
            f"{person.name}没有岗位 {desk} 要的角色，不能自行调班；可请值班经理换班",
            f"{person.name} does not hold the role of desk {desk}; ask a duty manager instead",
            requirement="R-X-4",
        )


def _board(roster: Roster) -> Board:
    return boards.of([roster], (roster.starts_at, roster.ends_at)).rotas[0].board


def _has_shift(board: Board, piece: Piece, person: Staff) -> bool:
    """Is he planned there at any time of the stretch, be he away or not?"""
    plan = board.plan()
    return any(
        (str(person.id), via) in plan.standby(piece.desk, at)
        for at in {piece.start, *plan.edges(piece.desk, piece.start, piece.end)}
        for via in ON_DUTY
    )


def _no_shift(piece: Piece, person: Staff) -> Refusal:
    return Refusal(
        "not_on_duty_then",
        f"{person.name}这段时间不在岗位 {piece.desk} 值班，请核对值班表 {piece.roster}",
        f"{person.name} does not man {piece.desk} in this stretch; check roster {piece.roster}",
        requirement=DUTY,
    )


def _manages(actor: Actor) -> bool:
    return bool(actor.roles & {"duty_manager", "system"})
