"""Whoever is sent wherever, in any order: an engineer is at one site, where a plain note says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from jiannuo.cases import queries as cases
from jiannuo.kernel.moment import held_at
from jiannuo.people import queries as people
from jiannuo.visits import commands as visits
from jiannuo.visits.commands import Arrival
from jiannuo.visits.models import Visit
from jiannuo.visits.states import VisitState
from tests.machines import RolledBack, play
from tests.manual.happenings import at
from tests.world import World, company, reported

ENGINEERS, CASES = ("李伟", "陈晨"), range(3)
WHO, WHERE = st.sampled_from(ENGINEERS), st.sampled_from(CASES)
AGO = st.sampled_from((0, 0, 2, 5, 30))  # minutes before it is entered


@dataclass
class Stay:
    """One arrival and what became of it; `said`: he told himself when he left."""

    where: int
    arrived: datetime
    left: datetime | None = None
    said: bool = False


class Field(RolledBack):
    """`stays`: where each engineer was, by hand."""

    world: World
    cases: list[UUID]

    def __init__(self) -> None:
        super().__init__()
        self.now = at("10:00")
        self.stays: dict[str, list[Stay]] = {name: [] for name in ENGINEERS}
        self.staff = {name: people.known_staff(name).id for name in ENGINEERS}

    def _at(self, ago: int) -> datetime:
        """A moment nobody had yet, now or so many minutes before it."""
        self.now += timedelta(minutes=1, milliseconds=1)
        return self.now - timedelta(minutes=ago)

    @rule(who=WHO, where=WHERE)
    def send(self, who: str, where: int) -> None:
        visits.send(self.cases[where], None, self.staff[who], self._at(0))

    @rule(who=WHO, where=WHERE, ago=AGO)
    def arrive(self, who: str, where: int, ago: int) -> None:
        """Also where nobody sent him, while he still stands elsewhere, and entered late."""
        when = self._at(ago)
        visits.arrive(self.cases[where], None, self.staff[who], Arrival(uuid4(), when))
        stays = self.stays[who]
        for stay in stays:
            if stay.arrived <= when and (stay.left is None or stay.left > when):
                stay.left, stay.said = when, False
        later = min((stay.arrived for stay in stays if stay.arrived > when), default=None)
        stays.append(Stay(where, when, later))

    @rule(who=WHO, where=WHERE, ago=AGO)
    def leave(self, who: str, where: int, ago: int) -> None:
        when = self._at(ago)
        visits.leave(self.cases[where], self.staff[who], when)
        stays = [stay for stay in self.stays[who] if stay.where == where]
        before = [stay for stay in stays if stay.arrived <= when]
        if before:
            last = max(before, key=lambda stay: stay.arrived)
            if last.left is None or (when < last.left and not last.said):
                last.left, last.said = when, True
            return
        for stay in stays:
            if stay.left is None:
                stay.left, stay.said = stay.arrived, True

    @invariant()
    def everybody_was_where_he_was(self) -> None:
        rows = Visit.objects.filter(arrived_at__isnull=False)
        kept = rows.values_list("engineer", "case", "arrived_at", "left_at", "inferred")
        assert sorted(kept, key=str) == sorted(
            (
                (
                    self.staff[who],
                    self.cases[s.where],
                    s.arrived,
                    s.left,
                    s.left is not None and not s.said,
                )
                for who, stays in self.stays.items()
                for s in stays
            ),
            key=str,
        )

    @invariant()
    def nobody_was_at_two_sites_at_once(self) -> None:
        for who in self.staff.values():
            rows = Visit.objects.filter(engineer=who, arrived_at__isnull=False)
            spans = list(rows.order_by("arrived_at").values_list("arrived_at", "left_at"))
            for (_, left), (arrived, _) in pairwise(spans):
                assert left is not None
                assert arrived is not None
                assert left <= arrived

    @invariant()
    def who_is_on_site_has_not_left(self) -> None:
        here = Visit.objects.filter(state=VisitState.ON_SITE)
        assert set(here) == set(Visit.objects.filter(arrived_at__isnull=False, left_at=None))


@pytest.mark.slow
@pytest.mark.django_db
def test_whoever_goes_where_an_engineer_is_at_one_site() -> None:
    with held_at(at("2026-01-05 09:00")):
        Field.world = company()
    numbers = [reported(Field.world, at("09:00")) for _ in CASES]
    Field.cases = [cases.card(number).id for number in numbers]
    play(Field, 20)
