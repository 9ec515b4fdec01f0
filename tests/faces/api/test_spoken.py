"""A step entered for somebody who said it: both names stand there, and the same refusals."""

from __future__ import annotations

from typing import Any

import pytest

from jiannuo.archive.models import Event
from jiannuo.journey import speaking
from jiannuo.web.shapes import CASE
from tests.faces.api.programs import Programs, refused, told
from tests.faces.api.test_document import steps_told
from tests.faces.conftest import NOON
from tests.world import World, reported


def test_a_customer_s_word_is_entered_with_both_names(acting: Programs, number: str) -> None:
    agent = acting("周敏").later(minutes=5)
    word = {"said_by": "邓丽", "heard": "call"}
    told(agent.step(number, "remote_consent", "k", given=True, how="call", **word), 201)
    line = told(agent.get(f"/cases/{number}/timeline"), 200)["events"][0]
    assert (line["by"], line["hand"], line["heard"]) == ("邓丽", "周敏", "call")
    again = agent.step(number, "remote_consent", "k", given=True, how="call", **word)
    assert told(again, 200)["again"] is True
    assert Event.objects.filter(kind="remote_consent").count() == 1
    told(acting("李伟").later(minutes=6).step(number, "remote_login"), 201)


def test_an_engineer_without_signal_calls_in(acting: Programs, number: str) -> None:
    manager = acting("刘洋")
    said = {"said_by": "李伟", "heard": "call"}
    told(manager.step(number, "engineer_contact", result="已指导", **said), 201)
    event = Event.objects.get(kind="engineer_contact")
    assert (event.by_name, event.hand, event.heard) == ("李伟", "刘洋", "call")


@pytest.mark.parametrize(
    ("who", "kind", "word", "status", "code"),
    [
        ("周敏", "report_signed", ("邓丽", "call"), 409, "signature_needed"),
        ("周敏", "remote_consent", ("王五", "call"), 404, "no_such_contact"),
        ("罗敏", "remote_consent", ("邓丽", "call"), 403, "not_permitted"),
        ("李伟", "engineer_contact", ("陈晨", "call"), 403, "not_permitted"),
        ("刘洋", "confirmed", ("周敏", "call"), 409, "only_himself"),
        ("刘洋", "engineer_contact", ("无此人", "call"), 404, "no_such_person"),
    ],
)
def test_what_may_not_be_entered_for_another_is_refused_as_on_the_pages(
    acting: Programs,
    number: str,
    who: str,
    kind: str,
    word: tuple[str, str],
    status: int,
    code: str,
) -> None:
    fields: dict[str, dict[str, Any]] = {
        "remote_consent": {"given": True, "how": "call"},
        "confirmed": {"level": "L3"},
    }
    said = fields.get(kind, {}) | {"said_by": word[0], "heard": word[1]}
    before = Event.objects.count()
    answer = acting(who).step(number, kind, **said)
    refused(answer, status, code)
    assert Event.objects.count() == before


def test_a_case_without_a_customer_has_nobody_who_could_have_said_it(
    world: World, acting: Programs
) -> None:
    agent = acting("周敏")
    number = told(agent.post("/cases", {"channel": "phone", "kind": "fault"}), 201)["number"]
    word: dict[str, Any] = {"said_by": "邓丽", "heard": "call", "given": True, "how": "call"}
    refused(agent.step(number, "remote_consent", **word), 409, "customer_unknown")
    stranger = reported(world, NOON, of=world.stranger)
    word["said_by"] = "何建"
    refused(agent.step(stranger, "remote_consent", **word), 404, "no_such_contact")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"said_by": "邓丽"}, "heard"),
        ({"heard": "call"}, "said_by"),
        ({"said_by": None, "heard": "call"}, "said_by"),
        ({"said_by": "邓丽", "heard": "rumour"}, "heard"),
        ({"said_by": 7, "heard": "call"}, "said_by"),
        ({"said_by": "  ", "heard": "call"}, "said_by"),
    ],
)
def test_whose_word_and_how_it_was_heard_of_belong_together(
    acting: Programs, number: str, said: dict[str, Any], wrong: str
) -> None:
    found = refused(acting("周敏").step(number, "noted", text="x", **said), 422, "malformed")
    assert [one["field"] for one in found["fields"]] == [wrong]


def test_a_report_and_what_is_about_no_case_are_entered_by_whoever_calls(
    world: World, acting: Programs
) -> None:
    said = {"channel": "phone", "kind": "fault", "said_by": "邓丽", "heard": "call"}
    found = refused(acting("周敏").post("/cases", said), 422, "malformed")
    assert {one["field"] for one in found["fields"]} == {"said_by", "heard"}


def test_the_document_offers_it_where_it_can_be_done() -> None:
    told_of = steps_told()
    for kind in CASE:
        fields = told_of[kind]["properties"]
        if speaking.of_customer(kind) or kind in speaking.CALLED_IN:
            assert fields["heard"]["enum"] == list(speaking.ways(kind))
        else:
            assert "said_by" not in fields
