"""Whoever is sent wherever, in any order: an engineer is at one site, where a plain note says."""

from __future__ import annotations

from datetime import timedelta
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


class Field(RolledBack):
    """`places`: where each engineer is, by hand."""

    world: World
    cases: list[UUID]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.places = at("10:00"), dict[str, int]()
        self.staff = {name: people.known_staff(name).id for name in ENGINEERS}

    def _later(self) -> None:
        self.now += timedelta(minutes=1)

    @rule(who=WHO, where=WHERE)
    def send(self, who: str, where: int) -> None:
        self._later()
        visits.send(self.cases[where], None, self.staff[who], self.now)

    @rule(who=WHO, where=WHERE)
    def arrive(self, who: str, where: int) -> None:
        """Also where nobody sent him, and while he still stands elsewhere."""
        self._later()
        visits.arrive(self.cases[where], None, self.staff[who], Arrival(uuid4(), self.now))
        self.places[who] = where

    @rule(who=WHO, where=WHERE)
    def leave(self, who: str, where: int) -> None:
        self._later()
        visits.leave(self.cases[where], self.staff[who], self.now)
        if self.places.get(who) == where:
            del self.places[who]

    @invariant()
    def everybody_is_where_he_is(self) -> None:
        rows = Visit.objects.filter(state=VisitState.ON_SITE).values_list("engineer", "case")
        here = {(self.staff[who], self.cases[where]) for who, where in self.places.items()}
        assert sorted(rows) == sorted(here)

    @invariant()
    def nobody_was_at_two_sites_at_once(self) -> None:
        for who in self.staff.values():
            rows = Visit.objects.filter(engineer=who, arrived_at__isnull=False)
            spans = list(rows.order_by("arrived_at").values_list("arrived_at", "left_at"))
            for (_, left), (arrived, _) in pairwise(spans):
                assert left is not None
                assert arrived is not None
                assert left <= arrived


@pytest.mark.slow
@pytest.mark.django_db
def test_whoever_goes_where_an_engineer_is_at_one_site() -> None:
    with held_at(at("2026-01-05 09:00")):
        Field.world = company()
    numbers = [reported(Field.world, at("09:00")) for _ in CASES]
    Field.cases = [cases.card(number).id for number in numbers]
    play(Field, 10)
