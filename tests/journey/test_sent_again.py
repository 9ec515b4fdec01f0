"""What was recorded once is known, however late its repetition comes."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from jiannuo.journey.house import publish_roster
from jiannuo.journey.step import When
from jiannuo.kernel.moment import held_at
from jiannuo.people import commands as people
from jiannuo.people.models import Roster
from tests.journey.telling import at, fault, refused, step
from tests.world import World


def test_a_step_on_a_case_sent_again_an_hour_later_needs_no_reason(world: World) -> None:
    case, uid = fault(world, "09:00"), uuid4()
    case.do("noted", "09:05", "周敏", uid=uid, text="x")
    assert case.do("noted", "09:05", "周敏", rec="10:05", uid=uid, text="x").again


@pytest.mark.parametrize("other", [True, False])
def test_an_operation_of_another_step_or_case_is_no_repetition(world: World, other: bool) -> None:
    case, second, uid = fault(world, "09:00"), fault(world, "09:01"), uuid4()
    case.do("noted", "09:05", "周敏", uid=uid, text="x")
    with refused("used_operation"):
        if other:
            second.do("noted", "09:06", "周敏", uid=uid, text="x")
        else:
            case.do("engineer_contact", "09:06", "李伟", uid=uid)
    assert [e.kind for e in case.view.events].count("noted") == 1


def test_a_step_on_anything_else_sent_again_an_hour_later_needs_no_reason(world: World) -> None:
    uid = uuid4()
    lot: dict[str, Any] = {"qty": 1, "lot": "L1", "cost": "9.00"}
    step(world, "stock_received", "09:05", "蒋丽", "主控板", uid=uid, **lot)
    again = step(
        world,
        "stock_received",
        "09:05",
        "蒋丽",
        "主控板",
        rec="10:05",
        uid=uid,
        **lot,
    )
    assert again.again


def test_a_roster_published_twice_by_one_operation_counts_from_the_first(world: World) -> None:
    head, once = world.actor("刘洋"), When(at("09:00"), op=uuid4())
    with held_at(at("08:00")):
        people.draw_roster(head, "R9", (at("+20 00:00"), at("+21 00:00")), ["hotline"], [])
    for moment in ("09:00", "09:05"):
        with held_at(at(moment)):
            publish_roster(head, "R9", once)
    assert Roster.objects.get(code="R9").published_at == at("09:00")
