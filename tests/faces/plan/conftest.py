"""A project that is inspected each quarter, with two devices, on 20 May 2026."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.test import override_settings

from jiannuo.equipment.commands import NewUnit
from jiannuo.kernel.moment import held_at
from tests.faces.conftest import NOON
from tests.world import BRAND, Customer, World, project

DEVICES = (
    NewUnit("DEV-1", BRAND, "CX-R520", "服务器"),
    NewUnit("DEV-2", BRAND, "CX-N3800", "接入交换机"),
)


@pytest.fixture
def own(world: World) -> Customer:
    with held_at(NOON):
        return project(
            "HT-I", accepted=date(2026, 2, 10), months=24, devices=DEVICES, inspection_plan=True
        )


@pytest.fixture(autouse=True)
def kept_here(tmp_path: Path) -> Iterator[None]:
    """Photos are kept in a folder of the test."""
    with override_settings(DATA=tmp_path / "data"):
        yield
