"""A database that would fail later in a quieter way is refused, with what to do."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiannuo.site.database import address, fitness
from jiannuo.site.database.trouble import DatabaseTrouble
from jiannuo.site.environment import read


@contextmanager
def database(server: str, how: str) -> Iterator[str]:
    name = f"jiannuo_test_fitness_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(
            sql.SQL("create database {} template template0 ").format(sql.Identifier(name))
            + sql.SQL(how)
        )
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def test_our_own_database_is_fit(server: str) -> None:
    fitness.check(server)


@pytest.mark.parametrize(
    ("how", "en", "zh"),
    [
        ("encoding 'UTF8' locale_provider libc locale 'C'", "punctuation", "标点"),
        ("encoding 'SQL_ASCII' locale_provider libc locale 'C'", "UTF-8 is needed", "编码"),
    ],
)
def test_an_unfit_locale_is_refused_in_both_languages(
    server: str, how: str, en: str, zh: str
) -> None:
    with database(server, how) as unfit, pytest.raises(DatabaseTrouble) as told:
        fitness.check(unfit)
    assert en in told.value.en
    assert zh in told.value.zh
    assert "create database NAME template template0" in told.value.en
    assert "create database NAME template template0" in told.value.zh


@pytest.fixture
def user(server: str) -> Iterator[str]:
    """Somebody who may log in and nothing else."""
    name = f"jiannuo_test_user_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("create role {} login").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            admin.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def test_a_user_without_rights_is_told_what_an_administrator_runs(server: str, user: str) -> None:
    with (
        database(server, "encoding 'UTF8'") as fresh,
        psycopg.connect(make_conninfo(fresh, user=user)) as connection,
        pytest.raises(DatabaseTrouble) as told,
    ):
        fitness.rights(connection)
    for said in (told.value.en, told.value.zh):
        assert f"grant jiannuo_portal to {user}" in said
        assert f"grant create on schema public to {user}" in said


def test_what_the_administrator_was_told_to_run_is_enough(server: str, user: str) -> None:
    with database(server, "encoding 'UTF8'") as fresh:
        with psycopg.connect(fresh, autocommit=True) as admin:
            for grant in ("grant jiannuo_portal to {}", "grant create on schema public to {}"):
                admin.execute(sql.SQL(grant).format(sql.Identifier(user)))
        with psycopg.connect(make_conninfo(fresh, user=user)) as connection:
            fitness.rights(connection)
        with psycopg.connect(fresh) as connection:
            fitness.rights(connection)


def test_a_database_that_is_not_there_is_told() -> None:
    with pytest.raises(DatabaseTrouble, match="cannot be reached") as told:
        fitness.check("host=/nowhere dbname=none")
    assert "无法连接" in told.value.zh


@pytest.mark.parametrize("url", ["postgresql://user@host:5432", "nonsense", "mysql://host/name"])
def test_an_address_that_cannot_be_read_is_told(url: str) -> None:
    with pytest.raises(DatabaseTrouble, match="DATABASE_URL") as told:
        address.conninfo(read({"DATABASE_URL": url}))
    assert "DATABASE_URL" in told.value.zh


def test_the_address_wins_over_our_own_server() -> None:
    env = read({"DATABASE_URL": "postgresql://周敏:s%40crèt@db.example:6432/desk?sslmode=require"})
    settings = address.django_settings(env)
    assert address.own_place(env) is None
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "6432", "desk")
    assert (settings["USER"], settings["PASSWORD"]) == ("周敏", "s@crèt")
    assert settings["OPTIONS"] == {"sslmode": "require"}
