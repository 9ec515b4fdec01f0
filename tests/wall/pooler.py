"""PgBouncer in transaction mode in front of the tests' database, with one server connection."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from jiannuo.site.database import account, binaries

PROGRAM = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")

CONFIG = """
[databases]
pooled = {target}
[pgbouncer]
listen_addr =
unix_socket_dir = {folder}
listen_port = 6432
auth_type = any
pool_mode = transaction
default_pool_size = 1
logfile = {folder}/log
"""


@contextmanager
def pooled(database_url: str) -> Iterator[str]:
    """How to connect to that database through a pooler that lives as long as the block."""
    # Like PostgreSQL itself it refuses to be root, and it must reach the server's socket.
    who = account.choose(binaries.for_server()) if os.getuid() == 0 else account.Account((), 0)
    folder = Path(tempfile.mkdtemp(prefix="jiannuo-pool-"))
    try:
        (folder / "pool.ini").write_text(
            CONFIG.format(target=_target(database_url), folder=folder), encoding="utf-8"
        )
        account.own(who, folder)
        command = [*who.prefix, str(PROGRAM), "-q", str(folder / "pool.ini")]
        with subprocess.Popen(command, env=binaries.environment(), cwd="/") as pooler:
            try:
                yield _answering(
                    make_conninfo(host=str(folder), port=6432, dbname="pooled"), folder
                )
            finally:
                pooler.terminate()
    finally:
        shutil.rmtree(folder)


def _target(database_url: str) -> str:
    wanted = ("host", "port", "user", "password", "dbname")
    parts = {key: value for key, value in conninfo_to_dict(database_url).items() if key in wanted}
    return " ".join(
        f"{key}='{str(value).replace(chr(39), chr(39) * 2)}'" for key, value in parts.items()
    )


def _answering(conninfo: str, folder: Path) -> str:
    for _ in range(100):
        try:
            psycopg.connect(conninfo, user="anybody", connect_timeout=5).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return conninfo
    raise OSError(f"pgbouncer does not answer: {(folder / 'log').read_text()}")
