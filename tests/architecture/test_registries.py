"""Kinds are folders and one line registers one: a folder nobody registered is never offered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from jiannuo.site import wiring
from jiannuo.site.cli import COMMANDS
from jiannuo.site.lazy import Entry

ROOT = Path(__file__).parents[2]

# Where kinds live, and the registry in the package that holds them: a mapping or a collection
# of the folders' names. A place that does not exist yet is not asked for.
KINDS = {
    "support/tiers": "TIERS",
    "papers/kinds": "KINDS",
    "notices/channels": "CHANNELS",
}


def folders(place: str) -> set[str]:
    here = ROOT / "jiannuo" / place
    return {path.parent.name for path in here.glob("*/__init__.py")}


@pytest.mark.parametrize("place", KINDS)
def test_every_folder_of_a_kind_is_registered(place: str) -> None:
    if not folders(place):
        return
    registry: Any = wiring.resolve(f"jiannuo.{place.replace('/', '.')}:{KINDS[place]}")
    assert set(registry) == folders(place)


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_can_be_imported_and_says_what_it_does(entry: Entry) -> None:
    assert isinstance(wiring.resolve(entry.target), click.Command)
    assert entry.en.endswith(".")
    assert entry.zh.endswith("。")


def test_every_hook_can_be_imported() -> None:
    assert all(callable(wiring.hook(name)) for name in wiring.HOOKS)


def test_a_hook_that_is_not_there_yet_is_none() -> None:
    assert wiring.hook("no such hook") is None
