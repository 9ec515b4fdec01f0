"""Who is on duty, over the API: asked, covered, swapped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiannuo.journey import house
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.people.rules import Duty
from tests.faces.api.programs import Programs, refused, told
from tests.manual.happenings import at
from tests.world import World

WEEK = (at("2026-04-06 00:00"), at("2026-04-13 00:00"))
NOON = at("2026-04-09 12:00")
SATURDAY = {"from": "2026-04-11T08:00:00+08:00", "to": "2026-04-11T20:00:00+08:00"}
SUNDAY = {"back_from": "2026-04-12T08:00:00+08:00", "back_to": "2026-04-12T20:00:00+08:00"}
SWAP: dict[str, Any] = {"desk": "duty_manager", "other": "赵刚", **SATURDAY, **SUNDAY}


@pytest.fixture
def duty(world: World, acting: Programs) -> Programs:
    """Liu Yang to Saturday, Zhao Gang on Sunday, nobody from Sunday at noon to three."""
    with held_at(at("2026-03-01 08:00")):
        people.draw_roster(
            world.actor("刘洋"),
            "W15",
            WEEK,
            ("duty_manager",),
            [
                Duty("duty_manager", WEEK[0], at("2026-04-12 00:00"), "刘洋"),
                Duty("duty_manager", at("2026-04-12 00:00"), at("2026-04-12 20:30"), "赵刚"),
                Duty("duty_manager", at("2026-04-12 20:30"), WEEK[1], None),
            ],
        )
        house.publish_roster(world.actor("刘洋"), "W15")
    return lambda name: replace(acting(name), at=NOON)


def desk(duty: Programs, when: str = "") -> dict[str, Any]:
    asked = "/rosters" + (f"?at={when.replace('+', '%2B')}" if when else "")
    (found,) = told(duty("周敏").get(asked), 200)["desks"]
    return dict(found)


def test_everybody_may_ask_who_is_on_duty(duty: Programs) -> None:
    found = told(duty("周敏").get("/rosters"), 200)
    (manager,) = found["desks"]
    assert found["rosters"] == ["W15"]
    assert (manager["desk"], manager["now"]["name"], manager["now"]["via"]) == (
        "duty_manager",
        "刘洋",
        "shift",
    )
    assert manager["next"]["name"] == "赵刚"
    assert [gap["start"] for gap in manager["gaps"]] == ["2026-04-12T12:30:00Z"]


def test_who_is_on_duty_then(duty: Programs) -> None:
    assert desk(duty, "2026-04-12T09:00:00+08:00")["now"]["name"] == "赵刚"
    refused(duty("周敏").get("/rosters?at=2026-04-12T09:00:00"), 422, "malformed")


def test_a_swap_is_asked_for_seen_and_accepted(duty: Programs) -> None:
    asked = told(duty("刘洋").post("/rosters/W15/steps/swap_asked", SWAP, "s"), 201)
    again = told(duty("刘洋").post("/rosters/W15/steps/swap_asked", SWAP, "s"), 200)
    assert again["event"] == asked["event"]
    (swap,) = told(duty("赵刚").get("/rosters"), 200)["swaps"]
    assert (swap["id"], swap["person"], swap["other"]) == (asked["event"], "刘洋", "赵刚")
    said = {"swap": swap["id"]}
    refused(duty("刘洋").post("/rosters/W15/steps/swap_accepted", said), 409, "not_your_swap")
    told(duty("赵刚").post("/rosters/W15/steps/swap_accepted", said), 201)
    assert desk(duty, "2026-04-11T09:00:00+08:00")["now"]["name"] == "赵刚"
    assert told(duty("赵刚").get("/rosters"), 200)["swaps"] == []


def test_a_duty_manager_covers_a_gap(duty: Programs) -> None:
    said = {
        "desk": "duty_manager",
        "from": "2026-04-12T20:30:00+08:00",
        "to": "2026-04-13T00:00:00+08:00",
        "person": "罗敏",
        "reason": "补缺",
    }
    refused(duty("周敏").post("/rosters/W15/steps/shift_overridden", said), 403, "not_permitted")
    told(duty("刘洋").post("/rosters/W15/steps/shift_overridden", said), 201)
    assert desk(duty)["gaps"] == []


def test_what_is_no_roster_or_no_step_of_one_is_named(duty: Programs) -> None:
    missing = {"swap": "0197a3c2-5d1e-7c5b-9a54-6f1d0c8e2b11"}
    refused(duty("刘洋").post("/rosters/W99/steps/swap_accepted", missing), 404, "no_roster")
    refused(duty("刘洋").post("/rosters/W15/steps/noted", {}), 404, "no_such_step")
    wrong = refused(duty("刘洋").post("/rosters/W15/steps/swap_asked", {}), 422, "malformed")
    assert {one["field"] for one in wrong["fields"]} >= {"desk", "from", "to", "other"}


def test_asking_costs_the_same_however_many_shifts_there_are(duty: Programs) -> None:
    duty("周敏")
    with CaptureQueriesContext(connection) as found:
        told(duty("周敏").get("/rosters"), 200)
    assert len(found) <= 14
