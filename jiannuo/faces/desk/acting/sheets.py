"""A step on a thing with a page of its own: a customer, a contract, a device, a claim.

What differs between them are values; whatever has rules of its own is a matter of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from jiannuo.archive import queries as archive
from jiannuo.faces.desk.acting.lists import Lists
from jiannuo.faces.desk.acting.matter import Plain
from jiannuo.journey import speaking
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.words import Text
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape, shape


@dataclass(frozen=True)
class Sheet(Plain):
    """`address`: of its form. `key`: by what its steps know the thing, None where the step makes
    one; `given`: fields that the address says; `known`: what stands in the others at first;
    `subject`: whose events are looked at for what others did meanwhile; `customer`: whose people
    may say it; `draw`: a field as it is shown; `then`: where to go, if not back."""

    reader: Reader
    address: str
    ref: str
    title: str
    back: str
    options: Lists
    key: str | None = None
    given: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subject: UUID | None = None
    customer: UUID | None = None
    draw: Callable[[Field], Field] | None = None
    then: Callable[[Done], str] | None = None

    @cached_property
    def events(self) -> Sequence[Event]:
        return archive.stream(self.subject)[self.subject] if self.subject else ()

    def href(self, kind: str) -> str:
        return self.address

    def shape(self, kind: str) -> Shape:
        asked = shape(kind).fields
        return Shape(kind, {name: one for name, one in asked.items() if name not in self.given})

    def usual(self, kind: str, name: str) -> list[str]:
        return [value for value in self.known.get(name, ()) if value]

    def arranged(self, kind: str, fields: list[Field]) -> list[Field]:
        return [self.draw(one) for one in fields] if self.draw else fields

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        if self.customer is None:
            return actor
        return speaking.of(actor, self.customer, kind, person, heard)

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done:
        about = [] if self.key is None else [self.key]
        return take(kind, actor, *about, when, **{**fields, **self.given})

    def after(self, done: Done) -> str:
        return self.then(done) if self.then else self.back

    def saying(self, done: Done, fields: Mapping[str, Any]) -> Text | None:
        """Nothing of it is corrected: what is wrong is changed by one more step."""
        return super().saying(done, {})
