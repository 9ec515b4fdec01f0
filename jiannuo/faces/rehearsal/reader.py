"""A played story and how its state is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from jiannuo.cases import queries as cases
from jiannuo.cases.view import CaseView
from jiannuo.customers import queries as customers
from jiannuo.faces.rehearsal.playing import Played

Row = dict[str, Any]


class Reader:
    """The state at `as_of` as the blocks of `expected` write it."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.stage = played.stage
        self.story = played.stage.story
        self.as_of = self.story.as_of
        first = self.story.told[0].t if self.story.told else self.as_of
        self.profile = customers.profile_for(self.stage.contract, first)

    # -- writing ------------------------------------------------------------------------

    def when(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.story.zone):%Y-%m-%dT%H:%M:%S}"

    def ref(self, ref_kind: str, number: str) -> str:
        return self.stage.named(ref_kind, number)

    @cached_property
    def views(self) -> list[CaseView]:
        return list(cases.views())

    @cached_property
    def real(self) -> list[CaseView]:
        return [v for v in self.views if not v.card.drill]

    @cached_property
    def names(self) -> dict[Any, str]:
        """The story's word for each case's id."""
        return {v.card.id: self.ref("case", v.card.number) for v in self.views}


def span(length: timedelta, *, seconds: bool = True) -> str:
    """HH:MM:SS or HH:MM; hours may exceed 24."""
    total = int(length.total_seconds())
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    text = f"{hours:02}:{minutes:02}"
    return f"{text}:{left:02}" if seconds else text
