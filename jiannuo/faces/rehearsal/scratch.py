"""A database for a rehearsal: copied from a migrated template, thrown away afterwards."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

PREFIX = "jiannuo_rehearsal"


@contextmanager
def scratch_database(*, keep: bool = False) -> Iterator[str]:
    """Work in a fresh database; its name. The company's own is not touched."""
    home = settings.DATABASES["default"]["NAME"]
    template = _template(home)
    name = f"{PREFIX}_{secrets.token_hex(4)}"
    _run(sql.SQL("create database {} template {}"), name, template)
    _point_at(name)
    try:
        yield name
    finally:
        _point_at(home)
        if not keep:
            _run(sql.SQL("drop database if exists {} with (force)"), name)


def _template(home: str) -> str:
    """Made once for each state of the migrations."""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    name = f"{PREFIX}_t{zlib.crc32(repr(applied).encode()):08x}"
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_database where datname = %s", [name])
        if cursor.fetchone():
            return name
    draft = f"{PREFIX}_d{secrets.token_hex(4)}"
    _run(sql.SQL("create database {}"), draft)
    _point_at(draft)
    call_command("migrate", interactive=False, verbosity=0)
    _point_at(home)
    _run(sql.SQL("alter database {} rename to {}"), draft, name)
    return name


def _run(statement: sql.SQL, *names: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement.format(*(sql.Identifier(name) for name in names)))


def _point_at(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
