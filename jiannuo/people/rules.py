"""Who mans a desk at a moment, and when nobody does (7.1 B 1). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift: from inclusive, to exclusive; `person` may be nobody, `deputy` may step in."""

    desk: str
    start: datetime
    end: datetime
    person: str | None
    deputy: str | None = None


@dataclass(frozen=True, slots=True)
class Away:
    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """A roster with the absences known: the ground for every question about duty.

    `deputies`: standing deputies by the person they stand in for.
    """

    start: datetime
    end: datetime
    desks: tuple[str, ...]
    duties: Sequence[Duty]
    away: Sequence[Away]
    deputies: dict[str, str]

    def present(self, person: str | None, at: datetime) -> bool:
        if person is None:
            return False
        return not any(a.person == person and a.start <= at < a.end for a in self.away)

    def on_duty(self, desk: str, at: datetime) -> tuple[str, str] | None:
        """(person, "shift" or "deputy") who mans the desk; None: nobody does."""
        shifts = [d for d in self.duties if d.desk == desk and d.start <= at < d.end]
        for duty in shifts:
            if self.present(duty.person, at):
                return str(duty.person), "shift"
        for duty in shifts:
            for deputy in (duty.deputy, self.deputies.get(duty.person or "")):
                if self.present(deputy, at):
                    return str(deputy), "deputy"
        return None

    def gaps(self, desk: str) -> list[datetime]:
        """The start of every stretch inside the roster in which nobody mans the desk."""
        found: list[datetime] = []
        manned = True
        for at in self._edges(desk):
            if self.on_duty(desk, at) is not None:
                manned = True
            elif manned:
                found.append(at)
                manned = False
        return found

    def _edges(self, desk: str) -> Iterable[datetime]:
        edges = {self.start}
        edges |= {at for d in self.duties if d.desk == desk for at in (d.start, d.end)}
        edges |= {at for away in self.away for at in (away.start, away.end)}
        return sorted(at for at in edges if self.start <= at < self.end)
