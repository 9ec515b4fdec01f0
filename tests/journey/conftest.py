"""The small company, with a project forty kilometres away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from jiannuo.kernel.moment import held_at
from jiannuo.people.rules import Duty
from tests.journey.rosters import SUNDAY, WEEK, draw
from tests.journey.telling import step
from tests.manual.happenings import at
from tests.world import World, company, project

#: Long before anything happens: what is set up is known on every day of a test.
FOUNDED = at("2025-01-01 08:00")


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """The company, in a transaction around all tests of a file; each test is a savepoint in it,
    so that none sees another's steps and nobody elsewhere sees any."""
    with django_db_blocker.unblock(), transaction.atomic():
        with held_at(FOUNDED):
            built = replace(company(), customer=project())
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def world(founded: World, db: None) -> World:
    return founded


@pytest.fixture
def managed(world: World) -> World:
    """Liu Yang to Saturday, Zhao Gang on Sunday."""
    draw(
        world,
        Duty("duty_manager", WEEK[0], at(f"{SUNDAY} 00:00"), "刘洋"),
        Duty("duty_manager", at(f"{SUNDAY} 00:00"), WEEK[1], "赵刚"),
        desks=("duty_manager",),
    )
    step(world, "roster_published", "2026-03-20 09:00", "刘洋", "W15")
    return world
