"""A world of its own: a data folder on small disks, PostgreSQL with a clock that can be set, a
database for each run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from jiannuo.kernel.moment import now
from jiannuo.site.database import binaries, cluster, processes
from jiannuo.site.database.address import Place
from tests.chaos.disks import Disk

ROOT = Path(__file__).parents[2]
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1"
SLACK = 2.0  # seconds until a set clock is read everywhere


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class FakedClock:
    """How far the server's clock is off, by a file that it reads; and when it was how far."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.library = next((str(p) for g in LIBRARIES for p in Path("/").glob(g[1:])), "")
        self.history: list[tuple[datetime, float]] = []
        self.set(0.0)

    def set(self, seconds: float) -> None:
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{seconds:+.0f}\n", encoding="ascii")
        draft.replace(self.file)
        self.history.append((now(), seconds))

    def moments(self, told: datetime) -> list[datetime]:
        """The true moments at which the server's clock may have shown this one."""
        ends = [at for at, _ in self.history[1:]] + [now()]
        slack = timedelta(seconds=SLACK)
        found = []
        for (began, off), ended in zip(self.history, ends, strict=True):
            at = told - timedelta(seconds=off)
            if began - slack <= at <= ended + slack:
                found.append(at)
        return found


@dataclass
class Ground:
    """`cannot`: what this machine does not allow, and why."""

    root: Path
    name: str = "jiannuo"
    tokens: dict[str, str] = field(default_factory=dict)
    cannot: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = Disk(self.root / "data", 1024)
        self.wal = Disk(self.root / "wal", 1280)
        self.clock = FakedClock(self.root / "clock")
        self.place = Place(self.data.path)
        self.gateway_port, self.web_ports = free_port(), (free_port(), free_port())
        if not self.clock.library:
            self.cannot["clock"] = "libfaketime is not installed"

    # -- setting up and taking down -------------------------------------------------------------

    def build(self) -> None:
        """Disks, server, tables, the house: everything a run starts from."""
        trouble = self.data.mount() or self.wal.mount()
        if trouble:
            self.cannot["disk"] = trouble
        self.launch()
        self.run([sys.executable, "-m", "jiannuo.site.cli", "db", "ready"])
        if not trouble:
            self._move_wal()
        out = self.root / "tokens.json"
        self.run(self.inside("founding", self.gateway, str(out)))
        self.tokens = json.loads(out.read_text(encoding="utf-8"))

    def _move_wal(self) -> None:
        """The write-ahead log onto its own disk, as administrators do it."""
        cluster.stop(self.place)
        here, owner = self.place.cluster / "pg_wal", self.place.cluster.stat()
        there = self.wal.path / "pg_wal"
        shutil.copytree(here, there)
        for one in (self.wal.path, there, *there.rglob("*")):
            os.chown(one, owner.st_uid, owner.st_gid)
        there.chmod(0o700)
        shutil.rmtree(here)
        here.symlink_to(there)
        self.launch()

    def leave(self, *, keep: bool) -> None:
        """The server is gone, and everything with it but what is to be looked at."""
        self.kill_server()
        self.data.unmount()
        self.wal.unmount()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)

    # -- the server -----------------------------------------------------------------------------

    def launch(self) -> None:
        """Our own PostgreSQL by the product's launcher; it runs afterwards, whatever was."""
        faked = [self.clock.library, str(self.clock.file)] if self.clock.library else []
        self.run([sys.executable, "-m", "tests.chaos.launch", *faked], DATABASE_URL="")

    def kill_server(self) -> int:
        """SIGKILL for every process of the server; how many there were."""
        killed = set[int]()
        while pids := processes.living(self.place.cluster):
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                killed.add(pid)
            time.sleep(0.01)
        return len(killed)

    def log(self) -> str:
        return self.place.log.read_text(encoding="utf-8", errors="replace")

    def connect(self, name: str | None = None) -> psycopg.Connection:
        return psycopg.connect(
            self.place.conninfo(name or self.name), autocommit=True, connect_timeout=3
        )

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a question to the database of the run."""
        with self.connect() as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def server_time(self) -> datetime:
        at: datetime = self.ask("select clock_timestamp()")[0][0]
        return at

    def new_database(self, name: str) -> None:
        """A copy of the house as it was set up, for one run."""
        self.name = name
        with self.connect("postgres") as admin:
            copy = sql.SQL("create database {} template jiannuo strategy file_copy")
            admin.execute(copy.format(sql.Identifier(name)))

    def dump(self, file: Path) -> None:
        """The database of the run into a file, for whoever looks into it."""
        program = binaries.for_client(binaries.for_server().major).path("pg_dump")
        self.run([program, "-d", self.place.conninfo(self.name), "-f", str(file)])

    def drop_database(self) -> None:
        with self.connect("postgres") as admin:
            drop = sql.SQL("drop database {} with (force)").format(sql.Identifier(self.name))
            admin.execute(drop)

    # -- processes ------------------------------------------------------------------------------

    @property
    def gateway(self) -> str:
        return f"http://127.0.0.1:{self.gateway_port}"

    def environment(self) -> dict[str, str]:
        """The server is named: no process of the product starts it behind our back."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("JIANNUO_", "PG"))}
        return {
            **kept,
            "JIANNUO_DATA": str(self.data.path),
            "JIANNUO_SECRET_KEY": "chaos" * 10,
            "JIANNUO_URL": f"http://127.0.0.1:{self.web_ports[0]}",
            "DATABASE_URL": self.place.conninfo(self.name),
        }

    @staticmethod
    def inside(module: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tests.chaos.inside", module, *arguments]

    def run(self, command: list[str], **more: str) -> str:
        """A command of the product to its end; what it said."""
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.environment(), **more},
            text=True,
            capture_output=True,
        )
        if done.returncode:
            raise OSError(f"{' '.join(command[1:])}: {done.stdout}{done.stderr}")
        return done.stdout + done.stderr
