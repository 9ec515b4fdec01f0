"""The emergency on the page of its case: who leads, who is in it, what was said last, when the next
update is due (7.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jiannuo.archive.files import LARGEST
from jiannuo.cases.view import CaseView
from jiannuo.faces.desk.files import Places, named
from jiannuo.journey.attaching import MOST, TOGETHER
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import Actor
from jiannuo.manual.marks import next_update
from jiannuo.manual.words import Text
from jiannuo.people import reaching
from jiannuo.people.permits import allowed
from jiannuo.people.queries import Standby
from jiannuo.support import queries as support
from jiannuo.web.components import Evidence, Person
from jiannuo.web.reader import Reader

SAID = ("log_added", "update_given")
AGAIN = Text("。文件要重新选一次", "; the files have to be chosen again")
MB = 1024 * 1024
LINES = 3  # of the log; the rest stands in what happened


@dataclass(frozen=True, slots=True)
class Line:
    at: str
    who: str
    text: str
    files: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class LogForm:
    """A line of one's own. `n`: how many he has written, so that what is sent twice by a double
    press is one line. `largest`, `together`: bytes of a file, and of all of one line."""

    n: int
    text: str = ""
    error: str = ""
    largest: int = LARGEST
    most: int = MOST
    together: int = TOGETHER

    @property
    def mb(self) -> int:
        return self.largest // MB

    @property
    def together_mb(self) -> int:
        return self.together // MB


@dataclass(frozen=True, slots=True)
class Unsaid:
    """A line that was refused, as it was typed; of its files only how many they were."""

    text: str
    files: int
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class EmergencyRoom:
    """`update`: when the next one is due, `late` when that is over; "" where none is."""

    since: str
    lead: Person | None
    team: tuple[Person, ...]
    experts: tuple[Person, ...]
    update: str
    late: bool
    log: tuple[Line, ...]
    form: LogForm | None


def emergency_room(
    actor: Actor, reader: Reader, view: CaseView, files: Places, unsaid: Unsaid | None
) -> EmergencyRoom | None:
    """None where no emergency stands. Two questions to the database."""
    if not view.story.emergency_stands:
        return None
    card = support.emergency(view.card.id)
    if card is None:
        return None
    phones = reaching.by_name([card.commander, *card.team, *card.expert_group])
    due = next_update(view.story)
    late = due is not None and due < reader.at
    return EmergencyRoom(
        since=reader.clock(card.declared_at),
        lead=_person(card.commander, phones) if card.commander else None,
        team=_people(card.team, phones),
        experts=_people(card.expert_group, phones),
        update=_due(reader, reader.clock(due), late=late) if due else "",
        late=late,
        log=_log(reader, view, files),
        form=_form(actor, reader, view, unsaid) if allowed(actor, "log_added") else None,
    )


def lines_of(actor: Actor, view: CaseView) -> int:
    """How many lines of the log he wrote."""
    return len(view.story.log.where("log_added", lambda e: e.by.name == actor.name))


def _form(actor: Actor, reader: Reader, view: CaseView, unsaid: Unsaid | None) -> LogForm:
    n = lines_of(actor, view)
    if unsaid is None:
        return LogForm(n)
    why = Text(unsaid.refusal.zh, unsaid.refusal.en)
    said = why + AGAIN if unsaid.files else why
    return LogForm(n, unsaid.text, reader.say(said))


def _due(reader: Reader, at: str, *, late: bool) -> str:
    said = Text(f"{at} 前通报进展", f"Give an update by {at}")
    return reader.say(said + Text("，已过", ", overdue") if late else said)


def _log(reader: Reader, view: CaseView, files: Places) -> tuple[Line, ...]:
    """The newest first."""
    said = [event for event in view.story.log.events if event.kind in SAID]
    return tuple(
        Line(
            reader.clock(event.t),
            reader.who(event.by.name),
            str(event.d.get("text", "")),
            named(files, event),
        )
        for event in reversed(said[-LINES:])
    )


def _people(names: Iterable[str], phones: Mapping[str, Standby]) -> tuple[Person, ...]:
    return tuple(_person(name, phones) for name in names)


def _person(name: str, phones: Mapping[str, Standby]) -> Person:
    found = phones.get(name)
    return Person(name, phone=found.phone if found else "")
