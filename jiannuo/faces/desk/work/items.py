"""One thing that waits for somebody: what, whose, until when, why he, and what to press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from jiannuo.manual.actor import Actor
from jiannuo.manual.words import Text
from jiannuo.people import queries as people
from jiannuo.web.clockview import ClockView
from jiannuo.web.components import LevelBadge, Press
from jiannuo.web.reader import Reader


@dataclass(frozen=True, slots=True)
class Item:
    """`what`: what is to be done, `title`: about what, `where`: whose it is. `facts`: what is to be
    decided, in full, where it is a decision; then `other` declines it. `due`: by when, None where
    nothing runs."""

    what: str
    title: str
    why: str
    press: Press
    where: str = ""
    number: str = ""
    href: str = ""
    due: datetime | None = None
    chip: ClockView | None = None
    promise: str = ""
    level: LevelBadge | None = None
    phone: str = ""
    note: str = ""
    drill: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    other: Press | None = None


@dataclass(frozen=True)
class Me:
    """Who is asked about, and what makes a thing his."""

    actor: Actor
    reader: Reader

    @cached_property
    def on_duty(self) -> Mapping[str, str]:
        """Who answers for each desk and role now."""
        return people.answering(self.reader.at)

    @cached_property
    def _chief(self) -> tuple[str, frozenset[str]]:
        return people.chief(self.actor.id) if self.actor.id else ("", frozenset())

    def deputy_for(self, roles: Sequence[str]) -> str:
        """Whom he stands in for, where he holds none of these roles himself."""
        name, own = self._chief
        return name if name and not own.intersection(roles) else ""

    def as_role(self, role: str) -> str:
        """Why something is his that waits for a role."""
        chief = self.deputy_for([role])
        said = self.reader.word("role", role)
        if chief:
            return self.say(Text(f"你代{chief}值{said}", f"You stand in for {chief}, {said}"))
        return self.say(Text(f"你是当班的{said}", f"You are the {said} on duty"))

    def say(self, text: Text) -> str:
        return self.reader.say(text)
