"""A story of the demo, told step by step through the journey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jiannuo.faces.console.demo_company import Client
from jiannuo.journey.step import When
from jiannuo.journey.steps import take
from jiannuo.manual.actor import Actor

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Step:
    """One step at its moment; `recorded` is later where it is entered late."""

    at: datetime
    recorded: datetime
    who: str
    kind: str
    d: Mapping[str, Any]


@dataclass
class Tale:
    """A story with its cast. `words` fill the slots; numbers of cases join as they are opened."""

    name: str
    client: Client
    steps: list[Step]
    words: dict[str, Any]
    staff: Mapping[str, Actor]

    def play(self, step: Step) -> None:
        """Take one step, as whom it is for, at the moment the clock is held at."""
        d = {name: filled(value, self.words) for name, value in step.d.items()}
        alias, on, why = d.pop("as", "case"), d.pop("on", None), d.pop("why", "")
        when = When(step.at, why) if step.at != step.recorded else When()
        actor = self.client.people.get(step.who) or self.staff[self.words[step.who]]
        if step.kind == "reported":
            done = take("reported", actor, when, customer=self.client.id, **d)
            self.words[alias] = done.number
        else:
            take(step.kind, actor, on or self.words["case"], when, **d)


def filled(value: Any, words: Mapping[str, Any]) -> Any:
    """A slot that stands alone gives the thing itself, within a text its words."""
    if isinstance(value, list):
        return [filled(item, words) for item in value]
    if not isinstance(value, str):
        return value
    alone = SLOT.fullmatch(value)
    return words[alone[1]] if alone else SLOT.sub(lambda slot: str(words[slot[1]]), value)
