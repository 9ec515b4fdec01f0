"""Pages while the database is away or full: said plainly, with when to come back."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from jiannuo.kernel.moment import held_at
from jiannuo.people import queries as people
from jiannuo.web.refusing import RefusalMiddleware, unavailable
from tests.faces.conftest import NOON
from tests.world import company, login


@pytest.fixture
def signed_in(transactional_db: None) -> Iterator[Client]:
    with held_at(NOON):
        company()
    client = Client(raise_request_exception=False)
    client.force_login(login("刘洋"))
    with held_at(NOON):
        yield client


def cut(database_url: str) -> None:
    """Another connection ends ours, as a server does that is stopped."""
    connection.ensure_connection()
    ours = connection.connection.info.backend_pid
    with psycopg.connect(database_url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s, 5000)", [ours])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_whose_database_is_gone_says_so_and_when_to_come_back(
    signed_in: Client, database_url: str, lang: str
) -> None:
    signed_in.cookies["language"] = lang
    cut(database_url)
    answer = signed_in.get("/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    page = answer.content.decode()
    assert {"zh": "数据库暂时连不上", "en": "cannot be reached"}[lang] in page
    assert {"zh": "没有存下半步", "en": "Nothing is half saved"}[lang] in page
    connection.close()
    assert signed_in.get("/").status_code == 200


def test_the_page_is_the_same_where_requests_are_served_side_by_side(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `jiannuo up` serves them; here the question who is signed in finds no database."""

    def fail(_: int) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(people, "staff_of_user", fail)
    client = AsyncClient(raise_request_exception=False)
    client.cookies = signed_in.cookies
    answer = async_to_sync(client.get)("/")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_what_fails_inside_a_view_is_told_by_the_same_page(rf: RequestFactory) -> None:
    problem = OperationalError("no space")
    problem.__cause__ = psycopg.errors.DiskFull()
    told = RefusalMiddleware(lambda request: HttpResponse())
    answer = told.process_exception(rf.get("/"), problem)
    assert answer is not None
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "磁盘已满" in answer.content.decode()
    assert told.process_exception(rf.get("/"), ValueError()) is None


@pytest.mark.parametrize("error", [None, ValueError(), DatabaseError()])
def test_our_own_mistakes_are_not_the_database_s(error: Exception | None) -> None:
    assert unavailable(error) is None
