"""`jiannuo report figures` and `report services`: a period in numbers, each with its basis."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from jiannuo.faces.console.report import report
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.oversight import tallying
from tests.journey.conftest import founded, world
from tests.journey.telling import at, fault
from tests.world import World

__all__ = ["founded", "world"]
APRIL = at("2026-04-02 09:00")


def said(*words: str) -> str:
    with held_at(APRIL):
        result = CliRunner().invoke(report, words)
    if isinstance(result.exception, Refusal):
        raise result.exception
    return result.output


@pytest.fixture
def march(world: World) -> World:
    """One fault, spoken about in time and fixed after five hours."""
    case = fault(world, "09:00", "L3")
    case.do("engineer_contact", "09:30", "李伟")
    case.do("resolved", "14:00", "李伟", cause="quality", customer_confirmed_by="邓丽")
    return world


def line(output: str, name: str) -> list[str]:
    return next(row for row in output.splitlines() if row.startswith(name)).split()


def test_the_last_full_month_is_meant_where_none_is_said(march: World) -> None:
    output = said("figures")
    assert "2026-03-01 – 2026-03-31" in output
    assert line(output, "电话响应达成率")[1:6] == ["100.00", "%", "1", "/", "1"]
    assert line(output, "平均修复时间")[1:6] == ["5.00", "h", "5.0", "/", "1"]
    assert line(output, "到场达成率")[1:5] == ["-", "0", "/", "0"]


def test_a_contract_brings_its_inspections_and_training(march: World) -> None:
    assert "巡检完成率" not in said("figures")
    assert "巡检完成率" in said("figures", "--contract", "HT-P")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("figures", "--from", "2026-03-02", "--to", "2026-03-01"), "no_period"),
        (("figures", "--contract", "HT-?"), "no_contract"),
        (("services", "--customer", "都江堰"), "no_customer"),
    ],
)
def test_what_is_not_there_is_refused(march: World, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(Refusal) as caught:
        said(*words)
    assert caught.value.code == code


def test_a_part_of_a_customers_name_is_answered_with_the_whole(march: World) -> None:
    with pytest.raises(Refusal, match="都江堰灌区信息中心 HT-P"):
        said("services", "--customer", "都江堰")


def test_all_eight_services_are_listed_those_never_given_too(march: World) -> None:
    output = said("services", "--customer", "都江堰灌区信息中心 HT-P")
    rows = [row.split() for row in output.splitlines() if row[:2] in ("TS", "HS")]
    assert len(rows) == 8
    assert {row[2] for row in rows} == {"0", "1"}


def test_everything_is_counted_anew_on_demand(march: World) -> None:
    tallying.refresh_all()
    assert "重算了 1 项" in said("anew")
    assert tallying.waiting() == 0
