"""Taking steps of the journey in a test: by name, at a local moment, by a named person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from jiannuo.archive import queries as archive
from jiannuo.archive.queries import CallLine
from jiannuo.cases import queries as cases
from jiannuo.cases.queries import DeviationLine
from jiannuo.cases.view import CaseView
from jiannuo.charges import queries as charges
from jiannuo.charges.queries import Sheet
from jiannuo.clocks import queries as clocks
from jiannuo.clocks.queries import Alert
from jiannuo.journey import asking
from jiannuo.journey.reminders import fire_due
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.clocks import Clock
from jiannuo.manual.gates import Answer
from jiannuo.papers import queries as papers
from jiannuo.papers.queries import PaperLine
from tests.manual.happenings import LONG_AFTER, at, keeps
from tests.world import Customer, World

__all__ = ["Case", "at", "fault", "keeps", "refused", "step", "sweep_until"]

Moment = str | datetime

#: Steps that open something and give its number back.
OPENERS = ("reported", "claim_received", "complaint_received")


def moment(when: Moment) -> datetime:
    return at(when) if isinstance(when, str) else when


def step(
    world: World,
    kind: str,
    when: Moment,
    by: str,
    ref: str | None = None,
    /,
    *,
    of: Customer | None = None,
    rec: Moment | None = None,
    why: str = "",
    uid: UUID | None = None,
    **fields: Any,
) -> Done:
    """Take a step with the clock held at the recording (`rec`, else when it happened)."""
    happened = moment(when)
    refs = [] if kind in OPENERS else [ref]
    with held_at(happened if rec is None else moment(rec)):
        return take(kind, world.actor(by, of), *refs, When(happened, why, uid), **fields)


@dataclass(frozen=True)
class Case:
    """A case of the world, and what has come of it."""

    world: World
    customer: Customer
    number: str

    def do(self, kind: str, when: Moment, by: str, /, **fields: Any) -> Done:
        return step(self.world, kind, when, by, self.number, of=self.customer, **fields)

    def ask(self, action: str, when: Moment, by: str, /, **context: Any) -> Answer:
        with held_at(moment(when)):
            actor = self.world.actor(by, self.customer)
            return asking.about_case(actor, self.number, action, context)

    @property
    def view(self) -> CaseView:
        return cases.view_of(self.number)

    @property
    def id(self) -> UUID:
        return self.view.card.id

    @property
    def clocks(self) -> dict[str, Clock]:
        found = clocks.clocks_of([self.id])[self.id]
        return {clock.promise: clock for clock in found}

    def clock(self, promise: str) -> Clock:
        return self.clocks[promise]

    def verdict(self, promise: str, as_of: Moment = LONG_AFTER) -> str:
        return str(self.clock(promise).verdict(moment(as_of)))

    def status(self, as_of: Moment = LONG_AFTER) -> str:
        return self.view.story.status(moment(as_of))

    @property
    def papers(self) -> list[PaperLine]:
        return papers.papers(self.id)

    def paper(self, kind: str) -> PaperLine | None:
        """The newest paper of a kind."""
        return next((p for p in reversed(self.papers) if p.kind == kind), None)

    @property
    def deviations(self) -> list[DeviationLine]:
        return cases.deviations(self.id)

    @property
    def alerts(self) -> list[Alert]:
        """Alerts and missed due moments that were raised, oldest first."""
        return clocks.alerts_of(self.id)

    @property
    def calls(self) -> list[CallLine]:
        return archive.calls(self.id)

    @property
    def sheet(self) -> Sheet:
        return charges.sheet_of(self.id)


def opened(
    world: World, when: Moment, /, *, of: Customer | None = None, by: str = "周敏", **said: Any
) -> Case:
    """A message arrives; a fault of the customer's first device by telephone unless said."""
    customer = of or world.customer
    known = {"channel": "phone", "kind": "fault", "device": customer.serial, "text": "不通"}
    fields = {**known, "caller": "邓丽", "customer": customer.id, **said}
    done = step(world, "reported", when, by, of=customer, **fields)
    return Case(world, customer, done.number)


def fault(world: World, when: Moment = "09:00", level: str = "L3", /, **said: Any) -> Case:
    """Reported and confirmed in one breath."""
    case = opened(world, when, **said)
    case.do("confirmed", when, "周敏", level=level)
    return case


def sweep_until(when: Moment) -> None:
    """The worker looks at the clock once, at this moment."""
    with held_at(moment(when)):
        while fire_due():
            pass


@contextmanager
def refused(code: str, requirement: str | None = None, saying: str = "") -> Iterator[None]:
    """The step is refused with a code, the duty behind it and a sentence in both languages."""
    with pytest.raises(Refusal) as caught:
        yield
    found = caught.value
    assert found.code == code, found
    if requirement is not None:
        assert found.requirement == requirement
    assert re.search("[一-鿿]{2}", found.zh), found.zh
    assert saying in found.zh
    assert re.search("[a-z]+ [a-z]+", found.en), found.en
