"""Whatever happens to a promise, in any order: its ladder fires what a page of plain Python says."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from jiannuo.clocks import commands, sweeping
from jiannuo.clocks.arming import Owner
from jiannuo.clocks.models import Fired, Trigger
from jiannuo.kernel.moment import held_at
from jiannuo.manual import ladders
from jiannuo.manual.clocks import Clock
from jiannuo.manual.ladders import Stage
from jiannuo.manual.profile import shipped
from jiannuo.notices.models import Notice
from tests.clocks.running import START, Subject, promise
from tests.machines import RolledBack, play

MINUTE = timedelta(minutes=1)
CODE = "phone_response"
HOLD = timedelta(minutes=15)


@dataclass
class Model:
    """What a promise owes, kept by hand. `done`: rungs of this generation that are over."""

    generation: int = 0
    due: datetime | None = None
    stop: datetime | None = None
    done: list[str] = field(default_factory=list)
    rests: datetime | None = None

    @property
    def silent(self) -> bool:
        """Gone, or kept."""
        return self.due is None or (self.stop is not None and self.stop < self.due)

    def stages(self) -> tuple[Stage, ...]:
        if self.due is None:
            return ()
        profile = shipped()
        ladder = profile.ladder(profile.by_code[CODE].ladder)
        return ladders.stages(ladder, START, self.due, "lt", running=self.stop is None)

    def begins(self, due: datetime, at: datetime) -> None:
        """Another due moment: warnings that came and lie behind us do not come again."""
        over, self.due = set(self.done), due
        self.generation, self.rests = self.generation + 1, None
        self.done = [
            s.label for s in self.stages() if not s.firm and s.fire_at <= at and s.label in over
        ]

    def sweep(self, at: datetime) -> list[tuple[str, str]]:
        """The rungs that fire now, and whether each is told."""
        if self.silent:
            return []
        found = []
        ahead = [s for s in self.stages() if s.label not in self.done]
        for place, stage in enumerate(ahead):
            if at < self._wakes(stage):
                break
            behind = ahead[place + 1 : place + 2]
            late = not stage.firm and any(s.fire_at <= at for s in behind)
            found.append((stage.label, "late" if late else "told"))
            self.done.append(stage.label)
        return found

    def _wakes(self, stage: Stage) -> datetime:
        if stage.firm or self.rests is None or self.due is None:
            return stage.fire_at
        return max(stage.fire_at, min(self.rests, self.due))


class Promise(RolledBack):
    def __init__(self) -> None:
        super().__init__()
        self.now, self.subject, self.model = START, Subject(), Model()
        self.said: list[tuple[int, str]] = []
        self.move(120)

    # -- what happens ---------------------------------------------------------------------------

    @rule(minutes=st.integers(1, 45))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * MINUTE

    @rule(minutes=st.integers(20, 240))
    def move(self, minutes: int) -> None:
        due = START + minutes * MINUTE
        if self.model.stop is not None or due == self.model.due:
            return
        self.model.begins(due, self.now)
        self._settle()

    @precondition(lambda self: self.model.due and self.model.stop is None)
    @rule()
    def stops(self) -> None:
        self.model.stop = self.now
        self._settle()

    @precondition(lambda self: self.model.stop is not None)
    @rule()
    def its_stop_is_corrected_away(self) -> None:
        self.model.stop = None
        self._settle()

    @precondition(lambda self: self.model.due and self.model.stop is None)
    @rule()
    def is_gone(self) -> None:
        self.model.due = None
        self._settle()

    @precondition(lambda self: self.model.due)
    @rule()
    def is_settled_once_more(self) -> None:
        self._settle()

    @precondition(lambda self: self.model.due)
    @rule()
    def somebody_knows(self) -> None:
        model, due = self.model, self.model.due
        armed = Trigger.objects.filter(subject=self.subject.id, state="armed")
        if armed.exists() and due is not None:
            model.rests = self.now + min(HOLD, (due - START) / 4)
        with held_at(self.now):
            commands.rest(list(armed.values_list("pk", flat=True)), HOLD)

    @rule()
    def is_swept(self) -> None:
        expected, found = self.model.sweep(self.now), []
        with held_at(self.now):
            while fell := sweeping.sweep():
                found += [one.stage for one in fell]
        assert found == [label for label, _ in expected]
        generation = self.model.generation
        self.said += [(generation, label) for label, said in expected if said == "told"]
        self._compare(generation, expected)

    # -- what holds -----------------------------------------------------------------------------

    def _settle(self) -> None:
        model = self.model
        clocks: list[Clock] = []
        if model.due is not None:
            clocks = [promise(model.due, stop=model.stop, code=CODE)]
        with held_at(self.now):
            commands.settle(Owner("case", self.subject.id, "2603-00001"), shipped(), clocks)

    def _compare(self, generation: int, expected: list[tuple[str, str]]) -> None:
        rows = Fired.objects.filter(subject=self.subject.id, generation=generation)
        there = {row.stage: row for row in rows}
        for label, said in expected:
            assert there[label].outcome == said
            assert there[label].fired_at == self.now >= there[label].fire_at
        told = Notice.objects.filter(subject=self.subject.id).values_list("key", flat=True)
        rungs = {
            (int(key.split(":", 3)[2]), key.split(":", 3)[3].rpartition(":")[0]) for key in told
        }
        assert rungs == set(self.said)


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_happens_to_a_promise_its_ladder_fires_what_it_owes() -> None:
    play(Promise, 25)
