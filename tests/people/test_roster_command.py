"""`jiannuo roster show`: who answers now, who comes next, where nobody does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from jiannuo.faces.console.roster import roster
from jiannuo.faces.console.staff import staff
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.people import commands as people
from jiannuo.people.commands import Person
from jiannuo.people.models import Staff
from jiannuo.people.rules import Duty

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def drawn() -> None:
    people.open_office(SYSTEM, "CDO", "成都办事处", 30.6, 104.0)
    people.hire(SYSTEM, Person("刘洋", ("duty_manager",), phone="028-05000001"))
    people.hire(SYSTEM, Person("赵刚", ("duty_manager",), phone="028-05000002"))
    people.hire(SYSTEM, Person("孙立新", ("subcentre_head",), phone="028-05000003"))
    edges = [NOON - 4 * HOUR, NOON + HOUR, NOON + 3 * HOUR, NOON + 8 * HOUR]
    crew = ("刘洋", None, "赵刚")
    duties = [
        Duty("duty_manager", a, b, who) for a, b, who in zip(edges, edges[1:], crew, strict=False)
    ]
    with held_at(NOON - 24 * HOUR):
        people.draw_roster(SYSTEM, "W", (edges[0], edges[-1]), ["duty_manager"], duties)
        people.publish_roster("W")


def shown(*options: str) -> str:
    with held_at(NOON):
        done = CliRunner().invoke(roster, ["show", *options])
    if done.exception is not None:
        raise done.exception
    return done.output


def test_it_shows_who_answers_until_when_who_next_and_the_gaps(drawn: None) -> None:
    said = shown()
    assert "2026-03-02 12:00 Asia/Shanghai" in said
    for word in ("值班经理", "duty manager", "刘洋", "028-05000001", "当班 on shift", "(孙立新)"):
        assert word in said
    assert "2026-03-02 13:00 – 2026-03-02 15:00  值班经理 duty manager" in said
    assert "值班经理只排到 2026-03-02 20:00" in said


def test_it_shows_another_moment_by_our_clock(drawn: None) -> None:
    said = shown("--at", "2026-03-02 13:30")
    assert "(孙立新)" in said
    assert "无人值班，升级 nobody on duty" in said
    assert "赵刚" in shown("--at", "2026-03-02 15:00", "--office", "CDO")


def test_a_roster_without_a_gap_says_so(drawn: None) -> None:
    assert "没有值班缺口" in shown("--at", "2026-03-02 16:00")


def test_without_a_roster_it_says_what_to_do() -> None:
    said = shown()
    assert "请先排班并发布" in said
    assert "draw one and publish it" in said


def test_where_nobody_at_all_can_be_called_it_says_so(drawn: None) -> None:
    Staff.objects.update(active=False)
    assert "没有人 nobody" in shown()


def test_an_office_that_is_not_there_is_answered_with_those_there_are(drawn: None) -> None:
    with pytest.raises(Refusal, match="there are CDO"):
        shown("--office", "XXX")


def test_a_person_is_added_with_an_address_and_a_language() -> None:
    options = ["add", "Anna", "--login", "anna", "--role", "engineer", "--phone", "1"]
    reach = ["--email", "anna@example.com", "--language", "en"]
    assert CliRunner().invoke(staff, [*options, *reach]).exit_code == 0
    row = Staff.objects.get(name="Anna")
    assert (row.phone, row.email, row.language) == ("1", "anna@example.com", "en")
    assert CliRunner().invoke(staff, [*options, "--language", "fr"]).exit_code == 2
