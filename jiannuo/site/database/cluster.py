"""Our own PostgreSQL server: made, started and stopped. It outlives the process that started it,
because web, worker and command line share it; `jiannuo down` stops it.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from jiannuo.site.database import account, binaries, processes
from jiannuo.site.database.account import Account
from jiannuo.site.database.address import NAME, PORT, USER, Place
from jiannuo.site.database.binaries import Programs
from jiannuo.site.database.trouble import DatabaseTrouble

START_WITHIN = 60.0  # seconds; recovery after a crash is part of it
TRY_AGAIN_AFTER = 1.0  # seconds a started server may take before it shows its pid file


def ensure(place: Place) -> None:
    """Our server answers and has our database, whoever started it. Safe to call from anywhere."""
    if answers(place, NAME):
        return
    _prepare_folder(place)
    with _only_one(place):
        if not answers(place, "postgres"):
            programs = binaries.for_server(_written_by(place))
            who = account.choose(programs)
            _make(place, programs, who)
            _start(place, programs, who)
        _create_database(place)


def died(place: Place) -> bool:
    """It was killed: its pid file is there and no process of it. One that was stopped took its
    file away, and stays stopped."""
    return (place.cluster / "postmaster.pid").exists() and not processes.living(place.cluster)


def stop(place: Place) -> bool:
    """Stop the server and wait for it; False when none was running."""
    if not processes.living(place.cluster):
        return False
    with _only_one(place):
        programs = binaries.for_server(_written_by(place))
        _halt(place, programs, account.choose(programs))
    return True


def _halt(place: Place, programs: Programs, who: Account) -> None:
    wait = ("-D", str(place.cluster), "-m", "fast", "-w", "-t", "60", "stop")
    _run(place, [*who.prefix, programs.path("pg_ctl"), *wait])


def _deaf(place: Place) -> bool:
    """Up and ready, but its socket is gone: cleaners of temporary folders take it away, and
    nothing but a new start brings it back."""
    try:
        status = (place.cluster / "postmaster.pid").read_text().splitlines()[7].strip()
    except (OSError, IndexError):
        return False
    gone = not (place.socket / f".s.PGSQL.{PORT}").exists()
    return status == "ready" and gone and bool(processes.living(place.cluster))


def answers(place: Place, name: str) -> bool:
    """Whether a connection to one database of our server can be had now."""
    if not place.socket.is_dir():
        return False
    try:
        psycopg.connect(place.conninfo(name), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def _only_one(place: Place) -> Iterator[None]:
    """One process at a time makes, starts or stops; the lock goes with the process that held it."""
    descriptor = os.open(place.lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _prepare_folder(place: Place) -> None:
    try:
        place.data.mkdir(parents=True, exist_ok=True)
        place.socket.mkdir(mode=0o700, parents=True, exist_ok=True)
        fit = os.access(place.data, os.W_OK) and (
            os.getuid() == 0 or place.socket.stat().st_uid == os.getuid()
        )
        if fit:
            place.socket.chmod(0o700)
    except OSError:
        fit = False
    if not fit:
        raise DatabaseTrouble(
            f"The data folder {place.data} belongs to another user. Use that user, or set "
            "JIANNUO_DATA to a folder of your own.",
            f"数据目录 {place.data} 属于其他用户。请用该用户运行，"
            "或把 JIANNUO_DATA 设为您自己的目录。",
        )


def _written_by(place: Place) -> int | None:
    try:
        return int((place.cluster / "PG_VERSION").read_text())
    except (OSError, ValueError):
        return None


def _make(place: Place, programs: Programs, who: Account) -> None:
    """A new data folder, made beside and moved into place: one killed half-way leaves none."""
    place.log.touch(mode=0o600)
    for path in (place.cluster, place.socket, place.log):
        account.own(who, path)
    if place.cluster.exists():
        return
    draft = place.cluster.with_name("postgres.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    account.own(who, draft)
    if not account.reaches(who, draft):
        raise DatabaseTrouble(
            f"Run as root, the server needs a data folder that another account can enter; "
            f"{place.data} is not one. Set JIANNUO_DATA, or run as an ordinary user.",
            f"以 root 运行时，数据库账户必须能进入数据目录，而 {place.data} 不行。"
            "请设置 JIANNUO_DATA，或用普通用户运行。",
        )
    # The built-in provider is the same on every machine; before 17 the C library's must do.
    locale = ["--locale-provider=builtin"] if programs.major >= 17 else []
    _run(
        place,
        [
            *who.prefix,
            programs.path("initdb"),
            *("-D", str(draft), "-U", USER, "-A", "trust", "-E", "UTF8", "--data-checksums"),
            *(*locale, "--locale=C.UTF-8", "--no-instructions"),
        ],
    )
    draft.rename(place.cluster)


def _start(place: Place, programs: Programs, who: Account) -> None:
    deadline = time.monotonic() + START_WITHIN
    tried = -START_WITHIN
    while not answers(place, "postgres"):
        moment = time.monotonic()
        if moment > deadline:
            raise _no_start(place)
        if _deaf(place):
            _halt(place, programs, who)
        if moment - tried > TRY_AGAIN_AFTER and not processes.living(place.cluster):
            processes.forget_dead(place.cluster)
            options = " ".join(shlex.quote(f"-c{key}={value}") for key, value in _settings(place))
            _run(
                place,
                [
                    *who.prefix,
                    programs.path("pg_ctl"),
                    *("-W", "-s", "-D", str(place.cluster), "-l", str(place.log)),
                    *("-o", options, "start"),
                ],
            )
            tried = moment
        time.sleep(0.03)


def _settings(place: Place) -> list[tuple[str, str]]:
    """Given at each start, so that a moved data folder and a newer release need no editing."""
    return [
        ("listen_addresses", ""),
        ("port", PORT),
        ("unix_socket_directories", str(place.socket)),
        ("unix_socket_permissions", "0700"),
        ("cluster_name", "jiannuo"),
        ("max_connections", "100"),
        ("shared_buffers", "128MB"),
        ("max_wal_size", "1GB"),
        ("random_page_cost", "1.1"),
        ("jit", "off"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
        ("log_line_prefix", "%m [%p] %d "),
    ]


def _create_database(place: Place) -> None:
    with psycopg.connect(place.conninfo("postgres"), autocommit=True) as connection:
        there = connection.execute("select 1 from pg_database where datname = %s", [NAME])
        if there.fetchone() is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(NAME)))


def _run(place: Place, command: list[str]) -> None:
    """Output goes to the log, never to a pipe: the server would keep the pipe open for ever."""
    descriptor = os.open(place.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            check=False,
            env=binaries.environment(),
            cwd="/",
        )
    finally:
        os.close(descriptor)
    if answer.returncode != 0:
        raise DatabaseTrouble(
            f"{Path(command[-1]).name if command[-1] in {'start', 'stop'} else 'initdb'} of "
            f"PostgreSQL failed; the end of {place.log} says why.",
            f"PostgreSQL 命令失败，原因见 {place.log} 末尾。",
            detail=_tail(place.log),
        )


def _no_start(place: Place) -> DatabaseTrouble:
    return DatabaseTrouble(
        f"PostgreSQL did not answer within {START_WITHIN:.0f} seconds; see {place.log}.",
        f"PostgreSQL 在 {START_WITHIN:.0f} 秒内没有应答，请查看 {place.log}。",
        detail=_tail(place.log),
    )


def _tail(log: Path, lines: int = 8) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
