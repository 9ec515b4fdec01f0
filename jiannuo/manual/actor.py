"""Who acts: one of ours, a customer's person, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jiannuo.manual.events import By


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes down what somebody else said or did, and how he heard of it (`heard`)."""

    name: str
    heard: str
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The first argument of every command. `customer` is set for a customer's person; `hand`
    where one of ours enters it for him."""

    name: str
    roles: frozenset[str]
    id: UUID | None = None
    customer: UUID | None = None
    hand: Hand | None = None

    @property
    def by(self) -> By:
        if self.hand is None:
            return By(self.name, self.roles)
        return By(self.name, self.roles, self.hand.name, self.hand.heard)


SYSTEM = Actor("system", frozenset({"system"}))
