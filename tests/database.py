"""A migrated database of one's own, for a test process or a benchmark.

Migrating takes seconds and copying a migrated database a tenth of one, so the first run after a
change of migrations makes a template and every process copies it.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import django
import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiannuo.site.database import fitness

ROOT = Path(__file__).parents[1]
PREFIX = "jiannuo_test"


@contextmanager
def own_copy(server: str, *, durable: bool = False) -> Iterator[str]:
    """Make a copy, point Django at it, and drop it afterwards. Gives its name."""
    name = f"{PREFIX}_{os.getpid()}_{secrets.token_hex(3)}"
    with psycopg.connect(server, autocommit=True) as admin:
        with _one_at_a_time(admin):
            template = _template(admin, server)
            _drop_orphans(admin)
            _copy(admin, template, name)
        if not durable:
            # A test's row need not survive a power cut.
            admin.execute(
                sql.SQL("alter database {} set synchronous_commit = off").format(
                    sql.Identifier(name)
                )
            )
        _point_at(name)
        try:
            yield name
        finally:
            _drop(admin, name)


@contextmanager
def _one_at_a_time(admin: psycopg.Connection) -> Iterator[None]:
    """Every xdist worker comes here at once; one makes the template, the others find it."""
    admin.execute("select pg_advisory_lock(hashtext('jiannuo test template'))")
    try:
        yield
    finally:
        admin.execute("select pg_advisory_unlock(hashtext('jiannuo test template'))")


def _template(admin: psycopg.Connection, server: str) -> str:
    name = f"{PREFIX}_template_{_fingerprint()}"
    there = admin.execute("select 1 from pg_database where datname = %s", [name])
    if there.fetchone() is None:
        _drop_outdated(admin)
        draft = f"{PREFIX}_draft_{secrets.token_hex(3)}"
        admin.execute(sql.SQL("create database {}").format(sql.Identifier(draft)))
        fitness.check(make_conninfo(server, dbname=draft))
        _point_at(draft)
        call_command("migrate", interactive=False, verbosity=0)
        connections.close_all()
        rename = sql.SQL("alter database {} rename to {}")
        admin.execute(rename.format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _fingerprint() -> str:
    digest = hashlib.sha256(django.__version__.encode())
    package = ROOT / "jiannuo"
    for path in sorted({*package.glob("**/migrations/*.py"), *package.rglob("*.sql")}):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    digest.update(" ".join(settings.INSTALLED_APPS).encode())
    return digest.hexdigest()[:12]


def _copy(admin: psycopg.Connection, template: str, name: str) -> None:
    copy = sql.SQL("create database {} template {}")
    admin.execute(copy.format(sql.Identifier(name), sql.Identifier(template)))


def _drop_outdated(admin: psycopg.Connection) -> None:
    """Templates of migrations that have changed; one that is being copied stays."""
    for name in _ours(admin):
        if name.startswith((f"{PREFIX}_template_", f"{PREFIX}_draft_")):
            with suppress(psycopg.errors.ObjectInUse, psycopg.errors.InvalidCatalogName):
                admin.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


def _drop_orphans(admin: psycopg.Connection) -> None:
    """Databases of runs that were killed."""
    for name in _ours(admin):
        run = re.fullmatch(rf"{PREFIX}_(\d+)_\w+", name)
        if run and Path("/proc/self").exists() and not Path(f"/proc/{run[1]}").exists():
            _drop(admin, name)


def _ours(admin: psycopg.Connection) -> list[str]:
    rows = admin.execute("select datname from pg_database order by datname").fetchall()
    return [name for (name,) in rows if name.startswith(f"{PREFIX}_")]


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


# What the migrations wrote, not a test.
KEPT = frozenset({"auth_permission", "django_content_type", "django_migrations"})

_TABLES = """
select c.relname,
  exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal),
  (select a.attname from pg_attribute a where a.attrelid = c.oid and a.attidentity <> '')
from pg_class c where c.relnamespace = current_schema::regnamespace and c.relkind = 'r'
"""


def empty() -> None:
    """Take out what a test committed, in place of Django's flush.

    Evidence refuses to be deleted, to its owner too; but the owner may put the guards aside, as
    anybody who forged it would have to. Rows are deleted and not truncated, which would make
    some three hundred new files.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("set local lock_timeout = '10s'")  # when a test's thread still holds rows
        cursor.execute(_TABLES)
        known = [row for row in cursor.fetchall() if row[0] not in KEPT]
        cursor.execute(
            " union all ".join(f"(select '{name}' from {name} limit 1)" for name, *_ in known)
        )
        full = {name for (name,) in cursor.fetchall()}
        filled = [row for row in known if row[0] in full]
        guarded = [name for name, guard, _ in filled if guard]
        counted = [(name, column) for name, _, column in filled if column]
        _script(cursor, (f"alter table {name} disable trigger user" for name in guarded))
        _script(cursor, (f"delete from {name}" for name, *_ in filled))
        cursor.execute("set constraints all immediate")
        _script(cursor, (f"alter table {name} enable trigger user" for name in guarded))
        _script(cursor, (f"alter table {t} alter column {c} restart" for t, c in counted))


def _script(cursor: CursorWrapper, statements: Iterable[str]) -> None:
    script = ";".join(statements)
    if script:
        cursor.execute(script)


def _point_at(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name
