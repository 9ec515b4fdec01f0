"""Who acts: one of ours, a customer's person, or the product itself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from jiannuo.manual.events import By


@dataclass(frozen=True, slots=True)
class Actor:
    """The first argument of every command. `customer` is set for a customer's person."""

    name: str
    roles: frozenset[str]
    id: UUID | None = None
    customer: UUID | None = None

    @property
    def by(self) -> By:
        return By(self.name, self.roles)


SYSTEM = Actor("system", frozenset({"system"}))
