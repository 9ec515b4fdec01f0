"""The desk's pages through Django's client: what they say, to whom, and at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from jiannuo.clocks.commands import sweep
from jiannuo.kernel.moment import held_at
from tests.world import World, company, confirmed, contacted, login, reported

NOON = datetime(2026, 5, 20, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    with held_at(NOON):
        return company()


@pytest.fixture
def desk(world: World, client: Client) -> Client:
    client.force_login(login("刘洋"))
    return client


def page(client: Client, address: str, at: datetime) -> str:
    """The page at a moment at which the worker has done its work."""
    with held_at(at):
        sweep()
        answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def test_x(desk, world):
    n = confirmed(world, reported(world, NOON), NOON + MINUTE)
    print(page(desk, "/", NOON + 5 * MINUTE))
    print(page(desk, f"/cases/{n}/", NOON + 5 * MINUTE))
