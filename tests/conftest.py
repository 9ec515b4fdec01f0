"""The database of the tests: our own server (or DATABASE_URL's), one database per process."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from django.db import connection, connections
from django.test import TransactionTestCase
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker

from jiannuo.site import environment
from jiannuo.site.database import start
from tests.database import empty, own_copy

# Cores are shared: how long one example took says nothing about the code.
hypothesis.settings.register_profile("house", deadline=None, max_examples=50)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def server() -> str:
    """How to connect to the configured database; the server behind it runs."""
    return start.ready(environment.read(os.environ))


@pytest.fixture(scope="session")
def django_db_setup(server: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Instead of pytest-django's: a fresh copy of the migrated template."""
    copy = own_copy(server)
    with django_db_blocker.unblock():
        copy.__enter__()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty())
        yield
    with django_db_blocker.unblock():
        connections.close_all()
    copy.__exit__(None, None, None)


@pytest.fixture
def database_url(server: str, transactional_db: None) -> str:
    """What a child process needs as DATABASE_URL to see this test's rows."""
    return make_conninfo(server, dbname=connection.settings_dict["NAME"])
