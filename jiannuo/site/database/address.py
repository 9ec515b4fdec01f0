"""Where the database is: the server that `DATABASE_URL` names, or our own in the data folder."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiannuo.site.database.trouble import DatabaseTrouble
from jiannuo.site.environment import Environment

NAME = "jiannuo"
USER = "jiannuo"
PORT = "5432"  # part of the socket's file name only: nothing listens on the network

# 108 bytes on Linux, 104 elsewhere, one of them a closing zero; the server adds ".lock".
LONGEST_SOCKET = 98


@dataclass(frozen=True, slots=True)
class Place:
    """The files of our own server inside a data folder."""

    data: Path

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.data / "postgres.log"

    @property
    def lock(self) -> Path:
        return self.data / "postgres.lock"

    @property
    def socket(self) -> Path:
        """The folder of the Unix socket; a short one in /tmp where the data folder's is too long."""
        near = self.data / "run"
        if len(f"{near}/.s.PGSQL.{PORT}".encode()) <= LONGEST_SOCKET:
            return near
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path("/tmp") / f"jiannuo-{digest}"  # private by mode, checked by owner

    def conninfo(self, name: str = NAME) -> str:
        """How to connect to one database of our own server."""
        return make_conninfo(host=str(self.socket), port=PORT, user=USER, dbname=name)


def own_place(env: Environment) -> Place | None:
    """The place of our own server; None when `DATABASE_URL` names another."""
    return None if env.database_url else Place(env.data)


def conninfo(env: Environment) -> str:
    """How to connect to the configured database."""
    place = own_place(env)
    return make_conninfo(**_parts(env.database_url)) if place is None else place.conninfo()


def django_settings(env: Environment) -> dict[str, Any]:
    """The entry of Django's DATABASES. Nothing is started or opened here."""
    parts = conninfo_to_dict(conninfo(env))
    options: dict[str, Any] = {
        key: value
        for key, value in parts.items()
        if key not in {"dbname", "user", "password", "host", "port"}
    }
    if env.pool:
        # Retries grow apart: after five minutes without a server the next would be minutes away.
        options["pool"] = {
            "min_size": 1,
            "max_size": env.pool,
            "timeout": 5,
            "reconnect_timeout": 2,
        }
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname"),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "OPTIONS": options,
        # A server that was started anew leaves dead connections in the pool; each would be one
        # failed page.
        "CONN_HEALTH_CHECKS": bool(env.pool),
        # A pooler in transaction mode hands the next query to another session.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _parts(url: str) -> dict[str, Any]:
    try:
        parts = cast("dict[str, Any]", conninfo_to_dict(url))
    except ProgrammingError as problem:
        raise DatabaseTrouble(
            "DATABASE_URL cannot be read. Use postgresql://user:password@host:5432/name",
            "DATABASE_URL 无法识别。请写成 postgresql://用户:密码@主机:5432/库名",
            detail=str(problem),
        ) from problem
    if not parts.get("dbname"):
        raise DatabaseTrouble(
            "DATABASE_URL names no database. Use postgresql://user:password@host:5432/name",
            "DATABASE_URL 没有写数据库名。请写成 postgresql://用户:密码@主机:5432/库名",
        )
    return parts
