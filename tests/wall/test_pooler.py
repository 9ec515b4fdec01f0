"""Behind a pooler that hands one server connection to everybody, the wall holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connection, transaction
from psycopg.conninfo import conninfo_to_dict

from jiannuo.customers.models import Customer
from jiannuo.people.portal import as_customer
from tests.crowd import at_once
from tests.wall.pooler import PROGRAM, pooled

ROUNDS = 300  # transactions of each of two customers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        PROGRAM is None, reason="PgBouncer is not installed (Debian: apt-get install pgbouncer)"
    ),
]

Acting = Callable[[UUID], AbstractContextManager[None]]


@pytest.fixture
def both() -> tuple[UUID, UUID]:
    first, second = (Customer.objects.create(name=name).id for name in ("东海电力", "西山煤业"))
    return first, second


@pytest.fixture
def through_the_pooler(
    both: tuple[UUID, UUID], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Threads that connect from now on connect to the pooler."""
    with pooled(database_url) as conninfo:
        parts = conninfo_to_dict(conninfo)
        for key, value in (("HOST", "host"), ("PORT", "port"), ("NAME", "dbname")):
            monkeypatch.setitem(settings.DATABASES["default"], key, str(parts[value]))
        yield
        monkeypatch.undo()


@contextmanager
def walled(customer: UUID) -> Iterator[None]:
    with transaction.atomic(), as_customer(customer):
        yield


@contextmanager
def by_the_session(customer: UUID) -> Iterator[None]:
    """What must not be done: the setting outlives its transaction and meets the next one."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('role', 'jiannuo_portal', false)")
        cursor.execute("select set_config('jiannuo.customer', %s, false)", [str(customer)])
    yield


def answered_wrong(customer: UUID, acting: Acting) -> int:
    """In how many of many transactions a customer saw anything but his own row."""
    wrong = 0
    for _ in range(ROUNDS):
        with acting(customer):
            wrong += list(Customer.objects.values_list("id", flat=True)) != [customer]
    return wrong


@pytest.mark.usefixtures("through_the_pooler")
def test_two_customers_on_one_pooled_connection_never_see_each_other(
    both: tuple[UUID, UUID],
) -> None:
    sessions = set[int]()

    def visit(number: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            sessions.add(cursor.fetchone()[0])
        return answered_wrong(both[number], walled)

    assert at_once(2, visit) == [0, 0]
    assert len(sessions) == 1, "they did not share a connection, so this proved nothing"


@pytest.mark.usefixtures("through_the_pooler")
def test_a_setting_of_the_session_would_answer_for_the_wrong_customer(
    both: tuple[UUID, UUID],
) -> None:
    wrong = at_once(2, lambda number: answered_wrong(both[number], by_the_session))
    assert sum(count for count in wrong if isinstance(count, int)) > 0, wrong


@pytest.mark.usefixtures("through_the_pooler")
def test_the_next_client_of_a_connection_finds_no_customer_on_it(both: tuple[UUID, UUID]) -> None:
    def visit(_: int) -> str:
        with walled(both[0]):
            pass
        with connection.cursor() as cursor:
            cursor.execute("select coalesce(current_setting('jiannuo.customer', true), '')")
            return str(cursor.fetchone()[0])

    assert at_once(2, visit) == ["", ""]
