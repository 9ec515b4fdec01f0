"""A program of each of our people; and the company in rows that all connections see."""

from __future__ import annotations

import pytest

from jiannuo.kernel.moment import held_at
from tests.faces.api.programs import Program, Programs, program_of
from tests.faces.conftest import NOON
from tests.world import World, company


@pytest.fixture
def acting(world: World) -> Programs:
    """A program of one of our people, by name."""
    made: dict[str, Program] = {}

    def found(name: str) -> Program:
        if name not in made:
            made[name] = program_of(name)
        return made[name]

    return found


@pytest.fixture
def crowded(transactional_db: None) -> World:
    """The company in committed rows, for several connections."""
    with held_at(NOON):
        return company()
