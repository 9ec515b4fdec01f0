"""What people hear when somebody changes when they are on duty (7.1 B 1): at once, for the shift
may begin at once. Whoever did it himself knows."""

from __future__ import annotations

from uuid import UUID

from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, word
from jiannuo.notices.commands import Note, post
from jiannuo.people import queries as people
from jiannuo.people.covering import Piece
from jiannuo.people.queries import SwapCard
from jiannuo.people.rules import role_of


def of_swap(kind: str, actor: Actor, profile: Profile, event: Event, card: SwapCard) -> None:
    """It was asked for, or accepted: both of the two hear what goes to whom."""
    given = _stretch(profile, Piece(card.roster, card.desk, card.start, card.end))
    back = _stretch(
        profile, Piece(card.back_roster, card.back_desk, card.back_start, card.back_end)
    )
    what = Text(
        f"{given.zh} {card.person}→{card.other}；{back.zh} {card.other}→{card.person}",
        f"{given.en} {card.person} → {card.other}; {back.en} {card.other} → {card.person}",
    )
    for name in (card.person, card.other):
        _tell(kind, actor, event, people.roster(card.roster).id, name, what)


def of_cover(actor: Actor, profile: Profile, event: Event, roster: UUID, piece: Piece) -> None:
    """Who stands in hears that he does, whom he relieves that he need not come."""
    who, relieved = event.d["person"], event.d.get("instead_of")
    stretch = _stretch(profile, piece)
    _tell("shift_given", actor, event, roster, who, stretch)
    if relieved:
        what = stretch + Text(f"，由{who}代班", f", {who} stands in")
        _tell("shift_taken", actor, event, roster, relieved, what)


def _stretch(profile: Profile, piece: Piece) -> Text:
    """ "值班经理 04-11 20:00–04-12 08:00", the day once where it is one."""
    start, end = profile.local(piece.start), profile.local(piece.end)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%m-%d %H:%M}"
    return word("role", role_of(piece.desk)) + f" {start:%m-%d %H:%M}–{last}"


def _tell(kind: str, actor: Actor, event: Event, roster: UUID, name: str, what: Text) -> None:
    if name == actor.name:
        return
    person = people.known_staff(name).id
    facts = {
        "person": actor.name,
        "what": [what.zh, what.en],
        "note": event.d.get("reason", ""),
    }
    post(
        [
            Note(
                key=f"{kind}:{event.id}:{person}",
                kind=kind,
                subject_kind="roster",
                subject=roster,
                to_role="",
                to_person=person,
                payload=facts,
            )
        ]
    )
