"""A page asks the same few questions for one case and for many, for two events and for twenty."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from jiannuo.clocks.sweeping import sweep
from jiannuo.equipment.commands import NewUnit
from jiannuo.journey import intake
from jiannuo.kernel.moment import held_at
from tests.faces.conftest import NOON
from tests.faces.test_permits import TABLE
from tests.world import BRAND, MODEL, World, confirmed, contacted, project, reported

BUDGET: dict[str, int] = tomllib.loads(Path(__file__).with_name("query_budget.toml").read_text())
MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(hours=1)


def asked(client: Client, address: str) -> int:
    with held_at(LATER):
        while sweep():
            pass
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert client.get(address).status_code == 200
    return len(found)


def busy(world: World) -> str:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    return contacted(world, number, NOON + 10 * MINUTE)


@pytest.mark.parametrize("many", [1, 12])
def test_the_queue_keeps_its_budget(world: World, on_duty: None, desk: Client, many: int) -> None:
    for _ in range(many):
        busy(world)
    assert asked(desk, "/") <= BUDGET["desk:case_list"]


@pytest.mark.parametrize("notes", [0, 12])
def test_a_case_keeps_its_budget(world: World, on_duty: None, desk: Client, notes: int) -> None:
    number = busy(world)
    for n in range(notes):
        with held_at(NOON + (20 + n) * MINUTE):
            intake.note(world.actor("李伟"), number, text=f"第 {n} 次检查")
    assert asked(desk, f"/cases/{number}/") <= BUDGET["desk:case_show"]


@pytest.mark.parametrize("many", [1, 12])
def test_what_is_found_keeps_its_budget(
    world: World, on_duty: None, desk: Client, many: int
) -> None:
    for n in range(many):
        number = busy(world)
        project(f"HT-B{n}", devices=[NewUnit(f"SN-{n}", BRAND, MODEL, "核心交换机")])
    for typed in ("核心", MODEL, "机房", number[:5]):
        assert asked(desk, f"/find/?q={typed}&all=1") <= BUDGET["desk:finding_list"]
        assert asked(desk, f"/find/live/?q={typed}") <= BUDGET["desk:finding_show"]


def test_the_heartbeat_keeps_its_budget(world: World, desk: Client) -> None:
    assert asked(desk, "/web/beat/") <= BUDGET["web:beat_show"]


def test_every_page_that_lists_or_shows_has_a_budget() -> None:
    assert get_resolver()
    pages = {n for n in TABLE if ":" in n and n.rsplit("_", 1)[-1] in ("list", "show")}
    # Programs ask for one thing at a time; what the API asks is told in its own tests.
    pages -= {name for name in pages if name.startswith("api:")}
    assert pages == set(BUDGET)
