"""A step that the database gave up for the sake of another is taken anew: nobody hears of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from jiannuo.archive.models import AuditRow, Event
from jiannuo.cases import commands as case_commands
from jiannuo.journey.step import Done, When
from jiannuo.journey.steps import STEPS, take
from jiannuo.kernel.moment import held_at
from jiannuo.kernel.refusal import Refusal
from jiannuo.manual.actor import SYSTEM
from jiannuo.parts.models import StockLevel, StockMove
from tests.journey.conftest import FOUNDED
from tests.journey.telling import Case, fault, step
from tests.world import World, company, project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def committed(transactional_db: None) -> World:
    with held_at(FOUNDED):
        return replace(company(), customer=project())


@pytest.fixture
def case(committed: World) -> Case:
    """A case, and fans on the shelf."""
    lot: dict[str, Any] = {"qty": 5, "lot": "L1", "cost": "9.00"}
    step(committed, "stock_received", "08:00", "蒋丽", "风扇", **lot)
    return fault(committed, "09:00")


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each try of issuing stock, as it is made."""
    made: list[str] = []
    issue = STEPS["stock_issued"]

    def counted(*args: Any, **fields: Any) -> Done:
        made.append("stock_issued")
        return issue(*args, **fields)

    monkeypatch.setitem(STEPS, "stock_issued", counted)
    return made


@contextmanager
def somebody_in_the_way(case: Case) -> Iterator[None]:
    """Holds the shelf and then wants the case, where the step holds the case and then wants the
    shelf. It is patient, so that the step is the one the database gives up."""
    held = threading.Event()
    problems: list[BaseException] = []

    def go() -> None:
        try:
            with transaction.atomic():
                connection.cursor().execute("set local deadlock_timeout = '15s'")
                list(StockLevel.objects.select_for_update())
                held.set()
                wait_until(somebody_waits)
                case_commands.lock(case.number)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=go)
    thread.start()
    assert held.wait(10)
    try:
        yield
    finally:
        thread.join(20)
    assert not problems


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_locks l join pg_stat_activity a using (pid)"
            " where not l.granted and a.datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        time.sleep(0.02)
    raise TimeoutError


def issue(case: Case) -> Done:
    return step(case.world, "stock_issued", "10:00", "蒋丽", "风扇", qty=1, case=case.number)


def test_a_step_that_stood_in_a_deadlock_is_taken_anew(case: Case, tries: list[str]) -> None:
    with somebody_in_the_way(case):
        done = issue(case)
    assert not done.again
    assert len(tries) > 1
    assert [row.qty for row in StockMove.objects.order_by("id")] == [5, -1]
    assert Event.objects.filter(kind="stock_issued").count() == 1
    assert Event.objects.count() == AuditRow.objects.count()


def test_inside_a_longer_transaction_the_whole_of_it_fails(case: Case, tries: list[str]) -> None:
    with (
        somebody_in_the_way(case),
        pytest.raises(OperationalError, match="deadlock"),
        transaction.atomic(),
    ):
        issue(case)
    assert len(tries) == 1
    assert not Event.objects.filter(kind="stock_issued").exists()


def failing(kind: type[psycopg.Error] | None, times: int, made: list[int]) -> Callable[..., Done]:
    """A step that the database refuses so many times."""

    def go(*_: Any, **__: Any) -> Done:
        made.append(1)
        if len(made) <= times:
            raise OperationalError("no") from (kind() if kind else None)
        return Done(uuid4(), "x")

    return go


@pytest.mark.parametrize(
    "kind", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure]
)
def test_it_is_tried_three_times_more_and_no_oftener(
    monkeypatch: pytest.MonkeyPatch, kind: type[psycopg.Error]
) -> None:
    made: list[int] = []
    monkeypatch.setitem(STEPS, "noted", failing(kind, 3, made))
    take("noted", SYSTEM, "x", text="x")
    assert len(made) == 4
    made.clear()
    monkeypatch.setitem(STEPS, "noted", failing(kind, 9, made))
    with pytest.raises(OperationalError):
        take("noted", SYSTEM, "x", text="x")
    assert len(made) == 4


@pytest.mark.parametrize("kind", [psycopg.errors.DiskFull, psycopg.errors.AdminShutdown, None])
def test_what_is_no_race_is_tried_once(
    monkeypatch: pytest.MonkeyPatch, kind: type[psycopg.Error] | None
) -> None:
    made: list[int] = []
    monkeypatch.setitem(STEPS, "noted", failing(kind, 9, made))
    with pytest.raises(OperationalError):
        take("noted", SYSTEM, "x", text="x")
    assert len(made) == 1


def test_a_refusal_is_told_at_once_with_or_without_an_operation(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []

    def refuse(*_: Any, **__: Any) -> Done:
        made.append(1)
        raise Refusal("no", "不行", "no way")

    monkeypatch.setitem(STEPS, "noted", refuse)
    for when in (When(), When(op=uuid4())):
        with pytest.raises(Refusal, match="no way"):
            take("noted", SYSTEM, case.number, when, text="x")
    assert len(made) == 2
