"""`jiannuo search`: the one box on a terminal, and reading all texts anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner

from jiannuo.archive.models import Passage
from jiannuo.archive.passages import read_anew, read_on
from jiannuo.faces.console.searching import search
from jiannuo.kernel.moment import held_at, now
from tests.world import World, clocks_kept, company, reported


@pytest.fixture
def world(db: None) -> World:
    clocks_kept(now() + timedelta(hours=1))
    with held_at(now() - timedelta(hours=3)):
        return company()


def told(*arguments: str) -> str:
    done = CliRunner().invoke(search, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_finds_on_a_terminal(world: World) -> None:
    number = reported(world, now() - timedelta(hours=1))
    assert f"{number}  [CXN6800]-2505-0009" in told("find", "cxn6800")
    assert "邓丽  028-5550-2203  眉山东坡智慧交通指挥中心" in told("find", "dengli")
    assert "nothing holds that" in told("find", "无此物")


def test_everything_is_read_anew(world: World) -> None:
    reported(world, now() - timedelta(hours=1), "阀门漏水")
    before = list(Passage.objects.order_by("pk").values_list("pk", "folded"))
    Passage.objects.all().delete()
    assert "nothing holds that" in told("find", "阀门")
    assert "all texts are read" in told("rebuild")
    assert list(Passage.objects.order_by("pk").values_list("pk", "folded")) == before
    assert "all texts are read" in told("status")


def test_says_how_far_it_has_come(world: World) -> None:
    for n in range(3):
        reported(world, now() - timedelta(hours=1), f"阀门 {n}")
    read_anew()
    read_on(2)
    assert "are not read yet" in told("status")
    assert "older records are not read yet" in told("find", "阀门")
