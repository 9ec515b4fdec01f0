"""Whether a database is fit for the product: version, encoding, extensions, Chinese trigrams."""

from __future__ import annotations

import psycopg
from psycopg import sql

from jiannuo.kernel import wall
from jiannuo.site.database.binaries import OLDEST
from jiannuo.site.database.trouble import DatabaseTrouble

EXTENSIONS = ("pg_trgm", "btree_gist")

HOW_EN = "create database NAME template template0 encoding 'UTF8' locale 'C.UTF-8'"


def check(conninfo: str) -> None:
    """Refuse a database that would fail later in a quieter way."""
    try:
        connection = psycopg.connect(conninfo, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as problem:
        raise DatabaseTrouble(
            "The database cannot be reached. Check DATABASE_URL, that the server runs and that "
            f"the database exists; a new one: {HOW_EN}",
            f"无法连接数据库。请检查 DATABASE_URL、服务器是否运行、数据库是否存在；新建：{HOW_EN}",
            detail=str(problem),
        ) from problem
    with connection:
        _version(connection)
        _encoding(connection)
        _extensions(connection)
        _trigrams(connection)


def look(connection: psycopg.Connection) -> None:
    """The same of a database that is in use: nothing is created."""
    _version(connection)
    _encoding(connection)
    missing = _missing(connection)
    if missing:
        raise _lacks(missing, "")
    _trigrams(connection)


def _version(connection: psycopg.Connection) -> None:
    major = connection.info.server_version // 10000
    if major < OLDEST:
        raise DatabaseTrouble(
            f"This server is PostgreSQL {major}; {OLDEST} or newer is needed.",
            f"该服务器是 PostgreSQL {major}，需要 {OLDEST} 或更新版本。",
        )


def _encoding(connection: psycopg.Connection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseTrouble(
            f"This database has the encoding {encoding}; UTF-8 is needed. Make a new one: {HOW_EN}",
            f"该数据库的编码是 {encoding}，必须是 UTF-8。请新建：{HOW_EN}",
        )


def _extensions(connection: psycopg.Connection) -> None:
    missing = _missing(connection)
    if not missing:
        return
    try:
        with connection.transaction():
            # Two processes that create one extension at once end in a duplicate key.
            connection.execute("select pg_advisory_xact_lock(hashtext('jiannuo extensions'))")
            for name in missing:
                connection.execute(
                    sql.SQL("create extension if not exists {}").format(sql.Identifier(name))
                )
    except psycopg.Error as problem:
        raise _lacks(missing, str(problem)) from problem


def _missing(connection: psycopg.Connection) -> list[str]:
    have = {row[0] for row in connection.execute("select extname from pg_extension")}
    return [name for name in EXTENSIONS if name not in have]


def _lacks(missing: list[str], detail: str) -> DatabaseTrouble:
    say = "; ".join(f"create extension {name}" for name in missing)
    return DatabaseTrouble(
        f"The extensions {', '.join(missing)} are missing and could not be created. Install "
        f"PostgreSQL's contrib package and have an administrator run: {say}",
        f"缺少扩展 {'、'.join(missing)}，且无法自动创建。请安装 PostgreSQL 的 contrib 包，"
        f"并由管理员执行：{say}",
        detail=detail,
    )


def _trigrams(connection: psycopg.Connection) -> None:
    row = connection.execute("select cardinality(show_trgm('服务器'))").fetchone()
    if row is None or not row[0]:
        raise DatabaseTrouble(
            "This database's locale takes Chinese characters for punctuation, so that searches "
            f"would silently find nothing. Make a new one: {HOW_EN}",
            f"该数据库的区域设置把汉字当作标点，搜索会一无所获且不报错。请新建：{HOW_EN}",
        )


#: May the user make tables here, and act as the role behind which customers are walled?
RIGHTS = """
select has_schema_privilege(current_schema, 'create'),
       (select pg_has_role(oid, 'member') from pg_roles where rolname = %(role)s),
       (select rolsuper or rolcreaterole from pg_roles where rolname = current_user)
"""


def rights(connection: psycopg.Connection) -> None:
    """Asked before tables are made, so that it is told at once and whole. Who only uses tables that
    are there needs none of this."""
    user = connection.info.user
    row = connection.execute(RIGHTS, {"role": wall.PORTAL}).fetchone()
    creates, member, makes_roles = row or (None, None, None)
    # From 16 on, the right to make roles is no longer one to hand out what another made.
    old = connection.info.server_version < 160000
    needed = []
    if makes_roles and (member is None or old):
        pass
    elif member is None:
        needed += [f"create role {wall.PORTAL} nologin", f"grant {wall.PORTAL} to {user}"]
    elif member is False:
        needed.append(f"grant {wall.PORTAL} to {user}")
    if not creates:
        needed.append(f"grant create on schema public to {user}")
    if needed:
        say = "; ".join(needed)
        raise DatabaseTrouble(
            f"The user {user} lacks rights here. Have an administrator run in this database: {say}",
            f"用户 {user} 在此库中权限不够。请管理员在该库中执行：{say}",
        )
