"""Cases over the API: opened by a report, shown with their clocks, listed by time to breach."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiannuo.archive.models import Event
from jiannuo.cases.models import Case
from tests.faces.api.programs import FAULT, Programs, refused, told
from tests.faces.conftest import NOON
from tests.world import World, confirmed, reported


def test_a_report_opens_a_case_and_answers_with_its_number(world: World, acting: Programs) -> None:
    agent = acting("周敏")
    said = {**FAULT, "customer": str(world.customer.id), "device": world.customer.serial}
    answer = agent.post("/cases", said)
    found = told(answer, 201)
    assert answer.headers["Content-Language"] == "zh-CN"
    assert found["again"] is False
    card = told(agent.get(f"/cases/{found['number']}"), 200)
    assert (card["status"], card["level"], card["channel"]) == ("received", None, "monitoring")
    assert card["devices"] == [world.customer.serial]
    assert datetime.fromisoformat(card["reported_at"]) == NOON
    event = Event.objects.get(uid=found["event"])
    assert (event.kind, event.by_name) == ("reported", "周敏")


def test_a_case_is_shown_with_its_clocks_and_who_has_it(acting: Programs, number: str) -> None:
    told(acting("刘洋").step(number, "assigned", engineer="李伟", why="熟悉现场"), 201)
    card = told(acting("李伟").later(minutes=31).get(f"/cases/{number}"), 200)
    assert (card["status"], card["level"], card["assignee"]) == ("confirmed", "L2", "李伟")
    clocks = {clock["promise"]: clock for clock in card["clocks"]}
    response = clocks["phone_response"]
    assert response["verdict"] == "breached"
    assert datetime.fromisoformat(response["due_at"]) < NOON + timedelta(minutes=31)
    assert response["zh"]
    assert response["clause"]
    assert card["unverified"]  # nothing swept in that half hour


def test_what_a_gate_let_pass_is_shown(acting: Programs, number: str) -> None:
    told(acting("李伟").step(number, "arrived", geo=[31.4, 104.6]), 201)
    card = told(acting("李伟").get(f"/cases/{number}"), 200)
    assert {line["action"] for line in card["deviations"]} == {"archive_read", "prep_checked"}


def test_open_cases_are_listed_by_time_to_breach(
    world: World, acting: Programs, number: str
) -> None:
    other = confirmed(world, reported(world, NOON, of=world.stranger), NOON, "L4")
    program = acting("刘洋")
    rows = told(program.get("/cases"), 200)["cases"]
    assert [row["number"] for row in rows] == [number, other]
    assert rows[0]["next_promise"]
    assert told(program.get("/cases?limit=1"), 200)["cases"] == rows[:1]
    late = told(program.later(hours=1).get("/cases?late=true"), 200)["cases"]
    assert number in [row["number"] for row in late]
    assert told(program.get("/cases?late=true"), 200)["cases"] == []


@pytest.mark.parametrize("many", [1, 9])
def test_reading_asks_the_same_few_questions_for_one_case_and_for_many(
    world: World, acting: Programs, number: str, many: int
) -> None:
    for _ in range(many):
        confirmed(world, reported(world, NOON), NOON)
    program = acting("刘洋")
    program.get("/me")  # notes that the token is used
    for address, budget in (("/cases", 2), (f"/cases/{number}", 14), ("/me", 2)):
        with CaptureQueriesContext(connection) as asked:
            told(program.get(address), 200)
        assert len(asked) <= budget, [one["sql"][:80] for one in asked]


@pytest.mark.parametrize("query", ["limit=0", "limit=viele", "limit=501", "late=x"])
def test_a_question_that_makes_no_sense_is_told_by_its_name(acting: Programs, query: str) -> None:
    found = refused(acting("刘洋").get(f"/cases?{query}"), 422, "malformed")
    assert found["fields"][0]["field"] == query.split("=")[0]


def test_nobody_else_s_case_and_no_case_look_the_same(acting: Programs) -> None:
    for number in ("9999-00000", "没有", "a/b"):
        refused(acting("刘洋").get(f"/cases/{number}"), 404, "no_case")
        refused(acting("李伟").step(number, "archive_read"), 404, "no_case")
    refused(acting("刘洋").get("/cases/a%00b"), 404, "no_case")
    refused(acting("李伟").step("a%00b", "archive_read"), 422, "out_of_range")


def test_a_number_may_hold_a_slash(acting: Programs, number: str) -> None:
    """Numbers of cases that came in from elsewhere are as they were there."""
    Case.objects.filter(number=number).update(number="旧/2026/7")
    told(acting("李伟").step("旧/2026/7", "archive_read"), 201)
    assert told(acting("李伟").get("/cases/旧/2026/7"), 200)["number"] == "旧/2026/7"
