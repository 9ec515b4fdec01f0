"""`jiannuo doctor` on the database: there, fit, of this release, with room for us."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jiannuo.oversight.doctor.checks import connections, transactions
from jiannuo.oversight.doctor.machine import Machine
from jiannuo.site.database import fitness
from jiannuo.site.doctor import database, migrations
from tests.site.doctor.findings import told

pytestmark = pytest.mark.django_db


def test_the_database_and_what_it_must_be(here: Machine) -> None:
    told(database.reach(here), "ok", "PostgreSQL")
    told(database.fit(here), "ok")


def test_a_database_that_is_not_there(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    told(database.reach(here), "bad", "连不上数据库", "cannot be reached")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("JIANNUO_DATA", str(here.data))
    told(database.reach(here), "bad", "没有在运行", "not running")


def test_a_database_that_lacks_an_extension(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitness, "EXTENSIONS", (*fitness.EXTENSIONS, "hstore"))
    told(database.fit(here), "bad", "hstore")


def test_tables_of_another_release(here: Machine) -> None:
    told(migrations.look(here), "ok")
    MigrationRecorder(connection).record_unapplied("clocks", "0005_vitals")
    told(migrations.look(here), "bad", "clocks.0005_vitals")


def test_connections_that_run_out(here: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    told(connections.look(here), "ok")
    monkeypatch.setattr(connections, "MANY", 0.0)
    told(connections.look(here), "warn")
    monkeypatch.setattr(connections, "NEARLY_ALL", 0.0)
    told(connections.look(here), "bad")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_goes_on_and_on(
    here: Machine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(transactions.look(here), "ok")
    monkeypatch.setattr(transactions, "LONG", timedelta())
    with psycopg.connect(database_url, application_name="forgotten") as other:
        other.execute("select 1")
        told(transactions.look(here), "warn", "forgotten")
