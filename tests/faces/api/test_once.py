"""Programs send things twice, one after the other or at once: it is done once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.http import HttpResponse

from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases.commands import lock
from jiannuo.cases.models import Case
from jiannuo.parts.models import StockMove
from tests.crowd import at_once
from tests.faces.api.programs import FAULT, Programs, program_of, refused, told
from tests.faces.conftest import NOON
from tests.world import World, confirmed, reported


@pytest.mark.parametrize("key", [uuid4(), "nagios-2026-05-20-1", "告警7", "x" * 500])
def test_a_report_sent_again_is_one_case_and_the_same_answer(
    world: World, acting: Programs, key: object
) -> None:
    agent = acting("周敏")
    sent = quoted(key)
    first = told(agent.post("/cases", FAULT, sent), 201)
    second = told(agent.later(hours=3).post("/cases", FAULT, sent), 200)
    assert second == first | {"again": True}
    assert Case.objects.count() == 1
    if isinstance(key, UUID):
        assert first["event"] == str(key)


def quoted(key: object) -> str:
    """A header holds bytes; clients send what is not Latin as such."""
    return str(key).encode().decode("latin-1")


def test_every_kind_of_step_sent_again_is_one_step(acting: Programs, number: str) -> None:
    engineer, store = acting("李伟"), acting("蒋丽")
    lot = {"qty": 3, "lot": "L1", "cost": "9.00"}
    sent: list[Callable[[], HttpResponse]] = [
        lambda: engineer.step(number, "engineer_contact", "k1", result="已指导"),
        lambda: engineer.step(number, "l1_declared", "k2", reason="全网中断"),
        lambda: engineer.step(number, "arrived", "k3"),
        lambda: store.post("/stock/风扇/steps/stock_received", lot, "k1"),
        lambda: store.post("/stock/风扇/steps/stock_issued", {"qty": 1, "case": number}, "k2"),
        lambda: store.post("/stock/风扇/steps/stock_returned", {"qty": 1, "case": number}, "k3"),
    ]
    for send in sent:
        first, count = told(send(), 201), Event.objects.count()
        assert told(send(), 200) == first | {"again": True}
        assert Event.objects.count() == count


def test_two_programs_that_both_begin_at_one_do_not_meet(acting: Programs, number: str) -> None:
    one, two = (acting(name).step(number, "noted", "1", text="x") for name in ("周敏", "李伟"))
    assert told(one, 201)["event"] != told(two, 201)["event"]


def test_a_key_of_another_step_or_case_is_refused(
    world: World, acting: Programs, number: str
) -> None:
    program = acting("李伟")
    told(program.step(number, "noted", "k", text="x"), 201)
    refused(program.step(number, "archive_read", "k"), 409, "used_operation")
    other = reported(world, NOON)
    refused(program.step(other, "noted", "k", text="x"), 409, "used_operation")


def test_a_refused_request_may_be_sent_again_with_its_key(acting: Programs, number: str) -> None:
    program = acting("李伟")
    refused(program.step(number, "assignment_accepted", "k"), 409, "not_the_assignee")
    told(acting("刘洋").step(number, "assigned", engineer="李伟"), 201)
    told(program.step(number, "assignment_accepted", "k"), 201)


def all_one(answers: Sequence[HttpResponse | Exception | None]) -> dict[str, Any]:
    """Answers of which one made something and the others say the same."""
    found = [a for a in answers if isinstance(a, HttpResponse)]
    assert len(found) == len(answers), answers
    assert sorted(a.status_code for a in found) == [200] * (len(found) - 1) + [201], [
        a.content.decode() for a in found
    ]
    said: list[dict[str, Any]] = [json.loads(a.content) | {"again": False} for a in found]
    assert all(one == said[0] for one in said)
    return said[0]


@pytest.mark.parametrize("key", [uuid4(), "alarm-1"])
def test_a_report_sent_at_once_several_times_is_one_case(crowded: World, key: object) -> None:
    agent = program_of("周敏")
    all_one(at_once(4, lambda _: agent.post("/cases", FAULT, key)))
    assert Case.objects.count() == Event.objects.count() == AuditRow.objects.count() == 1


def test_a_step_sent_at_once_is_one_step_though_the_first_stands_against_the_second(
    crowded: World,
) -> None:
    """Both are past the question whether it was sent before when they come to the case, and no
    case is cancelled twice."""
    number = confirmed(crowded, reported(crowded, NOON), NOON)
    manager = program_of("刘洋")

    def go(place: int) -> HttpResponse | None:
        if place:
            return manager.step(number, "case_cancelled", "k", reason="误报")
        with transaction.atomic():
            lock(number)
            wait_for(2)
        return None

    _, *answers = at_once(3, go)
    all_one(answers)
    assert Event.objects.filter(kind="case_cancelled").count() == 1


def wait_for(many: int) -> None:
    """Until so many stand before a lock."""
    waiting = (
        "select count(distinct pid) from pg_locks join pg_stat_activity using (pid)"
        " where not granted and datname = current_database()"
    )
    for _ in range(500):
        with connection.cursor() as cursor:
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= many:
                return
        time.sleep(0.02)
    raise TimeoutError


def test_stock_sent_at_once_moves_once(crowded: World) -> None:
    store = program_of("蒋丽")
    lot = {"qty": 1, "lot": "L1", "cost": "9.00"}
    all_one(at_once(4, lambda _: store.post("/stock/风扇/steps/stock_received", lot, "r")))
    all_one(at_once(4, lambda _: store.post("/stock/风扇/steps/stock_issued", {"qty": 1}, "i")))
    assert [row.qty for row in StockMove.objects.order_by("id")] == [1, -1]
