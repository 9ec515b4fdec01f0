"""Tables brought up to date."""

from __future__ import annotations

from functools import cache

import psycopg
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.conninfo import make_conninfo

from jiannuo.site import settings, wiring
from jiannuo.site.database import address, fitness, start


def ready() -> list[str]:
    """The database running, fit and migrated; what was applied."""
    start.ready(settings.ENV)
    return migrate()


def pending() -> list[str]:
    """Migrations that this release has and the database has not."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{step.app_label}.{step.name}" for step, _ in plan]


def missing() -> list[str]:
    """The same, cheap enough to be asked every second: one question to the database."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in _known() if (app, name) not in applied]


@cache
def _known() -> list[tuple[str, str]]:
    """What this release has does not change while it runs."""
    return sorted(MigrationLoader(None).disk_migrations)


def migrate() -> list[str]:
    """Apply what is pending, once, however many processes start together; at the first start
    the numbers of the shipped manual are kept for good."""
    done = _apply()
    wiring.resolve("jiannuo.customers.commands:keep_edition")()
    return done


def _apply() -> list[str]:
    if not pending():
        return []
    # Held by a transaction of its own: a session's lock is lost behind a transaction pooler.
    guarded = make_conninfo(address.conninfo(settings.ENV), dbname=connection.settings_dict["NAME"])
    with psycopg.connect(guarded) as guard:
        guard.execute("select pg_advisory_xact_lock(hashtext('jiannuo migrate'))")
        done = pending()
        if done:
            fitness.rights(guard)
            call_command("migrate", interactive=False, verbosity=0)
    return done
