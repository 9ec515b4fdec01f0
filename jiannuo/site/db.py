"""`jiannuo db`: what an administrator does with the database itself."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import django
import psycopg
from django.core.management import execute_from_command_line
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from jiannuo.kernel import moment
from jiannuo.oversight.doctor import backups
from jiannuo.oversight.doctor.backups import Backup
from jiannuo.site import environment, schema, wiring
from jiannuo.site.database import address, backup, cluster, fitness, start
from jiannuo.site.database.trouble import DatabaseTrouble


@click.group()
def db() -> None:
    """Backup, restore and state of the database.

    数据库的备份、恢复与状态。
    """


@db.command()
def ready() -> None:
    """Start the database and bring its tables up to date.

    启动数据库并更新表结构。
    """
    start.ready(environment.read(os.environ))
    _django()
    done = schema.migrate()
    click.echo(f"database ready, {len(done)} migrations applied" if done else "database ready")


@db.command()
def status() -> None:
    """Where the database is, whether it runs, what is in it.

    数据库在哪里、是否运行、内容概况。
    """
    env = environment.read(os.environ)
    place = address.own_place(env)
    click.echo(f"server      {'DATABASE_URL' if place is None else f'our own in {place.cluster}'}")
    if place is not None and not cluster.answers(place, address.NAME):
        click.echo("state       not running; `jiannuo up` or `jiannuo db ready` starts it")
        click.echo("            没有运行；jiannuo up 或 jiannuo db ready 启动它")
        raise SystemExit(3)
    conninfo = address.conninfo(env)
    fitness.check(conninfo)
    with psycopg.connect(conninfo) as connection:
        _describe(connection)
    _django()
    waiting = schema.pending()
    click.echo(f"migrations  {f'{len(waiting)} waiting' if waiting else 'up to date'}")


def _describe(connection: psycopg.Connection) -> None:
    info = connection.info
    size = connection.execute("select pg_size_pretty(pg_database_size(current_database()))")
    click.echo("state       running, fit for Chinese search")
    click.echo(f"version     PostgreSQL {info.parameter_status('server_version')}")
    click.echo(f"address     {info.host}:{info.port} database {info.dbname} user {info.user}")
    click.echo(f"size        {(size.fetchone() or ['?'])[0]}")
    counted = backup.rows(connection)
    click.echo(f"content     {sum(counted.values())} rows in {len(counted)} tables")


@db.command(name="backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup_command(file: Path) -> None:
    """Write the whole company into one new FILE.

    把全部数据写入一个新文件。
    """
    env = environment.read(os.environ)
    manifest = backup.write(start.ready(env), file.absolute(), env.data)
    made = Backup(file.absolute(), moment.now(), file.stat().st_size)
    backups.note(env.data, made)
    click.echo(
        f"{file}: {sum(manifest.rows.values())} rows of {len(manifest.rows)} tables, "
        f"{manifest.files} files, "
        f"{file.stat().st_size:,} bytes"
    )
    _tell_of(
        manifest.left_out,
        "份附件在磁盘上已损坏，或不在此数据目录里，没有写入备份；请从更早的备份里取回。",
        "attached files are damaged on the disk or not in this data folder, and not in the backup; "
        "take them from an older one.",
    )


def _tell_of(files: Sequence[str], zh: str, en: str) -> None:
    """The hashes of files that are not where they should be: told, and nothing else fails."""
    if files:
        click.echo(f"{len(files)} {zh}\n{len(files)} {en}", err=True)
        click.echo("\n".join(files), err=True)


@db.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--proof", is_flag=True, help="Into a scratch database, dropped afterwards. 只在临时库里检验"
)
def restore(file: Path, proof: bool) -> None:
    """Restore FILE into the empty database and prove it.

    把备份恢复到空数据库，并核对每张表的行数和审计链。
    """
    env = environment.read(os.environ)
    conninfo = start.ready(env)
    if proof:
        with _scratch(conninfo) as scratch:
            _restore(scratch, file, None)
        click.echo(
            "备份完好，临时库已删除。 The backup is good; the scratch database is gone again."
        )
    else:
        _restore(conninfo, file, env.data)


def _restore(conninfo: str, file: Path, data: Path | None) -> None:
    restored = backup.restore(conninfo, file, data)
    manifest = restored.manifest
    click.echo(
        f"rows        {sum(manifest.rows.values())} in {len(manifest.rows)} tables: as backed up"
    )
    click.echo(f"files       {manifest.files} attached, each as its hash says")
    _django()
    connections["default"].settings_dict["NAME"] = psycopg.conninfo.conninfo_to_dict(conninfo)[
        "dbname"
    ]
    done = schema.migrate()
    click.echo(f"migrations  {len(done)} applied")
    problem = wiring.resolve(wiring.HOOKS["archive.verify"])()
    if problem:
        raise DatabaseTrouble(
            "The audit chain of this backup is broken.", "该备份的审计链已断裂。", detail=problem
        )
    click.echo("audit chain whole")
    connections.close_all()
    known = set(manifest.left_out)
    _tell_of(manifest.left_out, "份附件在备份时已缺失。", "attached files were lost already then.")
    lost = [one for one in restored.lost if one not in known]
    if lost:
        raise DatabaseTrouble(
            f"The database is restored, but {len(lost)} attached file(s) are damaged in this backup.",
            f"数据库已恢复，但有 {len(lost)} 个附件在此备份里已损坏。",
            detail="\n".join(lost),
        )


@contextmanager
def _scratch(conninfo: str) -> Iterator[str]:
    name = f"jiannuo_proof_{secrets.token_hex(4)}"
    with psycopg.connect(conninfo, autocommit=True) as admin:
        _make_scratch(admin, name)
        try:
            yield make_conninfo(conninfo, dbname=name)
        finally:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _make_scratch(admin: psycopg.Connection, name: str) -> None:
    how = sql.SQL("create database {} template template0 encoding 'UTF8'")
    try:
        admin.execute(how.format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as problem:
        user = admin.info.user
        raise DatabaseTrouble(
            f"{user} may not create the scratch database. Have an administrator run: "
            f"alter role {user} createdb",
            f"用户 {user} 无权建临时库。请管理员执行：alter role {user} createdb",
            detail=str(problem),
        ) from problem


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django_command(arguments: tuple[str, ...]) -> None:
    """Any of Django's own commands."""
    start.ready(environment.read(os.environ))
    _django()
    execute_from_command_line(["jiannuo django", *arguments])


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiannuo.site.settings")
    django.setup()
