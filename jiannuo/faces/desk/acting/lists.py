"""What may be chosen in the fields of a step, and who may be named as having said it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from jiannuo.customers.queries import ContactCard
from jiannuo.people import queries as people
from jiannuo.people.queries import StaffCard
from jiannuo.web.forms import Choice
from jiannuo.web.reader import Reader


class Lists(Protocol):
    """The lists of one matter."""

    def of(self, kind: str, field: str) -> Sequence[Choice]: ...

    def speakers(self, roles: frozenset[str]) -> Sequence[Choice]:
        """The customer's people; those of these roles, if there are any."""
        ...

    def colleagues(self, roles: frozenset[str]) -> Sequence[Choice]:
        """Ours of these roles."""
        ...

    def entries(self, kind: str, field: str) -> Sequence[Choice]:
        """The names of a field that holds a value for each of them."""
        ...


@dataclass(frozen=True)
class People:
    """The people of a customer, and ours, each asked for once and only where a form needs them.
    What else there is to choose from is for each subject to say, and who its customer is."""

    reader: Reader

    @cached_property
    def contacts(self) -> Sequence[ContactCard]:
        return ()

    @cached_property
    def everybody(self) -> Sequence[StaffCard]:
        return people.everybody()

    def speakers(self, roles: frozenset[str]) -> tuple[Choice, ...]:
        able = [one for one in self.contacts if one.roles & roles]
        return tuple(map(self.contact, able or self.contacts))

    def colleagues(self, roles: frozenset[str]) -> tuple[Choice, ...]:
        return tuple(self.colleague(one) for one in self.everybody if one.roles & roles)

    def entries(self, kind: str, field: str) -> Sequence[Choice]:
        return ()

    def contact(self, one: ContactCard) -> Choice:
        return Choice(one.name, one.name, one.title or self._roles(one.roles))

    def colleague(self, one: StaffCard) -> Choice:
        return Choice(one.name, one.name, self._roles(one.roles))

    def _roles(self, roles: frozenset[str]) -> str:
        return self.reader.listed(self.reader.word("role", role) for role in sorted(roles))
