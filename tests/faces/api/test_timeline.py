"""What happened to a case, and why its promises fall due when they do, told to programs."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from jiannuo.kernel.moment import held_at
from jiannuo.manual.vocabulary import Verdict
from tests.faces.api.programs import Program, Programs, refused, told
from tests.faces.conftest import NOON
from tests.world import World

MINUTE = timedelta(minutes=1)


def events(program: Program, number: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(program.get(f"/cases/{number}/timeline{query}"), 200)[
        "events"
    ]
    return found


def at(said: str) -> datetime:
    return datetime.fromisoformat(said)


def test_the_newest_comes_first_with_both_times_and_a_sentence(
    acting: Programs, number: str
) -> None:
    engineer = acting("李伟").later(hours=2)
    happened = (NOON + 5 * MINUTE).isoformat()
    told(engineer.step(number, "engineer_contact", at=happened, why="现场没有网络"), 201)
    last, confirmed, report = events(engineer, number)
    assert [e["kind"] for e in (report, confirmed, last)] == [
        "reported",
        "confirmed",
        "engineer_contact",
    ]
    assert (at(last["happened_at"]), at(last["recorded_at"])) == (
        NOON + 5 * MINUTE,
        NOON + timedelta(hours=2),
    )
    assert (last["late"], last["why"], last["by"]) == (True, "现场没有网络", "李伟")
    assert (last["hand"], last["heard"], last["was_at"]) == ("", "", None)
    assert "李伟" in last["zh"]
    assert last["zh"] != last["en"]
    assert report["fields"]["device"]
    oldest = events(engineer, number, "?order=oldest")
    assert [e["id"] for e in oldest] == [e["id"] for e in (report, confirmed, last)]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_the_pages_make_the_whole_story_while_it_goes_on(
    acting: Programs, number: str, order: str
) -> None:
    agent = acting("周敏")
    for n in range(5):
        told(agent.later(minutes=n).step(number, "noted", text=f"第 {n} 条"), 201)
    whole = [e["id"] for e in events(agent, number, f"?order={order}")]
    seen: list[str] = []
    after = ""
    while True:
        page = told(agent.get(f"/cases/{number}/timeline?order={order}&limit=2{after}"), 200)
        seen += [e["id"] for e in page["events"]]
        if page["next"] is None:
            break
        after = f"&after={quote(page['next'])}"
        if len(seen) == 2:  # somebody writes on while we read
            told(agent.later(minutes=9).step(number, "noted", text="后来"), 201)
    assert seen[: len(whole)] == whole
    assert len(seen) == len(set(seen)) == len(whole) + (order == "oldest")


def test_a_corrected_time_stands_with_what_it_was(acting: Programs, number: str) -> None:
    engineer = acting("李伟").later(minutes=9)
    event = told(engineer.step(number, "engineer_contact", result="已指导"), 201)["event"]
    right = NOON + 3 * MINUTE
    told(engineer.step(number, "correction", of=event, t=right.isoformat(), reason="表快了"), 201)
    line = next(e for e in events(engineer, number) if e["id"] == event)
    assert (at(line["happened_at"]), at(line["was_at"])) == (right, NOON + 9 * MINUTE)
    assert at(line["corrected_at"]) == NOON + 9 * MINUTE


def test_files_stand_with_the_line_that_brought_them(
    acting: Programs, number: str, tmp_path: Path
) -> None:
    program = acting("李伟")
    headers = {"Authorization": f"Bearer {program.token}"}
    said = {"file": SimpleUploadedFile("核心.log", b"%BGP-5"), "text": "设备日志"}
    with override_settings(DATA=tmp_path), held_at(NOON):
        kept = Client().post(f"/api/v1/cases/{number}/files", said, headers=headers).json()
    line = events(program, number)[0]
    assert line["files"] == [{"id": kept["id"], "name": "核心.log"}]


@pytest.mark.parametrize("query", ["order=up", "limit=0", "limit=501", "after=x"])
def test_a_question_that_makes_no_sense_is_told_by_its_name(
    acting: Programs, number: str, query: str
) -> None:
    answer = acting("刘洋").get(f"/cases/{number}/timeline?{query}")
    [wrong] = refused(answer, 422, "malformed")["fields"]
    assert wrong["field"] == query.split("=")[0]


def test_every_promise_is_shown_and_told_in_both_languages(acting: Programs, number: str) -> None:
    program = acting("刘洋").later(minutes=31)
    shown = told(program.get(f"/cases/{number}/clocks"), 200)
    response = next(c for c in shown["clocks"] if c["promise"] == "phone_response")
    assert response["verdict"] == Verdict.BREACHED
    one = told(program.get(f"/cases/{number}/clocks/phone_response"), 200)
    assert {name: one[name] for name in response} == response
    about = [line["what"] for line in one["lines"]]
    assert about[:2] == ["start", "limit"]
    assert "verdict" in about
    for line in one["lines"]:
        assert line["zh"]
        assert line["en"]
        assert line["zh"] != line["en"]
    assert one["requirement"].startswith("R-")
    assert shown["unverified"]  # nothing swept in that half hour


def test_what_is_not_there_is_told(world: World, acting: Programs, number: str) -> None:
    program = acting("刘洋")
    refused(program.get(f"/cases/{number}/clocks/no_promise"), 404, "no_such_promise")
    for rest in ("timeline", "clocks", "clocks/phone_response"):
        for missing in ("9999-00000", "没有", "a/b", "a%00b"):
            refused(program.get(f"/cases/{missing}/{rest}"), 404, "no_case")


@pytest.mark.parametrize("notes", [1, 12])
def test_the_same_few_questions_are_asked_for_one_event_and_for_many(
    acting: Programs, number: str, notes: int
) -> None:
    program = acting("刘洋")
    for n in range(notes):
        told(program.step(number, "noted", str(uuid4()), text=f"第 {n} 次"), 201)
    for address in ("timeline", "clocks", "clocks/phone_response"):
        with CaptureQueriesContext(connection) as asked:
            told(program.get(f"/cases/{number}/{address}"), 200)
        assert len(asked) <= 8, [one["sql"][:80] for one in asked]
