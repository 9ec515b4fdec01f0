"""What a step is about, as its form needs it: a case, an inspection, a contract, a part on a shelf.

Each subject brings its own lists and its own way to take a step; the form, the voice, the gate,
the second factor and the double press are the same for all (`answering.answer`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from jiannuo.customers import queries as customers
from jiannuo.faces.desk.acting.lists import Lists
from jiannuo.faces.desk.acting.looks import look
from jiannuo.faces.desk.acting.saying import noted
from jiannuo.faces.desk.acting.standing import Way, named
from jiannuo.journey.step import Done, When
from jiannuo.manual.actor import Actor
from jiannuo.manual.events import Event
from jiannuo.manual.profile import Profile
from jiannuo.manual.words import Text, word
from jiannuo.web.forms import Field
from jiannuo.web.reader import Reader
from jiannuo.web.shapes import Shape, shape


class Matter(Protocol):
    """`ref`: what people call it, `title`: what it is, both said above its form. `case`: its number
    where it is a case, else "". `back`: its page. `events`: what happened to it, where a form that
    is older than that has to be looked at again. `hidden`: what the form carries along, where its
    address does not say it."""

    @property
    def reader(self) -> Reader: ...

    @property
    def ref(self) -> str: ...

    @property
    def case(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def back(self) -> str: ...

    @property
    def back_words(self) -> Text: ...

    @property
    def profile(self) -> Profile: ...

    @property
    def events(self) -> Sequence[Event]: ...

    @property
    def options(self) -> Lists: ...

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]: ...

    # -- the form

    def href(self, kind: str) -> str:
        """Where the form of a step is opened and sent."""
        ...

    def heading(self, kind: str) -> Text:
        """What stands above the form."""
        ...

    def verb(self, kind: str) -> Text:
        """The word on its button."""
        ...

    def shape(self, kind: str) -> Shape:
        """The fields that it asks for."""
        ...

    def usual(self, kind: str, name: str) -> list[str]:
        """What a field mostly is, to be changed where it is not."""
        ...

    def arranged(self, kind: str, fields: list[Field]) -> list[Field]:
        """The fields as they are shown, once they are made."""
        ...

    def ways_out(self, actor: Actor, reasons: Sequence[str]) -> tuple[Way, ...]:
        """What a gate misses, and where to go for it."""
        ...

    # -- the step

    def amounts_to(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The step by which it is judged whether this is remote work, and what it says already."""
        ...

    def for_customer(self, actor: Actor, kind: str, person: str, heard: str) -> Actor:
        """The one of the customer's people by whose word it is entered."""
        ...

    def take(self, kind: str, actor: Actor, when: When, fields: Mapping[str, Any]) -> Done: ...

    def after(self, done: Done) -> str:
        """Where to go then."""
        ...

    def saying(self, done: Done, fields: Mapping[str, Any]) -> Text | None:
        """What is said there."""
        ...


class Plain:
    """What most matters do. A subject that needs nothing else says `reader`, `ref`, `title`,
    `back`, `options`, `href`, `for_customer` and `take`."""

    @property
    def case(self) -> str:
        return ""

    @property
    def back_words(self) -> Text:
        return Text("回去", "Go back")

    @property
    def profile(self: Matter) -> Profile:
        return customers.base_profile(self.reader.at)

    @property
    def events(self) -> Sequence[Event]:
        return ()

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        return ()

    def heading(self, kind: str) -> Text:
        return word("action", kind)

    def verb(self, kind: str) -> Text:
        return look(kind).verb

    def shape(self, kind: str) -> Shape:
        return shape(kind)

    def usual(self, kind: str, name: str) -> list[str]:
        return []

    def arranged(self, kind: str, fields: list[Field]) -> list[Field]:
        return fields

    def ways_out(self: Matter, actor: Actor, reasons: Sequence[str]) -> tuple[Way, ...]:
        return named(self.reader, reasons)

    def amounts_to(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        return kind, {}

    def after(self: Matter, done: Done) -> str:
        return f"{self.back}#e-{done.event}"

    def saying(self: Matter, done: Done, fields: Mapping[str, Any]) -> Text | None:
        return noted(self.reader, self.profile, done, fields)
