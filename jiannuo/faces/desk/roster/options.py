"""Who can be chosen for a shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jiannuo.faces.desk.acting.lists import People
from jiannuo.faces.desk.roster.saying import desk_name
from jiannuo.manual.words import Text
from jiannuo.people import weekly
from jiannuo.people.rules import role_of
from jiannuo.web.forms import Choice


@dataclass(frozen=True)
class ShiftLists(People):
    """Of a stretch of a desk; without one, everybody."""

    desk: str = ""
    span: tuple[datetime, datetime] | None = None

    def of(self, kind: str, field: str) -> Sequence[Choice]:
        if field in ("person", "other") and self.span and kind.startswith("shift_"):
            return self._free(*self.span)
        if field in ("person", "other", "instead_of"):
            return [self.colleague(one) for one in self.everybody]
        return ()

    def _free(self, start: datetime, end: datetime) -> list[Choice]:
        """Who could take it, those without a shift first; of a desk without a role everybody."""
        say = self.reader.say
        found = weekly.free(role_of(self.desk), start, end)
        if not found:
            return [self.colleague(one) for one in self.everybody]
        none = say(Text("那时没有班", "has no shift then"))
        busy = Text("那时在", "has then: ")
        return [
            Choice(name, name, f"{say(busy)}{desk_name(self.reader, desk)}" if desk else none)
            for name, desk in found
        ]
