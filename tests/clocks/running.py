"""A subject with promises, settled by hand: what the clocks room does without any other room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from jiannuo.clocks import commands, queries, sweeping
from jiannuo.clocks.arming import Owner
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held_at
from jiannuo.manual.clocks import Clock
from jiannuo.manual.marks import Mark
from jiannuo.manual.profile import shipped
from jiannuo.notices.models import Notice
from tests.manual.happenings import at

START = at("01:00")
DUE = at("03:00")


def promise(
    due: datetime = DUE, op: str = "lt", stop: datetime | None = None, code: str = "leader_brief"
) -> Clock:
    return Clock(code, START, due, op, stop)


@dataclass(frozen=True)
class Subject:
    """A kind and an id, as the room knows them."""

    id: UUID = field(default_factory=uuid4)
    drill: bool = False

    def settle(
        self, when: str, *clocks: Clock, marks: Sequence[Mark] = (), urgency: int = 3
    ) -> None:
        owner = Owner("case", self.id, "2603-00001", None, self.drill, urgency)
        with held_at(at(when)), transaction.atomic(savepoint=False):
            commands.settle(owner, shipped(), clocks, marks)

    @property
    def stored(self) -> list[Clock]:
        return queries.clocks_of([self.id], drill=self.drill)[self.id]

    @property
    def fired(self) -> list[tuple[str, datetime, datetime]]:
        """What fired: code, the true moment, when somebody got to it."""
        rows = Fired.objects.filter(subject=self.id).order_by("moment", "generation")
        return [(row.code, row.moment, row.fired_at) for row in rows]

    @property
    def states(self) -> list[tuple[str, int, str]]:
        rows = Trigger.objects.filter(subject=self.id).order_by("code", "generation")
        return [(row.code, row.generation, row.state) for row in rows]

    @property
    def notices(self) -> list[str]:
        rows = Notice.objects.filter(subject=self.id).order_by("id")
        return list(rows.values_list("kind", flat=True))


def sweep(when: str) -> list[str]:
    with held_at(at(when)):
        return [fell.code for fell in sweeping.sweep()]


def sweep_out(when: str) -> list[tuple[str, str]]:
    """Sweep until nothing is left: code and rung, in the order in which they fired."""
    with held_at(at(when)):
        found: list[tuple[str, str]] = []
        while fell := sweeping.sweep():
            found += [(one.code, one.stage) for one in fell]
        return found


def armed(
    moment: datetime, sweep_at: datetime | None = None, code: str = "renewal_30d", to: str = "sales"
) -> Trigger:
    """Something that fires at a moment, about nothing in particular."""
    return Trigger.objects.create(
        subject_kind="house",
        subject=uuid4(),
        code=code,
        moment=moment,
        fire_at=moment,
        sweep_at=sweep_at or moment,
        tell=[to],
    )
