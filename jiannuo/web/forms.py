"""The fields of a form as pages show them: frozen values, one template, errors at the field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

#: How a field is drawn. `moment`, `date`: in the company's zone; `known`: free text with
#: proposals; `checks`: several of a list and others besides; `boxes`: several of a list and no
#: others; `spot`: a place on a map.
WIDGETS = (
    "text",
    "long",
    "number",
    "moment",
    "date",
    "radio",
    "select",
    "known",
    "checks",
    "boxes",
    "check",
    "spot",
    "hidden",
)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list: what is sent, what is read, what helps to choose."""

    value: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in. `values`: what stands in it, several for `checks`; `error`: what to
    mend, in the reader's language; `within`: a component that is shown below it."""

    template: ClassVar[str] = "web/components/field.html"

    name: str
    label: str
    widget: str = "text"
    values: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    hint: str = ""
    error: str = ""
    required: bool = False
    focus: bool = False
    within: object = None

    @property
    def id(self) -> str:
        return f"f-{self.name}"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def picked(self) -> frozenset[str]:
        return frozenset(self.values)

    @property
    def free(self) -> str:
        """What was typed beside the list."""
        known = {choice.value for choice in self.choices}
        return "、".join(value for value in self.values if value not in known)

    def focused(self) -> Field:
        return replace(self, focus=True)
