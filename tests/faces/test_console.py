"""`jiannuo explain` and `jiannuo manual show` on a terminal."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click import Command
from click.testing import CliRunner

from jiannuo.faces.console import explain, manual
from jiannuo.faces.console.tables import table, width
from jiannuo.journey import house
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.profile import readings
from tests.faces.conftest import NOON
from tests.world import World, confirmed, contacted, reported

MINUTE = timedelta(minutes=1)


def said(command: Command, *args: str) -> str:
    with held_at(NOON + 60 * MINUTE):
        answer = CliRunner().invoke(command, args)
    assert answer.exit_code == 0, answer.output
    return answer.output


def talked(world: World) -> str:
    number = confirmed(world, reported(world, NOON), NOON + MINUTE, "L3")
    return contacted(world, number, NOON + 17 * MINUTE)


def test_explain_tells_every_promise_in_both_languages(world: World) -> None:
    output = said(explain.command, talked(world))
    assert "电话响应  手册 7.2 C 2, 表2-2  R-7.2-C-2" in output
    assert "- 所以须早于 14:01:00：原文写「小于」，正好到点算迟  (A2)" in output
    assert (
        "- So it must be before 14:01:00: the text says less than, and on the dot is late  (A2)"
        in output
    )
    assert output.count("24 小时解决") == 1
    assert output.count("Fixed within 24 hours") == 1


def test_explain_keeps_to_the_language_and_promise_asked_for(world: World) -> None:
    output = said(explain.command, talked(world), "--lang", "en", "--promise", "fix_24h")
    assert "Fixed within 24 hours" in output
    assert "Phone response" not in output
    assert "小时" not in output


def test_explain_refuses_a_number_that_is_not_there(world: World) -> None:
    answer = CliRunner().invoke(explain.command, ["none"])
    assert isinstance(answer.exception, Refusal)


def test_explain_says_where_numbers_are_to_be_found(world: World) -> None:
    number = talked(world)
    refusal = CliRunner().invoke(explain.command, ["none"]).exception
    assert isinstance(refusal, Refusal)
    assert f"例如 {number}" in refusal.zh
    assert f"such as {number}" in refusal.en


def test_explain_refuses_a_promise_the_manual_has_not(world: World) -> None:
    refusal = CliRunner().invoke(explain.command, [talked(world), "--promise", "none"]).exception
    assert isinstance(refusal, Refusal)
    assert "phone_response" in refusal.en


def test_explain_names_the_clause_in_the_language_of_the_sentences(world: World) -> None:
    output = said(explain.command, talked(world), "--lang", "en")
    assert "manual 7.2 C 2, table 2-2" in output
    assert "表" not in output


@pytest.mark.parametrize("part", manual.PARTS)
def test_every_part_of_the_manual_can_be_shown(world: World, part: str) -> None:
    assert len(said(manual.command, "show", part).splitlines()) > 5


def test_the_promises_name_limit_and_operator(world: World) -> None:
    output = said(manual.command, "show", "promises")
    line = next(row for row in output.splitlines() if row.startswith("phone_response"))
    assert "L1 00:30 L2 00:30 L3 02:00 L4 04:00 consult 04:00 other 48:00" in line
    assert " < " in line
    arrival = next(row for row in output.splitlines() if row.startswith("onsite_arrival"))
    assert "<=50km 02:00" in arrival
    assert "beyond 24:00" in arrival


def test_all_readings_are_listed(world: World) -> None:
    output = said(manual.command, "show", "readings")
    assert {r.id for r in readings()} <= {row.split()[0] for row in output.splitlines() if row}


def test_the_newest_version_is_shown_unless_the_shipped_one_is_asked_for(world: World) -> None:
    with held_at(NOON):
        house.publish_profile(
            world.actor("罗敏"), "default", version=2, changes={"observation": "72:00"}, reason="x"
        )
    newest = said(manual.command, "show", "policy")
    assert "version 2" in newest
    assert any(row.split()[:3] == ["observation", "*", "72:00"] for row in newest.splitlines())
    assert "version 1" in said(manual.command, "show", "policy", "--as-shipped")


def test_chinese_is_two_columns_wide() -> None:
    assert width("承诺 A") == 6
    assert list(table(("码", "名"), [("ab", "x"), ("中", "y")])) == [
        "码  名",
        "--  --",
        "ab  x",
        "中  y",
    ]
