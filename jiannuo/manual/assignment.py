"""Who takes a case (7.2 B 2): the named engineer, how long he is waited for, who is next. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from jiannuo.manual.events import Event
from jiannuo.manual.story import CaseStory
from jiannuo.manual.vocabulary import Level
from jiannuo.manual.words import word

#: Levels that cannot wait for an engineer who does not answer.
URGENT = (Level.L1, Level.L2)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engineer who could take a case. `load`: the open cases he has; `away`: he cannot."""

    name: str
    skills: frozenset[str]
    senior: bool
    on_duty: bool
    away: bool
    load: int


def standing(story: CaseStory) -> Event | None:
    """The assignment that stands: the last one, unless it was declined or nobody answered."""
    last = story.log.last("assigned")
    ended = story.log.merged("assignment_declined", "assignment_lapsed")
    return None if last is None or any(e.place > last.place for e in ended) else last


def assignee(story: CaseStory) -> str:
    """The named engineer; nobody is the empty word."""
    event = standing(story)
    return str(event.d["engineer"]) if event else ""


def asked(story: CaseStory) -> list[str]:
    """Everybody who was ever assigned, in order; who was silent or declined stays in it."""
    return [str(event.d["engineer"]) for event in story.log.all("assigned")]


def answer_by(story: CaseStory) -> datetime | None:
    """Until when the assignee of a level 1 or 2 case is waited for; None once he took it or
    anybody called the customer, and when nobody is waited for."""
    event, report = standing(story), story.report
    over = story.merged or story.cancelled or story.closed or story.resolution
    if event is None or report is None or story.drill or over:
        return None
    taken = story.log.merged("assignment_accepted", "engineer_contact", "contact_attempt")
    if any(e.place > event.place for e in taken):
        return None
    level = story.levels.shown
    if level not in URGENT:
        return None
    return event.t + story.profile.span(f"house.assignment_answer.{level}")


def fits(skills: Iterable[str], category: str) -> bool:
    """Does a skill name the category of a device, in either language or as it is stored?"""
    wanted = category.casefold()
    names = {name for skill in skills for name in (skill, word("skill", skill).zh)}
    return any(name.casefold() in wanted for name in names)


def ranked(
    candidates: Sequence[Candidate],
    *,
    category: str,
    level: str | None,
    asked: Iterable[str] = (),
) -> list[Candidate]:
    """Who should take the case, the best first: can it, is on duty, has least to do.

    Level 1 and 2 look for a senior first among equals. Who is away or was asked before is not
    in it.
    """
    before = frozenset(asked)
    urgent = level in URGENT

    def place(one: Candidate) -> tuple[bool, bool, bool, int, str]:
        able = not category or fits(one.skills, category)
        return not able, not one.on_duty, urgent and not one.senior, one.load, one.name

    return sorted((c for c in candidates if not c.away and c.name not in before), key=place)
